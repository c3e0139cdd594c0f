"""The caller's cart."""

from flask.views import MethodView

from marketplace.application.carts.commands import (
    ClearCart,
    OpenCart,
    PutCartItem,
    RemoveCartItem,
)
from marketplace.application.carts.queries import CartView
from marketplace.application.carts.services import (
    clear_cart,
    open_cart,
    put_cart_item,
    remove_cart_item,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import CartId, OfferId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.carts import examples
from marketplace.presentation.rest.carts.schemas import CartItemInputSchema, CartSchema
from marketplace.presentation.rest.catalogue.examples import CLOTH_OFFER_ID, HARBOUR_OFFER_ID
from marketplace.presentation.rest.policies import SIGNED_IN
from marketplace.presentation.rest.schema import Json

blp = Blueprint("carts", __name__, description="What you are about to buy")


@blp.route("/cart")
class Cart(MethodView):
    @blp.named("getCart")
    @blp.allow(SIGNED_IN)
    @blp.response(200, CartSchema, example=examples.CART)
    def get(self) -> CartView:
        """Read your cart, with prices and stock as they are now.

        What is shown is what an order of the cart would hold. `changes` tells how that differs
        from what you put, until you put the item again or remove it.
        """
        cart = _find()
        if cart is None:
            command = OpenCart(actor=context.signed_in(), cart_id=CartId(context.new_id()))
            context.perform(open_cart, command)
            cart = _find()
        return _found(cart)

    @blp.named("clearCart")
    @blp.allow(SIGNED_IN)
    @blp.response(204)
    def delete(self) -> None:
        """Empty your cart."""
        context.perform(clear_cart, ClearCart(actor=context.signed_in()))


@blp.route("/cart/items/<offerId>")
class CartItem(MethodView):
    @blp.named("putCartItem")
    @blp.allow(SIGNED_IN)
    @blp.examples({"offerId": HARBOUR_OFFER_ID})
    @blp.arguments(CartItemInputSchema, example=examples.ITEM)
    @blp.response(200, CartSchema, example=examples.FRESH_CART)
    @blp.problems("offer_unavailable", "out_of_stock", "cart_full", "amount_out_of_range")
    def put(self, body: Json, offer_id: OfferId) -> CartView:
        """Put so many units of an offer into your cart, however many were there before.

        It reserves nothing.
        """
        command = PutCartItem(
            actor=context.signed_in(),
            cart_id=CartId(context.new_id()),
            offer_id=offer_id,
            quantity=body["quantity"],
        )
        context.perform(put_cart_item, command)
        return _found(_find())

    @blp.named("removeCartItem")
    @blp.allow(SIGNED_IN)
    @blp.examples({"offerId": CLOTH_OFFER_ID})
    @blp.response(204)
    def delete(self, offer_id: OfferId) -> None:
        """Remove an offer from your cart. One that is not in it is removed already."""
        context.perform(
            remove_cart_item, RemoveCartItem(actor=context.signed_in(), offer_id=offer_id)
        )


def _find() -> CartView | None:
    with context.reader() as read:
        return read.carts.find(context.signed_in())


def _found(cart: CartView | None) -> CartView:
    if cart is None:
        raise NotFound("cart", "of yours")
    return cart
