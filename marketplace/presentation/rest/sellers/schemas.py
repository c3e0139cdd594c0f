"""Sellers and their members on the wire."""

from marketplace.domain.sellers.seller import NAME_LONGEST, MemberRole, SellerStatus
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.pages import PageQuerySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

DESCRIPTION_LONGEST = 5000
REASON_LONGEST = 1000


class SellerQuerySchema(PageQuerySchema):
    status = fields.Enum(
        SellerStatus, description="Another one than approved is for administrators"
    )


class SellerInputSchema(RequestSchema):
    name = fields.Text(min=1, max=NAME_LONGEST, required=True, example="Oak & Sons")
    slug = fields.Slug(description="Derived from the name unless it is given")
    description = fields.Text(max=DESCRIPTION_LONGEST, example="Furniture that lasts.")


class SellerPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=NAME_LONGEST, example="Oak & Daughters")
    slug = fields.Slug()
    description = fields.Text(max=DESCRIPTION_LONGEST)


class ReasonSchema(RequestSchema):
    reason = fields.Text(
        min=1, max=REASON_LONGEST, required=True, example="The imprint is missing."
    )


class SellerSchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()
    description = fields.Text()
    status = fields.Enum(SellerStatus)
    reason = fields.Text(allow_none=True, description="Why it was rejected or suspended")
    version = fields.Integer()
    created_at = fields.Instant()


class SellerRefSchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()


class MemberInputSchema(RequestSchema):
    email = fields.Email(required=True)
    role = fields.Enum(MemberRole, required=True, example="manager")


class MemberSchema(ResponseSchema):
    id = fields.Id(description="The account's id")
    email = fields.Text()
    name = fields.Text()
    role = fields.Enum(MemberRole)
    created_at = fields.Instant()
