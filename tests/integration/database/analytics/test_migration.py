"""Orders of an earlier release are counted by the migration."""

from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine, func, select

from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.tables import sales_facts
from tests.fakes import FakeClock
from tests.integration.database.analytics.market import Market
from tests.processes import ROOT


def test_nothing_is_missing(own_engines: Engines, clock: FakeClock) -> None:
    market = Market(own_engines, clock)
    for number in range(6):
        order = market.place(
            [(0, 0, 2, 100), (1, 0, 1, 90), (1, 2, 1, 30), (0, 1, 1, 50)],
            currency="JPY" if number % 2 else "EUR",
        )
        if number > 3:
            market.cancel(order, {0: 2, 3: 1} if number == 4 else None)
            continue
        shipment = market.ship(order, number % 2, {0: 1})
        for status in list(CarrierStatus)[:number]:
            market.tell(shipment, status)
        clock.advance(hours=7)
    for event_id, _ in market.waiting():
        market.deliver(event_id)

    config = Config(ROOT / "migrations" / "alembic.ini")
    engine = create_engine(own_engines.write.url, poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0013")
        command.upgrade(config, "head")

        assert connection.execute(select(func.count()).select_from(sales_facts)).scalar_one() == 24
    assert market.differences() == []
