"""State machines as tables: a state -> the states that may follow."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from marketplace.domain.errors import InvalidTransition

State = TypeVar("State", bound=StrEnum)


def require_transition(
    what: str, table: Mapping[State, Set[State]], current: State, wanted: State
) -> State:
    """Return `wanted` if the table allows it after `current`, else raise `InvalidTransition`."""
    allowed = table[current]
    if wanted not in allowed:
        raise InvalidTransition(what, current, wanted, sorted(allowed))
    return wanted
