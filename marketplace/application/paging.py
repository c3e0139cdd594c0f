"""Keyset pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from marketplace.domain.errors import MarketplaceError

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """`cursor` is what an earlier page gave as next or previous; None asks for the first page."""

    limit: int = 20
    cursor: str | None = None
    sort: str | None = None
    with_total: bool = False


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    next: str | None
    previous: str | None
    limit: int
    total: int | None = None


class InvalidCursor(MarketplaceError):
    """The cursor was not made by this list in this order."""

    title = "The cursor is not valid"

    def __init__(self) -> None:
        super().__init__(
            "invalid_cursor",
            "Take the cursor from page.next or page.previous of the same list and sort order.",
            parameter="cursor",
        )
