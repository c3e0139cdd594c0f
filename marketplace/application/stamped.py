"""What was read, as far as it is known whether a reader has it already."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

View = TypeVar("View")


@dataclass(frozen=True, kw_only=True)
class Stamped(Generic[View]):
    """A view that is made only when it is asked for.

    `digest` covers all that `make` takes it from, as the viewer may see it: where it is the same,
    the view is.
    """

    version: int
    digest: bytes
    make: Callable[[], View]
