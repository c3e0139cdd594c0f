"""What things cost, and how their sellers ship them: what every purchase begins with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod


@dataclass(frozen=True, kw_only=True)
class PricedOffer:
    """What a buyer is about to buy, as it stands now.

    `purchasable` tells whether the product is published, its seller approved and the offer live;
    `available` how many units there are, be it purchasable or not. `weight` is that of a unit in
    grams, 0 where nobody said it.
    """

    offer_id: OfferId
    product_id: ProductId
    variant_id: VariantId
    seller_id: SellerId
    sku: str
    name: str
    slug: str
    options: Mapping[str, str]
    price: Money
    weight: int
    purchasable: bool
    available: int


@dataclass(frozen=True, kw_only=True)
class PricedSeller:
    """Who sells it. `methods` are all ways of shipping, in the order of their ids."""

    name: str
    slug: str
    methods: Sequence[ShippingMethod]


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """The offers named; for each product its cheapest purchasable offer in stock, in its home
    currency if there is one; and the sellers of all of them.

    Where a product has nothing in stock its cheapest offer serves. What does not exist is absent.
    """

    by_offer: Mapping[OfferId, PricedOffer]
    by_product: Mapping[ProductId, PricedOffer]
    sellers: Mapping[SellerId, PricedSeller]


class PriceLists(Protocol):
    def look_up(
        self, offer_ids: Collection[OfferId], product_ids: Collection[ProductId]
    ) -> PriceList:
        """As things stand now. One statement."""
