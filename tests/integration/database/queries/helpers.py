"""What the tests of queries share."""

from typing import Any

from sqlalchemy import update

from marketplace.application.catalogue.search import (
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
)
from marketplace.application.paging import PageRequest
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from marketplace.infrastructure.database.tables import sellers
from tests.integration.database.conftest import NewUow

EVERYTHING = PageRequest(limit=100)


def store(new_uow: NewUow, *stored: tuple[str, object]) -> None:
    with new_uow() as uow:
        for repository, aggregate in stored:
            getattr(uow, repository).add(aggregate)
        uow.commit()
    relist(new_uow)


def relist(new_uow: NewUow) -> None:
    """Bring the listings up to what is stored, as use cases do product by product."""
    with new_uow() as uow:
        uow.listings.refresh_all()
        uow.commit()


def search(read: SqlReader, page: PageRequest, **wanted: Any) -> SearchPage:
    return read.search.find(SearchRequest(page=page, wanted=ProductSearchFilter(**wanted)))


def suspend(engines: Engines, seller: Seller) -> None:
    with engines.write.begin() as connection:
        connection.execute(
            update(sellers)
            .where(sellers.c.id == seller.id)
            .values(status=SellerStatus.SUSPENDED, reason="slow")
        )
