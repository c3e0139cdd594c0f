"""Random catalogues, and what a search of them has to find, counted one product at a time."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace.application.catalogue.search import (
    AttributeFilter,
    NumberRange,
    ProductSearchFilter,
)
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Condition, Offer
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.domain.shared.money import Money
from tests.factories import NOW, a_category, a_product, a_seller, a_variant, an_offer, word
from tests.integration.database.conftest import NewUow

COLOURS = ("red", "green", "blue", "10:30")
SIZES = ("S", "M", "L")
WORDS = ("oak", "table", "chair", "lamp", "silver", "garden", "kitchen", "running", "shoe")
NUMBERS = (-20, -0.5, 0, 1, 1.5, 2, 10, 12.25, 2**53 + 1)
CURRENCIES = ("EUR", "EUR", "USD", "JPY")
FACETS = ("category", "seller", "condition", "inStock", "price", "attr:colour", "attr:size")


@dataclass
class Catalogue:
    sellers: list[Seller]
    categories: list[Category]
    products: list[Product] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    stock: list[StockItem] = field(default_factory=list)

    def store(self, new_uow: NewUow) -> None:
        with new_uow() as uow:
            for seller in self.sellers:
                uow.sellers.add(seller)
            for category in self.categories:
                uow.categories.add(category)
            for product in self.products:
                uow.products.add(product)
            for offer in self.offers:
                uow.offers.add(offer)
            uow.stock.add(*self.stock)
            uow.listings.refresh([product.id for product in self.products])
            uow.commit()

    def found(self, wanted: ProductSearchFilter) -> list[Product]:
        return [
            each for each in self.products if self._is_public(each) and self.meets(each, wanted)
        ]

    def meets(self, product: Product, wanted: ProductSearchFilter) -> bool:
        price, in_stock = self.price(product), self._in_stock(product)
        return (
            (wanted.category is None or wanted.category in self._slugs(product))
            and (wanted.seller is None or wanted.seller in self._sellers(product))
            and (
                not wanted.conditions or not set(wanted.conditions).isdisjoint(self._kinds(product))
            )
            and (wanted.in_stock is None or wanted.in_stock == in_stock)
            and (
                wanted.currency is None or (price is not None and price.currency == wanted.currency)
            )
            and (
                wanted.min_price is None or (price is not None and price.amount >= wanted.min_price)
            )
            and (
                wanted.max_price is None or (price is not None and price.amount <= wanted.max_price)
            )
            and any(
                all(
                    _is(wished, product.attributes.get(wished.name))
                    or _is(wished, variant.options.get(wished.name))
                    for wished in wanted.attributes
                )
                for variant in product.variants
            )
        )

    def values(self, facet: str) -> set[str]:
        """Every value that the facet may count."""
        public = [each for each in self.products if self._is_public(each)]
        if facet == "category":
            return {slug for each in public for slug in self._slugs(each)}
        if facet == "seller":
            return {slug for each in public for slug in self._sellers(each)}
        if facet == "condition":
            return {str(each) for each in Condition}
        if facet == "inStock":
            return {"true", "false"}
        name = facet.removeprefix("attr:")
        return {
            str(holder[name])
            for each in public
            for holder in (each.attributes, *(variant.options for variant in each.variants))
            if name in holder
        }

    def counts(self, facet: str, wanted: ProductSearchFilter) -> dict[str, int]:
        """How many are found if one value alone is selected, for each value of the facet."""
        counted = {
            value: len(self.found(selecting(wanted, facet, value))) for value in self.values(facet)
        }
        return {value: number for value, number in counted.items() if number}

    def shows(self, name: str, wanted: ProductSearchFilter) -> bool:
        """Whether what is found has the attribute as an option, or as one that can be filtered."""
        others = [each for each in wanted.attributes if each.name != name]
        return any(
            name in each.variants[0].options
            or (name in each.attributes and self._slugs(each)[0] == self.categories[0].slug)
            for each in self.found(replace(wanted, attributes=others))
        )

    def prices(self, wanted: ProductSearchFilter) -> list[Money]:
        found = self.found(replace(wanted, min_price=None, max_price=None))
        return [price for each in found if (price := self.price(each)) is not None]

    def _is_public(self, product: Product) -> bool:
        return product.status is ProductStatus.PUBLISHED and self._approved(product.seller_id)

    def _approved(self, seller_id: object) -> bool:
        seller = next(each for each in self.sellers if each.id == seller_id)
        return seller.status is SellerStatus.APPROVED

    def _live(self, product: Product) -> list[Offer]:
        return [
            each
            for each in self.offers
            if each.product_id == product.id
            and each.withdrawn_at is None
            and self._approved(each.seller_id)
        ]

    def _available(self, offer: Offer) -> bool:
        return any(each.offer_id == offer.id and each.available > 0 for each in self.stock)

    def _in_stock(self, product: Product) -> bool:
        return any(self._available(each) for each in self._live(product))

    def price(self, product: Product) -> Money | None:
        live = self._live(product)
        if not live:
            return None
        home = min(live, key=lambda each: (each.seller_id != product.seller_id, each.id))
        best = min(
            (each for each in live if each.price.currency == home.price.currency),
            key=lambda each: (not self._available(each), each.price.amount, each.id),
        )
        return best.price

    def _kinds(self, product: Product) -> set[Condition]:
        return {each.condition for each in self._live(product)}

    def _slugs(self, product: Product) -> list[str]:
        category = next(each for each in self.categories if each.id == product.category_id)
        return category.path.split("/")

    def _sellers(self, product: Product) -> set[str]:
        ids = {product.seller_id, *(each.seller_id for each in self._live(product))}
        return {each.slug for each in self.sellers if each.id in ids}


def selecting(wanted: ProductSearchFilter, facet: str, value: str) -> ProductSearchFilter:
    match facet:
        case "category":
            return replace(wanted, category=value)
        case "seller":
            return replace(wanted, seller=value)
        case "condition":
            return replace(wanted, conditions=(Condition(value),))
        case "inStock":
            return replace(wanted, in_stock=value == "true")
    name = facet.removeprefix("attr:")
    others = [each for each in wanted.attributes if each.name != name]
    return replace(wanted, attributes=[*others, AttributeFilter(name=name, values=(value,))])


def random_catalogue(
    chance: random.Random, size: int = 30, currencies: Sequence[str] = CURRENCIES
) -> Catalogue:
    sellers = [a_seller(), a_seller(), a_seller(status=SellerStatus.SUSPENDED)]
    catalogue = Catalogue(sellers, _tree())
    for number in range(size):
        product = _product(chance, catalogue, number)
        catalogue.products.append(product)
        for variant in product.variants:
            for seller in chance.sample(sellers, chance.randint(0, 2)):
                offer = an_offer(
                    product,
                    variant_id=variant.id,
                    seller_id=seller.id,
                    price=Money(chance.randint(1, 20) * 100, chance.choice(currencies)),
                    condition=chance.choice(list(Condition)),
                    withdrawn_at=NOW if chance.random() < 0.1 else None,
                )
                catalogue.offers.append(offer)
                if chance.random() < 0.8:
                    stock = StockItem(offer_id=offer.id, on_hand=chance.choice([0, 2]))
                    catalogue.stock.append(stock)
    return catalogue


def random_filter(chance: random.Random, catalogue: Catalogue) -> ProductSearchFilter:
    def maybe(value: Any, share: float = 0.25) -> Any:
        return value if chance.random() < share else None

    return ProductSearchFilter(
        category=maybe(chance.choice(catalogue.categories).slug),
        seller=maybe(chance.choice(catalogue.sellers).slug, 0.15),
        min_price=maybe(chance.randint(1, 10) * 100),
        max_price=maybe(chance.randint(8, 20) * 100),
        currency=maybe("EUR"),
        in_stock=maybe(chance.random() < 0.7),
        conditions=maybe(chance.sample(list(Condition), 2)) or (),
        attributes=list(_attribute_filters(chance)),
    )


def _attribute_filters(chance: random.Random) -> Iterable[AttributeFilter]:
    if chance.random() < 0.4:
        values = chance.sample(COLOURS, chance.randint(1, 2))
        yield AttributeFilter(name="colour", values=values)
    if chance.random() < 0.4:
        yield AttributeFilter(name="size", values=chance.sample(SIZES, chance.randint(1, 2)))
    if chance.random() < 0.3:
        values = [str(each) for each in chance.sample(NUMBERS, chance.choice([0, 0, 1]))]
        ranges = [_range(chance) for _ in range(chance.randint(1, 2))]
        yield AttributeFilter(name="weight", values=values, ranges=ranges)
    if chance.random() < 0.1:
        yield AttributeFilter(name="weight 2", values=("1.50",))
    elif chance.random() < 0.1:
        yield AttributeFilter(name="weight 2", ranges=[NumberRange(least=1, most=2)])


def _range(chance: random.Random) -> NumberRange:
    """One that may end at a number, beside it, or nowhere."""
    least, most = (
        Decimal(chance.choice(NUMBERS)) + Decimal(chance.choice(["-0.001", "0", "0.001"]))
        for _ in range(2)
    )
    kinds = [{"least": least, "most": most}, {"least": least}, {"most": most}]
    return NumberRange(**chance.choice(kinds))


def _tree() -> list[Category]:
    definitions = (
        AttributeDefinition(name="colour", type=AttributeType.TEXT, filterable=True),
        AttributeDefinition(name="weight", type=AttributeType.NUMBER, filterable=True),
    )
    root = a_category(attributes=definitions)
    child, other = a_category(root), a_category()
    return [root, child, a_category(child), other]


def _product(chance: random.Random, catalogue: Catalogue, number: int) -> Product:
    attributes: dict[str, Any] = {}
    if chance.random() < 0.4:
        attributes["colour"] = chance.choice(COLOURS)
    if chance.random() < 0.5:
        attributes["weight"] = chance.choice(NUMBERS)
    if chance.random() < 0.3:
        attributes["weight 2"] = chance.choice([1.5, "1.5", True, "x" * 150])
    names = [name for name in ("colour", "size") if chance.random() < 0.5]
    kinds: dict[tuple[str, ...], dict[str, str]] = {}
    for _ in range(chance.randint(1, 3)):
        options = {name: chance.choice(COLOURS if name == "colour" else SIZES) for name in names}
        kinds[tuple(options.values())] = options
    return a_product(
        chance.choice(catalogue.sellers),
        chance.choice(catalogue.categories),
        name=" ".join(chance.sample(WORDS, 3)),
        slug=word(),
        description=" ".join(chance.sample(WORDS, 5)),
        tags=("everything",),
        attributes=attributes,
        status=chance.choice([*[ProductStatus.PUBLISHED] * 8, *ProductStatus]),
        variants=[
            a_variant(position=position, options=options)
            for position, options in enumerate(kinds.values(), start=1)
        ],
        created_at=NOW + timedelta(minutes=number // 2),
    )


def _is(wanted: AttributeFilter, value: object) -> bool:
    if value is None:
        return False
    if any(_same(wished, value) for wished in wanted.values):
        return True
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else None
    except InvalidOperation:
        return False
    return number is not None and any(
        (each.least is None or each.least <= number) and (each.most is None or number <= each.most)
        for each in wanted.ranges
    )


def _same(wished: str, value: object) -> bool:
    if isinstance(value, bool):
        return wished == str(value).lower()
    spelt = {wished, "1.5"} if wished == "1.50" else {wished}
    return str(value) in spelt
