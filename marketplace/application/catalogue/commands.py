"""What can be asked for about the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeValue
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CreateCategory:
    """`slug` None: derived from the name."""

    actor: Actor
    category_id: CategoryId
    name: str
    parent_id: CategoryId | None = None
    slug: str | None = None
    attributes: Sequence[AttributeDefinition] = ()


@dataclass(frozen=True, kw_only=True)
class ChangeCategory:
    """None leaves a field as it is; `to_root` makes the category a root."""

    actor: Actor
    category: CategoryId | str
    precondition: Precondition
    name: str | None = None
    slug: str | None = None
    parent_id: CategoryId | None = None
    to_root: bool = False
    attributes: Sequence[AttributeDefinition] | None = None


@dataclass(frozen=True, kw_only=True)
class DeleteCategory:
    actor: Actor
    category: CategoryId | str
    precondition: Precondition


@dataclass(frozen=True, kw_only=True)
class NewVariant:
    """A variant, of so many grams, with the seller's offer of it and what it has in stock."""

    sku: str
    price: Money
    options: Mapping[str, str] = field(default_factory=dict)
    barcode: str | None = None
    weight: int | None = None
    compare_at_price: Money | None = None
    condition: Condition = Condition.NEW
    on_hand: int = 0


@dataclass(frozen=True, kw_only=True)
class CreateProduct:
    """`seller_id` None: the caller's only seller."""

    actor: Actor
    product_id: ProductId
    name: str
    category_id: CategoryId
    variants: Sequence[NewVariant]
    seller_id: SellerId | None = None
    description: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    tags: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ReviseProduct:
    """None leaves a field as it is. `attributes` are merged into those that there are: None as a
    value takes one away, and `clear_attributes` all that there were."""

    actor: Actor
    product: ProductId | str
    precondition: Precondition
    name: str | None = None
    description: str | None = None
    category_id: CategoryId | None = None
    attributes: Mapping[str, AttributeValue | None] | None = None
    clear_attributes: bool = False
    tags: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class AddVariant:
    actor: Actor
    product: ProductId | str
    variant_id: VariantId
    variant: NewVariant


@dataclass(frozen=True, kw_only=True)
class ChangeVariant:
    """None leaves a field as it is. `options` are merged as attributes are in `ReviseProduct`."""

    actor: Actor
    variant_id: VariantId
    options: Mapping[str, str | None] | None = None
    clear_options: bool = False
    barcode: str | None = None
    clear_barcode: bool = False
    weight: int | None = None
    clear_weight: bool = False


@dataclass(frozen=True, kw_only=True)
class RemoveVariant:
    actor: Actor
    variant_id: VariantId


@dataclass(frozen=True, kw_only=True)
class SubmitProduct:
    actor: Actor
    product: ProductId | str


@dataclass(frozen=True, kw_only=True)
class ArchiveProduct:
    actor: Actor
    product: ProductId | str


@dataclass(frozen=True, kw_only=True)
class ApproveProduct:
    actor: Actor
    product: ProductId | str


@dataclass(frozen=True, kw_only=True)
class RejectProduct:
    actor: Actor
    product: ProductId | str
    reason: str
