"""Every field of every aggregate comes back from the database as it went in, and every column of
every table of aggregates is filled by one."""

import dataclasses
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, func, select

from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.tables import metadata
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import new_id
from tests.fakes import FakeClock
from tests.integration.database.wholes import aggregates


def described(value: Any) -> Any:
    """A value by the fields that its class declares, and theirs."""
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: described(getattr(value, field.name, "nothing"))
            for field in dataclasses.fields(value)
            if field.name != "_events"
        }
        return {"type": type(value).__name__} | fields
    if isinstance(value, list):
        return [described(each) for each in value]
    return value if isinstance(value, dict | UUID) else (type(value), value)


AGGREGATES = list(aggregates())
# Before anything is stored: what storing changes in an aggregate must not pass for what was meant.
EXPECTED = [described(aggregate) for _, aggregate in AGGREGATES]
PLUMBING = {
    *("outbox", "handled_events", "idempotency_keys", "login_throttle"),
    *("sandbox_charges", "sandbox_operations", "sandbox_events"),
}
# Written beside an aggregate, not of its fields.
BESIDE = {
    *("catalogue_words", "import_chunks", "import_errors", "media", "product_handles"),
    *("product_listings", "product_slugs", "stock_movements"),
    *("order_events", "provider_events", "delivery_facts", "sales_facts", "sales_totals"),
}
COLUMNS_BESIDE = {"products": {"cover"}}
TABLES = sorted(set(metadata.tables) - PLUMBING - BESIDE)


def unit_of_work(engines: Engines) -> SqlUnitOfWork:
    return SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id)


@pytest.fixture(scope="module", autouse=True)
def _stored(engines: Engines) -> None:
    with unit_of_work(engines) as uow:
        for repository, aggregate in AGGREGATES:
            getattr(uow, repository).add(aggregate)
        uow.commit()


def load(uow: SqlUnitOfWork, repository: str, aggregate: Any) -> Any:
    match repository:
        case "refresh_families":
            return uow.refresh_families.find_for_update(aggregate.id)
        case "payments":
            return uow.payments.of_order(aggregate.order_id)
        case "addresses":
            return uow.addresses.get(aggregate.id, aggregate.user_id)
        case "carts":
            return uow.carts.get_for_update(aggregate.user_id)
        case "shipments":
            return uow.shipments.get_for_update(aggregate.id)
        case "stock":
            return uow.stock.get(aggregate.offer_id)
        case _:
            return getattr(uow, repository).get(aggregate.id)


@pytest.mark.parametrize("index", range(len(AGGREGATES)), ids=[name for name, _ in AGGREGATES])
def test_every_field_comes_back(engines: Engines, index: int) -> None:
    repository, aggregate = AGGREGATES[index]

    with unit_of_work(engines) as uow:
        loaded = load(uow, repository, aggregate)

    assert loaded is not aggregate
    expected = EXPECTED[index]
    if repository == "orders":
        # The one field that storing gives.
        expected = expected | {"number": described(aggregate.number)}
        assert aggregate.number
    if repository == "payments":
        expected = expected | {"stored": described(len(aggregate.ledger.events))}
    assert described(loaded) == expected


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_filled_by_an_aggregate(engines: Engines, name: str) -> None:
    table: Table[Any] = metadata.tables[name]
    columns = [each for each in table.c if each.name not in COLUMNS_BESIDE.get(name, ())]
    filled = select(*(func.count(column).label(column.name) for column in columns))

    with engines.read.connect() as connection:
        counts = connection.execute(filled).one()._asdict()

    assert [column for column, count in counts.items() if count == 0] == []


@pytest.mark.parametrize(
    "aggregate", [each for name, each in AGGREGATES if name != "stock"], ids=lambda each: each.id
)
def test_no_field_of_the_sample_is_left_at_its_default(aggregate: Any) -> None:
    kind = type(aggregate)
    others = [each for _, each in AGGREGATES if type(each) is kind]
    left = [
        field.name
        for field in dataclasses.fields(kind)
        if field.default is not dataclasses.MISSING
        and all(getattr(each, field.name) == field.default for each in others)
    ]

    assert left == []
