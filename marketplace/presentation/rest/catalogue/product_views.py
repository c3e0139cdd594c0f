"""Products: browsing, and their way into the catalogue."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from marketplace.application.catalogue.commands import (
    ApproveProduct,
    ArchiveProduct,
    CreateProduct,
    NewVariant,
    RejectProduct,
    ReviseProduct,
    SubmitProduct,
)
from marketplace.application.catalogue.queries import (
    ModeratedProductView,
    ProductSummaryView,
    ProductView,
)
from marketplace.application.catalogue.search import SearchPage
from marketplace.application.catalogue.services import (
    approve_product,
    archive_product,
    create_product,
    reject_product,
    revise_product,
    submit_product,
)
from marketplace.application.paging import Page
from marketplace.application.stamped import Stamped
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.catalogue import examples
from marketplace.presentation.rest.catalogue.schemas import (
    ModeratedProductSchema,
    ModerationQuerySchema,
    ProductInputSchema,
    ProductPatchSchema,
    ProductSchema,
    ProductSummarySchema,
    SellerProductQuerySchema,
)
from marketplace.presentation.rest.catalogue.search_schemas import (
    FacetSchema,
    ProductQuerySchema,
    take_search,
)
from marketplace.presentation.rest.pages import take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json
from marketplace.presentation.rest.sellers.schemas import ReasonSchema

blp = Blueprint("products", __name__, description="What is for sale")


@blp.route("/products")
class Products(MethodView):
    @blp.allow(PUBLIC)
    @blp.arguments(ProductQuerySchema, location="query")
    @blp.response(
        200,
        ProductSummarySchema,
        kind="page",
        beside={"facets": FacetSchema},
        example=examples.PRODUCT_SUMMARY,
    )
    def get(self, query: Json) -> SearchPage:
        """Search, filter and list what is for sale.

        Filters and orders may lag behind the stock by seconds; what is shown does not.
        """
        with context.reader() as read:
            return read.search.find(take_search(query))

    @blp.allow(MEMBER)
    @blp.arguments(ProductInputSchema, example=examples.NEW_PRODUCT)
    @blp.response(201, ProductSchema, example=examples.product("draft", 1))
    @blp.problems(
        "sku_taken",
        "seller_required",
        "unknown_seller",
        "unknown_category",
        "invalid_attribute",
        "invalid_barcode",
        "invalid_weight",
        "invalid_price",
        "invalid_stock",
        "invalid_text",
        "options_differ",
        "duplicate_options",
    )
    def post(self, body: Json) -> tuple[Stamped[ProductView], dict[str, str]]:
        """Describe a product as a draft, with an offer for each variant.

        Submit it to have it published.
        """
        body["variants"] = [NewVariant(**variant) for variant in body["variants"]]
        command = CreateProduct(
            actor=context.signed_in(), product_id=ProductId(context.new_id()), **body
        )
        product_id = context.perform(create_product, command, new_id=context.new_id)
        return _read(product_id), context.location("products.Product", product=product_id)


@blp.route("/products/<product>", examples={"product": "the-silent-harbour"})
class Product(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.response(200, ProductSchema, example=examples.product("published", 3))
    @blp.redirects("The product has another slug now")
    def get(self, product: ProductId | str) -> Stamped[ProductView] | Response:
        """Read a product with its variants and offers.

        Members of its seller and administrators read it in every status, everybody else once it
        is published. A slug that it had once leads to the one it has now.
        """
        try:
            return _read(product)
        except NotFound:
            if isinstance(product, UUID) or (slug := _moved_to(product)) is None:
                raise
            return _redirect(slug)

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"If-Match": "*"})
    @blp.arguments(ProductPatchSchema, example=examples.PRODUCT_PATCH)
    @blp.response(
        200,
        ProductSchema,
        example=examples.product("published", 4, pendingChanges=examples.PROPOSED),
    )
    @blp.problems(
        "invalid_transition",
        "unknown_category",
        "invalid_attribute",
        "too_many_attributes",
        "invalid_text",
    )
    def patch(self, body: Json, product: ProductId | str) -> Stamped[ProductView]:
        """Change what a product says of itself.

        Changes of a published product wait in `pendingChanges` for an administrator, unless
        moderation is off. A rejected product becomes a draft again. The slug follows the name
        once it takes effect.
        """
        command = ReviseProduct(
            actor=context.signed_in(),
            product=product,
            precondition=context.precondition(),
            clear_attributes="attributes" in body and body["attributes"] is None,
            **_emptied(body),
        )
        return _read(
            context.perform(revise_product, command, moderation=context.rules().moderation)
        )


@blp.route("/products/<product>/submit", examples={"product": "the-hidden-orchard"})
class ProductSubmission(MethodView):
    @blp.named("submitProduct")
    @blp.allow(MEMBER)
    @blp.response(200, ProductSchema, example=examples.product("pending", 2))
    @blp.problems("invalid_transition", "seller_not_approved")
    def post(self, product: ProductId | str) -> Stamped[ProductView]:
        """Ask for a draft to be published."""
        command = SubmitProduct(actor=context.signed_in(), product=product)
        return _act(submit_product, command, product, moderation=context.rules().moderation)


@blp.route("/products/<product>/archive", examples={"product": "last-summers-almanac"})
class ProductArchival(MethodView):
    @blp.named("archiveProduct")
    @blp.allow(MEMBER)
    @blp.response(200, ProductSchema, example=examples.product("archived", 4))
    @blp.problems("invalid_transition")
    def post(self, product: ProductId | str) -> Stamped[ProductView]:
        """Take a published product out of the catalogue. That is final."""
        command = ArchiveProduct(actor=context.signed_in(), product=product)
        return _act(archive_product, command, product)


@blp.route("/products/<product>/approve", examples={"product": "winter-letters"})
class ProductApproval(MethodView):
    @blp.named("approveProduct")
    @blp.allow(ADMIN)
    @blp.response(200, ProductSchema, example=examples.product("published", 3))
    @blp.problems("invalid_transition", "category_gone", "invalid_attribute", "invalid_text")
    def post(self, product: ProductId | str) -> Stamped[ProductView]:
        """Publish a product that was submitted, or the changes of one that is published."""
        command = ApproveProduct(actor=context.signed_in(), product=product)
        return _act(approve_product, command, product)


@blp.route("/products/<product>/reject", examples={"product": "unsigned-poems"})
class ProductRejection(MethodView):
    @blp.named("rejectProduct")
    @blp.allow(ADMIN)
    @blp.arguments(ReasonSchema, example=examples.REJECTION)
    @blp.response(200, ProductSchema, example=examples.product("rejected", 3, **examples.REJECTION))
    @blp.problems("invalid_transition")
    def post(self, body: Json, product: ProductId | str) -> Stamped[ProductView]:
        """Turn down a product that was submitted, or the changes of one that is published."""
        command = RejectProduct(actor=context.signed_in(), product=product, **body)
        return _act(reject_product, command, product)


@blp.route("/sellers/<seller>/products", examples={"seller": "papyrus-books"})
class SellerProducts(MethodView):
    @blp.named("listSellerProducts")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(SellerProductQuerySchema, location="query")
    @blp.response(200, ProductSummarySchema, kind="page", example=examples.PRODUCT_SUMMARY)
    def get(self, query: Json, seller: SellerId | str) -> Page[ProductSummaryView]:
        """List a seller's products in every status, newest first."""
        page = take_page(query)
        with context.reader() as read:
            return read.products.list_of_seller(
                seller, page, query.get("status"), context.signed_in()
            )


@blp.route("/moderation/products")
class ModerationQueue(MethodView):
    @blp.named("listProductsForModeration")
    @blp.allow(ADMIN)
    @blp.arguments(ModerationQuerySchema, location="query")
    @blp.response(200, ModeratedProductSchema, kind="page", example=examples.WAITING)
    def get(self, query: Json) -> Page[ModeratedProductView]:
        """List products that wait for a decision, the longest waiting first.

        `diff` tells what an edit would change about a published product.
        """
        page = take_page(query)
        with context.reader() as read:
            return read.products.list_for_moderation(page, query.get("status"))


def _act(
    service: Callable[..., ProductId], command: object, product: ProductId | str, **ports: Any
) -> Stamped[ProductView]:
    context.perform(service, command, **ports)
    return _read(product)


def _emptied(body: Json) -> Json:
    """What null clears as its empty value."""
    empty: Json = {"description": "", "tags": []}
    return {
        name: empty[name] if name in empty and value is None else value
        for name, value in body.items()
    }


def _moved_to(slug: str) -> str | None:
    with context.reader() as read:
        return read.products.moved_to(slug, context.current_actor())


def _redirect(slug: str) -> Response:
    headers = context.location("products.Product", product=slug)
    # Slugs may come home: nobody should remember this for ever.
    return Response(status=301, headers={**headers, "Cache-Control": "private, no-cache"})


def _read(product: ProductId | str) -> Stamped[ProductView]:
    with context.reader() as read:
        return read.products.stamped(product, context.current_actor())
