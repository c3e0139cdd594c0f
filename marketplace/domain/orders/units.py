"""Which units of which lines are meant, and whether they are open still."""

from collections.abc import Collection, Mapping

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.shared.ids import OrderLineId


def open_units(parts: Collection[SellerOrder]) -> dict[OrderLineId, int]:
    """All that is left of `parts`, to be cancelled.

    Raises:
        Conflict: `not_cancellable`, some of it has been shipped, or nothing is left.
    """
    lines = [line for part in parts for line in part.lines]
    if any(line.shipped for line in lines):
        raise Conflict(
            "not_cancellable",
            "Some of it has been shipped: name the lines and units that are still open.",
        )
    units = {line.id: line.open for line in lines if line.open}
    if not units:
        raise Conflict("not_cancellable", "All of it is cancelled.")
    return units


def named_units(
    parts: Collection[SellerOrder], wanted: Mapping[OrderLineId, int]
) -> dict[OrderLineId, int]:
    """`wanted`, to be cancelled. Raises as `lines_of`, with `not_cancellable`."""
    lines_of(parts, wanted, "not_cancellable", "cancelled")
    return dict(wanted)


def lines_of(
    parts: Collection[SellerOrder], wanted: Mapping[OrderLineId, int], code: str, done: str
) -> list[OrderLine]:
    """The lines of `parts` that are wanted.

    Raises:
        RuleViolated: `unknown_id`, a line of something else.
        Conflict: `code`, so many units of a line are not open; `done` says what for.
    """
    lines = {line.id: line for part in parts for line in part.lines}
    for index, (line_id, quantity) in enumerate(wanted.items()):
        if line_id not in lines:
            raise RuleViolated(
                "unknown_id", "This is no line here.", field=f"/lines/{index}/lineId"
            )
        if quantity > lines[line_id].open:
            raise Conflict(
                code,
                f"{lines[line_id].open} units of this line can still be {done}.",
                field=f"/lines/{index}/quantity",
                open=lines[line_id].open,
            )
    return [lines[line_id] for line_id in wanted]
