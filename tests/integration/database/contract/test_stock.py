"""Stock: the numbers, and what is told when they cross a limit."""

from typing import Any

import pytest

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict, NotFound
from marketplace.domain.inventory.events import StockCameBack, StockRanLow, StockRanOut
from marketplace.domain.inventory.movement import EnteredKind
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId
from tests.factories import a_product, a_variant, an_offer, new_id
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods

ORDER = OrderId(new_id())


def enter(uow: UnitOfWork, offer_id: OfferId, kind: str, quantity: int) -> None:
    movement = uow.stock.get_for_update(offer_id).enter(
        EnteredKind(kind),
        quantity,
        id=MovementId(new_id()),
        actor_id=UserId(new_id()),
        reason="Because",
        now=uow.now,
    )
    uow.stock.record(movement)


def numbers(uow: UnitOfWork, offer_id: OfferId) -> tuple[int, int]:
    item = uow.stock.get(offer_id)
    return item.on_hand, item.allocated


def test_is_allocated_and_released(world: World, goods: Goods) -> None:
    with world.new_uow() as uow:
        assert list(uow.stock.allocate(ORDER, {goods.offer.id: 4})) == []
        assert uow.stock.get(goods.offer.id).available == 6
        uow.stock.release(ORDER, {goods.offer.id: 3})
        assert numbers(uow, goods.offer.id) == (10, 1)
        uow.commit()

    with world.new_uow() as uow:
        assert numbers(uow, goods.offer.id) == (10, 1)


def test_is_shipped_and_taken_back(world: World, goods: Goods) -> None:
    with world.new_uow() as uow:
        uow.stock.allocate(ORDER, {goods.offer.id: 4})
        uow.stock.ship(ORDER, {goods.offer.id: 3})
        assert numbers(uow, goods.offer.id) == (7, 1)
        uow.stock.take_back(ORDER, {goods.offer.id: 2})
        assert numbers(uow, goods.offer.id) == (9, 1)
        uow.commit()


def test_what_is_lacking_is_not_allocated(world: World, goods: Goods) -> None:
    unknown = OfferId(new_id())
    product = a_product(goods.seller, goods.category, variants=[a_variant()])
    scarce = an_offer(product)
    world.store(
        ("products", product),
        ("offers", scarce),
        ("stock", StockItem(offer_id=scarce.id, on_hand=2)),
    )

    with world.new_uow() as uow:
        lacking = uow.stock.allocate(ORDER, {goods.offer.id: 10, scarce.id: 3, unknown: 1})
        assert set(lacking) == {scarce.id, unknown}
        assert uow.stock.get(goods.offer.id).available == 0
        assert uow.stock.get(scarce.id).available == 2
        uow.commit()


def test_of_an_unknown_offer(world: World) -> None:
    with world.new_uow() as uow:
        for get in (uow.stock.get, uow.stock.get_for_update):
            with pytest.raises(NotFound):
                get(OfferId(new_id()))


def test_what_sellers_enter(world: World, goods: Goods) -> None:
    with world.new_uow() as uow:
        uow.stock.allocate(ORDER, {goods.offer.id: 4})
        enter(uow, goods.offer.id, "received", 5)
        assert numbers(uow, goods.offer.id) == (15, 4)
        enter(uow, goods.offer.id, "adjusted", -2)
        assert numbers(uow, goods.offer.id) == (13, 4)
        enter(uow, goods.offer.id, "counted", 4)
        assert numbers(uow, goods.offer.id) == (4, 4)
        with pytest.raises(Conflict, match="4 of 4 units"):
            enter(uow, goods.offer.id, "adjusted", -1)
        uow.commit()

    with world.new_uow() as uow:
        assert numbers(uow, goods.offer.id) == (4, 4)


def test_the_threshold_is_stored(world: World, goods: Goods) -> None:
    for threshold in (3, None):
        with world.new_uow() as uow:
            item = uow.stock.get_for_update(goods.offer.id)
            item.low_stock_threshold = threshold
            uow.stock.watch(item)
            uow.commit()
        with world.new_uow() as uow:
            assert uow.stock.get(goods.offer.id).low_stock_threshold == threshold


class TestLimits:
    @pytest.fixture
    def told(self, world: World, goods: Goods) -> Any:
        """Runs a step in a unit of work of its own, and returns the events that come of it."""
        with world.new_uow() as uow:
            item = uow.stock.get_for_update(goods.offer.id)
            item.low_stock_threshold = 3
            uow.stock.watch(item)
            uow.commit()
        known: list[Event] = list(world.events())

        def run(method: str, *arguments: Any) -> list[tuple[type[Event], int]]:
            with world.new_uow() as uow:
                if method == "enter":
                    enter(uow, goods.offer.id, *arguments)
                else:
                    getattr(uow.stock, method)(ORDER, {goods.offer.id: arguments[0]})
                uow.commit()
            found = [event for event in world.events() if event not in known]
            known.extend(found)
            assert {event.offer_id for event in found} <= {goods.offer.id}  # type: ignore[attr-defined]
            assert {event.occurred_at for event in found} <= {world.clock()}
            world.clock.advance(seconds=1)
            return sorted(
                ((type(event), event.available) for event in found),  # type: ignore[attr-defined]
                key=lambda each: each[0].__name__,
            )

        return run

    def test_are_told_once_per_crossing(self, told: Any) -> None:
        assert told("allocate", 6) == []
        assert told("allocate", 1) == [(StockRanLow, 3)]
        assert told("allocate", 2) == []
        assert told("allocate", 1) == [(StockRanOut, 0)]
        assert told("release", 2) == [(StockCameBack, 2)]
        assert told("release", 1) == []
        assert told("release", 1) == []
        assert told("allocate", 4) == [(StockRanLow, 0), (StockRanOut, 0)]

    def test_are_crossed_by_what_sellers_enter(self, told: Any) -> None:
        assert told("enter", "counted", 3) == [(StockRanLow, 3)]
        assert told("enter", "adjusted", -3) == [(StockRanOut, 0)]
        assert told("enter", "counted", 0) == []
        assert told("enter", "received", 9) == [(StockCameBack, 9)]

    def test_shipping_crosses_none_and_a_return_may(self, told: Any) -> None:
        assert told("allocate", 10) == [(StockRanLow, 0), (StockRanOut, 0)]
        assert told("ship", 8) == []
        assert told("take_back", 1) == [(StockCameBack, 1)]
