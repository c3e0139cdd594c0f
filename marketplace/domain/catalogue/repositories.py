"""Where the catalogue is kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Offer, PricedOffer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId


class CategoryRepository(Protocol):
    def add(self, category: Category) -> None: ...

    def get(self, category: CategoryId | str) -> Category:
        """By id or slug. Raises `NotFound`."""

    def find(self, category_id: CategoryId) -> Category | None: ...

    def remove(self, category: Category) -> None:
        """Raises `Conflict` (`category_in_use`) while children or products refer to it."""

    def lock_tree(self) -> None:
        """Let one transaction at a time change the shape of the tree."""

    def levels_below(self, category: Category) -> int:
        """How many levels of descendants there are."""

    def move_descendants(self, before: str, after: str) -> None:
        """Put `after` in the place of the path `before` in all descendants' paths."""

    def attributes_of(self, category: Category) -> Sequence[AttributeDefinition]:
        """Own and inherited definitions; the nearest one wins a name."""

    def free_slug(self, slug: str) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction."""


class ProductRepository(Protocol):
    def add(self, product: Product) -> None: ...

    def get(self, product: ProductId | str) -> Product:
        """By id or slug. Raises `NotFound`."""

    def free_slug(self, slug: str) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction."""


class OfferRepository(Protocol):
    def add(self, offer: Offer) -> None: ...

    def get(self, offer_id: OfferId) -> Offer:
        """Raises `NotFound`."""

    def priced(
        self, offer_ids: Collection[OfferId], product_ids: Collection[ProductId]
    ) -> tuple[Mapping[OfferId, PricedOffer], Mapping[ProductId, PricedOffer]]:
        """The offers named, and for each product its cheapest purchasable offer in stock.

        Where a product has nothing in stock its cheapest offer serves. What does not exist is
        absent. One statement.
        """
