"""Shipping what was ordered, and what carriers tell of it.

The order is locked first, as everywhere; then the shipment, then stock.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from marketplace.application.idempotency import EffectResumed
from marketplace.application.ports import CarrierEvent, Carriers, IdFactory
from marketplace.application.shipping.shipment_commands import (
    CreateShipment,
    ReceiveCarrierEvent,
    ReportShipmentEvent,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, MarketplaceError, NotFound, RuleViolated
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.shared.ids import OrderId, ShipmentEventId, ShipmentId
from marketplace.domain.shipping.shipment import Shipment, Told
from marketplace.domain.shipping.statuses import ShipmentStatus

MOST_PARCELS = 20
"""That one event of a carrier is taken to be about."""


@transaction_step
def create_shipment(uow: UnitOfWork, command: CreateShipment, *, carriers: Carriers) -> ShipmentId:
    """Units leave the warehouse: they are neither on hand nor allocated any more.

    Raises:
        NotFound, Forbidden: the actor sells nothing here; reads only.
        RuleViolated: `unknown_id`, a line of something else.
        Conflict: `not_paid`; `not_open`, so many units are not open.
    """
    with uow:
        order = uow.orders.get_for_update(uow.orders.holding(command.seller_order_id))
        part = order.part(command.seller_order_id)
        if order.finalised_at is None:
            raise NotFound("seller order", part.id)
        command.actor.require_manager(
            part.seller_id, what="seller order", key=part.id, visible=False
        )
        units = order.ship(part, command.lines, uow.now)
        carrier = carriers.get(command.carrier)
        number, url = command.tracking_number, command.tracking_url
        if carrier is not None:
            number = number or carrier.tracking_number(command.shipment_id)
            url = url or carrier.tracking_url(number)
        shipment = Shipment.create(
            id=command.shipment_id,
            order_id=order.id,
            seller_order_id=part.id,
            seller_id=part.seller_id,
            carrier=command.carrier,
            tracking_number=number,
            tracking_url=url,
            estimated_delivery_at=(
                carrier.estimate(_handed_over_at(order, part, uow.now)) if carrier else None
            ),
            units=units,
            now=uow.now,
        )
        uow.shipments.add(shipment)
        offers = {line.id: line.offer_id for line in part.lines}
        uow.stock.ship(order.id, {offers[line]: quantity for line, quantity in units.items()})
        order.derive_fulfilment(uow.now)
        uow.orders.save(order)
        uow.commit()
    return command.shipment_id


def _handed_over_at(order: Order, part: SellerOrder, now: datetime) -> datetime:
    """What was said when it was ordered; now, where that is over."""
    return max(now, order.placed_at + timedelta(days=part.handling_days or 0))


def report_shipment_event(
    uow: UnitOfWork, command: ReportShipmentEvent
) -> tuple[ShipmentEventId, bool]:
    """The event that is stored, and whether it was not known before.

    Raises as `create_shipment`; `in_the_future`, `invalid_transition`, `too_many_events`.
    """
    try:
        event_id = _report(uow, command)
    except EffectResumed as resumed:
        # Reported again under the id that it had then: that finds it, or what it was a repeat of.
        command = replace(command, event_id=ShipmentEventId(resumed.makes))
        event_id = _report(uow, command)
    return event_id, event_id == command.event_id


@transaction_step
def _report(uow: UnitOfWork, command: ReportShipmentEvent) -> ShipmentEventId:
    with uow:
        shipment_id = command.shipment_id
        order = uow.orders.get_for_update(uow.shipments.order_of(shipment_id))
        shipment = uow.shipments.get_for_update(shipment_id)
        command.actor.require_manager(
            shipment.seller_id, what="shipment", key=shipment_id, visible=False
        )
        event_id = _tell(uow, order, shipment, command, command.event_id, command.external_id)
        uow.commit()
    return event_id


def receive_carrier_event(
    uow: UnitOfWork, command: ReceiveCarrierEvent, *, new_id: IdFactory
) -> None:
    """Take over what a carrier says. What it said before changes nothing.

    Raises:
        NotFound: it never got such a parcel from here.
        RuleViolated, Conflict: as `report_shipment_event`.
    """
    parcels = _parcels(uow, command)
    refusals: list[MarketplaceError] = []
    for shipment_id, order_id in parcels:
        # Sellers write numbers down as they like: one who copies another's hides nothing from it.
        try:
            _receive(uow, shipment_id, order_id, command.event, ShipmentEventId(new_id()))
        except (Conflict, RuleViolated) as error:
            refusals.append(error)
    if len(refusals) == len(parcels):
        raise refusals[0]


@transaction_step
def _parcels(uow: UnitOfWork, command: ReceiveCarrierEvent) -> Sequence[tuple[ShipmentId, OrderId]]:
    with uow:
        number = command.event.tracking_number
        found = uow.shipments.tracked(command.carrier, number, MOST_PARCELS)
    if not found:
        raise NotFound("shipment", number)
    return found


@transaction_step
def _receive(
    uow: UnitOfWork,
    shipment_id: ShipmentId,
    order_id: OrderId,
    event: CarrierEvent,
    event_id: ShipmentEventId,
) -> None:
    with uow:
        order = uow.orders.get_for_update(order_id)
        shipment = uow.shipments.get_for_update(shipment_id)
        _tell(uow, order, shipment, event, event_id, event.id)
        uow.commit()


def _tell(
    uow: UnitOfWork,
    order: Order,
    shipment: Shipment,
    said: ReportShipmentEvent | CarrierEvent,
    event_id: ShipmentEventId,
    external_id: str | None,
) -> ShipmentEventId:
    told, event = shipment.tell(
        said.status,
        id=event_id,
        occurred_at=said.occurred_at,
        location=said.location,
        external_id=external_id,
        now=uow.now,
    )
    if told is Told.NEWS:
        _follow(uow, order, shipment)
    return event.id


def _follow(uow: UnitOfWork, order: Order, shipment: Shipment) -> None:
    """What becomes of the order where the shipment is now."""
    part_id, units = shipment.seller_order_id, shipment.units
    if shipment.status is ShipmentStatus.DELIVERED:
        order.deliver(part_id, units, uow.now)
    elif shipment.status is ShipmentStatus.RETURNED:
        uow.stock.take_back(order.id, order.take_back(part_id, units, uow.now))
    else:
        return
    order.derive_fulfilment(uow.now)
    uow.orders.save(order)
