"""Views made quickly."""

from typing import Any, TypeVar

View = TypeVar("View")


def made(view: type[View], /, **values: Any) -> View:
    """`view(**values)` for lists, where the constructor of a frozen dataclass would take as long as
    all else about an item: it sets each field by a call. Every field has to be given.
    """
    item = object.__new__(view)
    item.__dict__.update(values)
    return item
