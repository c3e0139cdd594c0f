"""The journal of stock: after whatever happened at once, the numbers are the sums of it."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from marketplace.domain.errors import Conflict
from marketplace.domain.inventory.events import StockCameBack, StockRanOut
from marketplace.domain.inventory.movement import EnteredKind
from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.invariants import violations
from tests.factories import new_id
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import more_offers, stored_goods
from tests.integration.database.threads import together
from tests.processes import ROOT

# Orders are made up here, so what those hold is left to tests that place some.
SUMS = {
    "on hand and allocated are the sums of the movements",
    "the latest movement tells the numbers",
    "available is not negative",
}
THREADS, STEPS = 12, 40


class Trader:
    """Does what comes to mind with the stock of a few offers, and remembers what it allocated."""

    def __init__(self, new_uow: NewUow, offers: Sequence[OfferId], seed: int) -> None:
        self._new_uow = new_uow
        self._offers = offers
        self._chance = random.Random(seed)  # noqa: S311  plausible, not secret
        self._order = OrderId(new_id())
        self._held: Counter[OfferId] = Counter()
        self._shipped: Counter[OfferId] = Counter()

    def run(self) -> None:
        for _ in range(STEPS):
            self._chance.choice(
                (
                    self._allocate,
                    self._allocate,
                    self._release,
                    self._ship,
                    self._return,
                    self._enter,
                )
            )()

    def _allocate(self) -> None:
        basket = {
            each: self._chance.randint(1, 4)
            for each in self._chance.sample(self._offers, self._chance.randint(1, 3))
        }
        try:
            with self._new_uow() as uow:
                if uow.stock.allocate(self._order, basket):
                    raise Conflict("out_of_stock", "Too little.")
                uow.commit()
        except Conflict:
            return
        self._held.update(basket)

    def _release(self) -> None:
        self._follow("release", self._held)

    def _ship(self) -> None:
        self._shipped.update(self._follow("ship", self._held))

    def _return(self) -> None:
        self._follow("take_back", self._shipped)

    def _follow(self, method: str, of: Counter[OfferId]) -> dict[OfferId, int]:
        some = {each: self._chance.randint(1, units) for each, units in of.items() if units}
        if some:
            with self._new_uow() as uow:
                getattr(uow.stock, method)(self._order, some)
                uow.commit()
            of.subtract(some)
        return some

    def _enter(self) -> None:
        kind = self._chance.choice(list(EnteredKind))
        least = {EnteredKind.RECEIVED: 1, EnteredKind.ADJUSTED: -6, EnteredKind.COUNTED: 0}[kind]
        quantity = self._chance.randint(least, 6) or 1
        try:
            with self._new_uow() as uow:
                item = uow.stock.get_for_update(self._chance.choice(self._offers))
                movement = item.enter(
                    kind,
                    quantity,
                    id=MovementId(new_id()),
                    actor_id=UserId(new_id()),
                    reason="Because",
                    now=uow.now,
                )
                uow.stock.record(movement)
                uow.commit()
        except Conflict:
            pass


@pytest.mark.parametrize("attempt", ["first", "second"])
def test_numbers_are_the_sums_of_the_movements(
    new_uow: NewUow, engines: Engines, attempt: str
) -> None:
    goods = stored_goods(new_uow, on_hand=5)
    offers = [goods.offer.id, *(each.id for each in more_offers(new_uow, goods, 3))]
    seed = random.randrange(10**6)  # noqa: S311  plausible, not secret
    print(f"{attempt} seed: {seed}")  # noqa: T201  shown when it fails
    traders = [Trader(new_uow, offers, seed + index) for index in range(THREADS)]

    assert together(lambda index: traders[index].run(), THREADS) == [None] * THREADS

    with engines.read.connect() as connection:
        assert broken_sums(connection) == []
        assert crossings(connection, offers[0]) == told(connection, offers[0])
        assert balances_follow_each_other(connection, offers)


def broken_sums(connection: Connection) -> list[object]:
    return [each for each in violations(connection, settled=False) if each.invariant in SUMS]


def crossings(connection: Connection, offer_id: OfferId) -> Counter[str]:
    """How often nothing was left, and something again, by the journal."""
    available = connection.execute(
        text(
            "SELECT on_hand - allocated FROM stock_movements WHERE offer_id = :offer"
            " ORDER BY number"
        ),
        {"offer": offer_id},
    )
    levels = list(available.scalars())
    pairs = list(pairwise(levels))
    return Counter(
        {
            StockRanOut.__name__: sum(after == 0 < before for before, after in pairs),
            StockCameBack.__name__: sum(before == 0 < after for before, after in pairs),
        }
    )


def told(connection: Connection, offer_id: OfferId) -> Counter[str]:
    rows = connection.execute(
        text("SELECT type, count(*) FROM outbox WHERE payload ->> 'offer_id' = :offer GROUP BY 1"),
        {"offer": str(offer_id)},
    )
    return Counter({row.type: row.count for row in rows})


def balances_follow_each_other(connection: Connection, offers: Sequence[OfferId]) -> bool:
    """Whether each movement begins where the one before it ended."""
    broken = connection.execute(
        text(
            """
            SELECT count(*) FROM (
                SELECT kind, quantity, on_hand, allocated,
                    lag(on_hand, 1, 0) OVER journal AS on_hand_before,
                    lag(allocated, 1, 0) OVER journal AS allocated_before
                FROM stock_movements WHERE offer_id = ANY(:offers)
                WINDOW journal AS (PARTITION BY offer_id ORDER BY number)
            ) AS movement
            WHERE on_hand - on_hand_before
                    <> CASE WHEN kind IN ('allocated', 'released') THEN 0 ELSE quantity END
                OR allocated - allocated_before
                    <> CASE WHEN kind IN ('allocated', 'released', 'shipped') THEN quantity
                        ELSE 0 END
            """
        ),
        {"offers": list(offers)},
    )
    return bool(broken.scalar_one() == 0)


def test_the_journal_is_append_only(new_uow: NewUow, engines: Engines) -> None:
    goods = stored_goods(new_uow)
    for statement in (
        "UPDATE stock_movements SET quantity = 1 WHERE offer_id = :offer",
        "DELETE FROM stock_movements WHERE offer_id = :offer",
    ):
        with (
            engines.write.begin() as connection,
            pytest.raises(DBAPIError, match="append-only"),
            connection.begin_nested(),
        ):
            connection.execute(text(statement), {"offer": goods.offer.id})


def test_the_numbers_can_be_made_anew(new_uow: NewUow, engines: Engines) -> None:
    """By the statement that the documentation gives."""
    goods = stored_goods(new_uow)
    order = OrderId(new_id())
    with new_uow() as uow:
        uow.stock.allocate(order, {goods.offer.id: 5})
        uow.stock.ship(order, {goods.offer.id: 2})
        uow.commit()
    page = (ROOT / "docs" / "concepts" / "inventory.md").read_text(encoding="utf-8")
    rebuild = page.partition("```sql\nBEGIN;\n")[2].partition("COMMIT;")[0]
    with engines.write.begin() as connection:
        spoil = "UPDATE stock_items SET on_hand = 90, allocated = 9 WHERE offer_id = :offer"
        connection.execute(text(spoil), {"offer": goods.offer.id})
        assert len(broken_sums(connection)) == 2

        connection.exec_driver_sql(rebuild)

        assert broken_sums(connection) == []
    with new_uow() as uow:
        item = uow.stock.get(goods.offer.id)
    assert (item.on_hand, item.allocated) == (8, 3)
