"""What is read of products: each list and each page in one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import (
    ModeratedProductView,
    ProductSummaryView,
    ProductVariantView,
    ProductView,
)
from marketplace.application.paging import Page, PageRequest
from marketplace.application.stamped import Stamped
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import ProductId, SellerId, VariantId
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.paging import fetch_page
from marketplace.infrastructure.database.queries.product_statements import (
    IN_STATUS,
    MODERATION_LISTING,
    SELLER_LISTING,
    TO_MODERATE,
    moved,
    of_seller,
    one_product,
)
from marketplace.infrastructure.database.queries.product_views import (
    moderated_view,
    product_digest,
    product_view,
    summary_view,
    variant_view,
)
from marketplace.infrastructure.database.queries.sellers import (
    key_parameters,
    own_seller,
    viewer_kind,
    viewer_parameters,
)


class SqlProductQueries:
    """Implements `application.catalogue.queries.ProductQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, product: ProductId | str, viewer: Actor | None) -> ProductView:
        """By id or slug; every status for its seller and administrators, else only published
        ones of approved sellers. One statement. Raises `NotFound`."""
        return self.stamped(product, viewer).make()

    def stamped(self, product: ProductId | str, viewer: Actor | None) -> Stamped[ProductView]:
        """What `get` gives, for those who may have it already."""
        rows = self._rows("id" if isinstance(product, UUID) else "slug", product, viewer)
        if not rows:
            raise NotFound("product", product)
        return Stamped(
            version=rows[0].version,
            digest=product_digest(rows, viewer),
            make=lambda: product_view(rows, viewer),
        )

    def moved_to(self, slug: str, viewer: Actor | None) -> str | None:
        """The present slug of the product that once had `slug`, if `viewer` may read it."""
        parameters = key_parameters(slug) | viewer_parameters(viewer)
        found: str | None = self._read.execute(moved(viewer_kind(viewer)), parameters).scalar()
        return found

    def variant(self, variant_id: VariantId, viewer: Actor | None) -> ProductVariantView:
        """Of a product that `viewer` may read. One statement. Raises `NotFound`."""
        rows = self._rows("variant", variant_id, viewer)
        if not rows:
            raise NotFound("variant", variant_id)
        return variant_view(rows)

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, status: ProductStatus | None, viewer: Actor
    ) -> Page[ProductSummaryView]:
        """Every status, or the one asked for. Raises `NotFound` or `Forbidden` for a stranger."""
        parameters: dict[str, Any] = {"seller_id": own_seller(self._read, seller, viewer)}
        if status is not None:
            parameters["wanted_status"] = status
        items = of_seller(by_status=status is not None)
        return fetch_page(self._read, SELLER_LISTING, page, items, parameters, summary_view)

    def list_for_moderation(
        self, page: PageRequest, status: ProductStatus | None
    ) -> Page[ModeratedProductView]:
        """Of all sellers, those that have waited longest first; without a status, those that wait
        for a decision. Raises `InvalidCursor`."""
        items, wanted = TO_MODERATE, {}
        if status is not None:
            items, wanted = IN_STATUS, {"wanted_status": status}
        return fetch_page(self._read, MODERATION_LISTING, page, items, wanted, moderated_view)

    def _rows(self, by: str, key: UUID | str, viewer: Actor | None) -> Sequence[AnyRow]:
        statement = one_product(viewer_kind(viewer), by)
        return self._read.fetch(statement, key_parameters(key) | viewer_parameters(viewer))
