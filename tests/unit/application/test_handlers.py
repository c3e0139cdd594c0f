"""What follows from events, at least once and yet only once where it counts."""

from dataclasses import replace
from uuid import UUID

import pytest

from marketplace.application.ports import Mail
from marketplace.application.subscriptions import subscriptions
from marketplace.domain.orders.events import OrderCancelled, OrderPlaced
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId, SellerId, ShipmentId
from marketplace.domain.shipping.events import ShipmentCreated, ShipmentMoved
from tests.factories import NOW, new_id
from tests.fakes import FakeDatabase, FakeMailer

EVENT_ID = UUID(int=7)
PLACED = OrderPlaced(
    order_id=OrderId(new_id()),
    number="ORD-2026-000123",
    email="ada@example.com",
    seller_ids=(),
    occurred_at=NOW,
)
CANCELLED = OrderCancelled(
    order_id=PLACED.order_id,
    number=PLACED.number,
    email=PLACED.email,
    seller_order_ids=(),
    whole=True,
    occurred_at=NOW,
)
EVENTS = pytest.mark.parametrize("event", [PLACED, CANCELLED], ids=["placed", "cancelled"])


class BrokenMailer(FakeMailer):
    def send(self, mail: Mail) -> None:
        raise OSError("no route to host")


def deliver(database: FakeDatabase, mailer: FakeMailer, event: Event) -> None:
    for handler in subscriptions(mailer=mailer)[type(event)]:
        handler(database.unit_of_work(), EVENT_ID, event)


@EVENTS
def test_the_buyer_is_told_once(event: Event) -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    deliver(database, mailer, event)
    deliver(database, mailer, event)
    (mail,) = mailer.sent
    assert (mail.to, mail.message_id) == ("ada@example.com", f"{EVENT_ID}@orders")
    assert "ORD-2026-000123" in mail.text


@EVENTS
def test_a_mail_that_did_not_go_out_is_tried_again(event: Event) -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    with pytest.raises(OSError, match="route"):
        deliver(database, BrokenMailer(), event)
    deliver(database, mailer, event)
    assert len(mailer.sent) == 1


@pytest.mark.parametrize(("whole", "said"), [(True, "Your order"), (False, "A part of your order")])
def test_it_is_said_how_much_was_cancelled(whole: bool, said: str) -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    deliver(database, mailer, replace(CANCELLED, whole=whole))
    assert mailer.sent[0].subject == f"{said} ORD-2026-000123 was cancelled"


SHIPPED = ShipmentCreated(
    shipment_id=ShipmentId(new_id()),
    order_id=PLACED.order_id,
    seller_id=SellerId(new_id()),
    occurred_at=NOW,
)
MOVED = ShipmentMoved(
    shipment_id=SHIPPED.shipment_id,
    order_id=PLACED.order_id,
    seller_id=SHIPPED.seller_id,
    status="delivered",
    occurred_at=NOW,
)


@pytest.mark.parametrize("event", [PLACED, CANCELLED, SHIPPED, MOVED], ids=lambda each: type(each))
def test_the_order_is_counted_once_for_an_event(event: Event) -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    deliver(database, mailer, event)
    deliver(database, mailer, event)
    assert database.state.summarised == {PLACED.order_id: 1}


@EVENTS
def test_the_order_is_counted_though_a_mail_does_not_go_out(event: Event) -> None:
    database = FakeDatabase()
    with pytest.raises(OSError, match="route"):
        deliver(database, BrokenMailer(), event)
    assert database.state.summarised == {PLACED.order_id: 1}
