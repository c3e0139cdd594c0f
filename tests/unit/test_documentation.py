"""The documentation tells of what is there. Most of it is checked where it is built."""

from pathlib import Path

import pytest

from docs.generators import dependencies, references, states
from marketplace.infrastructure.demo.orders import ORDER
from marketplace.infrastructure.demo.people import ACCOUNTS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_code_that_a_page_names_exists(page: Path) -> None:
    assert references.missing(page.read_text(encoding="utf-8")) == []


def test_a_name_that_does_not_exist_is_found() -> None:
    text = (
        "`marketplace/main/parts.py::Parts`, `marketplace/mane.py`,"
        " `marketplace/main/parts.py::Part`"
    )

    assert references.missing(text) == [
        "marketplace/mane.py does not exist",
        "marketplace/main/parts.py does not define Part",
    ]


def test_every_dependency_has_its_reason() -> None:
    assert dependencies.unexplained() == []


def test_the_first_commands_come_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    first = readme.split("```sh\n")[1].split("```")[0].splitlines()
    assert first == [
        "python3 -m venv .venv && . .venv/bin/activate",
        "pip install '.[demo]' && marketplace demo",
    ]


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_what_is_ordered_is_in_the_demo(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    items = ORDER["items"]
    assert isinstance(items, list)

    assert ACCOUNTS["buyer"].login in text
    assert ACCOUNTS["buyer"].password in text
    assert f'"productId": "{items[0]["productId"]}"' in text


def test_a_state_diagram_shows_every_state_and_step() -> None:
    found = dict(states.tables())
    assert {"Payment", "Product", "Seller"} <= set(found)
    table = found["Payment"]

    drawn = states.diagram(table, "Payments")

    steps = sum(len(following) for following in table.values())
    assert all(f">{state}</text>" in drawn for state in table)
    assert drawn.count('marker-end="url(#head)"') == steps
