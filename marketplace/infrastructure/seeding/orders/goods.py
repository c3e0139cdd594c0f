"""What was ordered: some of what is on sale."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import psycopg2.extensions as pg

from marketplace.application.orders.baskets import Basket
from marketplace.application.price_list import PricedOffer, PricedSeller, PriceList
from marketplace.domain.shared.ids import CartId, OfferId, SellerId
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.infrastructure.seeding.plan import CURRENCY

MOST_OFFERS: Final = 20_000
"""Whoever draws up orders knows all of these by heart."""

_LINES: Final = ((0.45, 1), (0.72, 2), (0.87, 3), (0.95, 4), (1.0, 5))
_UNITS: Final = ((0.78, 1), (0.94, 2), (0.98, 3), (1.0, 4))
_SAME_SELLER: Final = 0.7
_ON_SALE: Final = """
    SELECT offers.id
    FROM offers
    JOIN products ON products.id = offers.product_id
    JOIN sellers ON sellers.id = offers.seller_id
    WHERE products.status = 'published' AND sellers.status = 'approved'
        AND offers.withdrawn_at IS NULL
        AND offers.price_currency = %s AND offers.price_amount > 0
    ORDER BY md5(CAST(offers.id AS text) || %s)
    LIMIT %s
"""


@dataclass(frozen=True)
class Goods:
    """Offers, the most popular first, and who sells and ships them."""

    offers: Sequence[PricedOffer]
    of_seller: Mapping[SellerId, Sequence[PricedOffer]]
    sellers: Mapping[SellerId, PricedSeller]

    @classmethod
    def of(cls, offers: Sequence[OfferId], prices: PriceList) -> "Goods":
        known = [prices.by_offer[offer] for offer in offers]
        of_seller: dict[SellerId, list[PricedOffer]] = {}
        for offer in known:
            of_seller.setdefault(offer.seller_id, []).append(offer)
        return cls(known, of_seller, prices.sellers)

    def basket(self, random: Callable[[], float], cart_id: CartId | None) -> Basket:
        """Something to buy: often of one seller, and rather what is popular."""
        chosen: dict[OfferId, tuple[PricedOffer, int]] = {}
        shelf = self.offers
        for _ in range(_draw(_LINES, random)):
            offer = shelf[int(random() ** 2 * len(shelf))]
            chosen.setdefault(offer.offer_id, (offer, _draw(_UNITS, random)))
            stays = random() < _SAME_SELLER
            shelf = self.of_seller[offer.seller_id] if stays else self.offers
        return Basket(units=list(chosen.values()), sellers=self.sellers, cart_id=cart_id)


def on_sale(cursor: pg.cursor, seed: int) -> list[OfferId]:
    """What there is to be ordered, the most popular first."""
    cursor.execute(_ON_SALE, (CURRENCY, str(seed), MOST_OFFERS))
    return [OfferId(UUID(offer)) for (offer,) in cursor.fetchall()]


def read_goods(url: str, offers: Sequence[OfferId]) -> Goods:
    """As everybody sees them who is about to buy them."""
    engines = create_engines(DatabaseSettings(url=url, statement_timeout=600))
    try:
        with SqlUnitOfWork(engines.write, clock=lambda: datetime.now(UTC), new_id=uuid4) as uow:
            return Goods.of(offers, uow.price_list.look_up(offers, ()))
    finally:
        engines.dispose()


def _draw(shares: Sequence[tuple[float, int]], random: Callable[[], float]) -> int:
    drawn = random()
    return next(number for limit, number in shares if drawn < limit)
