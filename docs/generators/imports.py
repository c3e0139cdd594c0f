"""Counts the imports between parts of the package."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import grimp

PACKAGE = "marketplace"


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE)


def count(part_of: Callable[[str], str | None]) -> Counter[tuple[str, str]]:
    """How many modules of one part import how many of another. `part_of` names a module's part,
    None for a module that has none."""
    found: Counter[tuple[str, str]] = Counter()
    for importer in graph().modules:
        source = part_of(importer)
        for imported in graph().find_modules_directly_imported_by(importer):
            target = part_of(imported)
            if source and target and source != target:
                found[source, target] += 1
    return found
