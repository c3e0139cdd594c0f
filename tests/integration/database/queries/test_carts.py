"""Carts as they are shown, and as they are ordered."""

from datetime import timedelta

from marketplace.application.orders.baskets import basket_to_order
from marketplace.application.orders.commands import PaymentInstruction, PlaceOrder
from marketplace.domain.carts.refreshing import ChangeKind
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OrderId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    NOW,
    a_cart,
    a_cart_item,
    a_product,
    a_seller,
    a_user,
    an_actor,
    an_address,
    an_offer,
    eur,
    new_id,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import store


def test_what_is_shown_is_what_is_ordered(
    read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
) -> None:
    buyer, suspended = a_user(), a_seller(status=SellerStatus.SUSPENDED)
    products = {
        "as it was": a_product(goods.seller, goods.category),
        "cheaper": a_product(goods.seller, goods.category),
        "few": a_product(goods.seller, goods.category),
        "dollars": a_product(goods.seller, goods.category),
        "sold out": a_product(goods.seller, goods.category),
        "draft": a_product(goods.seller, goods.category, status=ProductStatus.DRAFT),
        "withdrawn": a_product(goods.seller, goods.category),
        "suspended": a_product(suspended, goods.category),
        "without stock": a_product(goods.seller, goods.category),
    }
    offers = {name: an_offer(product) for name, product in products.items()}
    offers["cheaper"].price = eur(900)
    offers["dollars"].price = Money(700, "USD")
    offers["withdrawn"].withdrawn_at = NOW
    on_hand = dict.fromkeys(offers, 10) | {"few": 2, "sold out": 0}
    del on_hand["without stock"]
    items = [
        a_cart_item(offer, quantity=3, seen=eur(1000), added_at=NOW + timedelta(seconds=number))
        for number, offer in enumerate(offers.values())
    ]
    unknown = a_cart_item(quantity=3, added_at=NOW + timedelta(minutes=1))
    store(
        new_uow,
        ("users", buyer),
        ("sellers", suspended),
        *(("products", product) for product in products.values()),
        *(("offers", offer) for offer in offers.values()),
        *(("stock", StockItem(offer_id=offers[n].id, on_hand=u)) for n, u in on_hand.items()),
        ("carts", a_cart(buyer, *items, unknown)),
    )
    executed.clear()

    shown = read.carts.find(an_actor(buyer))

    assert len(executed) == 1
    assert shown is not None
    command = PlaceOrder(
        actor=an_actor(buyer),
        order_id=OrderId(new_id()),
        items=None,
        shipping_address=an_address(),
        payment=PaymentInstruction(method="sandbox", token="tok_ok"),
    )
    with new_uow() as uow:
        ordered = basket_to_order(uow, command)
    quantities = {item.offer_id: item.quantity for item in shown.items}
    assert list(quantities.items()) == [(offer.offer_id, units) for offer, units in ordered.units]
    assert shown.changes == ordered.changes
    names = {offer.id: name for name, offer in offers.items()}
    assert {names[each]: units for each, units in quantities.items()} == {
        "as it was": 3,
        "cheaper": 3,
        "few": 2,
        "dollars": 3,
    }
    names[unknown.offer_id] = "unknown"
    assert [(names[each.offer_id], each.kind) for each in shown.changes] == [
        ("cheaper", ChangeKind.PRICE),
        ("few", ChangeKind.QUANTITY),
        ("dollars", ChangeKind.PRICE),
        *((name, ChangeKind.UNAVAILABLE) for name in [*list(products)[4:], "unknown"]),
    ]
    assert [(each.id, each.subtotal) for each in shown.sellers] == [
        (goods.seller.id, eur(3000 + 2700 + 2000)),
        (goods.seller.id, Money(2100, "USD")),
    ]
    assert shown.total is None


def test_nobody_has_one_before_it_is_opened(read: SqlReader, new_uow: NewUow) -> None:
    buyer = a_user()
    store(new_uow, ("users", buyer))
    assert read.carts.find(an_actor(buyer)) is None

    store(new_uow, ("carts", a_cart(buyer)))
    shown = read.carts.find(an_actor(buyer))

    assert shown is not None
    assert (shown.items, shown.sellers, shown.total, shown.changes) == ([], [], None, [])
