"""An offer: one seller's price for one variant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.domain.catalogue.events import OfferCreated
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money


class Condition(StrEnum):
    """The state of the goods, in the words of schema.org's OfferItemCondition."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"
    DAMAGED = "damaged"


@dataclass(eq=False, kw_only=True)
class Offer(AggregateRoot):
    """`sku` is the seller's own stock keeping unit, unique within the seller."""

    id: OfferId
    product_id: ProductId
    variant_id: VariantId
    seller_id: SellerId
    sku: str
    price: Money
    compare_at_price: Money | None = None
    condition: Condition = Condition.NEW
    created_at: datetime
    updated_at: datetime

    @classmethod
    def create(
        cls,
        *,
        id: OfferId,
        product_id: ProductId,
        variant_id: VariantId,
        seller_id: SellerId,
        sku: str,
        price: Money,
        compare_at_price: Money | None,
        condition: Condition,
        field: str,
        now: datetime,
    ) -> "Offer":
        """`field` points at the part of the request that describes this offer.

        Raises:
            RuleViolated: a price below zero, or a compare-at price that is no higher price in
                the same currency.
        """
        if price.amount < 0:
            raise RuleViolated("invalid_price", "A price is not negative.", field=f"{field}/price")
        if compare_at_price is not None and (
            compare_at_price.currency != price.currency or compare_at_price.amount <= price.amount
        ):
            raise RuleViolated(
                "invalid_price",
                "The compare-at price is higher than the price, in the same currency.",
                field=f"{field}/compareAtPrice",
            )
        offer = cls(
            id=id,
            product_id=product_id,
            variant_id=variant_id,
            seller_id=seller_id,
            sku=sku,
            price=price,
            compare_at_price=compare_at_price,
            condition=condition,
            created_at=now,
            updated_at=now,
        )
        offer.record(OfferCreated(offer_id=id, seller_id=seller_id, occurred_at=now))
        return offer


@dataclass(frozen=True, kw_only=True)
class PricedOffer:
    """What a buyer is about to buy, as it stands now.

    `purchasable` tells whether the product is published and its seller approved.
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
    purchasable: bool
