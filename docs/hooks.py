"""What mkdocs runs while it builds the documentation.

A line `<!-- generated: NAME -->` in a page is replaced by what `GENERATORS[NAME]` makes of the
code, so that tables and diagrams cannot grow old. Paths and names of code that a page mentions
have to exist: a missing one is a warning, and `mkdocs build --strict` stops at warnings.
"""

import logging
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from docs.generators import (  # noqa: E402  the path comes first
    areas,
    dependencies,
    events,
    layers,
    operations,
    problems,
    references,
    settings,
    states,
)

LOG = logging.getLogger("mkdocs.hooks")
MARK = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)
OUTSIDE = ("README.md", "CONTRIBUTING.md")
"""Pages beside docs/ whose references are checked too."""


def include(name: str) -> str:
    """A page from beside docs/, with its links turned to where they lead from here."""
    return (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")


GENERATORS: Mapping[str, Callable[[], str]] = {
    "areas": areas.generate,
    "changelog": lambda: include("CHANGELOG.md"),
    "contributing": lambda: include("CONTRIBUTING.md"),
    "events": events.generate,
    "layers": layers.generate,
    "operations": operations.generate,
    "problems": problems.generate,
    "settings": settings.generate,
    "states": states.generate,
}


def on_pre_build(config: Any) -> None:
    for name in OUTSIDE:
        warn(name, references.missing((ROOT / name).read_text(encoding="utf-8")))
    warn("adr/0015-dependencies.md", dependencies.unexplained())


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    warn(page.file.src_path, references.missing(markdown))
    return MARK.sub(lambda found: GENERATORS[found[1]](), markdown)


def warn(where: str, faults: list[str]) -> None:
    for fault in faults:
        LOG.warning("%s: %s", where, fault)
