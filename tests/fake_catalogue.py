"""Sellers, categories, products, their pictures, offers and what is listed of them, in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.media import Gallery, UnusedPicture
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import Conflict
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.domain.shared.ids import (
    CategoryId,
    MediumId,
    OfferId,
    ProductId,
    SellerId,
    VariantId,
)
from tests.fake_repositories import Keeper, Slugged, first_free
from tests.fake_state import State, copied


class FakeSellers(Slugged[Seller]):
    what = "seller"

    def get_for_update(self, key: UUID | str, *, slug: bool = False) -> Seller:
        return self.get(key)


class FakeCategories(Slugged[Category]):
    what = "category"

    def __init__(self, state: State, seen: list[Any], now: datetime) -> None:
        super().__init__(state.categories, seen)
        self._products = state.products
        self._now = now

    def find(self, category_id: CategoryId) -> Category | None:
        found = self._kept.get(category_id)
        if found is not None:
            self._see(found)
        return found

    def remove(self, category: Category) -> None:
        children = any(each.parent_id == category.id for each in self._kept.values())
        if children or any(each.category_id == category.id for each in self._products.values()):
            raise Conflict("category_in_use", "Something refers to the category.")
        del self._kept[category.id]

    def get_for_update(self, key: UUID | str, *, slug: bool) -> Category:
        return self.get(key)

    def lock_tree(self) -> None:
        """There is nobody to wait for."""

    def levels_below(self, category: Category) -> int:
        below = [
            each.path.count("/")
            for each in self._kept.values()
            if each.path.startswith(category.path + "/")
        ]
        return max(below, default=category.path.count("/")) - category.path.count("/")

    def move_descendants(self, before: str, after: str) -> None:
        for category in self._kept.values():
            if category.path.startswith(before + "/"):
                category.path = after + category.path[len(before) :]
                category.version += 1
                category.updated_at = self._now

    def named(self, names: Sequence[str]) -> Sequence[CategoryId]:
        level = [each for each in self._kept.values() if each.parent_id is None]
        for number, name in enumerate(names):
            found = {each.id for each in level if each.name == name}
            if number + 1 == len(names):
                return list(found)
            level = [each for each in self._kept.values() if each.parent_id in found]
        return []

    def attributes_of(self, category: Category) -> Sequence[AttributeDefinition]:
        above = [each for each in self._kept.values() if category.path.startswith(each.path + "/")]
        found: dict[str, AttributeDefinition] = {}
        for each in (*sorted(above, key=lambda each: len(each.path)), category):
            found.update({definition.name: definition for definition in each.attributes})
        return list(found.values())


class FakeProducts(Slugged[Product]):
    what = "product"

    def __init__(self, state: State, seen: list[Any]) -> None:
        super().__init__(state.products, seen)
        self._former = state.former_slugs

    def find_for_update(self, product_id: ProductId) -> Product | None:
        found = self._kept.get(product_id)
        if found is not None:
            self._see(found)
        return found

    def all_for_update(self, product_ids: Collection[ProductId]) -> Sequence[Product]:
        found = [self.find_for_update(each) for each in sorted(product_ids)]
        return [each for each in found if each is not None]

    def find_of_variant(self, variant_id: VariantId) -> Product | None:
        for product in self._kept.values():
            if any(variant.id == variant_id for variant in product.variants):
                self._see(product)
                return product
        return None

    def free_slug(self, slug: str, holder: ProductId | None = None) -> str:
        present = {each.slug for each in self._kept.values() if each.id != holder}
        former = {each for each, product_id in self._former.items() if product_id != holder}
        return first_free(slug, present | former)

    def free_slugs(self, slugs: Sequence[str]) -> Sequence[str]:
        taken = {each.slug for each in self._kept.values()} | set(self._former)
        given: list[str] = []
        for slug in slugs:
            given.append(first_free(slug, taken | set(given)))
        return given

    def move(self, product: Product, slug: str) -> None:
        self._former.pop(slug, None)
        self._former[product.slug] = product.id
        product.slug = slug


class FakeGalleries:
    def __init__(self, state: State, seen: list[Any], now: datetime) -> None:
        self._shown, self._unused = state.galleries, state.unused_pictures
        self._seen, self._now = seen, now

    def get(self, product_id: ProductId) -> Gallery:
        shown = self._shown.get(product_id, [])
        return self._see(Gallery(product_id=product_id, media=copied(shown)))

    def save(self, gallery: Gallery) -> None:
        self._see(gallery)
        kept = {medium.id for medium in gallery.media}
        for medium in self._shown.get(gallery.product_id, []):
            if medium.id not in kept:
                self._unused[medium.id] = (medium.folder, self._now)
        for medium_id in kept:
            self._unused.pop(medium_id, None)
        self._shown[gallery.product_id] = copied(gallery.media)

    def prepare(self, product_id: ProductId, medium_id: MediumId, folder: str) -> None:
        if not any(each.id == medium_id for shown in self._shown.values() for each in shown):
            self._unused[medium_id] = (folder, self._now)

    def unused(self, before: datetime, most: int) -> Sequence[UnusedPicture]:
        due = sorted((since, key) for key, (_, since) in self._unused.items() if since < before)
        return [UnusedPicture(medium_id=key, folder=self._unused[key][0]) for _, key in due[:most]]

    def forget(self, pictures: Sequence[UnusedPicture]) -> None:
        for picture in pictures:
            self._unused.pop(picture.medium_id, None)

    def _see(self, gallery: Gallery) -> Gallery:
        if not any(each is gallery for each in self._seen):
            self._seen.append(gallery)
        return gallery


class FakeOffers(Keeper[Offer]):
    what = "offer"

    def __init__(self, state: State, seen: list[Any]) -> None:
        super().__init__(state.offers, seen)
        self._state = state

    def get(self, offer_id: OfferId) -> Offer:
        return self._found(offer_id, self._kept.get(offer_id))

    def live_of_variant(self, variant_id: VariantId) -> Sequence[Offer]:
        found = [
            each
            for each in self._kept.values()
            if each.variant_id == variant_id and each.withdrawn_at is None
        ]
        for offer in found:
            self._see(offer)
        return found

    def live_of_seller(
        self, seller_id: SellerId, product_ids: Collection[ProductId], skus: Collection[str]
    ) -> Sequence[Offer]:
        found = [
            each
            for each in self._kept.values()
            if each.seller_id == seller_id
            and each.withdrawn_at is None
            and (each.product_id in product_ids or each.sku in skus)
        ]
        for offer in found:
            self._see(offer)
        return found


class FakeListings:
    """Keeps the names of the products that are for sale."""

    def __init__(self, state: State) -> None:
        self._state = state

    def refresh(
        self, product_ids: Collection[ProductId], *, left: Collection[CategoryId] = ()
    ) -> None:
        for product_id in product_ids:
            product = self._state.products.get(product_id)
            self._state.listings.pop(product_id, None)
            if product is not None and self._for_sale(product):
                self._state.listings[product_id] = product.name

    def restock(self, offer_ids: Collection[OfferId]) -> None:
        self._state.restocked.update(
            {self._state.offers[each].product_id: None for each in offer_ids}
        )

    def refresh_seller(self, seller_id: SellerId) -> None:
        described = [each for each in self._state.products.values() if each.seller_id == seller_id]
        self.refresh([each.id for each in described])

    def refresh_category(self, category_id: CategoryId) -> None:
        self.refresh_all()

    def add_missing(self) -> None:
        self.refresh_all()

    def refresh_all(self) -> None:
        self.refresh(list(self._state.products))

    def _for_sale(self, product: Product) -> bool:
        seller = self._state.sellers[product.seller_id]
        return product.is_public and seller.status is SellerStatus.APPROVED
