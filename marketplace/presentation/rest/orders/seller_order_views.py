"""Seller orders: the parts that sellers fulfil."""

from flask.views import MethodView

from marketplace.application.orders.cancelling import cancel_seller_order
from marketplace.application.orders.commands import CancelSellerOrder
from marketplace.application.orders.queries import SellerOrderView
from marketplace.domain.shared.ids import OperationId, SellerOrderId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.orders import examples
from marketplace.presentation.rest.orders.schemas import (
    CancellationSchema,
    SellerOrderSchema,
    quantities,
)
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json

blp = Blueprint("seller-orders", __name__, description="The parts of orders that sellers fulfil")


@blp.route("/seller-orders/<id>", examples={"id": examples.SELLER_ORDER_ID})
class SellerOrder(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, SellerOrderSchema, example=examples.SELLER_ORDER)
    def get(self, id_: SellerOrderId) -> SellerOrderView:
        """Read a seller order."""
        return _read(id_)


@blp.route("/seller-orders/<id>/cancel", examples={"id": examples.CANCELLABLE_PART_ID})
class SellerOrderCancellation(MethodView):
    @blp.named("cancelSellerOrder")
    @blp.allow(MEMBER | ADMIN)
    @blp.idempotent(required=True)
    @blp.arguments(CancellationSchema, required=False, example={"reason": "Out of stock"})
    @blp.response(200, SellerOrderSchema, example=examples.CANCELLED_PART)
    @blp.problems("not_cancellable", "payment_in_progress", "unknown_id")
    def post(self, body: Json, id_: SellerOrderId) -> SellerOrderView:
        """Cancel the part of one seller, or units of its lines.

        Units go back to stock, and what was paid for them to the buyer; the shipping too, once
        nothing of the part is left.
        """
        lines = body.get("lines")
        command = CancelSellerOrder(
            actor=context.signed_in(),
            seller_order_id=id_,
            operation_id=OperationId(context.new_id()),
            lines=None if lines is None else quantities(lines),
            reason=body.get("reason"),
        )
        cancel_seller_order(context.new_uow(), command, providers=context.ports().providers)
        return _read(id_)


def _read(seller_order_id: SellerOrderId) -> SellerOrderView:
    with context.reader() as read:
        return read.orders.get_part(seller_order_id, context.signed_in())
