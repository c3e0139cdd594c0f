"""Pictures of products."""

from flask.views import MethodView

from marketplace.application.catalogue.media_commands import AddMedium, ChangeMedium, RemoveMedium
from marketplace.application.catalogue.media_services import (
    add_medium,
    change_medium,
    remove_medium,
)
from marketplace.application.catalogue.queries import MediumView
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import MediumId, ProductId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.media_schemas import (
    MediumInputSchema,
    MediumPatchSchema,
    MediumSchema,
)
from marketplace.presentation.rest.policies import MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json
from marketplace.presentation.rest.uploads import read_upload

blp = Blueprint("media", __name__, description="Pictures of products")


@blp.route("/products/<product>/media", examples={"product": "the-silent-harbour"})
class ProductMedia(MethodView):
    @blp.named("addMedium")
    @blp.allow(MEMBER)
    @blp.arguments(
        MediumInputSchema,
        location="multipart",
        limit=lambda: context.rules().picture_bytes,
        example=examples.NEW_MEDIUM,
    )
    @blp.response(201, MediumSchema, example=examples.ADDED_MEDIUM)
    @blp.problems(
        "invalid_image",
        "image_too_large",
        "unknown_variant",
        "too_many_media",
        "invalid_transition",
        "storage_unavailable",
    )
    def post(self, body: Json, product: ProductId | str) -> tuple[MediumView, dict[str, str]]:
        """Append a picture to a product's.

        It is made anew as WebP in three sizes, without what the camera wrote into it; of an
        animation the first frame is kept. It takes effect at once.
        """
        file = read_upload(body.pop("file"), limit=context.rules().picture_bytes)
        command = AddMedium(
            actor=context.signed_in(),
            product=product,
            medium_id=MediumId(context.new_id()),
            data=file.data,
            media_type=file.media_type,
            **body,
        )
        ports = context.ports()
        medium_id = add_medium(
            context.new_uow(), command, pictures=ports.pictures, storage=ports.storage
        )
        found = _read(product, medium_id)
        return found, context.location("media.ProductMedium", product=product, id=medium_id)


@blp.route(
    "/products/<product>/media/<id>",
    examples={"product": "the-silent-harbour", "id": examples.HARBOUR_MEDIUM_ID},
)
class ProductMedium(MethodView):
    @blp.named("getMedium")
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.response(200, MediumSchema, example=examples.MEDIUM)
    def get(self, product: ProductId | str, id_: MediumId) -> MediumView:
        """Read one of a product's pictures. Whoever may read the product may read it."""
        return _read(product, id_)

    @blp.named("updateMedium")
    @blp.allow(MEMBER)
    @blp.arguments(MediumPatchSchema, example=examples.MEDIUM_PATCH)
    @blp.response(200, MediumSchema, example={**examples.MEDIUM, **examples.MEDIUM_PATCH})
    @blp.problems("unknown_variant", "invalid_transition")
    def patch(self, body: Json, product: ProductId | str, id_: MediumId) -> MediumView:
        """Describe a picture, link it to a variant, or move it. It takes effect at once."""
        command = ChangeMedium(
            actor=context.signed_in(),
            product=product,
            medium_id=id_,
            clear_alt="alt" in body and body["alt"] is None,
            clear_variant_id="variant_id" in body and body["variant_id"] is None,
            **body,
        )
        context.perform(change_medium, command)
        return _read(product, id_)

    @blp.named("removeMedium")
    @blp.allow(MEMBER)
    @blp.examples({"product": "the-hidden-orchard", "id": examples.ORCHARD_MEDIUM_ID})
    @blp.response(204)
    @blp.problems("invalid_transition")
    def delete(self, product: ProductId | str, id_: MediumId) -> None:
        """Remove a picture. Its addresses go on to work for a while."""
        command = RemoveMedium(actor=context.signed_in(), product=product, medium_id=id_)
        context.perform(remove_medium, command)


def _read(product: ProductId | str, medium_id: MediumId) -> MediumView:
    with context.reader() as read:
        media = read.products.get(product, context.current_actor()).media
    found = next((medium for medium in media if medium.id == medium_id), None)
    if found is None:
        raise NotFound("medium", medium_id)
    return found
