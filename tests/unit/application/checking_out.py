"""What a customer of the shop puts into its cart, and what it costs to ship it."""

from typing import Any

import pytest

from marketplace.application.orders.commands import PlaceOrder
from marketplace.domain.carts.cart import Cart
from marketplace.domain.errors import MarketplaceError
from marketplace.domain.shared.ids import CartId, OfferId
from marketplace.domain.shipping.method import ShippingMethod
from tests.factories import new_id
from tests.unit.application.shop import Shop


def fill(shop: Shop, *items: tuple[OfferId, int]) -> None:
    """Put `items` into the customer's cart, at the prices that they have."""
    with shop.database.unit_of_work() as uow:
        cart = uow.carts.open(Cart.open(id=CartId(new_id()), user_id=shop.customer.id, now=uow.now))
        prices = uow.price_list.look_up([offer_id for offer_id, _ in items], []).by_offer
        for offer_id, quantity in items:
            cart.put(offer_id, quantity, prices[offer_id].price, uow.now)
        uow.commit()


def cart_of(shop: Shop) -> tuple[CartId, dict[OfferId, int]]:
    with shop.database.unit_of_work() as uow:
        cart = uow.carts.find(shop.customer.id)
    assert cart is not None
    return cart.id, {item.offer_id: item.quantity for item in cart.items}


def check_out(shop: Shop, **fields: Any) -> PlaceOrder:
    return shop.order_of(**{"items": None} | fields)


def offer_methods(shop: Shop, *methods: ShippingMethod) -> None:
    with shop.database.unit_of_work() as uow:
        for method in methods:
            uow.shipping_methods.add(method)
        uow.commit()


def weigh(shop: Shop, **grams: int) -> None:
    """Say how much products of the shop weigh."""
    with shop.database.unit_of_work() as uow:
        for name, weight in grams.items():
            product, _ = getattr(shop, name)
            variant = uow.products.get(product.id).variants[0]
            variant.weight = weight
        uow.commit()


def refusal(shop: Shop, command: PlaceOrder) -> MarketplaceError:
    with pytest.raises(MarketplaceError) as refused:
        shop.place(command)
    return refused.value
