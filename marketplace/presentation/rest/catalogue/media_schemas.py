"""Pictures of products on the wire."""

from marketplace.domain.catalogue import media
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema


class MediumInputSchema(RequestSchema):
    file = fields.Upload(
        required=True,
        description="A JPEG, PNG, WebP, GIF or AVIF; `limits` in `/meta` say how large",
    )
    alt = fields.Text(
        max=media.ALT_LONGEST, description="What can be seen", example="The cover, in grey and blue"
    )
    variant_id = fields.Id(description="The variant that it shows", example=None)


class MediumPatchSchema(RequestSchema):
    alt = fields.Text(max=media.ALT_LONGEST, allow_none=True, example="The cover, in grey and blue")
    variant_id = fields.Id(allow_none=True)
    position = fields.Integer(
        min=1, max=media.MOST_MEDIA, description="From 1 on; the others move up or down"
    )


class MediumUrlsSchema(ResponseSchema):
    small = fields.MediaUrl(description="At most 160 pixels wide and high")
    medium = fields.MediaUrl(description="At most 640")
    large = fields.MediaUrl(description="At most 1600")


class MediumSchema(ResponseSchema):
    id = fields.Id()
    alt = fields.Text(allow_none=True)
    position = fields.Integer(description="From 1 on")
    variant_id = fields.Id(allow_none=True)
    urls = fields.Nested(MediumUrlsSchema)
    width = fields.Integer(description="Of the large one, in pixels")
    height = fields.Integer()
