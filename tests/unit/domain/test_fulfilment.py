"""What becomes of an order when its units leave, arrive or come back."""

from typing import Any

import pytest

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import OrderLine
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.shared.ids import OrderLineId
from tests.factories import LATER, NOW, a_line, a_seller, a_seller_order, an_order, new_id


def placed(*quantities: int, paid: PaymentStatus = PaymentStatus.PAID) -> Order:
    """Of two sellers: the lines are the first one's, the other has one unit."""
    first = a_seller_order(
        a_seller(), *(a_line(quantity=each) for each in quantities), payment_status=paid
    )
    second = a_seller_order(a_seller(), a_line(), position=2, payment_status=paid)
    return an_order(None, first, second, finalised_at=NOW)


def lines(order: Order) -> list[OrderLine]:
    return order.seller_orders[0].lines


def ship(order: Order, *quantities: int) -> dict[OrderLineId, int]:
    """So many of each line; nothing named: all that is open."""
    wanted = dict(zip([line.id for line in lines(order)], quantities, strict=False))
    named = {line: quantity for line, quantity in wanted.items() if quantity}
    return dict(order.ship(order.seller_orders[0], named, NOW))


def statuses(order: Order) -> tuple[FulfilmentStatus, FulfilmentStatus]:
    """Of the first part, and of the whole."""
    order.derive_fulfilment(LATER)
    assert order.status is OrderStatus.PLACED
    return order.seller_orders[0].fulfilment_status, order.fulfilment_status


def cancel(order: Order, wanted: Any = None) -> None:
    order.cancel(wanted, [order.seller_orders[0]], settled={}, by=By.BUYER, reason=None, now=NOW)


def test_all_that_is_open_leaves_where_nothing_is_named() -> None:
    order = placed(2, 3)
    cancel(order, {lines(order)[0].id: 1})

    assert list(ship(order).values()) == [1, 3]

    assert [line.open for line in lines(order)] == [0, 0]
    entry = order.drain_entries()[-1]
    assert (entry.kind, entry.by) == (OrderEntryKind.SHIPPED, By.SELLER)
    assert list(entry.lines.values()) == [1, 3]
    with pytest.raises(Conflict) as refused:
        ship(order)
    assert refused.value.code == "not_open"


def test_never_more_leaves_than_is_open() -> None:
    order = placed(3)
    ship(order, 2)

    with pytest.raises(Conflict) as refused:
        ship(order, 2)

    assert (refused.value.code, refused.value.params["open"]) == ("not_open", 1)
    assert [line.shipped for line in lines(order)] == [2]


def test_what_one_line_lacks_keeps_the_others_here() -> None:
    order = placed(1, 1)

    with pytest.raises(Conflict):
        ship(order, 1, 2)

    assert [line.shipped for line in lines(order)] == [0, 0]


def test_lines_of_others_are_unknown() -> None:
    order = placed(1)
    stranger = order.seller_orders[1].lines[0].id

    for line in (stranger, OrderLineId(new_id())):
        with pytest.raises(RuleViolated) as refused:
            order.ship(order.seller_orders[0], {line: 1}, NOW)
        assert refused.value.code == "unknown_id"


@pytest.mark.parametrize("paid", PaymentStatus)
def test_it_leaves_only_when_it_is_paid(paid: PaymentStatus) -> None:
    order = placed(1, paid=paid)

    if paid in ("authorized", "paid", "partiallyRefunded"):
        assert ship(order)
    else:
        with pytest.raises(Conflict) as refused:
            ship(order)
        assert refused.value.code == "not_paid"


def test_the_way_of_an_order() -> None:
    order = placed(2, 1)
    part, other = order.seller_orders

    assert statuses(order) == ("unfulfilled", "unfulfilled")
    first = ship(order, 1)
    assert statuses(order) == ("partiallyFulfilled", "partiallyFulfilled")
    rest = ship(order)
    assert statuses(order) == ("fulfilled", "partiallyFulfilled")
    order.deliver(part.id, first, NOW)
    assert statuses(order) == ("fulfilled", "partiallyFulfilled")
    order.deliver(part.id, rest, NOW)
    assert statuses(order) == ("delivered", "partiallyFulfilled")
    units = order.ship(other, {}, NOW)
    assert statuses(order) == ("delivered", "fulfilled")
    assert list(order.take_back(other.id, units, NOW)) == [other.lines[0].offer_id]
    assert statuses(order) == ("delivered", "delivered")
    assert other.fulfilment_status is FulfilmentStatus.RETURNED


def test_what_is_cancelled_counts_no_more() -> None:
    order = placed(3)
    ship(order, 2)

    cancel(order, {lines(order)[0].id: 1})

    assert statuses(order)[0] == "fulfilled"


def test_all_of_it_comes_back() -> None:
    order = placed(2)
    other = order.seller_orders[1]
    order.take_back(order.seller_orders[0].id, ship(order), NOW)
    order.take_back(other.id, order.ship(other, {}, NOW), NOW)

    assert statuses(order) == ("returned", "returned")
    assert order.seller_orders[0].lines[0].open == 0


def test_what_has_left_cannot_be_cancelled() -> None:
    order = placed(2, 1)
    ship(order, 1)

    for wanted in (None, {lines(order)[0].id: 2}):
        with pytest.raises(Conflict) as refused:
            cancel(order, wanted)
        assert refused.value.code == "not_cancellable"
