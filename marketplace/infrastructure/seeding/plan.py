"""What the processes that make up a catalogue have to know, all of it parsed and chosen before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar
from uuid import UUID

import psycopg2.extensions as pg

from marketplace.infrastructure.seeding import words
from marketplace.infrastructure.seeding.pieces import Piece, parse
from marketplace.infrastructure.seeding.tree import Node

Item = TypeVar("Item")

CURRENCY: Final = "EUR"
OPENED: Final = 1_577_836_800_000
"""2020-01-01, in milliseconds; products came about one after the other from then on."""

PACE: Final = 60_000
"""Milliseconds from one product to the next."""

BRANDS: Final = 240
_FOR = "Made for"
_ID_BITS = 60
_MIX = 0x9E3779B97F4A7C1


@dataclass(frozen=True)
class Seller:
    """`id` in digits only, as it is written most quickly."""

    id: str
    number: int
    name: str
    slug: str


@dataclass(frozen=True)
class Aisle:
    """A category with products in it: its id in digits, the terms of it and of those above it, and
    their names."""

    category: str
    terms: Sequence[str]
    names: Sequence[Piece]
    things: Sequence[Piece]
    traits: Sequence[Piece]
    materials: Sequence[Piece]
    uses: Sequence[Piece]
    prices: tuple[int, int]
    options: Sequence[tuple[str, Sequence[Piece]]]


@dataclass(frozen=True)
class Plan:
    """`seed` is part of every choice and every id."""

    seed: int
    sellers: Sequence[Seller]
    aisles: Sequence[Aisle]
    brands: Sequence[Piece]
    models: Sequence[Piece]
    tags: Sequence[Piece]
    sentences: Sequence[Piece]
    made_for: Piece


def make_plan(
    database: pg.cursor,
    seed: int,
    sellers: Sequence[Seller],
    nodes: Sequence[Node],
    ids: Mapping[str, UUID],
) -> Plan:
    """`ids` are those of the categories by their slugs; the texts are parsed by `database`."""
    aisles = [node for node in nodes if node.shelf]
    brands = list(_brands(seed))
    texts = [_FOR, *brands, *words.MODELS, *words.TAGS, *words.SENTENCES]
    for node in nodes:
        texts.append(node.name)
        if node.shelf:
            shelf = node.shelf
            texts += [*shelf.things, *shelf.traits, *shelf.uses, *node.materials]
            texts += [value for values in shelf.options.values() for value in values]
    known = parse(database, texts, longest_slug=30)
    by_slug = {node.slug: node for node in nodes}

    def pieces(found: Sequence[str]) -> list[Piece]:
        return [known[text] for text in found]

    def aisle(node: Node) -> Aisle:
        assert node.shelf is not None  # noqa: S101 - chosen above
        shelf, slugs = node.shelf, node.path.split("/")
        return Aisle(
            category=ids[node.slug].hex,
            terms=[f"category:{slug}" for slug in slugs],
            names=pieces([by_slug[slug].name for slug in slugs]),
            things=pieces(shelf.things),
            traits=pieces(shelf.traits),
            materials=pieces(node.materials),
            uses=pieces(shelf.uses),
            prices=shelf.prices,
            options=[(name, pieces(values)) for name, values in shelf.options.items()],
        )

    return Plan(
        seed=seed,
        sellers=sellers,
        aisles=_shuffled([aisle(node) for node in aisles], seed),
        brands=pieces(brands),
        models=pieces(words.MODELS),
        tags=pieces(words.TAGS),
        sentences=pieces(words.SENTENCES),
        made_for=known[_FOR],
    )


def make_sellers(seed: int, count: int, first: int) -> list[Seller]:
    """`count` sellers with numbers from `first` on."""
    brands, made = list(_brands(seed + 1)), []
    for number in range(first, first + count):
        kind = words.SELLER_KINDS[number % len(words.SELLER_KINDS)]
        name = f"{brands[number % len(brands)]} {kind} {number}"
        slug = name.lower().replace(" ", "-")
        made.append(Seller(made_id(seed, "5", number).hex, number, name, slug))
    return made


def made_id(seed: int, kind: str, number: int) -> UUID:
    """A UUIDv7 of the minute before the first product; `kind` is a hexadecimal digit."""
    return UUID(f"{OPENED - PACE + number:012x}7{kind}00{ending(seed, number)}")


def ending(seed: int, number: int) -> str:
    """The last 16 digits of the ids of what has this number: no two of one seed are alike."""
    mixed = (number * _MIX + seed * 0xD1B54A32D192ED) % (1 << _ID_BITS)
    return f"8{mixed:015x}"


def _brands(seed: int) -> Iterator[str]:
    made = [beginning + ending for beginning in words.BEGINNINGS for ending in words.ENDINGS]
    return iter(_shuffled(made, seed)[:BRANDS])


def _shuffled(items: Sequence[Item], seed: int) -> list[Item]:
    # `random()` alone is promised to give the same in every version of Python.
    source = Random(seed)  # noqa: S311  plausible, not secret
    keyed = sorted(range(len(items)), key=lambda _: source.random())
    return [items[index] for index in keyed]
