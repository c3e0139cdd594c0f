"""What follows from events, at least once and yet only once where it counts."""

from uuid import UUID

import pytest

from marketplace.application.ports import Mail
from marketplace.application.subscriptions import subscriptions
from marketplace.domain.orders.events import OrderPlaced
from marketplace.domain.shared.ids import OrderId
from tests.factories import NOW, new_id
from tests.fakes import FakeDatabase, FakeMailer

EVENT_ID = UUID(int=7)
EVENT = OrderPlaced(
    order_id=OrderId(new_id()),
    number="ORD-2026-000123",
    email="ada@example.com",
    seller_ids=(),
    occurred_at=NOW,
)


class BrokenMailer(FakeMailer):
    def send(self, mail: Mail) -> None:
        raise OSError("no route to host")


def deliver(database: FakeDatabase, mailer: FakeMailer) -> None:
    for handler in subscriptions(mailer=mailer)[OrderPlaced]:
        handler(database.unit_of_work(), EVENT_ID, EVENT)


def test_the_buyer_is_told_once() -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    deliver(database, mailer)
    deliver(database, mailer)
    (mail,) = mailer.sent
    assert (mail.to, mail.message_id) == ("ada@example.com", f"{EVENT_ID}@orders")
    assert "ORD-2026-000123" in mail.text


def test_a_mail_that_did_not_go_out_is_tried_again() -> None:
    database, mailer = FakeDatabase(), FakeMailer()
    with pytest.raises(OSError, match="route"):
        deliver(database, BrokenMailer())
    deliver(database, mailer)
    assert len(mailer.sent) == 1
