"""Makes up products, and writes them as lines for COPY."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Final, NamedTuple, TypeVar

from marketplace.infrastructure.seeding.pieces import Piece
from marketplace.infrastructure.seeding.plan import (
    CURRENCY,
    OPENED,
    PACE,
    Aisle,
    Plan,
    Seller,
    ending,
)

Item = TypeVar("Item")

COLUMNS: Final = {
    "products": "id, version, seller_id, category_id, name, slug, description, attributes, tags,"
    " status, created_at, updated_at, published_at",
    "variants": "id, product_id, position, options, barcode",
    "offers": "id, version, product_id, variant_id, seller_id, sku, price_amount, price_currency,"
    " compare_at_amount, compare_at_currency, condition, created_at, updated_at",
    "stock_items": "offer_id, on_hand, allocated",
    "stock_movements": "id, offer_id, kind, quantity, on_hand, allocated, occurred_at",
    "product_listings": "product_id, number, created_at, name, price_amount, price_currency,"
    " in_stock, terms, choices, search",
}
"""What is loaded, in the order of the foreign keys."""

NULL: Final = "\\N"
_STATUSES: Final = ((0.96, "published"), (0.98, "draft"), (0.99, "pending"), (1.0, "archived"))
_PUBLISHED: Final = ("published", "archived")
_VARIANTS: Final = ((0.65, 1), (0.87, 2), (0.97, 3), (1.0, 4))
_CONDITIONS: Final = ("new", "used", "refurbished")
_DAY: Final = 86_400
_FIRST_DAY: Final = datetime.fromtimestamp(OPENED / 1000, UTC).date()


@dataclass(slots=True)
class _Product:
    """What the rows of one product are made of. Ids of what belongs to it begin and end as its
    own."""

    number: int
    start: str
    end: str
    time: str
    seller: Seller
    aisle: Aisle
    brand: Piece
    material: Piece
    name: Sequence[Piece]
    edition: str
    description: Sequence[Piece]
    tags: Sequence[Piece]
    weight: str
    year: int

    @property
    def id(self) -> str:
        return f"{self.start}000{self.end}"


class _Offer(NamedTuple):
    """Offers sort as a buyer would be given them."""

    sold_out: bool
    price: int
    id: str
    seller: Seller
    condition: str
    sku: str


class ProductMaker:
    """Lines of all tables for a stretch of products; they depend on the plan and its first number.

    `lines` are by table, as `COLUMNS` has them. Of what is written here nothing has to be escaped:
    pieces are letters, digits and blanks, and their like.
    """

    def __init__(self, plan: Plan, numbers: range) -> None:
        self.lines: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self._plan = plan
        self._random = Random(f"{plan.seed}/{numbers.start}").random  # noqa: S311  plausible, not secret
        for number in numbers:
            self._make(number)

    def _make(self, number: int) -> None:
        product, drawn = self._product(number), self._random()
        status = next(status for limit, status in _STATUSES if drawn < limit)
        product_id, time = product.id, product.time
        brand, trait, thing, model = product.name
        name = f"{brand.text} {trait.text} {thing.text} {model.text} {product.edition}".rstrip()
        slug = f"{brand.slug}-{trait.slug[:18]}-{thing.slug}-{model.slug}-{number:x}"
        made_for, use, *sentences = product.description
        description = f"{made_for.text} {use.text}. {' '.join([each.text for each in sentences])}"
        attributes = (
            f'{{"year": {product.year}, "brand": "{brand.text}", '
            f'"weight": {product.weight}, "material": "{product.material.text}"}}'
        )
        tags = ",".join([each.text for each in product.tags])
        published = time if status in _PUBLISHED else NULL
        self.lines["products"].append(
            f"{product_id}\t1\t{product.seller.id}\t{product.aisle.category}\t{name}\t{slug}\t"
            f"{description}\t{attributes}\t{{{tags}}}\t{status}\t{time}\t{time}\t{published}"
        )
        values, options, barcodes = self._add_variants(product, product_id)
        offers = self._add_offers(product, product_id, len(options))
        if status == "published":
            best = min(offers)
            terms = '","'.join(_terms(product, offers, values))
            self.lines["product_listings"].append(
                f"{product_id}\t{number + 1}\t{time}\t{name}\t{best.price}\t{CURRENCY}\t"
                f'{"f" if best.sold_out else "t"}\t{{"{terms}"}}\t'
                f'{{"a": {attributes}, "v": [{", ".join(options)}]}}\t'
                f"{_document(product, offers, values, barcodes)}"
            )

    def _product(self, number: int) -> _Product:
        plan, random = self._plan, self._random
        aisles, sentences = plan.aisles, plan.sentences
        milliseconds = OPENED + number * PACE
        # A square makes the first ones more common than the last.
        aisle = aisles[int(len(aisles) * random() * random())]
        brand = plan.brands[int(len(plan.brands) * random() ** 2)]
        return _Product(
            number=number,
            start=f"{milliseconds:012x}7",
            end=ending(plan.seed, number),
            time=_time(milliseconds // 1000),
            seller=plan.sellers[int(len(plan.sellers) * random() ** 2)],
            aisle=aisle,
            brand=brand,
            material=aisle.materials[int(len(aisle.materials) * random())],
            name=(
                brand,
                aisle.traits[int(len(aisle.traits) * random())],
                aisle.things[int(len(aisle.things) * random())],
                plan.models[int(len(plan.models) * random())],
            ),
            edition=str(int(random() * 99) * 10 + 10) if random() < 0.5 else "",
            description=(
                plan.made_for,
                aisle.uses[int(len(aisle.uses) * random())],
                sentences[int(len(sentences) * random())],
                sentences[int(len(sentences) * random())],
            ),
            tags=_distinct(plan.tags, int(random() * 4), random),
            weight=f"{random() ** 3 * 30 + 0.1:.1f}",
            year=2015 + int(random() * 12),
        )

    def _add_variants(
        self, product: _Product, product_id: str
    ) -> tuple[Mapping[str, Piece], Sequence[str], Sequence[str]]:
        """The terms of all options with their values, the options of each variant as JSON, and the
        barcodes."""
        random, lines = self._random, self.lines["variants"]
        values: dict[str, Piece] = {}
        written, barcodes = [], []
        for position, options in enumerate(self._combinations(product.aisle)):
            barcode = NULL
            if random() < 0.4:
                barcode = _gtin(product.number * 4 + position)
                barcodes.append(barcode)
            for name, value in options:
                values[f"attr:{name}:{value.text}"] = value
            pairs = ", ".join([f'"{name}": "{value.text}"' for name, value in options])
            written.append(f"{{{pairs}}}")
            lines.append(
                f"{product.start}1{position:02x}{product.end}\t{product_id}\t{position}\t"
                f"{{{pairs}}}\t{barcode}"
            )
        return values, written, barcodes

    def _combinations(self, aisle: Aisle) -> list[list[tuple[str, Piece]]]:
        """The options of each variant, no two of them alike."""
        if not aisle.options:
            return [[]]
        random = self._random
        name, values = aisle.options[0]
        drawn = random()
        count = min(next(number for limit, number in _VARIANTS if drawn < limit), len(values))
        first = int(random() * len(values))
        shared = [(other, some[int(random() * len(some))]) for other, some in aisle.options[1:]]
        return [[(name, values[(first + step) % len(values)]), *shared] for step in range(count)]

    def _add_offers(self, product: _Product, product_id: str, variants: int) -> list[_Offer]:
        """One of its seller for each variant, and now and then one of another seller."""
        random, sellers = self._random, self._plan.sellers
        least, most = product.aisle.prices
        price = int(least * 100 * (most / least) ** random()) // 10 * 10 + 9
        offers: list[_Offer] = []
        for position in range(variants):
            own = product.seller
            offers.append(
                self._offer(product, product_id, position, len(offers), own, price, "new")
            )
            if random() < 0.12:
                other = sellers[int(len(sellers) * random() ** 2)]
                condition = _CONDITIONS[int(random() * 3)]
                lower = int(price * (0.6 + random() / 2))
                if other is not own or condition != "new":
                    offers.append(
                        self._offer(
                            product, product_id, position, len(offers), other, lower, condition
                        )
                    )
        return offers

    def _offer(
        self,
        product: _Product,
        product_id: str,
        variant: int,
        number: int,
        seller: Seller,
        price: int,
        condition: str,
    ) -> _Offer:
        random, lines = self._random, self.lines
        start, end, time = product.start, product.end, product.time
        offer_id, sku = f"{start}2{number:02x}{end}", f"M{product.number:07d}{number}"
        on_hand = 0 if random() < 0.1 else 1 + int(random() ** 2 * 120)
        before = f"{price * 5 // 4}\t{CURRENCY}" if random() < 0.15 else f"{NULL}\t{NULL}"
        lines["offers"].append(
            f"{offer_id}\t1\t{product_id}\t{start}1{variant:02x}{end}\t{seller.id}\t{sku}\t"
            f"{price}\t{CURRENCY}\t{before}\t{condition}\t{time}\t{time}"
        )
        lines["stock_items"].append(f"{offer_id}\t{on_hand}\t0")
        if on_hand:
            lines["stock_movements"].append(
                f"{start}3{number:02x}{end}\t{offer_id}\treceived\t{on_hand}\t{on_hand}\t0\t{time}"
            )
        return _Offer(not on_hand, price, offer_id, seller, condition, sku)


def _terms(product: _Product, offers: Sequence[_Offer], options: Iterable[str]) -> Iterable[str]:
    others = {f"seller:{offer.seller.slug}": None for offer in offers}
    own = f"seller:{product.seller.slug}"
    others.pop(own, None)
    weight = product.weight.removesuffix(".0")
    return (
        own,
        *product.aisle.terms,
        *{f"condition:{offer.condition}": None for offer in offers},
        *others,
        *options,
        f"attr:brand:{product.brand.text}",
        f"attr:material:{product.material.text}",
        f"more:year:{product.year}",
        f"range:weight:{weight}",
    )


def _document(
    product: _Product,
    offers: Sequence[_Offer],
    options: Mapping[str, Piece],
    barcodes: Sequence[str],
) -> str:
    """The tsvector that PostgreSQL would make of the same texts."""
    parts: list[str] = []
    place = 0
    for piece in product.name:
        parts.append(piece.at(place, "A"))
        place += piece.width
    for word in (product.edition, *[offer.sku.lower() for offer in offers], *barcodes):
        if word:
            place += 1
            parts.append(f"{word}:{place}A")
    names = (*product.tags, *product.aisle.names, *options.values())
    for piece in (*names, product.brand, product.material):
        parts.append(piece.at(place, "B"))
        place += piece.width
    for piece in product.description:
        parts.append(piece.at(place, "C"))
        place += piece.width
    return " ".join(parts)


def _distinct(items: Sequence[Item], count: int, random: Callable[[], float]) -> Sequence[Item]:
    if not count:
        return ()
    return tuple({items[int(len(items) * random() ** 2)]: None for _ in range(count)})


def _time(seconds: int) -> str:
    days, second = divmod(seconds - OPENED // 1000, _DAY)
    hours, second = divmod(second, 3600)
    return f"{_date(days)} {hours:02d}:{second // 60:02d}:{second % 60:02d}+00"


@cache
def _date(days: int) -> str:
    return (_FIRST_DAY + timedelta(days=days)).isoformat()


def _gtin(number: int) -> str:
    """A GTIN-13 of the prefix 40."""
    digits = f"40{number:010d}"
    total = sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))
    return f"{digits}{-total % 10}"
