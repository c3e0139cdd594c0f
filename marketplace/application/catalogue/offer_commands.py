"""What can be asked for about offers."""

from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.shared.ids import OfferId, SellerId, VariantId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CreateOffer:
    """`seller_id` None: the caller's only seller."""

    actor: Actor
    offer_id: OfferId
    variant_id: VariantId
    sku: str
    price: Money
    seller_id: SellerId | None = None
    compare_at_price: Money | None = None
    condition: Condition = Condition.NEW
    on_hand: int = 0
    low_stock_threshold: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeOffer:
    """None leaves a field as it is. `on_hand` is what was counted."""

    actor: Actor
    offer_id: OfferId
    precondition: Precondition
    sku: str | None = None
    price: Money | None = None
    compare_at_price: Money | None = None
    clear_compare_at_price: bool = False
    condition: Condition | None = None
    on_hand: int | None = None
    low_stock_threshold: int | None = None
    clear_low_stock_threshold: bool = False


@dataclass(frozen=True, kw_only=True)
class WithdrawOffer:
    actor: Actor
    offer_id: OfferId
    precondition: Precondition
