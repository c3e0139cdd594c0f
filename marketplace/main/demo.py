"""The demo: a database of its own, and what lies in it at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from secrets import token_urlsafe

from marketplace.config import Database, InvalidSettings, Media, Security, Settings
from marketplace.infrastructure.application import logging
from marketplace.infrastructure.database.embedded import EmbeddedUnavailable
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.infrastructure.demo import imports, pictures, place, sample
from marketplace.infrastructure.demo.catalogue import STOCKED
from marketplace.infrastructure.seeding.orders.loading import seed_orders
from marketplace.main.operating import migrate
from marketplace.main.parts import Parts, new_id, now
from marketplace.presentation.cli.program import Refused


@contextmanager
def database(directory: Path, reset: bool) -> Iterator[str]:
    try:
        url: str | None = Settings.from_env().database.url
    except InvalidSettings as error:
        url = error.database_url
    if url is not None:
        if reset:
            raise Refused(["--reset empties the demo's own database, not the one you have set."])
        yield url
        return
    try:
        with place.database(directory, reset=reset) as url:
            yield url
    except EmbeddedUnavailable as error:
        raise Refused([str(error)]) from error


def prepare(url: str, directory: Path) -> None:
    log = logging.LogFile(name="demo", directory=str(directory / "logs"))
    logging.configure(level="WARNING", file=log, stream=None)
    migrate(url)
    security = Security(secret_key=token_urlsafe(48))
    parts = Parts(
        Settings(
            database=Database(url=url, statement_timeout=60),
            security=security,
            media=Media(url=place.media(directory)),
        )
    )
    if not sample.is_loaded(parts.new_uow):
        sample.load(
            parts.new_uow,
            stocking=SqlUnitOfWork(parts.engines.write, clock=lambda: STOCKED, new_id=new_id),
            history=partial(seed_orders, url, orders=sample.HISTORY, seed=1, now=now()),
            hasher=parts.ports.hasher,
            providers=parts.ports.providers,
            carriers=parts.ports.carriers,
        )
        pictures.add_pictures(
            parts.new_uow, pictures=parts.ports.pictures, storage=parts.ports.storage
        )
        imports.add_import(parts.new_uow)
        # The history has no events to be counted by.
        parts.count_sales()
    parts.engines.dispose()
