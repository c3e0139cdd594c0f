"""Orders."""

from flask.views import MethodView

from marketplace.application.actor import Actor, Guest
from marketplace.application.orders.cancelling import cancel_order
from marketplace.application.orders.commands import CancelOrder, OrderItem
from marketplace.application.orders.queries import (
    OrderEventView,
    OrderFilter,
    OrderView,
    SellerOrderView,
)
from marketplace.application.paging import Page
from marketplace.domain.shared.ids import OperationId, OrderId, SellerId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.orders import examples
from marketplace.presentation.rest.orders.placing import PROBLEMS, PlacedOrderView, place
from marketplace.presentation.rest.orders.schemas import (
    CancellationSchema,
    OrderEventSchema,
    OrderInputSchema,
    OrderQuerySchema,
    OrderSchema,
    PlacedOrderSchema,
    SellerOrderSchema,
    quantities,
)
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.policies import ADMIN, GUEST, MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.problems import Entry, RequestRefused
from marketplace.presentation.rest.schema import Json

blp = Blueprint("orders", __name__, description="Buying")


@blp.route("/orders")
class Orders(MethodView):
    @blp.allow(SIGNED_IN)
    @blp.arguments(OrderQuerySchema, location="query")
    @blp.response(200, OrderSchema, kind="page", example=examples.ORDER)
    def get(self, query: Json) -> Page[OrderView]:
        """List your orders, newest first. Administrators see everybody's."""
        page = take_page(query)
        with context.reader() as read:
            return read.orders.list(page, OrderFilter(**query), context.signed_in())

    @blp.named("placeOrder")
    @blp.allow(SIGNED_IN | PUBLIC)
    @blp.idempotent(required=True)
    @blp.arguments(OrderInputSchema, example=examples.NEW_ORDER)
    @blp.response(201, PlacedOrderSchema, example=examples.PLACED_ORDER)
    @blp.problems(*PROBLEMS, "offer_unavailable")
    def post(self, body: Json) -> tuple[PlacedOrderView, dict[str, str]]:
        """Buy.

        Stock is reserved, the payment made and the order placed, or none of it. When the answer
        is lost, repeat the request with the same Idempotency-Key.

        Without an account, give your e-mail address. `accessToken` in the answer then reads and
        cancels the order.
        """
        items = [OrderItem(**item) for item in body["items"]]
        return place(body, _buyer(body.get("email")), items)


@blp.route("/orders/<order>", examples={"order": examples.ORDER_ID})
class Order(MethodView):
    @blp.allow(SIGNED_IN | GUEST)
    @blp.response(200, OrderSchema, example=examples.ORDER)
    def get(self, order: OrderId | str) -> OrderView:
        """Read an order of yours. Administrators read everybody's."""
        with context.reader() as read:
            return read.orders.get(order, context.caller())


@blp.route("/orders/<order>/events", examples={"order": examples.ORDER_ID})
class OrderEvents(MethodView):
    @blp.named("listOrderEvents")
    @blp.allow(SIGNED_IN | GUEST)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, OrderEventSchema, kind="page", example=examples.EVENT)
    def get(self, query: Json, order: OrderId | str) -> Page[OrderEventView]:
        """List what happened to an order of yours, the oldest first."""
        page = take_page(query)
        with context.reader() as read:
            return read.orders.events(order, page, context.caller())


@blp.route("/orders/<order>/cancel", examples={"order": examples.CANCELLABLE_ID})
class OrderCancellation(MethodView):
    @blp.named("cancelOrder")
    @blp.allow(SIGNED_IN | GUEST)
    @blp.idempotent(required=True)
    @blp.arguments(CancellationSchema, required=False, example={"reason": "Ordered by mistake"})
    @blp.response(200, OrderSchema, example=examples.CANCELLED)
    @blp.problems("not_cancellable", "payment_in_progress", "unknown_id")
    def post(self, body: Json, order: OrderId | str) -> OrderView:
        """Cancel an order of yours, or units of its lines, until they are shipped.

        Units go back to stock, and what was paid for them to you; the shipping of a seller too,
        once nothing of its part is left.
        """
        lines = body.get("lines")
        command = CancelOrder(
            caller=context.caller(),
            order=order,
            operation_id=OperationId(context.new_id()),
            lines=None if lines is None else quantities(lines),
            reason=body.get("reason"),
        )
        order_id = cancel_order(context.new_uow(), command, providers=context.ports().providers)
        with context.reader() as read:
            return read.orders.get(order_id, command.caller)


@blp.route("/sellers/<seller>/orders", examples={"seller": "papyrus-books"})
class SellerOrders(MethodView):
    @blp.named("listSellerOrders")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(OrderQuerySchema, location="query")
    @blp.response(200, SellerOrderSchema, kind="page", example=examples.SELLER_ORDER)
    def get(self, query: Json, seller: SellerId | str) -> Page[SellerOrderView]:
        """List the parts of orders that a seller fulfils, newest first."""
        page = take_page(query)
        with context.reader() as read:
            return read.orders.list_of_seller(
                seller, page, OrderFilter(**query), context.signed_in()
            )


def _buyer(email: str | None) -> Actor | Guest:
    actor = context.current_actor()
    if actor is None and email is not None:
        return context.act_as_guest(email)
    if actor is not None and email is None:
        return actor
    code, message = (
        ("required", "Give it, or sign in.")
        if actor is None
        else (
            "unexpected",
            "Your account has one: leave it out.",
        )
    )
    raise RequestRefused(
        "invalid_request", "Please correct /email.", [Entry("body", "/email", code, message)]
    )
