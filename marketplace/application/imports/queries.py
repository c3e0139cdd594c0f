"""What is read of imports, and of products for a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.domain.catalogue.attributes import AttributeValue
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.imports.product_import import ImportStatus, RowError
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId
from marketplace.domain.shared.money import Money

ERRORS_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """`errors` are the first ones."""

    id: ImportId
    seller_id: SellerId
    status: ImportStatus
    reason: str | None
    currency: str
    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    failed: int
    ignored_columns: Sequence[str]
    errors: Sequence[RowError]
    created_at: datetime
    finished_at: datetime | None

    @property
    def done(self) -> int:
        return self.created + self.updated + self.unchanged + self.failed


@dataclass(frozen=True, kw_only=True)
class ErrorPage:
    """`last` is the number of the last of the errors; None where there are no more."""

    errors: Sequence[RowError]
    last: int | None


class ImportQueries(Protocol):
    def get(self, import_id: ImportId, viewer: Actor) -> ImportView:
        """Of a seller that `viewer` belongs to or administers. Raises `NotFound`."""

    def watch(self, import_id: ImportId) -> ImportView:
        """Anybody's, for the operator. Raises `NotFound`."""

    def errors(self, import_id: ImportId, after: int) -> ErrorPage:
        """All of them, from 0 on, a bounded number at a time."""


@dataclass(frozen=True, kw_only=True)
class ExportedVariant:
    """A variant with one of the seller's offers of it, if there is any."""

    options: Mapping[str, str]
    barcode: str | None
    weight: int | None
    sku: str | None
    price: Money | None
    compare_at_price: Money | None
    condition: Condition | None
    on_hand: int | None


@dataclass(frozen=True, kw_only=True)
class ExportedProduct:
    """A product as its seller means it: changes that wait for approval are in it. `category` are
    names from the root on."""

    id: ProductId
    handle: str
    name: str
    description: str
    category: Sequence[str]
    attributes: Mapping[str, AttributeValue]
    tags: Sequence[str]
    status: ProductStatus
    variants: Sequence[ExportedVariant]


class ExportQueries(Protocol):
    def seller(self, seller: SellerId | str, viewer: Actor) -> SellerId:
        """A seller that `viewer` belongs to or administers. Raises `NotFound` or `Forbidden`."""

    def any_seller(self, slug: str) -> SellerId:
        """For the operator. Raises `NotFound`."""

    def count(self, seller_id: SellerId) -> int:
        """How many products the seller describes."""

    def attributes(self, seller_id: SellerId) -> Sequence[str]:
        """The names of all attributes of these, sorted."""

    def products(
        self, seller_id: SellerId, after: ProductId | None, limit: int
    ) -> Sequence[ExportedProduct]:
        """The next ones in the order of their ids."""
