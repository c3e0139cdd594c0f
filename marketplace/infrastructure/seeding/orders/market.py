"""Who orders what."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from marketplace.application.orders.commands import PaymentInstruction, PlaceOrder
from marketplace.application.orders.pricing import price_basket
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict
from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import CartId, OrderId
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.tokens import Token
from marketplace.infrastructure.seeding.orders.desk import Desk
from marketplace.infrastructure.seeding.orders.goods import Goods
from marketplace.infrastructure.seeding.orders.shoppers import Shopper

_TRIES: Final = 100
_FROM_CART: Final = 0.7


class NothingToOrder(Exception):
    """There is nothing on sale, or nobody ships it to where people live."""


class Market(NamedTuple):
    """Nothing is known of what happens from `until` on."""

    seed: int
    goods: Goods
    shoppers: Sequence[Shopper]
    until: datetime


def something(market: Market, desk: Desk, random: Callable[[], float]) -> Order:
    """An order of somebody who lives where all of it is shipped to. Raises NothingToOrder."""
    for _ in range(_TRIES):
        # The first ones come more often than the last.
        shopper = market.shoppers[int(random() ** 1.5 * len(market.shoppers))]
        who = shopper.who(random)
        from_cart = who is shopper.account and random() < _FROM_CART
        basket = market.goods.basket(random, CartId(desk.new_id()) if from_cart else None)
        command = PlaceOrder(
            actor=who,
            order_id=OrderId(desk.new_id()),
            items=None,
            shipping_address=shopper.address,
            payment=PaymentInstruction(method=SandboxProvider.name, token=Token.OK),
        )
        try:
            return price_basket(cast(UnitOfWork, desk), command, basket, desk.new_id)
        except Conflict:
            continue
    raise NothingToOrder
