"""Payments: capturing, refunding, voiding, and what providers tell."""

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.views import MethodView

from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.payments.commands import (
    CapturePayment,
    ReceiveProviderEvent,
    RefundPayment,
    VoidPayment,
)
from marketplace.application.payments.queries import PaymentDetailView, RefundView
from marketplace.application.payments.services import (
    capture_payment,
    refund_payment,
    void_payment,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import OperationId, PaymentId
from marketplace.presentation.rest import context, fields
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.orders.examples import PAYMENT_ID
from marketplace.presentation.rest.orders.schemas import quantities
from marketplace.presentation.rest.payments import examples
from marketplace.presentation.rest.payments.schemas import (
    PartOfPaymentSchema,
    PaymentDetailSchema,
    RefundSchema,
    VoidInputSchema,
)
from marketplace.presentation.rest.policies import ADMIN, MEMBER, PUBLIC
from marketplace.presentation.rest.schema import Json

blp = Blueprint("payments", __name__, description="The money of orders")


@blp.route("/payments/<id>", examples={"id": PAYMENT_ID})
class Payment(MethodView):
    @blp.allow(ADMIN)
    @blp.response(200, PaymentDetailSchema, example=examples.PAYMENT)
    def get(self, id_: PaymentId) -> PaymentDetailView:
        """Read a payment with its ledger."""
        return _read(id_)


@blp.route("/payments/<id>/capture", examples={"id": examples.AUTHORIZED_ID})
class PaymentCapture(MethodView):
    @blp.named("capturePayment")
    @blp.allow(MEMBER | ADMIN)
    @blp.idempotent(required=True)
    @blp.arguments(PartOfPaymentSchema, required=False, example={"amount": 500})
    @blp.response(200, PaymentDetailSchema, example=examples.CAPTURED)
    @blp.problems(
        "invalid_transition", "capture_too_high", "amount_or_lines", "unknown_id", "payment_unknown"
    )
    def post(self, body: Json, id_: PaymentId) -> PaymentDetailView:
        """Take money that is authorised.

        Sellers take what pays their part, administrators all of it; an amount is divided over the
        parts in proportion to what is left of each.
        """
        command = CapturePayment(
            actor=context.signed_in(),
            payment_id=id_,
            operation_id=OperationId(context.new_id()),
            **_part_of_payment(body),
        )
        capture_payment(context.new_uow(), command, providers=context.ports().providers)
        return _read(id_)


@blp.route("/payments/<id>/refunds", examples={"id": PAYMENT_ID})
class PaymentRefunds(MethodView):
    @blp.named("refundPayment")
    @blp.allow(MEMBER | ADMIN)
    @blp.idempotent(required=True)
    @blp.arguments(
        PartOfPaymentSchema, required=False, example={"amount": 100, "reason": "Damaged"}
    )
    @blp.response(201, RefundSchema, example=examples.REFUND)
    @blp.problems("refund_too_high", "amount_or_lines", "unknown_id")
    def post(self, body: Json, id_: PaymentId) -> tuple[RefundView, dict[str, str]]:
        """Give money back, of what was captured and not refunded.

        Sellers give back what paid their part, administrators all of it. The refund is `pending`
        where the provider did not answer: it is asked again until it does.
        """
        actor = context.signed_in()
        command = RefundPayment(
            actor=actor,
            payment_id=id_,
            operation_id=OperationId(context.new_id()),
            **_part_of_payment(body),
        )
        refund_id = refund_payment(context.new_uow(), command, providers=context.ports().providers)
        with context.reader() as read:
            refund = read.payments.refund(id_, refund_id, actor)
        return refund, context.location("payments.PaymentRefund", id=id_, refund=refund_id)


@blp.route(
    "/payments/<id>/refunds/<refund>",
    path={"refund": fields.Id()},
    examples={"id": examples.REFUNDED_ID, "refund": examples.REFUND_ID},
)
class PaymentRefund(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, RefundSchema, example=examples.REFUND)
    def get(self, id_: PaymentId, refund: OperationId) -> RefundView:
        """Read a refund."""
        with context.reader() as read:
            return read.payments.refund(id_, refund, context.signed_in())


@blp.route("/payments/<id>/void", examples={"id": examples.VOIDABLE_ID})
class PaymentVoid(MethodView):
    @blp.named("voidPayment")
    @blp.allow(ADMIN)
    @blp.idempotent(required=True)
    @blp.arguments(VoidInputSchema, required=False, example={"reason": "Fraud"})
    @blp.response(200, PaymentDetailSchema, example=examples.VOIDED)
    @blp.problems("invalid_transition", "payment_unknown")
    def post(self, body: Json, id_: PaymentId) -> PaymentDetailView:
        """Let go of money that is authorised, or bar a payment that is pending.

        The order stays: cancel it to give its units back too.
        """
        command = VoidPayment(
            actor=context.signed_in(),
            payment_id=id_,
            operation_id=OperationId(context.new_id()),
            reason=body.get("reason"),
        )
        void_payment(context.new_uow(), command, providers=context.ports().providers)
        return _read(id_)


@blp.route(
    "/payments/webhooks/<provider>",
    path={"provider": fields.Slug()},
    examples={"provider": "sandbox"},
)
class PaymentWebhooks(MethodView):
    @blp.named("receivePaymentEvent")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.takes_bytes("An event in the form of the provider, signed by it")
    @blp.response(204)
    @blp.problems("invalid_signature", "invalid_event")
    def post(self, provider: str) -> None:
        """Receive an event of a payment provider.

        Each event counts once, however often it comes and in whatever order.
        """
        known = context.ports().providers.get(provider)
        if known is None:
            raise NotFound("payment provider", provider)
        event = known.event(dict(request.headers), request.get_data())
        receive_provider_event(
            context.new_uow(), ReceiveProviderEvent(provider=known.name, event=event)
        )


def _read(payment_id: PaymentId) -> PaymentDetailView:
    with context.reader() as read:
        return read.payments.get(payment_id, context.signed_in())


def _part_of_payment(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "lines": quantities(body.get("lines") or ())}
