"""What the catalogue has of what several products ask for, and what is to be written of them.

Both take one statement for all of them, not one for each. The unit of work is open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from marketplace.application.imports.wanted import Wanted
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import RuleViolated
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId, UserId
from marketplace.domain.shared.slug import slugify


@dataclass(kw_only=True)
class Placing:
    """In whose name it happens, and what was looked up before."""

    seller_id: SellerId
    requested_by: UserId
    moderation: bool
    dry_run: bool
    new_id: IdFactory
    categories: dict[tuple[str, ...], Sequence[CategoryId]] = field(default_factory=dict)
    definitions: dict[CategoryId, Sequence[AttributeDefinition]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Batch:
    """`products` are those that there are, by handle. Of a product that there is not, `slugs` has
    a free slug by its handle. `offers` are the live ones of `products`, and whichever have a SKU
    that a row wants. No two of `everything` have the same handle or want the same SKU."""

    uow: UnitOfWork
    placing: Placing
    products: dict[str, Product]
    slugs: Mapping[str, str]
    offers: Sequence[Offer]
    _made: dict[str, ProductId] = field(default_factory=dict)
    _stock: list[StockItem] = field(default_factory=list)
    _changed: list[ProductId] = field(default_factory=list)
    _left: list[CategoryId] = field(default_factory=list)

    @classmethod
    def look_up(cls, uow: UnitOfWork, placing: Placing, everything: Sequence[Wanted]) -> "Batch":
        # What is refused may hold anything.
        handles = [each.handle for each in everything if each.asks]
        ids = uow.imports.find_products(placing.seller_id, handles)
        found = {each.id: each for each in uow.products.all_for_update(ids.values())}
        products = {handle: found[id] for handle, id in ids.items() if id in found}
        new = [handle for handle in handles if handle not in products]
        slugs = uow.products.free_slugs([slugify(each, fallback="product") for each in new])
        skus = {sku for each in everything for sku in each.skus}
        return cls(
            uow=uow,
            placing=placing,
            products=products,
            slugs=dict(zip(new, slugs, strict=True)),
            offers=uow.offers.live_of_seller(placing.seller_id, found, skus),
        )

    @cached_property
    def is_approved(self) -> bool:
        """Whether the seller may submit products."""
        return self.uow.sellers.get(self.placing.seller_id).status is SellerStatus.APPROVED

    def categories(self, names: Sequence[str]) -> Sequence[CategoryId]:
        """Those of these names, from the root on."""
        known, key = self.placing.categories, tuple(names)
        if key not in known:
            known[key] = self.uow.categories.named(key)
        return known[key]

    def definitions(self, category_id: CategoryId) -> Sequence[AttributeDefinition]:
        """The attributes of a category. Raises `RuleViolated` (`unknown_category`)."""
        known = self.placing.definitions
        if category_id not in known:
            category = self.uow.categories.find(category_id)
            if category is None:
                raise RuleViolated(
                    "unknown_category", "There is no such category.", field="/categoryId"
                )
            known[category_id] = self.uow.categories.attributes_of(category)
        return known[category_id]

    def add_product(self, handle: str, product: Product) -> None:
        self.uow.products.add(product)
        self.products[handle] = product
        self._made[handle] = product.id

    def add_stock(self, items: Sequence[StockItem]) -> None:
        """Of offers that were added."""
        self._stock += items

    def changed(self, product: Product, left: Collection[CategoryId]) -> None:
        """The product is to be listed anew. `left` are the categories that it was in."""
        self._changed.append(product.id)
        self._left += left

    def write(self) -> None:
        """Write what came together. Of a dry run nothing is listed: that is never refused."""
        self.uow.imports.name_products(self.placing.seller_id, self._made)
        self.uow.stock.add(*self._stock, actor_id=self.placing.requested_by)
        if self._changed and not self.placing.dry_run:
            self.uow.listings.refresh(self._changed, left=self._left)
