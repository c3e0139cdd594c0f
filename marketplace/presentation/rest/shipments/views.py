"""Shipments: what left, where it is, and what carriers tell."""

from flask import Response, request
from flask.views import MethodView

from marketplace.application.shipping.shipment_commands import (
    CreateShipment,
    ReceiveCarrierEvent,
    ReportShipmentEvent,
)
from marketplace.application.shipping.shipment_queries import (
    ShipmentView,
    StoredShipmentEventView,
)
from marketplace.application.shipping.shipment_services import (
    create_shipment,
    receive_carrier_event,
    report_shipment_event,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import SellerOrderId, ShipmentEventId, ShipmentId
from marketplace.presentation.rest import context, fields
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.operation import Repeated
from marketplace.presentation.rest.orders.schemas import ShipmentSchema, quantities
from marketplace.presentation.rest.policies import ADMIN, GUEST, MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json
from marketplace.presentation.rest.shipments import examples
from marketplace.presentation.rest.shipments.packing_slips import HTML, packing_slip
from marketplace.presentation.rest.shipments.schemas import (
    ShipmentEventInputSchema,
    ShipmentInputSchema,
    StoredShipmentEventSchema,
)

EVENT_PROBLEMS = ("in_the_future", "invalid_transition", "too_many_events")

blp = Blueprint("shipments", __name__, description="What left, and where it is")


@blp.route("/seller-orders/<id>/shipments", examples={"id": examples.SHIPPABLE_PART_ID})
class Shipments(MethodView):
    @blp.allow(MEMBER)
    @blp.idempotent(required=True)
    @blp.arguments(ShipmentInputSchema, example=examples.NEW_SHIPMENT)
    @blp.response(201, ShipmentSchema, example=examples.CREATED)
    @blp.problems("not_paid", "not_open", "unknown_id", "invalid_text")
    def post(self, body: Json, id_: SellerOrderId) -> tuple[ShipmentView, dict[str, str]]:
        """Ship units of a seller order, or all that is open.

        They are neither on hand nor allocated any more. There may be several shipments, until
        nothing is open.
        """
        command = CreateShipment(
            actor=context.signed_in(),
            shipment_id=ShipmentId(context.new_id()),
            seller_order_id=id_,
            carrier=body["carrier"],
            tracking_number=body.get("tracking_number"),
            tracking_url=body.get("tracking_url"),
            lines=quantities(body.get("lines", ())),
        )
        shipment_id = context.perform(create_shipment, command, carriers=context.ports().carriers)
        return _read(shipment_id), context.location("shipments.Shipment", id=shipment_id)


@blp.route("/shipments/<id>", examples={"id": examples.SHIPMENT_ID})
class Shipment(MethodView):
    @blp.allow(SIGNED_IN | GUEST)
    @blp.response(200, ShipmentSchema, example=examples.SHIPMENT)
    def get(self, id_: ShipmentId) -> ShipmentView:
        """Read a shipment of an order or of a seller of yours. Administrators read all of them."""
        return _read(id_)


@blp.route("/shipments/<id>/events", examples={"id": examples.SHIPMENT_ID})
class ShipmentEvents(MethodView):
    @blp.named("reportShipmentEvent")
    @blp.allow(MEMBER)
    @blp.arguments(ShipmentEventInputSchema, example=examples.NEW_EVENT)
    @blp.response(201, StoredShipmentEventSchema, example=examples.EVENT)
    @blp.repeats("It is known under its `externalId`: this is what was stored then")
    @blp.problems(*EVENT_PROBLEMS)
    def post(
        self, body: Json, id_: ShipmentId
    ) -> tuple[StoredShipmentEventView | Repeated, dict[str, str]]:
        """Enter what a carrier tells.

        What is older than the newest that is known is filed, and the shipment stays where it is.
        """
        actor = context.signed_in()
        command = ReportShipmentEvent(
            actor=actor, event_id=ShipmentEventId(context.new_id()), shipment_id=id_, **body
        )
        event_id, is_new = report_shipment_event(context.new_uow(), command)
        with context.reader() as read:
            event = read.shipments.event(id_, event_id, actor)
        location = context.location("shipments.Shipment", id=id_)
        return event if is_new else Repeated(event), location


@blp.route("/shipments/<id>/packing-slip", examples={"id": examples.SHIPMENT_ID})
class PackingSlip(MethodView):
    @blp.named("printPackingSlip")
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, content_type=HTML, example=examples.PACKING_SLIP)
    def get(self, id_: ShipmentId) -> Response:
        """Download the slip that lies in the parcel, a page to be printed."""
        with context.reader() as read:
            return packing_slip(read.shipments.packing_slip(id_, context.signed_in()))


@blp.route(
    "/shipping/webhooks/<carrier>",
    path={"carrier": fields.Slug()},
    examples={"carrier": "sandbox"},
)
class CarrierWebhooks(MethodView):
    @blp.named("receiveCarrierEvent")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.takes_bytes("An event in the form of the carrier, signed by it")
    @blp.response(204)
    @blp.problems("invalid_signature", "invalid_event", *EVENT_PROBLEMS)
    def post(self, carrier: str) -> None:
        """Receive an event of a carrier.

        Each event counts once, however often it comes and in whatever order.
        """
        known = context.ports().carriers.get(carrier)
        if known is None:
            raise NotFound("carrier", carrier)
        event = known.event(dict(request.headers), request.get_data())
        command = ReceiveCarrierEvent(carrier=known.name, event=event)
        receive_carrier_event(context.new_uow(), command, new_id=context.new_id)


def _read(shipment_id: ShipmentId) -> ShipmentView:
    with context.reader() as read:
        return read.shipments.get(shipment_id, context.caller())
