"""The product and its variants."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplace.domain.catalogue.attributes import AttributeValue
from marketplace.domain.catalogue.barcode import require_gtin
from marketplace.domain.catalogue.events import ProductCreated, ProductStatusChanged
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId, VariantId
from marketplace.domain.shared.state import require_transition
from marketplace.domain.shared.text import require_text

NAME_LONGEST = 200


class ProductStatus(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    ARCHIVED = "archived"


TRANSITIONS: Mapping[ProductStatus, Set[ProductStatus]] = {
    ProductStatus.DRAFT: {ProductStatus.PENDING},
    ProductStatus.PENDING: {ProductStatus.PUBLISHED, ProductStatus.REJECTED},
    ProductStatus.PUBLISHED: {ProductStatus.ARCHIVED},
    ProductStatus.REJECTED: {ProductStatus.DRAFT},
    ProductStatus.ARCHIVED: set(),
}


@dataclass(eq=False, kw_only=True)
class Variant:
    """One choice of a product: its options (`{"size": "M"}`) tell it from its sisters."""

    id: VariantId
    position: int
    options: Mapping[str, str] = field(default_factory=dict)
    barcode: str | None = None


@dataclass(eq=False, kw_only=True)
class Product(AggregateRoot):
    """Described by one seller; who sells a variant of it, and for how much, is an `Offer`."""

    id: ProductId
    seller_id: SellerId
    category_id: CategoryId
    name: str
    slug: str
    description: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    status: ProductStatus = ProductStatus.DRAFT
    reason: str | None = None
    variants: list[Variant] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None

    @classmethod
    def create(
        cls,
        *,
        id: ProductId,
        seller_id: SellerId,
        category_id: CategoryId,
        name: str,
        slug: str,
        description: str,
        attributes: Mapping[str, AttributeValue],
        tags: Sequence[str],
        variants: Sequence[Variant],
        now: datetime,
    ) -> "Product":
        """A draft.

        Raises:
            RuleViolated: no variant, options that do not tell variants apart, a bad barcode.
        """
        _check_variants(variants)
        product = cls(
            id=id,
            seller_id=seller_id,
            category_id=category_id,
            name=require_text(name, "name", longest=NAME_LONGEST),
            slug=slug,
            description=description,
            attributes=dict(attributes),
            tags=tuple(dict.fromkeys(tags)),
            variants=list(variants),
            created_at=now,
            updated_at=now,
        )
        product.record(ProductCreated(product_id=id, seller_id=seller_id, occurred_at=now))
        return product

    @property
    def is_public(self) -> bool:
        return self.status is ProductStatus.PUBLISHED

    def submit(self, now: datetime) -> None:
        """Ask for publication."""
        self._move(ProductStatus.PENDING, None, now)

    def publish(self, now: datetime) -> None:
        """Approve what was submitted."""
        self._move(ProductStatus.PUBLISHED, None, now)
        self.published_at = now

    def reject(self, reason: str, now: datetime) -> None:
        self._move(ProductStatus.REJECTED, reason, now)

    def archive(self, now: datetime) -> None:
        self._move(ProductStatus.ARCHIVED, None, now)

    def _move(self, wanted: ProductStatus, reason: str | None, now: datetime) -> None:
        before = self.status
        self.status = require_transition("product", TRANSITIONS, before, wanted)
        self.reason = reason
        self.updated_at = now
        self.record(
            ProductStatusChanged(
                product_id=self.id, before=before, after=wanted, reason=reason, occurred_at=now
            )
        )


def _check_variants(variants: Sequence[Variant]) -> None:
    if not variants:
        raise RuleViolated("no_variant", "A product has at least one variant.", field="/variants")
    names = set(variants[0].options)
    seen = set()
    for index, variant in enumerate(variants):
        if set(variant.options) != names:
            raise RuleViolated(
                "options_differ",
                "All variants of a product have the same option names.",
                field=f"/variants/{index}/options",
            )
        values = tuple(sorted(variant.options.items()))
        if values in seen:
            raise RuleViolated(
                "duplicate_options",
                "Two variants have the same options.",
                field=f"/variants/{index}/options",
            )
        seen.add(values)
        if variant.barcode is not None:
            require_gtin(variant.barcode, f"/variants/{index}/barcode")
