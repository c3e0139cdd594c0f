"""Makes the demo's catalogue out of `shelves`, from one seed: aggregates that keep every rule of
the domain, with the same ids each time, so that examples in the documentation can name them."""

import hashlib
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Condition, Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.demo.shelves import ROOMS, WORKSHOPS, Shelf

Item = TypeVar("Item")

CURRENCY = "EUR"
PRODUCTS_PER_SHELF = 11
LOW = 5
"""How many units are few."""

OPENED = datetime(2025, 1, 6, 9, tzinfo=UTC)
"""When the demo's marketplace opened; everything in it came about in the days after."""

STOCKED = OPENED + timedelta(days=31)
"""When all of it lay in the warehouses, for people to order."""

_FIRST_ID = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Listing:
    """A product, each of its variants' offer, and the stock of these."""

    product: Product
    offers: tuple[Offer, ...]
    stock: tuple[StockItem, ...]


class Chance:
    """Seeded choices, the same in every version of Python: only `random()` is promised to be."""

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)  # noqa: S311  plausible, not secret

    def happens(self, probability: float) -> bool:
        return self._source.random() < probability

    def between(self, least: int, most: int) -> int:
        return least + int(self._source.random() * (most - least + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.between(0, len(items) - 1)]

    def pick_two(self, items: Sequence[Item]) -> tuple[Item, Item]:
        first = self.between(0, len(items) - 1)
        second = (first + self.between(1, len(items) - 1)) % len(items)
        return items[first], items[second]


def known_id(kind: str, number: int) -> UUID:
    """A UUIDv7 that is the same every time; ids of one kind sort by their number."""
    instant = _FIRST_ID + timedelta(seconds=number)
    milliseconds = int(instant.timestamp() * 1000)
    noise = int.from_bytes(hashlib.blake2b(f"{kind}/{number}".encode(), digest_size=10).digest())
    value = milliseconds << 80 | noise & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0b11 << 62) | 0b10 << 62)


def slug_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


@dataclass(frozen=True)
class Branch:
    """A category; if it is a leaf, with what lies in it and the room it belongs to."""

    category: Category
    room: str
    shelf: Shelf | None = None


def categories() -> list[Branch]:
    """The tree, parents first."""
    made: list[Branch] = []
    numbers = itertools.count(1)
    material = AttributeDefinition(name="material", type=AttributeType.TEXT, filterable=True)
    for room, shelves in ROOMS.items():
        root = _category(next(numbers), room, None, (material,))
        made.append(Branch(root, room))
        for shelf in shelves:
            weight = AttributeDefinition(name="weight", type=AttributeType.NUMBER, filterable=True)
            leaf = _category(next(numbers), shelf.name, root, (weight,))
            made.append(Branch(leaf, room, shelf))
    return made


def _category(
    number: int,
    name: str,
    parent: Category | None,
    attributes: tuple[AttributeDefinition, ...],
) -> Category:
    return Category.create(
        id=CategoryId(known_id("category", number)),
        name=name,
        slug=slug_of(name),
        parent=parent,
        attributes=attributes,
        now=OPENED,
    )


def listings(tree: Sequence[Branch], sellers: Mapping[str, SellerId]) -> Iterator[Listing]:
    """The products of every shelf, each of its room's seller, all of them drafts."""
    chance = Chance(2026)
    taken: set[str] = set()
    numbers = itertools.count(1)
    for branch in tree:
        for _ in range(PRODUCTS_PER_SHELF if branch.shelf else 0):
            yield _listing(next(numbers), branch, sellers[branch.room], taken, chance)


def _name(shelf: Shelf, chance: Chance, taken: set[str]) -> tuple[str, str, str]:
    while True:
        words = chance.pick(WORKSHOPS), chance.pick(shelf.traits), chance.pick(shelf.things)
        name = " ".join(words)
        if slug_of(name) not in taken:
            taken.add(slug_of(name))
            return name, words[1], words[2]


def _listing(
    number: int, branch: Branch, seller: SellerId, taken: set[str], chance: Chance
) -> Listing:
    shelf = branch.shelf
    if shelf is None:
        raise ValueError(f"nothing lies in {branch.category.name}")
    name, trait, thing = _name(shelf, chance, taken)
    now = OPENED + timedelta(hours=number)
    product = Product.create(
        id=ProductId(known_id("product", number)),
        seller_id=seller,
        category_id=branch.category.id,
        name=name,
        slug=slug_of(name),
        description=_description(shelf, (name, trait, thing), chance),
        attributes={"material": trait, "weight": 50 * chance.between(1, 180)},
        tags=(slug_of(thing), slug_of(trait)),
        variants=list(_variants(number, shelf, chance)),
        now=now,
    )
    base = 50 * chance.between(2 * shelf.prices[0], 2 * shelf.prices[1]) - 1
    offers = tuple(
        _offer(product, variant, number, base + 250 * variant.position, chance, now)
        for variant in product.variants
    )
    return Listing(product, offers, tuple(_stock(offer, chance) for offer in offers))


def _stock(offer: Offer, chance: Chance) -> StockItem:
    # Enough to play with; now and then there is none left.
    on_hand = 0 if chance.happens(0.04) else chance.between(5, 250)
    return StockItem(offer_id=offer.id, on_hand=on_hand, low_stock_threshold=LOW)


def _variants(number: int, shelf: Shelf, chance: Chance) -> Iterator[Variant]:
    chosen = {
        option: values[: chance.between(1, len(values))] for option, values in shelf.options.items()
    }
    for position, values in enumerate(itertools.product(*chosen.values())):
        yield Variant(
            id=VariantId(known_id("variant", number * 16 + position)),
            position=position,
            options=dict(zip(chosen, values, strict=True)),
            barcode=_gtin(number * 16 + position),
        )


def _offer(
    product: Product,
    variant: Variant,
    number: int,
    price: int,
    chance: Chance,
    now: datetime,
) -> Offer:
    reduced = chance.happens(0.15)
    return Offer.create(
        id=OfferId(known_id("offer", number * 16 + variant.position)),
        product_id=product.id,
        variant_id=variant.id,
        seller_id=product.seller_id,
        sku=f"{product.tags[0][:8].upper().strip('-')}-{number:04d}-{variant.position + 1}",
        price=Money(price, CURRENCY),
        compare_at_price=Money(price * 5 // 4, CURRENCY) if reduced else None,
        condition=Condition.REFURBISHED if chance.happens(0.05) else Condition.NEW,
        field=f"/variants/{variant.position}",
        now=now,
    )


def _description(shelf: Shelf, words: tuple[str, str, str], chance: Chance) -> str:
    name, trait, thing = words
    use, other = chance.pick_two(shelf.uses)
    opening = chance.pick(
        (
            f"The {name} is made for {use}.",
            f"If you have {use} in mind, this {thing} will not let you down.",
            f"A {thing} that takes {use} seriously.",
        )
    )
    middle = chance.pick(
        (
            f"We chose {trait} because it ages well and can be repaired.",
            f"{trait.capitalize()} all the way, finished by hand in small batches.",
            f"It is {trait} where it matters and plain where it does not.",
        )
    )
    closing = chance.pick(
        (
            f"Some of our customers bought it for {other} and came back for a second one.",
            f"Just as good for {other}.",
            "Spare parts are kept for ten years.",
        )
    )
    return f"{opening} {middle} {closing}"


def _gtin(number: int) -> str:
    # The prefix 200 to 299 is for numbers that mean something inside one company only.
    digits = f"200{number:09d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def book(number: int, name: str, category_id: CategoryId, seller_id: SellerId) -> Listing:
    """A draft with a name of its own, for the documentation to point at."""
    first = 1000 + number
    now = OPENED + timedelta(days=20 + number)
    formats = (("hardcover", 2400, 120), ("paperback", 1200, 300))
    product = Product.create(
        id=ProductId(known_id("product", first)),
        seller_id=seller_id,
        category_id=category_id,
        name=name,
        slug=slug_of(name),
        description=f"{name}: a novel to keep beside the bed, in cloth or to fold into a pocket.",
        attributes={"material": "paper", "weight": 400},
        tags=("novel",),
        variants=[
            Variant(
                id=VariantId(known_id("variant", first * 16 + position)),
                position=position,
                options={"format": form},
                barcode=_gtin(first * 16 + position),
            )
            for position, (form, _, _) in enumerate(formats)
        ],
        now=now,
    )
    offers = tuple(
        Offer.create(
            id=OfferId(known_id("offer", first * 16 + variant.position)),
            product_id=product.id,
            variant_id=variant.id,
            seller_id=seller_id,
            sku=f"NOVEL-{first}-{variant.position + 1}",
            price=Money(price, CURRENCY),
            compare_at_price=None,
            condition=Condition.NEW,
            field=f"/variants/{variant.position}",
            now=now,
        )
        for variant, (_, price, _) in zip(product.variants, formats, strict=True)
    )
    stock = tuple(
        StockItem(offer_id=offer.id, on_hand=on_hand, low_stock_threshold=LOW)
        for offer, (_, _, on_hand) in zip(offers, formats, strict=True)
    )
    return Listing(product, offers, stock)
