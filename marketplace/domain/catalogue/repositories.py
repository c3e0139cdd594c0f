"""Where the catalogue is kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.media import Gallery, UnusedPicture
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.shared.ids import (
    CategoryId,
    MediumId,
    OfferId,
    ProductId,
    SellerId,
    VariantId,
)


class CategoryRepository(Protocol):
    def add(self, category: Category) -> None: ...

    def get(self, category: CategoryId | str) -> Category:
        """By id or slug. Raises `NotFound`."""

    def get_for_update(self, category: CategoryId | str, *, slug: bool) -> Category:
        """As `get`; nobody writes a listing that names it, or one below it, until this
        transaction ends. `slug` if that may change. The tree is locked already.
        """

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

    def named(self, names: Sequence[str]) -> Sequence[CategoryId]:
        """The categories that have these names, those above them included, from the root on."""

    def free_slug(self, slug: str) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction."""


class ProductRepository(Protocol):
    def add(self, product: Product) -> None: ...

    def get(self, product: ProductId | str) -> Product:
        """By id or slug. Raises `NotFound`."""

    def find_for_update(self, product_id: ProductId) -> Product | None:
        """Others that want it so wait until this transaction ends."""

    def all_for_update(self, product_ids: Collection[ProductId]) -> Sequence[Product]:
        """Those that there are, as `find_for_update`, in the order of their ids."""

    def find_of_variant(self, variant_id: VariantId) -> Product | None:
        """The product that has, or had, this variant, as `find_for_update`."""

    def free_slug(self, slug: str, holder: ProductId | None = None) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction.

        Free is what no product has or ever had, apart from `holder`.
        """

    def free_slugs(self, slugs: Sequence[str]) -> Sequence[str]:
        """As `free_slug` one for each, no two of them alike."""

    def move(self, product: Product, slug: str) -> None:
        """Give `product` a free slug; the one it had leads to it for ever."""


class GalleryRepository(Protocol):
    def get(self, product_id: ProductId) -> Gallery:
        """The pictures of a product, empty where it has none. Others that want them wait until
        this transaction ends."""

    def save(self, gallery: Gallery) -> None:
        """What is no longer in it is unused from now on."""

    def prepare(self, product_id: ProductId, medium_id: MediumId, folder: str) -> None:
        """Note that files will be written to `folder`: unused until a gallery shows them."""

    def unused(self, before: datetime, most: int) -> Sequence[UnusedPicture]:
        """Pictures that have been unused since `before`, the longest unused first."""

    def forget(self, pictures: Sequence[UnusedPicture]) -> None:
        """Their files are gone."""


class OfferRepository(Protocol):
    def add(self, offer: Offer) -> None: ...

    def get(self, offer_id: OfferId) -> Offer:
        """A withdrawn one too. Raises `NotFound`."""

    def live_of_variant(self, variant_id: VariantId) -> Sequence[Offer]:
        """All sellers' offers that are not withdrawn, locked."""

    def live_of_seller(
        self, seller_id: SellerId, product_ids: Collection[ProductId], skus: Collection[str]
    ) -> Sequence[Offer]:
        """The seller's offers of these products that are not withdrawn, and whichever have one of
        these SKUs, locked."""
