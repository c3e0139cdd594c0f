"""From a cart to an order."""

from flask.views import MethodView

from marketplace.application.orders.commands import OrderItem, QuoteOrder
from marketplace.application.orders.quoting import Quote, quote_order
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.checkout import examples
from marketplace.presentation.rest.checkout.schemas import (
    CheckoutSchema,
    QuoteInputSchema,
    QuoteSchema,
)
from marketplace.presentation.rest.orders.placing import (
    PRICING_PROBLEMS,
    PROBLEMS,
    PlacedOrderView,
    destination,
    place,
)
from marketplace.presentation.rest.orders.schemas import PlacedOrderSchema
from marketplace.presentation.rest.policies import PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json

blp = Blueprint("checkout", __name__, description="From a cart to an order")


@blp.route("/checkout/quote")
class CheckoutQuote(MethodView):
    @blp.named("quoteOrder")
    @blp.allow(SIGNED_IN | PUBLIC)
    @blp.idempotent(required=None)
    @blp.arguments(QuoteInputSchema, example=examples.NEW_QUOTE)
    @blp.response(200, QuoteSchema, example=examples.QUOTE)
    @blp.problems(*PRICING_PROBLEMS, "unauthenticated")
    def post(self, body: Json) -> Quote:
        """Ask what items, or what your cart holds, would cost.

        Nothing is written or reserved. What cannot be bought as it is wanted is no refusal:
        `changes` tells of it, and the amounts are those of what is left. `total` is what checkout
        compares with `expectedTotal`.
        """
        items = body.get("items")
        command = QuoteOrder(
            actor=context.signed_in() if items is None else context.current_actor(),
            items=None if items is None else [OrderItem(**item) for item in items],
            shipping_address=destination(body),
            shipping=body.get("shipping", {}),
        )
        return quote_order(
            context.new_uow(),
            command,
            payment_methods=context.ports().providers,
            new_id=context.new_id,
        )


@blp.route("/checkout")
class Checkout(MethodView):
    @blp.named("checkOut")
    @blp.allow(SIGNED_IN)
    @blp.idempotent(required=True)
    @blp.arguments(CheckoutSchema, example=examples.CHECKOUT)
    @blp.response(201, PlacedOrderSchema, example=examples.CHECKED_OUT)
    @blp.problems(*PROBLEMS, "cart_empty", "checkout_in_progress")
    def post(self, body: Json) -> tuple[PlacedOrderView, dict[str, str]]:
        """Buy what your cart holds, as `GET /cart` shows it.

        The cart is empty afterwards, but for what was put again meanwhile; where the payment is
        declined it stays. When the answer is lost, repeat the request with the same
        Idempotency-Key.
        """
        return place(body, context.signed_in(), None)
