"""Summaries of sales: facts of each order, and their totals."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import TextClause, text

from marketplace.application.analytics.handlers import SUMMARISED
from marketplace.domain.shared.ids import OrderId
from marketplace.infrastructure.database.queries.prepared import AnyRow
from marketplace.infrastructure.database.sales import (
    DELIVERIES,
    FACTS,
    TOTALS,
    Summary,
    deliveries_of,
    facts_of,
    totals_of,
)
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.transaction import Transaction

MOST_TOLD: Final = 100

# Each order alone, and none while all are made anew.
_LOCK = Sql(
    """
    SELECT pg_advisory_xact_lock_shared(hashtextextended('sales', 0)),
        pg_advisory_xact_lock(hashtextextended('sales of ' || :order_id, 0))
    """
)
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended('sales', 0))")
_PATIENTLY = text(
    "SELECT set_config('statement_timeout', '1h', true), set_config('work_mem', '128MB', true)"
)


def _listed(names: Iterable[str], form: str = "{}") -> str:
    return ", ".join(form.format(name) for name in names)


def _storing(summary: Summary, fresh: str) -> str:
    """Let the rows say what those of `fresh` say; those that do are not touched."""
    table, key, values = summary
    return f"""
        INSERT INTO {table} AS stored ({summary.columns})
        SELECT {summary.columns} FROM {fresh}
        ON CONFLICT ({_listed(key)}) DO UPDATE SET {_listed(values, "{0} = excluded.{0}")}
        WHERE ({_listed(values, "stored.{}")}) IS DISTINCT FROM ({_listed(values, "excluded.{}")})
    """  # noqa: S608  names of ours


def _rebuilding(summary: Summary, fresh: str) -> TextClause:
    """The same, without rows that are not in `fresh`; how many rows were wrong."""
    of_both = (_listed(summary.key, form) for form in ("fresh.{}", "stored.{}"))
    return text(
        f"""
        WITH fresh AS MATERIALIZED ({fresh}),
        gone AS (
            DELETE FROM {summary.table} AS stored
            WHERE NOT EXISTS (SELECT FROM fresh WHERE ({") = (".join(of_both)}))
            RETURNING 1
        ), made AS ({_storing(summary, "fresh")} RETURNING 1)
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM made)
        """  # noqa: S608  names of ours
    )


def _comparing(summary: Summary, fresh: str, condition: str = "") -> TextClause:
    """Rows that are otherwise than in `fresh`, or are in one of the two only."""
    table, key, values = summary
    return text(
        f"""
        WITH fresh AS MATERIALIZED ({fresh})
        SELECT {_listed(key)},
            {_listed(values, "stored.{0} AS stored_{0}, fresh.{0} AS fresh_{0}")}
        FROM fresh FULL JOIN {table} AS stored USING ({_listed(key)})
        WHERE ({_listed(values, "stored.{}")}) IS DISTINCT FROM ({_listed(values, "fresh.{}")})
            {condition}
        ORDER BY {_listed(key)} LIMIT {MOST_TOLD}
        """  # noqa: S608  names of ours
    )


_ORDER = "CAST(:order_id AS uuid)"
# By the difference to what was counted before, in one snapshot. Totals are locked in one order,
# lest two of these wait for each other.
_REFRESH = Sql(
    f"""
    WITH fresh AS MATERIALIZED ({facts_of(_ORDER)}),
    facts AS ({_storing(FACTS, "fresh")}),
    deliveries AS ({_storing(DELIVERIES, f"({deliveries_of(_ORDER)}) AS fresh")}),
    told AS (
        SELECT 1 AS sign, {FACTS.columns} FROM fresh
        UNION ALL SELECT -1, {FACTS.columns} FROM sales_facts WHERE order_id = {_ORDER}
    )
    INSERT INTO sales_totals AS total ({TOTALS.columns})
    SELECT {TOTALS.columns} FROM ({totals_of("told")}) AS change
    WHERE ({_listed(TOTALS.values)}) <> ({_listed(TOTALS.values, "0")})
    ORDER BY {_listed(TOTALS.key)}
    ON CONFLICT ({_listed(TOTALS.key)})
    DO UPDATE SET {_listed(TOTALS.values, "{0} = total.{0} + excluded.{0}")}
    """  # noqa: S608  names of ours
)
_ALL_TOTALS = totals_of("(SELECT 1 AS sign, * FROM sales_facts)")
_REBUILD = (
    _rebuilding(FACTS, facts_of()),
    _rebuilding(DELIVERIES, deliveries_of()),
    _rebuilding(TOTALS, _ALL_TOTALS),
)
_HEARD = """
    AND order_id NOT IN (
        SELECT CAST(payload ->> 'order_id' AS uuid) FROM outbox
        WHERE delivered_at IS NULL AND type = ANY(:types)
    )
"""
_COMPARE = {
    FACTS: _comparing(FACTS, facts_of(), _HEARD),
    DELIVERIES: _comparing(DELIVERIES, deliveries_of(), _HEARD),
    TOTALS: _comparing(TOTALS, _ALL_TOTALS),
}


class SqlSalesSummaries:
    """Implements `application.sales_summaries.SalesSummaries`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def refresh(self, order_id: OrderId) -> None:
        """Count this order as it stands now, instead of as it was counted before."""
        asked = {"order_id": str(order_id)}
        # A statement of its own: the next one has to see what was committed while this one waited.
        self._transaction.look_up(_LOCK, asked)
        self._transaction.run(_REFRESH, asked)

    def rebuild(self) -> int:
        """The same for all orders; returns how many rows were wrong. Others wait meanwhile."""
        self._transaction.read(_PATIENTLY)
        self._transaction.read(_LOCK_ALL)
        return sum(self._transaction.write(each).scalar_one() for each in _REBUILD)

    def differences(self) -> Sequence[str]:
        """What is otherwise than it would be counted now, a hundred at most of each table. Orders
        of which events wait to be handled are left out."""
        self._transaction.read(_PATIENTLY)
        types = [each.__name__ for each in SUMMARISED]
        return [
            _difference(summary, row)
            for summary, statement in _COMPARE.items()
            for row in self._transaction.read(
                statement, {} if summary is TOTALS else {"types": types}
            )
        ]


def _difference(summary: Summary, row: AnyRow) -> str:
    found = row._asdict()
    where = " ".join(f"{name}={found[name]}" for name in summary.key)
    wrong = [
        f"{name} is {found[f'stored_{name}']} instead of {found[f'fresh_{name}']}"
        for name in summary.values
        if found[f"stored_{name}"] != found[f"fresh_{name}"]
    ]
    return f"{summary.table} {where}: {', '.join(wrong)}"
