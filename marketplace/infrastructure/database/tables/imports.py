"""Imports, their files and what was wrong with them; handles that stand for products."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Named,
    Table,
    TypedColumns,
)

from marketplace.domain.imports.product_import import ImportStatus
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId, UserId
from marketplace.infrastructure.database.tables.base import (
    count,
    currencies,
    flag,
    id_of,
    instant,
    instants,
    metadata,
    one_of,
    primary_key,
    text,
    words,
)
from marketplace.infrastructure.database.types import Numbers, Texts


class ImportColumns(TypedColumns):
    id: Named[ImportId] = primary_key()
    version: Named[int] = count()
    seller_id: Named[SellerId] = id_of("sellers.id", index=True)
    requested_by: Named[UserId] = id_of("users.id", index=True)
    currency: Named[str] = text()
    decimals: Named[int] = count()
    dry_run: Named[bool] = flag()
    columns: Named[tuple[str, ...]] = Column(Texts)
    size: Named[int] = count()
    rows: Named[int] = count()
    superseded: Named[tuple[int, ...]] = Column(Numbers)
    status: Named[ImportStatus] = words(ImportStatus)
    reason: Named[str | None] = text()
    offset: Named[int] = count()
    created: Named[int] = count()
    updated: Named[int] = count()
    unchanged: Named[int] = count()
    failed: Named[int] = count()
    attempts: Named[int] = count()
    lease_until: Named[datetime] = instant()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    finished_at: Named[datetime | None] = instant()


imports = Table(
    "imports",
    metadata,
    ImportColumns,
    one_of("status", ImportStatus),
    *currencies("currency"),
    CheckConstraint(
        "least(created, updated, unchanged, failed) >= 0"
        " AND created + updated + unchanged + failed <= rows",
        "rows_counted_once",
    ),
    CheckConstraint('"offset" BETWEEN 0 AND size', "offset_range"),
    CheckConstraint(
        "(finished_at IS NULL) = (status IN ('pending', 'running'))", "finished_at_end"
    ),
    *instants("lease_until", "created_at", "updated_at", "finished_at"),
)
Index(
    "ix_imports_waiting",
    imports.c.created_at,
    imports.c.id,
    postgresql_where="finished_at IS NULL",
)
Index("ix_imports_finished_at", imports.c.finished_at)


class ImportChunkColumns(TypedColumns):
    """A piece of a file, kept until the import is over."""

    import_id: Named[ImportId] = id_of(primary_key=True)
    number: Named[int] = Column(count().type, primary_key=True, autoincrement=False)
    data: Named[bytes] = Column(LargeBinary)


import_chunks = Table(
    "import_chunks",
    metadata,
    ImportChunkColumns,
    ForeignKeyConstraint(["import_id"], ["imports.id"], ondelete="CASCADE"),
)


class ImportErrorColumns(TypedColumns):
    """`number` puts them in the order in which they were found."""

    import_id: Named[ImportId] = id_of(primary_key=True)
    number: Named[int] = Column(BigInteger, Identity(always=True), primary_key=True)
    row: Named[int] = count()
    pointer: Named[str] = text()
    code: Named[str] = text()
    message: Named[str] = text()


import_errors = Table(
    "import_errors",
    metadata,
    ImportErrorColumns,
    ForeignKeyConstraint(["import_id"], ["imports.id"], ondelete="CASCADE"),
)


class ProductHandleColumns(TypedColumns):
    """What files of a seller call a product, where they brought it."""

    seller_id: Named[SellerId] = id_of("sellers.id", primary_key=True)
    handle: Named[str] = text(primary_key=True)
    product_id: Named[ProductId] = id_of("products.id", unique=True)


product_handles = Table("product_handles", metadata, ProductHandleColumns)
