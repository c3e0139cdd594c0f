"""Variants of products that exist."""

from flask.views import MethodView

from marketplace.application.catalogue.commands import (
    AddVariant,
    ChangeVariant,
    NewVariant,
    RemoveVariant,
)
from marketplace.application.catalogue.queries import ProductVariantView
from marketplace.application.catalogue.variant_services import (
    add_variant,
    change_variant,
    remove_variant,
)
from marketplace.domain.shared.ids import ProductId, VariantId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.schemas import (
    NewVariantSchema,
    ProductVariantSchema,
    VariantPatchSchema,
)
from marketplace.presentation.rest.policies import MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json, is_null

blp = Blueprint("variants", __name__, description="The choices that a product comes in")


@blp.route("/products/<product>/variants", examples={"product": "the-silent-harbour"})
class ProductVariants(MethodView):
    @blp.named("addVariant")
    @blp.allow(MEMBER)
    @blp.arguments(NewVariantSchema, example=examples.NEW_VARIANT)
    @blp.response(201, ProductVariantSchema, example=examples.ADDED_VARIANT)
    @blp.problems(
        "sku_taken",
        "too_many_variants",
        "invalid_text",
        "options_differ",
        "duplicate_options",
        "invalid_barcode",
        "invalid_weight",
        "invalid_price",
        "invalid_transition",
    )
    def post(
        self, body: Json, product: ProductId | str
    ) -> tuple[ProductVariantView, dict[str, str]]:
        """Add a variant to a product, with your offer of it. It takes effect at once."""
        command = AddVariant(
            actor=context.signed_in(),
            product=product,
            variant_id=VariantId(context.new_id()),
            variant=NewVariant(**body),
        )
        variant_id = context.perform(add_variant, command, new_id=context.new_id)
        return _read(variant_id), context.location("variants.Variant", id=variant_id)


@blp.route("/variants/<id>", examples={"id": examples.HARBOUR_VARIANT_ID})
class Variant(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.response(200, ProductVariantSchema, example=examples.HARBOUR_VARIANT)
    def get(self, id_: VariantId) -> ProductVariantView:
        """Read a variant with its offers. Whoever may read its product may read it."""
        return _read(id_)

    @blp.allow(MEMBER)
    @blp.arguments(VariantPatchSchema, example=examples.VARIANT_PATCH)
    @blp.response(
        200,
        ProductVariantSchema,
        example={**examples.HARBOUR_VARIANT, **examples.VARIANT_PATCH},
    )
    @blp.problems(
        "too_many_options",
        "invalid_text",
        "options_differ",
        "duplicate_options",
        "invalid_barcode",
        "invalid_weight",
        "invalid_transition",
    )
    def patch(self, body: Json, id_: VariantId) -> ProductVariantView:
        """Change a variant's options, barcode or weight. It takes effect at once."""
        command = ChangeVariant(
            actor=context.signed_in(),
            variant_id=id_,
            clear_options=is_null(body, "options"),
            clear_barcode=is_null(body, "barcode"),
            clear_weight=is_null(body, "weight"),
            **body,
        )
        return _read(context.perform(change_variant, command))

    @blp.allow(MEMBER)
    @blp.examples({"id": examples.ORCHARD_VARIANT_ID})
    @blp.response(204)
    @blp.problems("last_variant", "invalid_transition")
    def delete(self, id_: VariantId) -> None:
        """Remove a variant, and everybody's offers of it."""
        context.perform(remove_variant, RemoveVariant(actor=context.signed_in(), variant_id=id_))


def _read(variant_id: VariantId) -> ProductVariantView:
    with context.reader() as read:
        return read.products.variant(variant_id, context.current_actor())
