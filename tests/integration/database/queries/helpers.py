"""What the tests of queries share."""

from sqlalchemy import update

from marketplace.application.paging import PageRequest
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.tables import sellers
from tests.integration.database.conftest import NewUow

EVERYTHING = PageRequest(limit=100)


def store(new_uow: NewUow, *stored: tuple[str, object]) -> None:
    with new_uow() as uow:
        for repository, aggregate in stored:
            getattr(uow, repository).add(aggregate)
        uow.commit()


def suspend(engines: Engines, seller: Seller) -> None:
    with engines.write.begin() as connection:
        connection.execute(
            update(sellers)
            .where(sellers.c.id == seller.id)
            .values(status=SellerStatus.SUSPENDED, reason="slow")
        )
