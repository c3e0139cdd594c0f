"""Every field of every aggregate comes back from the database as it went in, and every column of
every table of aggregates is filled by one."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.tables import metadata
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import new_id
from tests.fakes import FakeClock
from tests.integration.database.wholes import aggregates

AGGREGATES = list(aggregates())
PLUMBING = {"outbox", "handled_events", "idempotency_keys", "login_throttle", "sandbox_charges"}
# Written beside an aggregate, not of its fields.
BESIDE = {"media", "product_slugs"}
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
        case "stock":
            return uow.stock.get(aggregate.offer_id)
        case _:
            return getattr(uow, repository).get(aggregate.id)


def differences(before: Any, after: Any, path: str) -> list[str]:
    """Where two values of dataclasses differ, by the fields that the classes declare."""
    if dataclasses.is_dataclass(before):
        if type(before) is not type(after):
            return [f"{path}: {type(before)} became {type(after)}"]
        return [
            found
            for field in dataclasses.fields(before)
            if field.name != "_events"
            for found in differences(
                getattr(before, field.name),
                getattr(after, field.name, "nothing"),
                f"{path}.{field.name}",
            )
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            found
            for index, pair in enumerate(zip(before, after, strict=True))
            for found in differences(*pair, f"{path}[{index}]")
        ]
    if type(before) is not type(after) and not isinstance(before, list):
        return [f"{path}: {type(before)} became {type(after)}"]
    return [] if before == after else [f"{path}: {before!r} became {after!r}"]


@pytest.mark.parametrize(
    ("repository", "aggregate"), AGGREGATES, ids=[f"{name}" for name, _ in AGGREGATES]
)
def test_every_field_comes_back(engines: Engines, repository: str, aggregate: Any) -> None:
    with unit_of_work(engines) as uow:
        loaded = load(uow, repository, aggregate)

    assert loaded is not aggregate
    assert differences(aggregate, loaded, type(aggregate).__name__) == []


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
