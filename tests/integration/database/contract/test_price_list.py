"""The price list: what offers cost, which one of a product is bought, and how sellers ship."""

from dataclasses import fields
from typing import Any

import pytest

from marketplace.application.price_list import PriceList
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OfferId, OrderId, ProductId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.zones import Band, Basis, PostalCodes, Zone
from tests.factories import (
    NOW,
    a_category,
    a_product,
    a_seller,
    a_shipping_method,
    a_variant,
    an_offer,
    eur,
    new_id,
)
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


def test_offers_are_priced_as_a_buyer_sees_them(world: World, goods: Goods) -> None:
    with world.new_uow() as uow:
        prices = uow.price_list.look_up([goods.offer.id], [])

    assert prices.by_product == {}
    priced = prices.by_offer[goods.offer.id]
    assert (priced.price, priced.sku) == (goods.offer.price, goods.offer.sku)
    assert (priced.name, priced.slug) == (goods.product.name, goods.product.slug)
    assert (priced.product_id, priced.seller_id) == (goods.product.id, goods.seller.id)
    assert priced.variant_id == goods.product.variants[0].id
    assert priced.options == goods.product.variants[0].options
    assert (priced.purchasable, priced.available) == (True, 10)
    assert priced.weight == 0


def test_units_weigh_what_their_variant_does(world: World, goods: Goods) -> None:
    product = a_product(goods.seller, goods.category, variants=[a_variant(weight=1250)])
    offer = an_offer(product)
    world.store(("products", product), ("offers", offer))

    with world.new_uow() as uow:
        prices = uow.price_list.look_up([offer.id, goods.offer.id], [product.id])

    assert prices.by_offer[offer.id].weight == prices.by_product[product.id].weight == 1250
    assert prices.by_offer[goods.offer.id].weight == 0


def test_what_does_not_exist_is_absent(world: World, goods: Goods) -> None:
    with world.new_uow() as uow:
        found = uow.price_list.look_up(
            [OfferId(new_id()), goods.offer.id], [ProductId(new_id()), goods.product.id]
        )
        nothing = uow.price_list.look_up([], [])

    assert list(found.by_offer) == [goods.offer.id]
    assert list(found.by_product) == [goods.product.id]
    assert list(found.sellers) == [goods.seller.id]
    assert nothing == PriceList(by_offer={}, by_product={}, sellers={})


def test_sellers_are_named_with_all_their_methods(world: World, goods: Goods) -> None:
    rival, second = a_seller(), a_product(goods.seller, goods.category)
    mine, theirs = an_offer(second), an_offer(second, seller_id=rival.id)
    methods = [
        a_shipping_method(
            goods.seller,
            carrier="DHL",
            countries=("AT", "DE"),
            zones=(
                Zone(countries=("AT",), price=eur(1)),
                Zone(
                    postal_codes=(PostalCodes(first="80331", last="81929"),),
                    basis=Basis.WEIGHT,
                    bands=(Band(start=0, end=1000, price=eur(2)), Band(start=2000, price=eur(3))),
                ),
            ),
            handling_days=4,
        ),
        a_shipping_method(goods.seller, price=Money(700, "USD"), free_from=Money(9000, "USD")),
    ]
    world.store(
        ("sellers", rival),
        ("products", second),
        *(("offers", each) for each in (mine, theirs)),
        *(("shipping_methods", each) for each in methods),
    )

    with world.new_uow() as uow:
        prices = uow.price_list.look_up([goods.offer.id, mine.id, theirs.id], [goods.product.id])

    found = {
        seller_id: (seller.name, seller.slug, [fields_of(each) for each in seller.methods])
        for seller_id, seller in prices.sellers.items()
    }
    assert found == {
        goods.seller.id: (goods.seller.name, goods.seller.slug, [*map(fields_of, methods)]),
        rival.id: (rival.name, rival.slug, []),
    }


@pytest.mark.parametrize(
    ("product_status", "seller_status"),
    [
        (ProductStatus.DRAFT, SellerStatus.APPROVED),
        (ProductStatus.ARCHIVED, SellerStatus.APPROVED),
        (ProductStatus.PUBLISHED, SellerStatus.SUSPENDED),
    ],
)
def test_what_is_not_for_sale_says_so(
    world: World, product_status: ProductStatus, seller_status: SellerStatus
) -> None:
    seller, category = a_seller(status=seller_status), a_category()
    product = a_product(seller, category, status=product_status)
    offer = an_offer(product)
    world.store(
        ("sellers", seller),
        ("categories", category),
        ("products", product),
        ("offers", offer),
    )

    with world.new_uow() as uow:
        prices = uow.price_list.look_up([offer.id], [product.id])

    assert not prices.by_offer[offer.id].purchasable
    assert not prices.by_product[product.id].purchasable


def test_a_product_is_bought_at_its_cheapest_offer_in_stock(world: World, goods: Goods) -> None:
    suspended = a_seller(status=SellerStatus.SUSPENDED)
    rival, third = a_seller(), a_seller()
    offers = {
        "suspended": an_offer(goods.product, seller_id=suspended.id, price=eur(1)),
        "sold out": an_offer(goods.product, seller_id=rival.id, price=eur(2)),
        "in stock": an_offer(goods.product, seller_id=third.id, price=eur(900)),
    }
    world.store(
        *(("sellers", each) for each in (suspended, rival, third)),
        *(("offers", each) for each in offers.values()),
        ("stock", StockItem(offer_id=offers["suspended"].id, on_hand=1)),
        ("stock", StockItem(offer_id=offers["sold out"].id, on_hand=3)),
        ("stock", StockItem(offer_id=offers["in stock"].id, on_hand=1)),
    )

    with world.new_uow() as uow:
        order_id = OrderId(new_id())
        uow.stock.allocate(order_id, {offers["sold out"].id: 3})
        best = uow.price_list.look_up([], [goods.product.id]).by_product
        uow.stock.allocate(order_id, {offers["in stock"].id: 1, goods.offer.id: 10})
        second = uow.price_list.look_up([], [goods.product.id]).by_product
        uow.commit()

    assert best[goods.product.id].offer_id == offers["in stock"].id
    assert second[goods.product.id].offer_id == offers["sold out"].id


def test_a_product_is_bought_in_its_home_currency_while_it_can_be(
    world: World, goods: Goods
) -> None:
    rivals = [a_seller(), a_seller(), a_seller()]
    yen, dollars, euros = (
        an_offer(goods.product, seller_id=seller.id, price=price)
        for seller, price in zip(
            rivals, (Money(1, "JPY"), Money(900, "USD"), eur(2000)), strict=True
        )
    )
    world.store(
        *(("sellers", each) for each in rivals),
        *(("offers", each) for each in (yen, dollars, euros)),
        *(("stock", StockItem(offer_id=each.id, on_hand=1)) for each in (yen, dollars, euros)),
    )

    bought = []
    with world.new_uow() as uow:
        order_id = OrderId(new_id())
        for _ in range(4):
            best = uow.price_list.look_up([], [goods.product.id]).by_product
            offer_id = best[goods.product.id].offer_id
            bought.append(offer_id)
            uow.stock.allocate(order_id, {offer_id: 10 if offer_id == goods.offer.id else 1})
        nothing = uow.price_list.look_up([], [goods.product.id]).by_product
        uow.commit()

    assert bought == [goods.offer.id, euros.id, yen.id, dollars.id]
    assert nothing[goods.product.id].offer_id == goods.offer.id


def test_without_an_offer_of_who_describes_it_the_oldest_tells_the_currency(
    world: World, goods: Goods
) -> None:
    product, rivals = a_product(goods.seller, goods.category), [a_seller(), a_seller()]
    suspended = a_seller(status=SellerStatus.SUSPENDED)
    hidden = an_offer(product, seller_id=suspended.id, price=Money(1, "JPY"))
    withdrawn = an_offer(product, price=Money(1, "JPY"), withdrawn_at=NOW)
    first, second = (
        an_offer(product, seller_id=seller.id, price=price)
        for seller, price in zip(rivals, (Money(500, "USD"), eur(100)), strict=True)
    )
    world.store(
        *(("sellers", each) for each in (*rivals, suspended)),
        ("products", product),
        *(("offers", each) for each in (hidden, withdrawn, first, second)),
    )

    with world.new_uow() as uow:
        best = uow.price_list.look_up([], [product.id]).by_product

    assert best[product.id].offer_id == first.id


def fields_of(method: ShippingMethod) -> dict[str, Any]:
    return {each.name: getattr(method, each.name) for each in fields(method)}
