"""Catalogues that are made up, come as files and leave as files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import BinaryIO

from marketplace.application.imports import exporting
from marketplace.application.imports.commands import RequestImportAsOperator
from marketplace.application.imports.queries import ExportQueries, ImportView
from marketplace.application.imports.services import request_import_as_operator
from marketplace.domain.errors import MarketplaceError
from marketplace.domain.shared.ids import ImportId
from marketplace.infrastructure.seeding import loading, tree
from marketplace.infrastructure.seeding.orders.loading import seed_orders
from marketplace.infrastructure.seeding.orders.market import NothingToOrder
from marketplace.main.operating import fit_parts
from marketplace.main.parts import new_id, now
from marketplace.presentation.cli.program import Refused, Seeding
from marketplace.presentation.rest.money_fields import decimals_of

IMPORT_WATCHED = 0.5


def seed(wanted: Seeding, progress: Callable[[str, int], None]) -> None:
    parts = fit_parts()
    settings = parts.settings
    url = settings.database.url
    try:
        if wanted.products:
            nodes = tree.read(wanted.categories) if wanted.categories else tree.built_in()
            loading.load(
                url,
                settings.search.language,
                loading.Wanted(
                    products=wanted.products,
                    sellers=wanted.sellers,
                    seed=wanted.seed,
                    append=wanted.append,
                ),
                nodes,
                progress,
            )
        if wanted.orders:
            seed_orders(url, orders=wanted.orders, seed=wanted.seed, now=now(), progress=progress)
            # No event tells of them.
            progress("summaries", 0)
            parts.count_sales()
    except tree.UnreadableTree as error:
        raise Refused([str(error)]) from error
    except loading.NotEmpty:
        raise Refused(
            ["The database holds a catalogue. Fix: take an empty database, or --append to it."]
        ) from None
    except NothingToOrder:
        raise Refused(
            ["Nothing is on sale that could be ordered. Fix: seed --products too."]
        ) from None


def import_products(
    source: BinaryIO, seller: str, currency: str, dry_run: bool
) -> Iterator[ImportView]:
    parts = fit_parts()
    command = RequestImportAsOperator(
        import_id=ImportId(new_id()),
        source=source,
        seller=seller,
        currency=currency,
        decimals=decimals_of(currency),
        dry_run=dry_run,
    )
    try:
        import_id = request_import_as_operator(parts.new_uow(), command)
        while True:
            with parts.reader() as read:
                view = read.imports.watch(import_id)
            yield view
            if view.finished_at is not None:
                return
            if not parts.work_on_imports(import_id):
                # The worker was faster.
                sleep(IMPORT_WATCHED)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    finally:
        parts.engines.dispose()


def export_products(seller: str) -> tuple[int, Iterator[tuple[str, int]]]:
    parts = fit_parts()

    @contextmanager
    def exports() -> Iterator[ExportQueries]:
        with parts.reader() as read:
            yield read.exports

    try:
        with exports() as read:
            seller_id = read.any_seller(seller)
            number = read.count(seller_id)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    return number, exporting.export_products(exports, seller_id, decimals=decimals_of)
