"""An offer: one seller's price for one variant."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.domain.catalogue.events import OfferChanged, OfferCreated, OfferWithdrawn
from marketplace.domain.catalogue.limits import SKU_LONGEST
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.domain.shared.text import require_text


class Condition(StrEnum):
    """The state of the goods, in the words of schema.org's OfferItemCondition."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"
    DAMAGED = "damaged"


@dataclass(eq=False, kw_only=True)
class Offer(AggregateRoot):
    """`sku` is the seller's own stock keeping unit, unique within the seller's offers.

    One that was withdrawn stays for the orders that name it; its SKU is free again.
    """

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
    withdrawn_at: datetime | None = None

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
            RuleViolated: a blank SKU, a price below zero, or a compare-at price that is no higher
                price in the same currency.
        """
        _check_prices(price, compare_at_price, field)
        offer = cls(
            id=id,
            product_id=product_id,
            variant_id=variant_id,
            seller_id=seller_id,
            sku=require_text(sku, f"{field}/sku", longest=SKU_LONGEST),
            price=price,
            compare_at_price=compare_at_price,
            condition=condition,
            created_at=now,
            updated_at=now,
        )
        offer.record(OfferCreated(offer_id=id, seller_id=seller_id, occurred_at=now))
        return offer

    def change(
        self,
        *,
        sku: str,
        price: Money,
        compare_at_price: Money | None,
        condition: Condition,
        now: datetime,
    ) -> None:
        """Raises as `create`. Values that are so already change nothing."""
        wanted = (sku, price, compare_at_price, condition)
        if wanted == (self.sku, self.price, self.compare_at_price, self.condition):
            return
        require_text(sku, "/sku", longest=SKU_LONGEST)
        _check_prices(price, compare_at_price, "")
        self.sku, self.price, self.compare_at_price, self.condition = wanted
        self.updated_at = now
        self.record(OfferChanged(offer_id=self.id, seller_id=self.seller_id, occurred_at=now))

    def touch(self, now: datetime) -> None:
        """What belongs to the offer beside these fields, its stock, was changed with it."""
        self.updated_at = now
        self.record(OfferChanged(offer_id=self.id, seller_id=self.seller_id, occurred_at=now))

    def withdraw(self, now: datetime) -> None:
        self.withdrawn_at = now
        self.updated_at = now
        self.record(OfferWithdrawn(offer_id=self.id, seller_id=self.seller_id, occurred_at=now))


def _check_prices(price: Money, compare_at_price: Money | None, field: str) -> None:
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
