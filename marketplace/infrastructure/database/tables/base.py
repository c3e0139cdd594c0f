"""What all tables share: the metadata, the kinds of columns, and the checks that go with them.

Columns are declared as `name: Named[python type] = kind()`: the kind gives the SQL type, the
annotation what mypy takes the column for and whether it may be NULL.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Text,
    Uuid,
)

from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.infrastructure.database.types import Words

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def primary_key() -> Column[Any]:
    return Column(Uuid, primary_key=True)


def id_of(target: str | None = None, **options: Any) -> Column[Any]:
    """The id of a row of another table; without `target` the row need not exist any more."""
    return Column(Uuid, *([ForeignKey(target)] if target else []), **options)


def text(**options: Any) -> Column[Any]:
    return Column(Text, **options)


def words(enum: type[StrEnum]) -> Column[Any]:
    return Column(Words(enum))


def instant(**options: Any) -> Column[Any]:
    return Column(DateTime(timezone=True), **options)


def minor_units() -> Column[Any]:
    """Minor units of a currency."""
    return Column(BigInteger)


def count() -> Column[Any]:
    return Column(Integer)


def flag() -> Column[Any]:
    return Column(Boolean)


def instants(*names: str) -> Iterator[CheckConstraint]:
    """Instants of our time: psycopg2 reads no year beyond 9999, and clients none before 1900."""
    for name in names:
        yield CheckConstraint(
            f"{name} >= '1900-01-01 00:00:00+00' AND {name} < '2200-01-01 00:00:00+00'",
            f"{name}_range",
        )


def amounts(*names: str) -> Iterator[CheckConstraint]:
    for name in names:
        yield CheckConstraint(f"{name} BETWEEN 0 AND {MAX_AMOUNT}", f"{name}_range")


def currencies(*names: str) -> Iterator[CheckConstraint]:
    for name in names:
        yield CheckConstraint(f"{name} ~ '^[A-Z]{{3}}$'", f"{name}_code")


def one_of(name: str, enum: type[StrEnum]) -> CheckConstraint:
    values = ", ".join(f"'{word}'" for word in enum)
    return CheckConstraint(f"{name} IN ({values})", f"{name}_known")
