"""Summaries of sales: facts of each order, and their totals."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from marketplace.application.analytics.handlers import SUMMARISED
from marketplace.domain.shared.ids import OrderId
from marketplace.infrastructure.database.queries.prepared import AnyRow
from marketplace.infrastructure.database.sales import (
    FACT_KEY,
    FACT_VALUES,
    TOTAL_KEY,
    TOTAL_VALUES,
    facts_of,
    totals_of,
)
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.transaction import Transaction

MOST_TOLD: Final = 100

_FACT = ", ".join((*FACT_KEY, *FACT_VALUES))
_TOTAL = ", ".join((*TOTAL_KEY, *TOTAL_VALUES))


def _listed(names: Sequence[str], form: str = "{}") -> str:
    return ", ".join(form.format(name) for name in names)


# Each order alone, and none while all are made anew.
_LOCK = Sql(
    """
    SELECT pg_advisory_xact_lock_shared(hashtextextended('sales', 0)),
        pg_advisory_xact_lock(hashtextextended('sales of ' || :order_id, 0))
    """
)
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(hashtextextended('sales', 0))")
_PATIENTLY = text("SELECT set_config('statement_timeout', '1h', true)")

_STORE_FACTS = f"""
    INSERT INTO sales_facts AS stored ({_FACT})
    SELECT {_FACT} FROM fresh
    ON CONFLICT ({_listed(FACT_KEY)}) DO UPDATE SET {_listed(FACT_VALUES, "{0} = excluded.{0}")}
    WHERE ({_listed(FACT_VALUES, "stored.{}")})
        IS DISTINCT FROM ({_listed(FACT_VALUES, "excluded.{}")})
"""  # noqa: S608  names of ours
# By the difference to what was counted before, in one snapshot. Totals are locked in one order,
# lest two of these wait for each other.
_REFRESH = Sql(
    f"""
    WITH fresh AS MATERIALIZED ({facts_of("CAST(:order_id AS uuid)")}),
    stored AS ({_STORE_FACTS}),
    told AS (
        SELECT 1 AS sign, {_FACT} FROM fresh
        UNION ALL SELECT -1, {_FACT} FROM sales_facts WHERE order_id = CAST(:order_id AS uuid)
    )
    INSERT INTO sales_totals AS total ({_TOTAL})
    SELECT {_TOTAL} FROM ({totals_of("told")}) AS change
    WHERE ({_listed(TOTAL_VALUES)}) <> ({_listed(TOTAL_VALUES, "0")})
    ORDER BY {_listed(TOTAL_KEY)}
    ON CONFLICT ({_listed(TOTAL_KEY)})
    DO UPDATE SET {_listed(TOTAL_VALUES, "{0} = total.{0} + excluded.{0}")}
    """  # noqa: S608  names of ours
)


def _rebuilding(table: str, fresh: str, key: Sequence[str], values: Sequence[str]) -> str:
    """Make the rows of `table` those of `fresh`, and touch no others."""
    columns = _listed((*key, *values))
    return f"""
        WITH fresh AS MATERIALIZED ({fresh}),
        gone AS (
            DELETE FROM {table} AS stored WHERE NOT EXISTS (
                SELECT FROM fresh
                WHERE ({_listed(key, "fresh.{}")}) = ({_listed(key, "stored.{}")})
            )
            RETURNING 1
        ), made AS (
            INSERT INTO {table} AS stored ({columns})
            SELECT {columns} FROM fresh
            ON CONFLICT ({_listed(key)}) DO UPDATE SET {_listed(values, "{0} = excluded.{0}")}
            WHERE ({_listed(values, "stored.{}")})
                IS DISTINCT FROM ({_listed(values, "excluded.{}")})
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM made)
    """  # noqa: S608  names of ours


def _comparing(table: str, fresh: str, key: Sequence[str], values: Sequence[str]) -> str:
    """Rows of `table` that are otherwise than in `fresh`, or are in one of the two only."""
    return f"""
        WITH fresh AS MATERIALIZED ({fresh})
        SELECT {_listed(key)},
            {_listed(values, "stored.{0} AS stored_{0}, fresh.{0} AS fresh_{0}")}
        FROM fresh FULL JOIN {table} AS stored USING ({_listed(key)})
        WHERE ({_listed(values, "stored.{}")}) IS DISTINCT FROM ({_listed(values, "fresh.{}")})
    """  # noqa: S608  names of ours


_ALL_TOTALS = totals_of("(SELECT 1 AS sign, * FROM sales_facts)")
_REBUILD = (
    text(_rebuilding("sales_facts", facts_of(), FACT_KEY, FACT_VALUES)),
    text(_rebuilding("sales_totals", _ALL_TOTALS, TOTAL_KEY, TOTAL_VALUES)),
)
_COMPARE_FACTS = text(
    f"""
    {_comparing("sales_facts", facts_of(), FACT_KEY, FACT_VALUES)}
        AND order_id NOT IN (
            SELECT CAST(payload ->> 'order_id' AS uuid) FROM outbox
            WHERE delivered_at IS NULL AND type = ANY(:types)
        )
    ORDER BY {_listed(FACT_KEY)} LIMIT {MOST_TOLD}
    """  # noqa: S608  names of ours
)
_COMPARE_TOTALS = text(
    f"""
    {_comparing("sales_totals", _ALL_TOTALS, TOTAL_KEY, TOTAL_VALUES)}
    ORDER BY {_listed(TOTAL_KEY)} LIMIT {MOST_TOLD}
    """
)


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
        asked = {"types": [each.__name__ for each in SUMMARISED]}
        facts = self._transaction.read(_COMPARE_FACTS, asked)
        told = [_difference("sales_facts", row, FACT_KEY, FACT_VALUES) for row in facts]
        totals = self._transaction.read(_COMPARE_TOTALS)
        return told + [_difference("sales_totals", row, TOTAL_KEY, TOTAL_VALUES) for row in totals]


def _difference(table: str, row: AnyRow, key: Sequence[str], values: Sequence[str]) -> str:
    found = row._asdict()
    where = " ".join(f"{name}={found[name]}" for name in key)
    wrong = [
        f"{name} is {found[f'stored_{name}']} instead of {found[f'fresh_{name}']}"
        for name in values
        if found[f"stored_{name}"] != found[f"fresh_{name}"]
    ]
    return f"{table} {where}: {', '.join(wrong)}"
