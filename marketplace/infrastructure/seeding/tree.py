"""The categories of a seeded catalogue, and what lies in each of them."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import DEEPEST, NAME_LONGEST
from marketplace.domain.shared.slug import numbered, slugify
from marketplace.infrastructure.demo.shelves import ROOMS, SIZES, Shelf
from marketplace.infrastructure.seeding.words import COLOURS, MATERIALS, TRAITS, USES

_LISTED = tuple(
    AttributeDefinition(name=name, type=AttributeType.TEXT, filterable=True)
    for name in ("brand", "material")
)
_WEIGHT = (AttributeDefinition(name="weight", type=AttributeType.NUMBER, filterable=True),)


class UnreadableTree(ValueError):
    """A file of categories that cannot be used; the message says why."""


@dataclass(frozen=True)
class Node:
    """A category; one with a shelf has products in it. `parent` is a slug."""

    name: str
    slug: str
    path: str
    parent: str | None
    attributes: tuple[AttributeDefinition, ...]
    shelf: Shelf | None = None
    materials: Sequence[str] = ()


def built_in() -> list[Node]:
    """The rooms and shelves of the demo, parents first."""
    nodes = []
    for room, shelves in ROOMS.items():
        root = slugify(room, fallback="room")
        nodes.append(Node(room, root, root, None, _LISTED))
        for shelf in shelves:
            slug = slugify(shelf.name, fallback="shelf")
            path = f"{root}/{slug}"
            nodes.append(Node(shelf.name, slug, path, root, _WEIGHT, shelf, shelf.traits))
    return nodes


def read(file: Path) -> list[Node]:
    """The tree of a CSV file with the columns id, parentId and name, parents first.

    A parent that the file does not have makes a root. Products lie in the leaves, and are called
    after them. Raises UnreadableTree.
    """
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = {
                row["id"]: (row["parentId"], " ".join(row["name"].split())[:NAME_LONGEST])
                for row in csv.DictReader(lines)
            }
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableTree(f"{file} cannot be read: {error}") from error
    except KeyError as error:
        raise UnreadableTree(
            f"{file} has no column {error}; it needs id, parentId, name."
        ) from None
    rows = {key: row for key, row in rows.items() if row[1]}
    if not rows:
        raise UnreadableTree(f"{file} has no categories.")
    return list(_grown(rows))


def _grown(rows: Mapping[str, tuple[str, str]]) -> Iterator[Node]:
    children: defaultdict[str, list[str]] = defaultdict(list)
    for key, (above, _) in rows.items():
        children[above if above in rows and above != key else ""].append(key)
    taken: dict[str, int] = {}
    waiting: list[tuple[str, Node | None]] = [(key, None) for key in reversed(children[""])]
    seen = 0
    while waiting:
        key, parent = waiting.pop()
        name = rows[key][1]
        slug = _free(slugify(name, fallback="category"), taken)
        node = Node(
            name=name,
            slug=slug,
            path=f"{parent.path}/{slug}" if parent else slug,
            parent=parent.slug if parent else None,
            attributes=_WEIGHT if parent else (*_LISTED, *_WEIGHT),
            shelf=None if children[key] else _shelf(name),
            materials=MATERIALS,
        )
        yield node
        seen += 1
        # What would lie too deep lies beside.
        above_them = node if node.path.count("/") + 1 < DEEPEST else parent
        waiting += [(child, above_them) for child in reversed(children[key])]
    if seen < len(rows):
        raise UnreadableTree(f"{len(rows) - seen} categories are below themselves.")


def _free(slug: str, taken: dict[str, int]) -> str:
    number = taken[slug] = taken.get(slug, 0) + 1
    return slug if number == 1 else _free(numbered(slug, number), taken)


def _shelf(name: str) -> Shelf:
    thing = " ".join(_words(name))[:60].strip() or "article"
    # The same for the same name in every process, which `hash` is not.
    choice = sum(map(ord, name))
    options: Sequence[Mapping[str, Sequence[str]]] = (
        {"colour": COLOURS},
        {"size": SIZES.split(", ")},
        {},
    )
    least = 5 + choice % 60
    return Shelf(
        name=name,
        things=(thing,),
        traits=tuple(TRAITS),
        uses=tuple(USES),
        prices=(least, least * (4 + choice % 11)),
        options={option: tuple(values) for option, values in options[choice % 3].items()},
    )


def _words(name: str) -> Iterable[str]:
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", name)
