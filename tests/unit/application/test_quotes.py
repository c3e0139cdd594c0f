"""Quotes: what could be bought, for how much, without a trace; and what an order costs then."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.application.orders.commands import OrderItem, QuoteOrder
from marketplace.application.orders.quoting import Quote, quote_order
from marketplace.domain.carts.refreshing import ChangeKind
from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import OfferId, OrderId, ProductId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.zones import Band, Basis, Zone
from tests.factories import a_shipping_method, an_address, an_offer, eur, new_id
from tests.unit.application.checking_out import check_out, fill, offer_methods, weigh
from tests.unit.application.shop import Shop

# From 1.4 kg on.
HEAVY = Zone(basis=Basis.WEIGHT, bands=(Band(start=1400, price=eur(890)),))


def quote(shop: Shop, *items: tuple[OfferId, int], **fields: Any) -> Quote:
    values: dict[str, Any] = {
        "actor": shop.buyer,
        "items": [OrderItem(offer_id=offer, quantity=quantity) for offer, quantity in items],
        "shipping_address": an_address(),
    }
    return quote_order(
        shop.database.unit_of_work(),
        QuoteOrder(**values | fields),
        payment_methods={"sandbox", "invoice"},
        new_id=new_id,
    )


def test_parts_and_options_are_told(shop: Shop) -> None:
    parcel = a_shipping_method(shop.seller, carrier="DHL")
    express = a_shipping_method(shop.seller, name="Express", zones=(HEAVY,), handling_days=3)
    abroad = a_shipping_method(shop.seller, price=eur(1), countries=("FR",))
    offer_methods(shop, express, parcel, abroad)
    (_, lamp), (_, chair) = shop.lamp, shop.chair

    weigh(shop, lamp=700)

    found = quote(shop, (lamp.id, 2), (chair.id, 1), shipping={shop.seller.id: express.id})

    assert [(line.offer_id, line.quantity, line.total) for line in found.lines] == [
        (lamp.id, 2, eur(6000)),
        (chair.id, 1, eur(2000)),
    ]
    mine, rivals = found.sellers
    assert (mine.seller.slug, mine.subtotal) == (shop.seller.slug, eur(6000))
    assert (mine.shipping.method_id, mine.total) == (express.id, eur(6890))
    assert mine.shipping.handling_days == 3
    assert (rivals.shipping.name, rivals.shipping.price) == ("Free shipping", eur(0))
    assert rivals.shipping.handling_days is None
    assert [
        (
            each.seller_id,
            [(option.method_id, option.price, option.handling_days) for option in each.options],
        )
        for each in found.shipping_options
    ] == [
        (shop.seller.id, [(parcel.id, eur(490), 0), (express.id, eur(890), 3)]),
        (shop.rival.id, []),
    ]
    assert (found.subtotal, found.shipping_total) == (eur(8000), eur(890))
    assert (found.tax_total, found.discount_total, found.total) == (eur(0), eur(0), eur(8890))
    assert found.changes == []
    assert found.payment_methods == ["invoice", "sandbox"]


def test_nothing_is_written(shop: Shop) -> None:
    fill(shop, (shop.lamp[1].id, 2))
    before, events = shop.database.state, list(shop.database.outbox)

    quote(shop, (shop.lamp[1].id, 2))
    quote(shop, items=None)

    # Every commit makes a new one.
    assert shop.database.state is before
    assert shop.database.outbox == events


def test_what_there_is_too_little_of_is_a_change(shop: Shop) -> None:
    (_, lamp), (product, desk) = shop.lamp, shop.desk
    with shop.database.unit_of_work() as uow:
        uow.offers.get(desk.id).withdraw(uow.now)
        uow.commit()
    items = [
        OrderItem(offer_id=lamp.id, quantity=8),
        OrderItem(offer_id=lamp.id, quantity=8),
        OrderItem(product_id=product.id, quantity=1),
    ]

    found = quote(shop, items=items)

    assert [(line.offer_id, line.quantity) for line in found.lines] == [(lamp.id, 10)]
    assert [(each.offer_id, each.kind, each.before, each.after) for each in found.changes] == [
        (lamp.id, ChangeKind.QUANTITY, 16, 10),
        (desk.id, ChangeKind.UNAVAILABLE, 1, None),
    ]
    assert found.total == eur(30000)


def test_nothing_left_costs_nothing(shop: Shop) -> None:
    _, lamp = shop.lamp
    with shop.database.unit_of_work() as uow:
        uow.stock.allocate(OrderId(new_id()), {lamp.id: 10})
        uow.commit()

    found = quote(shop, (lamp.id, 1))

    assert (found.lines, found.sellers, found.total) == ((), (), None)
    assert [each.kind for each in found.changes] == [ChangeKind.UNAVAILABLE]
    assert not quote(shop, items=None).changes


def test_a_cart_is_quoted_as_it_is_shown(shop: Shop) -> None:
    _, lamp = shop.lamp
    fill(shop, (lamp.id, 2))
    with shop.database.unit_of_work() as uow:
        offer = uow.offers.get(lamp.id)
        offer.change(
            sku=offer.sku,
            price=eur(3100),
            compare_at_price=None,
            condition=offer.condition,
            now=uow.now,
        )
        uow.commit()

    found = quote(shop, items=None)

    assert [(each.kind, each.before, each.after) for each in found.changes] == [
        (ChangeKind.PRICE, eur(3000), eur(3100))
    ]
    assert found.total == eur(6200)


def test_anybody_may_ask(shop: Shop) -> None:
    assert quote(shop, (shop.lamp[1].id, 1), actor=None).total == eur(3000)
    assert quote(shop, actor=None, items=None).lines == ()


def test_what_cannot_be_priced_is_refused(shop: Shop) -> None:
    product, _ = shop.chair
    yen = an_offer(product, seller_id=shop.seller.id, price=Money(900, "JPY"))
    with shop.database.unit_of_work() as uow:
        uow.offers.add(yen)
        uow.commit()
    offer_methods(shop, a_shipping_method(shop.rival, countries=("FR",)))

    with pytest.raises(RuleViolated) as unknown:
        quote(shop, items=[OrderItem(product_id=ProductId(new_id()), quantity=1)])
    with pytest.raises(RuleViolated) as unnamed:
        quote(shop, items=[OrderItem(quantity=1)])
    with pytest.raises(Conflict) as unshippable:
        quote(shop, (shop.chair[1].id, 1))

    assert (unknown.value.code, unknown.value.params["field"]) == (
        "unknown_id",
        "/items/0/productId",
    )
    assert unnamed.value.code == "item_required"
    assert unshippable.value.code == "no_shipping_method"


Methods: TypeAlias = Sequence[tuple[str, int, tuple[str, ...], int | None]]
BASKETS = st.lists(
    st.tuples(st.sampled_from(["lamp", "desk", "chair"]), st.integers(1, 4)),
    min_size=1,
    max_size=6,
)
METHODS = st.lists(
    st.tuples(
        st.sampled_from(["seller", "rival"]),
        st.integers(0, 2000),
        st.sampled_from([(), ("DE",), ("FR", "DE"), ("FR",)]),
        st.none() | st.integers(1, 20000),
    ),
    max_size=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(basket=BASKETS, methods=METHODS, prices=st.tuples(*[st.integers(0, 9999)] * 3))
@pytest.mark.parametrize("through_the_cart", [False, True])
def test_an_order_costs_what_was_quoted(
    through_the_cart: bool,
    basket: Sequence[tuple[str, int]],
    methods: Methods,
    prices: Sequence[int],
) -> None:
    shop = shop_with(methods, prices)
    items = [(getattr(shop, name)[1].id, quantity) for name, quantity in basket]
    if through_the_cart:
        fill(shop, *items)

    def ask() -> Quote:
        return quote(shop, items=None) if through_the_cart else quote(shop, *items)

    def buy(*left: tuple[OfferId, int]) -> Order:
        command = check_out(shop) if through_the_cart else shop.order_of(*left)
        return shop.order(shop.place(command))

    sellers = {"rival" if name == "chair" else "seller" for name, _ in basket}
    if any(not ships(methods, seller) for seller in sellers):
        for each in (ask, lambda: buy(*items)):
            with pytest.raises(Conflict, match="does not ship"):
                each()
        return

    asked = ask()
    order = buy(*((line.offer_id, line.quantity) for line in asked.lines))

    assert order.total == asked.total
    assert [(part.subtotal, part.shipping_price, part.total) for part in order.seller_orders] == [
        (part.subtotal, part.shipping.price, part.total) for part in asked.sellers
    ]
    assert [(line.offer_id, line.total) for line in order.lines] == [
        (line.offer_id, line.total) for line in asked.lines
    ]
    # To the cent: lines, parts, order and what the provider was asked for.
    for part in order.seller_orders:
        assert part.subtotal == Money.sum((line.total for line in part.lines), "EUR")
        assert part.total == part.subtotal + part.shipping_price
    assert order.total == Money.sum((part.total for part in order.seller_orders), "EUR")
    assert shop.provider.asked[-1][1] == order.total


def ships(methods: Methods, seller: str) -> bool:
    """Whether `seller` ships to Germany: whoever has no method does."""
    reached = [
        not countries or "DE" in countries for name, _, countries, _ in methods if name == seller
    ]
    return not reached or any(reached)


def shop_with(methods: Methods, prices: Sequence[int]) -> Shop:
    shop = Shop()
    with shop.database.unit_of_work() as uow:
        for name, price in zip(("lamp", "desk", "chair"), prices, strict=True):
            uow.offers.get(getattr(shop, name)[1].id).price = eur(price)
        for seller, price, countries, free_from in methods:
            uow.shipping_methods.add(
                a_shipping_method(
                    getattr(shop, seller),
                    price=eur(price),
                    countries=countries,
                    free_from=None if free_from is None else eur(free_from),
                )
            )
        uow.commit()
    return shop
