"""Whose sales are counted, when, and up to when all of them are."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import TextualSelect, column, text

from marketplace.application.actor import Actor
from marketplace.application.analytics.handlers import HANDLER, SUMMARISED
from marketplace.application.analytics.queries import Interval
from marketplace.domain.errors import Forbidden, RuleViolated
from marketplace.domain.shared.ids import SellerId
from marketplace.domain.shared.money import MAX_AMOUNT, Money
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.sellers import own_seller
from marketplace.infrastructure.database.tables import ALL

_TYPES = ", ".join(f"'{each.__name__}'" for each in SUMMARISED)
AS_OF = f"""
    least(now(), (
        SELECT min(outbox.occurred_at) FROM outbox
        WHERE outbox.delivered_at IS NULL AND outbox.type IN ({_TYPES}) AND NOT EXISTS (
            SELECT FROM handled_events
            WHERE handled_events.handler = '{HANDLER}' AND handled_events.event_id = outbox.id
        )
    ))
"""  # noqa: S608  names of ours
"""Since when events wait to be summarised, else now."""


def statement(sql: str, *columns: str) -> TextualSelect:
    """A statement to `fetch`, of which the rows have these columns."""
    return text(sql).columns(*map(column, columns))


_MOMENT = statement(f"SELECT now() AS now, {AS_OF} AS as_of", "now", "as_of")

SELLS = "(CAST(:sellers AS uuid[]) IS NULL OR {seller_id} = ANY(CAST(:sellers AS uuid[])))"
"""Whether something is in the scope, by the column of its seller."""

TOTALS = "seller_id = ANY(CAST(:totals AS uuid[]))"
"""The same of totals."""

WHOLE = "starts_at >= :whole_start AND starts_at < :whole_end"
"""Totals of a `Span`."""

BESIDE = f"""
    SELECT *,
        CASE WHEN CAST(:sellers AS uuid[]) IS NULL THEN '{ALL}' ELSE seller_id END AS counted_for,
        CASE WHEN CAST(:sellers AS uuid[]) IS NULL THEN order_cancelled ELSE cancelled END AS gone
    FROM sales_facts
    WHERE {SELLS.format(seller_id="seller_id")} AND (
        (placed_at >= :start AND placed_at < :whole_start)
        OR (placed_at >= :whole_end AND placed_at < :end)
    )
"""  # noqa: S608  names of ours
"""Facts of a `Span` that lie beside its totals. What has the same order and `counted_for` counts as
one order, which is `gone` if it is cancelled."""


class Scope(NamedTuple):
    """What these sellers sold, by their seller orders; all that was sold, by orders, where there
    are none named."""

    sellers: tuple[SellerId, ...] | None

    @property
    def parameters(self) -> dict[str, Any]:
        if self.sellers is None:
            return {"sellers": None, "totals": [ALL]}
        return {"sellers": list(self.sellers), "totals": list(self.sellers)}


class Span(NamedTuple):
    """From `start` on, up to but without `end`."""

    start: datetime
    end: datetime

    def parameters(self, unit: Interval, scope: Scope) -> dict[str, Any]:
        """Those of totals by the hour or day, and of the facts beside these."""
        first, last = floor(unit, self.start), floor(unit, self.end)
        if first < self.start:
            first += LENGTHS[unit]
        if first >= last:
            first = last = self.end
        return {
            "start": self.start,
            "end": self.end,
            "whole_start": first,
            "whole_end": last,
            **scope.parameters,
        }


LENGTHS: Final = {
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: timedelta(days=1),
    Interval.WEEK: timedelta(weeks=1),
}


def floor(interval: Interval, at: datetime) -> datetime:
    """The beginning of the bucket that `at` lies in."""
    at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if interval is Interval.HOUR:
        return at
    at = at.replace(hour=0)
    if interval is Interval.WEEK:
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if interval is Interval.MONTH else at


def span_of(start: datetime, end: datetime) -> Span:
    """Raises `RuleViolated` (`invalid_range`)."""
    if end <= start:
        raise RuleViolated("invalid_range", "A range ends after it begins.", parameter="to")
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def scope_of(viewer: Actor) -> Scope:
    """All that `viewer` may see. Raises `Forbidden`."""
    if viewer.is_admin:
        return Scope(None)
    if not viewer.sellers:
        raise Forbidden("This needs an administrator or a member of a seller.")
    return Scope(tuple(viewer.sellers))


def narrowed(read: ReadConnection, seller_id: SellerId | None, viewer: Actor) -> Scope:
    """The same, or of it what one seller sold. Raises `NotFound`, `Forbidden`."""
    scope = scope_of(viewer)
    return scope if seller_id is None else Scope((own_seller(read, seller_id, viewer),))


class Moment(NamedTuple):
    """The present instant, and the one up to which all is counted that will be read next."""

    now: datetime
    as_of: datetime


def moment(read: ReadConnection) -> Moment:
    return Moment(*read.fetch(_MOMENT, {})[0])


def revenue(rows: Iterable[AnyRow]) -> Sequence[Money]:
    """What there is in each currency, of one row for each."""
    return [money(row.amount, row.currency) for row in rows if row.amount]


def money(amount: int, currency: str) -> Money:
    """A sum, which may be more than one amount of money can say: as much then as it can."""
    return Money(min(int(amount), MAX_AMOUNT), currency)
