"""What is read of imports."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, false, select, true

from marketplace.application.actor import Actor
from marketplace.application.imports.columns import Header
from marketplace.application.imports.queries import ERRORS_SHOWN, ErrorPage, ImportView
from marketplace.domain.errors import NotFound
from marketplace.domain.imports.product_import import RowError
from marketplace.domain.shared.ids import ImportId
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.sellers import (
    viewer_kind,
    viewer_parameters,
    viewer_reads,
)
from marketplace.infrastructure.database.tables import import_errors, imports

_BATCH = 1000

_first = (
    select(import_errors)
    .where(import_errors.c.import_id == bindparam("import_id"))
    .order_by(import_errors.c.number)
    .limit(ERRORS_SHOWN)
    .subquery("first")
)
_SHOWN = (
    select(imports, _first.c.row, _first.c.pointer, _first.c.code, _first.c.message)
    .outerjoin(_first, true())
    .where(imports.c.id == bindparam("import_id"))
    .order_by(_first.c.number)
)
_ERRORS = (
    select(import_errors)
    .where(
        import_errors.c.import_id == bindparam("import_id"),
        import_errors.c.number > bindparam("after"),
    )
    .order_by(import_errors.c.number)
    .limit(_BATCH)
)


@cache
def _shown(kind: str) -> AnySelect:
    return _SHOWN.where(viewer_reads(kind, imports.c.seller_id, false()))


class SqlImportQueries:
    """Implements `application.imports.queries.ImportQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, import_id: ImportId, viewer: Actor) -> ImportView:
        """Of a seller that `viewer` belongs to or administers. Raises `NotFound`."""
        return self._get(import_id, _shown(viewer_kind(viewer)), viewer_parameters(viewer))

    def watch(self, import_id: ImportId) -> ImportView:
        """Anybody's, for the operator. Raises `NotFound`."""
        return self._get(import_id, _SHOWN, {})

    def _get(
        self, import_id: ImportId, statement: AnySelect, more: Mapping[str, Any]
    ) -> ImportView:
        rows = self._read.execute(statement, {"import_id": import_id, **more}).all()
        if not rows:
            raise NotFound("import", import_id)
        first = rows[0]
        return ImportView(
            id=first.id,
            seller_id=first.seller_id,
            status=first.status,
            reason=first.reason,
            currency=first.currency,
            dry_run=first.dry_run,
            rows=first.rows,
            created=first.created,
            updated=first.updated,
            unchanged=first.unchanged,
            failed=first.failed,
            ignored_columns=Header.read(first.columns).ignored,
            errors=[_error(row) for row in rows if row.row is not None],
            created_at=first.created_at,
            finished_at=first.finished_at,
        )

    def errors(self, import_id: ImportId, after: int) -> ErrorPage:
        """All of them, from 0 on, a bounded number at a time."""
        rows = self._read.execute(_ERRORS, {"import_id": import_id, "after": after}).all()
        return ErrorPage(
            errors=[_error(row) for row in rows],
            last=rows[-1].number if len(rows) == _BATCH else None,
        )


def _error(row: AnyRow) -> RowError:
    return RowError(row=row.row, pointer=row.pointer, code=row.code, message=row.message)
