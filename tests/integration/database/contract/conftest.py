"""Each test of the contract runs on both kinds of unit of work."""

import pytest

from marketplace.application.idempotency import (
    Effect,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.inventory.stock import StockItem
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    a_category,
    a_product,
    a_seller,
    a_user,
    an_offer,
    new_id,
)
from tests.fakes import FakeAnswers, FakeClock, FakeDatabase
from tests.integration.database.contract.worlds import Goods, World


@pytest.fixture(params=["fake", "sql"])
def world(request: pytest.FixtureRequest, clock: FakeClock) -> World:
    if request.param == "fake":
        database = FakeDatabase(clock)
        return World(database.unit_of_work, FakeAnswers(database), clock)
    engines: Engines = request.getfixturevalue("engines")

    def new_uow(effect: Effect | None = None) -> UnitOfWork:
        return SqlUnitOfWork(engines.write, clock=clock, new_id=new_id, effect=effect)

    return World(new_uow, SqlIdempotencyAnswers(engines.write, clock=clock), clock)


@pytest.fixture
def goods(world: World) -> Goods:
    """A product with an offer of ten units."""
    user = a_user()
    seller = a_seller(user)
    category = a_category()
    product = a_product(seller, category)
    offer = an_offer(product)
    world.store(
        ("users", user),
        ("sellers", seller),
        ("categories", category),
        ("products", product),
        ("offers", offer),
        ("stock", StockItem(offer_id=offer.id, on_hand=10)),
    )
    return Goods(user, seller, category, product, offer)
