"""Files of products: a seller hands one in, the worker brings it into the catalogue."""

from typing import BinaryIO

from marketplace.application.catalogue.steps import seller_of
from marketplace.application.imports.columns import Header
from marketplace.application.imports.commands import RequestImport, RequestImportAsOperator
from marketplace.application.imports.records import records
from marketplace.application.imports.running import CHUNK
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import RuleViolated
from marketplace.domain.imports.product_import import ProductImport
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import ImportId, SellerId, UserId


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
    columns, offset, rows = _inspect(command.source)
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
                columns=columns,
                size=size,
                rows=rows,
                offset=offset,
                now=uow.now,
            )
        )
        number = 0
        while piece := command.source.read(CHUNK):
            uow.imports.add_chunk(command.import_id, number, piece)
            number += 1
        uow.commit()
    return command.import_id


def _inspect(source: BinaryIO) -> tuple[tuple[str, ...], int, int]:
    """The cells of the header, where the next row begins, and how many there are."""
    source.seek(0)
    found = records(source)
    header = next(found, None)
    if header is None:
        raise RuleViolated("invalid_csv", "The file is empty.", field="/file")
    if header.fault is not None:
        raise RuleViolated("invalid_csv", header.fault, field="/file")
    Header.read(header.cells)
    return header.cells, header.end, sum(1 for _ in found)
