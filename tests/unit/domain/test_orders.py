"""An order divides into seller orders and adds up to the cent."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.errors import Conflict
from marketplace.domain.orders.events import OrderAbandoned, OrderPlaced
from marketplace.domain.orders.order import Customer, Order
from marketplace.domain.orders.parts import Purchase, ShippingChoice
from marketplace.domain.orders.statuses import PaymentStatus
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    OfferId,
    OrderId,
    OrderLineId,
    ProductId,
    SellerId,
    SellerOrderId,
    VariantId,
)
from marketplace.domain.shared.money import Money

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SELLERS = [SellerId(UUID(int=number)) for number in range(1, 5)]


def a_purchase(
    seller: SellerId, amount: int = 100, quantity: int = 1, currency: str = "EUR"
) -> Purchase:
    return Purchase(
        line_id=OrderLineId(uuid4()),
        offer_id=OfferId(uuid4()),
        product_id=ProductId(uuid4()),
        variant_id=VariantId(uuid4()),
        seller_id=seller,
        sku="L-1",
        name="Lamp",
        slug="lamp",
        options={"size": "M"},
        unit_price=Money(amount, currency),
        quantity=quantity,
    )


def an_order(purchases: list[Purchase], shipping: int = 0) -> Order:
    sellers = {purchase.seller_id for purchase in purchases}
    return Order.place(
        id=OrderId(uuid4()),
        customer=Customer(user_id=None, name="Ann", email="ann@example.org"),
        shipping_address=Address(
            name="Ann", line1="Road 1", city="Berlin", postal_code="10115", country="DE"
        ),
        purchases=purchases,
        shipping={
            seller: ShippingChoice(name="Parcel", price=Money(shipping, "EUR"))
            for seller in sellers
        },
        seller_order_ids={seller: SellerOrderId(uuid4()) for seller in sellers},
        now=NOW,
    )


purchases = st.lists(
    st.builds(
        a_purchase,
        st.sampled_from(SELLERS),
        amount=st.integers(0, 10**7),
        quantity=st.integers(1, 999),
    ),
    min_size=1,
    max_size=30,
)


@given(purchases=purchases, shipping=st.integers(0, 10**5))
def test_lines_seller_orders_and_order_add_up(purchases: list[Purchase], shipping: int) -> None:
    order = an_order(purchases, shipping)
    parts = order.seller_orders
    assert [part.position for part in parts] == list(range(1, len(parts) + 1))
    assert len({part.seller_id for part in parts}) == len(parts)
    lines = [line for part in parts for line in part.lines]
    assert {line.id for line in lines} == {purchase.line_id for purchase in purchases}
    for part in parts:
        assert part.subtotal.amount == sum(
            line.unit_price.amount * line.quantity for line in part.lines
        )
        assert part.total == part.subtotal + part.shipping_price
    assert order.subtotal.amount == sum(line.total.amount for line in lines)
    assert order.total.amount == sum(part.total.amount for part in parts)
    assert order.total == (
        order.subtotal + order.shipping_total + order.tax_total - order.discount_total
    )
    assert order.quantities == {p.offer_id: p.quantity for p in purchases}


def test_sellers_come_in_the_order_in_which_they_were_mentioned() -> None:
    first, second = SELLERS[3], SELLERS[0]
    order = an_order([a_purchase(first), a_purchase(second), a_purchase(first)])
    assert [part.seller_id for part in order.seller_orders] == [first, second]
    assert [len(part.lines) for part in order.seller_orders] == [2, 1]


def test_one_currency_an_order() -> None:
    with pytest.raises(Conflict, match="EUR, USD"):
        an_order([a_purchase(SELLERS[0]), a_purchase(SELLERS[0], currency="USD")])


def test_finalising_tells_and_sets_the_payment_status_everywhere() -> None:
    order = an_order([a_purchase(SELLERS[0]), a_purchase(SELLERS[1])])
    order.number = "ORD-2026-000001"
    assert order.drain_events() == []
    order.derive(PaymentStatus.PAID, NOW)
    order.finalise(NOW)
    assert order.payment_status is PaymentStatus.PAID
    assert {part.payment_status for part in order.seller_orders} == {PaymentStatus.PAID}
    (event,) = order.drain_events()
    assert event == OrderPlaced(
        order_id=order.id,
        number="ORD-2026-000001",
        email="ann@example.org",
        seller_ids=(SELLERS[0], SELLERS[1]),
        occurred_at=NOW,
    )


def test_abandoning_tells() -> None:
    order = an_order([a_purchase(SELLERS[0])])
    order.abandon(NOW)
    assert order.abandoned_at == NOW
    assert order.drain_events() == [OrderAbandoned(order_id=order.id, occurred_at=NOW)]
