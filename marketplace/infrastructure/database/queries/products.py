"""What is read of products: each list and each page in one statement."""

from typing import Any
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import (
    ProductFilter,
    ProductSummaryView,
    ProductView,
)
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.paging import fetch_page
from marketplace.infrastructure.database.queries.product_statements import (
    IN_MODERATION,
    LISTING,
    MODERATION_LISTING,
    SELLER_LISTING,
    for_sale,
    of_seller,
    one_product,
)
from marketplace.infrastructure.database.queries.product_views import product_view, summary_view
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
        statement = one_product(viewer_kind(viewer), by_id=isinstance(product, UUID))
        parameters = key_parameters(product) | viewer_parameters(viewer)
        rows = self._read.execute(statement, parameters).all()
        if not rows:
            raise NotFound("product", product)
        return product_view(rows, viewer)

    def list(self, page: PageRequest, wanted: ProductFilter) -> Page[ProductSummaryView]:
        """What can be bought. Sorted by `newest` or `name`, `-` in front turns it round. One
        statement. An unknown category or seller has no products. Raises `InvalidCursor`."""
        parameters = {
            "wanted_status": wanted.status or ProductStatus.PUBLISHED,
            "category": wanted.category,
            "seller": wanted.seller,
        }
        return fetch_page(
            self._read,
            LISTING,
            page,
            for_sale(_kind(wanted.category), _kind(wanted.seller)),
            {name: value for name, value in parameters.items() if value is not None},
            summary_view,
        )

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
        self, page: PageRequest, status: ProductStatus
    ) -> Page[ProductSummaryView]:
        """Of all sellers, those that have waited longest first. Raises `InvalidCursor`."""
        wanted = {"wanted_status": status}
        return fetch_page(self._read, MODERATION_LISTING, page, IN_MODERATION, wanted, summary_view)


def _kind(key: UUID | str | None) -> type | None:
    if key is None:
        return None
    return UUID if isinstance(key, UUID) else str
