"""How sellers ship."""

from flask.views import MethodView

from marketplace.application.paging import Page
from marketplace.application.shipping.commands import (
    ChangeShippingMethod,
    CreateShippingMethod,
    DeleteShippingMethod,
)
from marketplace.application.shipping.queries import ShippingMethodView
from marketplace.application.shipping.services import (
    change_shipping_method,
    create_shipping_method,
    delete_shipping_method,
)
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json, is_null
from marketplace.presentation.rest.shipping import examples
from marketplace.presentation.rest.shipping.schemas import (
    ShippingMethodInputSchema,
    ShippingMethodPatchSchema,
    ShippingMethodSchema,
    zones_of,
)

_REFUSED = (
    *("invalid_price", "invalid_text", "price_or_bands", "invalid_range", "overlapping_bands"),
    *("invalid_value", "too_many_entries"),
)

blp = Blueprint("shipping", __name__, description="How sellers ship, where to, and for how much")


@blp.route("/sellers/<seller>/shipping-methods", examples={"seller": "papyrus-books"})
class ShippingMethods(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, ShippingMethodSchema, kind="page", example=examples.BOOK_POST)
    def get(self, query: Json, seller: SellerId | str) -> Page[ShippingMethodView]:
        """List the ways in which a seller ships, by name."""
        page = take_page(query)
        with context.reader() as read:
            return read.shipping_methods.list_of_seller(seller, page, context.signed_in())

    @blp.allow(MEMBER)
    @blp.arguments(ShippingMethodInputSchema, example=examples.NEW_METHOD)
    @blp.response(201, ShippingMethodSchema, example=examples.CREATED)
    @blp.problems("too_many_shipping_methods", *_REFUSED)
    def post(self, body: Json, seller: SellerId | str) -> tuple[ShippingMethodView, dict[str, str]]:
        """Add a way of shipping.

        It is for orders in the currency of its price, to the countries named; with zones, to where
        one of them is, at what that says by weight, item total, item count or flat. A seller
        without any ships free of charge.
        """
        command = CreateShippingMethod(
            actor=context.signed_in(),
            seller=seller,
            method_id=ShippingMethodId(context.new_id()),
            **_terms(body),
        )
        method_id = context.perform(create_shipping_method, command)
        location = context.location("shipping.ShippingMethod", seller=seller, id=method_id)
        return _read(seller, method_id), location


@blp.route(
    "/sellers/<seller>/shipping-methods/<id>",
    examples={"seller": "papyrus-books", "id": examples.BOOK_POST_ID},
)
class ShippingMethod(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, ShippingMethodSchema, example=examples.BOOK_POST)
    def get(self, seller: SellerId | str, id_: ShippingMethodId) -> ShippingMethodView:
        """Read one of a seller's ways of shipping."""
        return _read(seller, id_)

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"id": examples.EXPRESS_ID, "If-Match": '"1"'})
    @blp.arguments(ShippingMethodPatchSchema, example=examples.PATCH)
    @blp.response(200, ShippingMethodSchema, example=examples.CHANGED)
    @blp.problems(*_REFUSED)
    def patch(
        self, body: Json, seller: SellerId | str, id_: ShippingMethodId
    ) -> ShippingMethodView:
        """Change a way of shipping. Orders that chose it stay what they are."""
        command = ChangeShippingMethod(
            actor=context.signed_in(),
            seller=seller,
            method_id=id_,
            precondition=context.precondition(),
            clear_carrier=is_null(body, "carrier"),
            clear_free_from=is_null(body, "free_from"),
            **_terms(body),
        )
        return _read(seller, context.perform(change_shipping_method, command))

    @blp.allow(MEMBER)
    @blp.versioned
    @blp.examples({"id": examples.COURIER_ID, "If-Match": '"1"'})
    @blp.response(204)
    def delete(self, seller: SellerId | str, id_: ShippingMethodId) -> None:
        """Delete a way of shipping. Orders keep what they show of it."""
        command = DeleteShippingMethod(
            actor=context.signed_in(),
            seller=seller,
            method_id=id_,
            precondition=context.precondition(),
        )
        context.perform(delete_shipping_method, command)


def _terms(body: Json) -> Json:
    return body | ({"zones": zones_of(body["zones"])} if "zones" in body else {})


def _read(seller: SellerId | str, method_id: ShippingMethodId) -> ShippingMethodView:
    with context.reader() as read:
        return read.shipping_methods.get(seller, method_id, context.signed_in())
