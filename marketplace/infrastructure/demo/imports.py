"""A trial import for the documentation to point at: finished, with a row that is wrong."""

import itertools
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.application.imports.commands import RequestImport
from marketplace.application.imports.running import work_on_imports
from marketplace.application.imports.services import request_import
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import ImportId, RefreshFamilyId
from marketplace.infrastructure.demo.catalogue import CURRENCY, known_id
from marketplace.infrastructure.demo.people import ACCOUNTS

FILE = b"""\
Handle,Title,Product Category,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status
a-book-on-trial,A Book on Trial,Books > Fiction,Format,hardcover,TRIAL-1,19.99,draft
a-book-on-trial,,,,paperback,TRIAL-2,9.99,
a-row-that-is-wrong,Wrong,Books > Nowhere,,,TRIAL-3,1.00,draft
"""


def add_import(new_uow: Callable[[], UnitOfWork]) -> None:
    """Try `FILE` as the account `seller`. It is a dry run, so that the catalogue stays as it is."""
    with new_uow() as uow:
        user = uow.users.find_by_email(ACCOUNTS["seller"].login)
        seller = uow.sellers.get("papyrus-books")
    if user is None:
        raise LookupError("the accounts are not loaded")
    import_id = ImportId(known_id("import", 1))
    command = RequestImport(
        actor=Actor(
            user_id=user.id,
            email=user.email,
            name=user.name,
            roles=user.roles,
            sellers={seller.id: MemberRole.OWNER},
            family_id=RefreshFamilyId(known_id("session", 2)),
        ),
        import_id=import_id,
        source=BytesIO(FILE),
        currency=CURRENCY,
        decimals=2,
        dry_run=True,
    )
    request_import(new_uow(), command)
    numbers = itertools.count(1)

    def new_id() -> UUID:
        return known_id("part of an import", next(numbers))

    work_on_imports(new_uow(), moderation=True, new_id=new_id, import_id=import_id)
