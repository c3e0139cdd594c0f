"""The product and its variants."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from marketplace.domain.catalogue.attributes import AttributeValue
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.events import (
    ProductChanged,
    ProductChangesProposed,
    ProductChangesRejected,
    ProductCreated,
    ProductStatusChanged,
    VariantAdded,
    VariantChanged,
    VariantRemoved,
)
from marketplace.domain.catalogue.limits import TAG_LONGEST
from marketplace.domain.catalogue.variant import Variant, check_new_variants, check_variant
from marketplace.domain.errors import Conflict, InvalidTransition, NotFound
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId, VariantId
from marketplace.domain.shared.state import require_transition
from marketplace.domain.shared.text import require_text

NAME_LONGEST = 200
MOST_VARIANTS = 100


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
class Product(AggregateRoot):
    """Described by one seller; who sells a variant of it, and for how much, is an `Offer`.

    `pending_changes` wait for approval while what is published stays. `reason` is why it, or the
    last change of it, was rejected.
    """

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
    pending_changes: ProductChanges | None = None
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
            RuleViolated: no variant, blank text, options that do not tell variants apart, a bad
                barcode or weight.
        """
        check_new_variants(variants)
        product = cls(
            id=id,
            seller_id=seller_id,
            category_id=category_id,
            name=require_text(name, "/name", longest=NAME_LONGEST),
            slug=slug,
            description=description,
            attributes=dict(attributes),
            tags=_tidied_tags(tags),
            variants=list(variants),
            created_at=now,
            updated_at=now,
        )
        product.record(ProductCreated(product_id=id, seller_id=seller_id, occurred_at=now))
        return product

    @property
    def is_public(self) -> bool:
        return self.status is ProductStatus.PUBLISHED

    @property
    def live_variants(self) -> Sequence[Variant]:
        return [variant for variant in self.variants if variant.removed_at is None]

    @property
    def intended(self) -> ProductChanges:
        """All that can be revised, as it will be once what is pending is approved."""
        return (self.pending_changes or ProductChanges()).over(
            ProductChanges(
                name=self.name,
                description=self.description,
                category_id=self.category_id,
                attributes=self.attributes,
                tags=self.tags,
            )
        )

    def submit(self, now: datetime) -> None:
        """Ask for publication."""
        self._move(ProductStatus.PENDING, None, now)

    def publish(self, now: datetime) -> None:
        self._move(ProductStatus.PUBLISHED, None, now)
        self.published_at = now

    def approve(self, now: datetime) -> None:
        """Let in what was submitted: the product, or the changes of a published one."""
        if self.pending_changes is None:
            self.publish(now)
            return
        changes, self.pending_changes = self.pending_changes, None
        self._apply(changes, now)

    def reject(self, reason: str, now: datetime) -> None:
        """Turn down what was submitted. Changes of a published product are dropped."""
        if self.pending_changes is None:
            self._move(ProductStatus.REJECTED, reason, now)
            return
        self.pending_changes, self.reason = None, reason
        self.updated_at = now
        self.record(ProductChangesRejected(product_id=self.id, reason=reason, occurred_at=now))

    def archive(self, now: datetime) -> None:
        self._move(ProductStatus.ARCHIVED, None, now)
        self.pending_changes = None

    def revise(self, changes: ProductChanges, now: datetime, *, moderated: bool) -> None:
        """Take changes over, or, if `moderated` and published, keep them for approval.

        What was rejected becomes a draft again.

        Raises:
            InvalidTransition: the product is archived.
            RuleViolated: the name or a tag is no text.
        """
        self.require_editable()
        changes = _tidied(changes)
        if self.status is ProductStatus.REJECTED:
            self._move(ProductStatus.DRAFT, None, now)
        if self.is_public and moderated:
            self._propose(changes, now)
            return
        changes = changes.over(self.pending_changes).without_what_is_so(self)
        if changes.given or self.pending_changes is not None:
            self.pending_changes = None
            self._apply(changes, now)

    def add_variant(self, variant: Variant, now: datetime) -> None:
        """Append it. Raises as `check_variant`, and `InvalidTransition` where archived."""
        self.require_editable()
        if len(self.live_variants) >= MOST_VARIANTS:
            raise Conflict("too_many_variants", f"A product has at most {MOST_VARIANTS} variants.")
        check_variant(variant, self.live_variants)
        self.variants.append(variant)
        self.updated_at = now
        self.record(VariantAdded(product_id=self.id, variant_id=variant.id, occurred_at=now))

    def change_variant(
        self,
        variant_id: VariantId,
        *,
        options: Mapping[str, str],
        barcode: str | None,
        weight: int | None,
        now: datetime,
    ) -> None:
        """Raises as `add_variant`, and `NotFound`."""
        self.require_editable()
        variant = self.variant(variant_id)
        sisters = [each for each in self.live_variants if each is not variant]
        check_variant(replace(variant, options=options, barcode=barcode, weight=weight), sisters)
        variant.options, variant.barcode, variant.weight = dict(options), barcode, weight
        self.updated_at = now
        self.record(VariantChanged(product_id=self.id, variant_id=variant_id, occurred_at=now))

    def remove_variant(self, variant_id: VariantId, now: datetime) -> None:
        """The caller withdraws its offers.

        Raises:
            NotFound: there is no such variant any more.
            Conflict: `last_variant`.
            InvalidTransition: the product is archived.
        """
        self.require_editable()
        variant = self.variant(variant_id)
        if len(self.live_variants) == 1:
            raise Conflict("last_variant", "A product keeps at least one variant.")
        variant.removed_at = now
        self.updated_at = now
        self.record(VariantRemoved(product_id=self.id, variant_id=variant_id, occurred_at=now))

    def variant(self, variant_id: VariantId) -> Variant:
        """Raises `NotFound`, for one that was removed too."""
        for variant in self.live_variants:
            if variant.id == variant_id:
                return variant
        raise NotFound("variant", variant_id)

    def require_editable(self) -> None:
        """Raises `InvalidTransition` where the product is archived."""
        if self.status is ProductStatus.ARCHIVED:
            raise InvalidTransition("product", self.status, "edited", [])

    def _propose(self, changes: ProductChanges, now: datetime) -> None:
        wanted = changes.over(self.pending_changes).without_what_is_so(self)
        proposed = wanted if wanted.given else None
        if proposed == self.pending_changes:
            return
        self.pending_changes, self.reason = proposed, None
        self.updated_at = now
        self.record(ProductChangesProposed(product_id=self.id, occurred_at=now))

    def _apply(self, changes: ProductChanges, now: datetime) -> None:
        for name, value in changes.given.items():
            setattr(self, name, value)
        self.reason = None
        self.updated_at = now
        self.record(ProductChanged(product_id=self.id, occurred_at=now))

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


def _tidied(changes: ProductChanges) -> ProductChanges:
    name, tags = changes.name, changes.tags
    return replace(
        changes,
        name=None if name is None else require_text(name, "/name", longest=NAME_LONGEST),
        tags=None if tags is None else _tidied_tags(tags),
    )


def _tidied_tags(tags: Sequence[str]) -> tuple[str, ...]:
    for index, tag in enumerate(tags):
        require_text(tag, f"/tags/{index}", longest=TAG_LONGEST)
    return tuple(dict.fromkeys(tags))
