"""Orders that were made up: by the rules of the domain, at their times, and the same each time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.application.price_list import PricedOffer, PricedSeller, PriceList
from marketplace.domain.inventory.movement import MovementKind
from marketplace.domain.orders.parts import fulfilment_of
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.payments.statuses import PaymentState, status_of
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import TRANSITIONS, ShipmentStatus
from marketplace.infrastructure.seeding.orders.goods import Goods
from marketplace.infrastructure.seeding.orders.market import Market, NothingToOrder
from marketplace.infrastructure.seeding.orders.rows import Lines, Table
from marketplace.infrastructure.seeding.orders.shoppers import make_shoppers
from marketplace.infrastructure.seeding.orders.story import Story
from tests.factories import a_seller, a_shipping_method, eur

UNTIL = datetime(2026, 11, 24, 12, tzinfo=UTC)
SELLERS, OFFERS = 3, 40


def an_id(kind: int, number: int) -> UUID:
    return UUID(int=kind << 64 | number)


@cache
def goods(countries: tuple[str, ...] = ()) -> Goods:
    """Of sellers of which the last has no way of shipping, which is free."""
    sellers = {SellerId(an_id(1, number)): a_seller() for number in range(SELLERS)}
    priced = {
        seller_id: PricedSeller(
            name=seller.name,
            slug=seller.slug,
            methods=[a_shipping_method(seller, price=eur(490), carrier="GLS", countries=countries)]
            if seller_id != SellerId(an_id(1, SELLERS - 1)) or countries
            else [],
        )
        for seller_id, seller in sellers.items()
    }
    offers = [
        PricedOffer(
            offer_id=OfferId(an_id(2, number)),
            product_id=ProductId(an_id(3, number // 2)),
            variant_id=VariantId(an_id(4, number)),
            seller_id=SellerId(an_id(1, number % SELLERS)),
            sku=f"SKU\t{number}",
            name="A \\ name",
            slug="a-name",
            options={"size": "M"},
            price=Money(100 + 37 * number, "EUR"),
            purchasable=True,
            weight=0,
            available=0,
        )
        for number in range(OFFERS)
    ]
    by_offer = {offer.offer_id: offer for offer in offers}
    return Goods.of(list(by_offer), PriceList(by_offer=by_offer, by_product={}, sellers=priced))


def story(number: int, age: timedelta, seed: int = 1, countries: tuple[str, ...] = ()) -> Story:
    market = Market(seed, goods(countries), make_shoppers(seed, range(20)), UNTIL)
    random = Random(f"{seed}/{number}").random  # noqa: S311  plausible, not secret
    return Story(market, number, UNTIL - age, random)


def lines_of(made: Story) -> dict[str, Table]:
    lines = Lines()
    lines.tell(made)
    return lines.tables


numbers = st.integers(1, 10**6)
ages = st.timedeltas(timedelta(minutes=11), timedelta(days=60))


@settings(deadline=None)
@given(number=numbers, age=ages, seed=st.integers(0, 5))
def test_the_same_seed_and_number_make_the_same(number: int, age: timedelta, seed: int) -> None:
    assert lines_of(story(number, age, seed)) == lines_of(story(number, age, seed))


@settings(deadline=None)
@given(number=numbers, age=ages)
def test_money_adds_up(number: int, age: timedelta) -> None:
    made = story(number, age)
    order, payment = made.order, made.payment
    lines = list(order.lines)
    assert order.total == payment.amount
    assert order.total == Money.sum((part.total for part in order.seller_orders), "EUR")
    assert order.subtotal == Money.sum((line.unit_price * line.quantity for line in lines), "EUR")
    assert payment.status is status_of(payment.ledger)
    assert payment.unanswered == []
    for amounts, of_part in (
        (payment.captured, {part.id: part.captured for part in order.seller_orders}),
        (payment.refunded, {part.id: part.refunded for part in order.seller_orders}),
    ):
        assert amounts == of_part
    for part in order.seller_orders:
        assert 0 <= part.refunded.amount <= part.captured.amount <= part.total.amount
    if payment.status is PaymentState.CAPTURED:
        assert payment.captured_amount == order.total
        # Whatever was cancelled, the buyer has the money back for.
        for line in lines:
            assert line.refunded >= line.cancelled
    else:
        assert (payment.status, order.status) == (PaymentState.FAILED, OrderStatus.CANCELLED)


@settings(deadline=None)
@given(number=numbers, age=ages)
def test_units_add_up(number: int, age: timedelta) -> None:
    made = story(number, age)
    order = made.order
    held: Counter[OfferId] = Counter()
    sent: Counter[object] = Counter()
    for movement in made.desk.movements:
        if movement.kind is not MovementKind.RETURNED:
            held[movement.offer_id] += movement.quantity
    for parcel in made.parcels:
        sent.update(parcel.units)
    for line in order.lines:
        assert held[line.offer_id] == line.open
        assert sent[line.id] == line.shipped
        assert line.delivered + line.returned <= line.shipped <= line.quantity - line.cancelled
    assert order.fulfilment_status is fulfilment_of(list(order.lines))
    for part in order.seller_orders:
        assert part.fulfilment_status is fulfilment_of(part.lines)


@settings(deadline=None)
@given(number=numbers, age=ages)
def test_nothing_has_happened_yet_that_is_to_come(number: int, age: timedelta) -> None:
    made = story(number, age)
    soon = UNTIL + timedelta(seconds=2)
    entries = made.order.drain_entries()
    times = [entry.occurred_at for entry in entries]
    assert entries[0].kind == "placed"
    assert all(UNTIL - age <= at < soon for at in times)
    assert all(event.occurred_at < soon for event in made.payment.ledger.events)
    assert all(movement.occurred_at < soon for movement in made.desk.movements)
    for parcel in made.parcels:
        known, at = ShipmentStatus.CREATED, parcel.created_at
        for scan in parcel.scans:
            assert ShipmentStatus(scan.status) in TRANSITIONS[known]
            assert at < scan.occurred_at < scan.received_at < soon
            known, at = ShipmentStatus(scan.status), scan.occurred_at
        assert parcel.status is known


def test_ids_are_of_version_7_and_never_the_same() -> None:
    ids = [
        line.split("\t")[0]
        for number in range(1, 80)
        for name, (columns, lines) in lines_of(story(number, timedelta(days=20))).items()
        if columns.startswith("id,")
        for line in lines
    ]
    assert {UUID(each).version for each in ids} == {7}
    assert len(set(ids)) == len(ids)


def test_texts_are_escaped_and_every_line_has_all_columns() -> None:
    for columns, lines in lines_of(story(5, timedelta(days=20))).values():
        assert {line.count("\t") for line in lines} == {columns.count(",")}
        assert not any("\n" in line for line in lines)
    _, [line, *_] = lines_of(story(5, timedelta(days=20)))["order_lines"]
    assert "A \\\\ name" in line


def test_all_kinds_of_ends_are_met() -> None:
    ends = [story(number, timedelta(days=40)).order for number in range(1, 1500)]
    fulfilled = Counter(order.fulfilment_status for order in ends)
    paid = Counter(order.payment_status for order in ends)
    assert fulfilled[FulfilmentStatus.DELIVERED] > 0.8 * len(ends)
    assert fulfilled[FulfilmentStatus.CANCELLED] > 0.02 * len(ends)
    assert fulfilled[FulfilmentStatus.RETURNED] > 0.01 * len(ends)
    assert paid[PaymentStatus.PAID] > 0.8 * len(ends)
    for each in (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.FAILED):
        assert paid[each] > 5
    recent = [story(number, timedelta(days=2)) for number in range(1, 500)]
    assert {parcel.status for made in recent for parcel in made.parcels} >= {
        ShipmentStatus.CREATED,
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERED,
    }
    assert any(made.order.fulfilment_status == "partiallyFulfilled" for made in recent)
    assert any(made.order.customer.user_id is None for made in recent)


def test_nobody_orders_what_is_not_shipped_to_them() -> None:
    for number in range(1, 50):
        assert (
            story(number, timedelta(days=1), countries=("DE",)).order.shipping_address.country
            == "DE"
        )
    with pytest.raises(NothingToOrder):
        story(1, timedelta(days=1), countries=("JP",))
