"""Files of products: a seller hands one in, the worker brings it into the catalogue."""

from dataclasses import dataclass
from typing import BinaryIO

from marketplace.application.catalogue.steps import seller_of
from marketplace.application.imports.columns import Header
from marketplace.application.imports.commands import RequestImport, RequestImportAsOperator
from marketplace.application.imports.records import records
from marketplace.application.imports.rows import FIRST_ROW
from marketplace.application.imports.stored import CHUNK
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import RuleViolated
from marketplace.domain.imports.product_import import ProductImport
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import ImportId, SellerId, UserId

MOST_ROWS = 500_000
MOST_SUPERSEDED = 10_000


@transaction_step
def request_import(uow: UnitOfWork, command: RequestImport) -> ImportId:
    """Keep a file, to be worked on later.

    It is read through first: what is no CSV at all is refused here, before anything happens.

    Raises:
        RuleViolated: `invalid_csv`; a seller that is not the caller's.
        Forbidden: the caller only reads there.
    """
    seller_id = seller_of(command.actor, command.seller_id)
    return _keep(uow, command, seller_id, command.actor.user_id)


@transaction_step
def request_import_as_operator(uow: UnitOfWork, command: RequestImportAsOperator) -> ImportId:
    """Raises `NotFound` for the seller, and `RuleViolated` (`invalid_csv`)."""
    with uow:
        seller = uow.sellers.get(command.seller)
    owner = next(each for each in seller.members if each.role is MemberRole.OWNER)
    return _keep(uow, command, seller.id, owner.user_id)


def _keep(
    uow: UnitOfWork,
    command: RequestImport | RequestImportAsOperator,
    seller_id: SellerId,
    requested_by: UserId,
) -> ImportId:
    found = _inspect(command.source)
    size = command.source.seek(0, 2)
    command.source.seek(0)
    with uow:
        uow.imports.add(
            ProductImport.request(
                id=command.import_id,
                seller_id=seller_id,
                requested_by=requested_by,
                currency=command.currency,
                decimals=command.decimals,
                dry_run=command.dry_run,
                columns=found.columns,
                size=size,
                rows=found.rows,
                superseded=found.superseded,
                offset=found.offset,
                now=uow.now,
            )
        )
        number = 0
        while piece := command.source.read(CHUNK):
            uow.imports.add_chunk(command.import_id, number, piece)
            number += 1
        uow.commit()
    return command.import_id


@dataclass(frozen=True, kw_only=True)
class _Contents:
    """`columns` are the cells of the header, `offset` is where the next row begins."""

    columns: tuple[str, ...]
    offset: int
    rows: int
    superseded: tuple[int, ...]


def _inspect(source: BinaryIO) -> _Contents:
    source.seek(0)
    found = records(source)
    first = next(found, None)
    if first is None:
        raise _invalid("The file is empty.")
    if first.fault is not None:
        raise _invalid(first.fault)
    header = Header.read(first.cells)
    rows, superseded = 0, []
    latest: dict[int, int] = {}
    for rows, record in enumerate(found, start=1):
        if rows > MOST_ROWS:
            raise _invalid(f"A file has at most {MOST_ROWS} rows.")
        number = rows - 1 + FIRST_ROW
        key = header.key(record.cells)
        if key is not None and latest.setdefault(key, number) != number:
            superseded.append(latest[key])
            latest[key] = number
    if len(superseded) > MOST_SUPERSEDED:
        raise _invalid(f"More than {MOST_SUPERSEDED} rows are said again further down.")
    return _Contents(columns=first.cells, offset=first.end, rows=rows, superseded=tuple(superseded))


def _invalid(detail: str) -> RuleViolated:
    return RuleViolated("invalid_csv", detail, field="/file")
