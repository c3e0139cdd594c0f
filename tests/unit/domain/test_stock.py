"""What sellers may say of their stock."""

import pytest

from marketplace.domain.errors import Conflict, MarketplaceError, RuleViolated
from marketplace.domain.inventory.movement import EnteredKind, MovementKind, StockMovement
from marketplace.domain.inventory.stock import MOST, StockItem
from marketplace.domain.shared.ids import MovementId, OfferId, UserId
from tests.factories import NOW, new_id


def an_item(on_hand: int = 10, allocated: int = 4) -> StockItem:
    return StockItem(offer_id=OfferId(new_id()), on_hand=on_hand, allocated=allocated)


def enter(item: StockItem, kind: str, quantity: int, reason: str | None = "x") -> StockMovement:
    return item.enter(
        EnteredKind(kind),
        quantity,
        id=MovementId(new_id()),
        actor_id=UserId(new_id()),
        reason=reason,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("kind", "quantity", "change"),
    [
        ("received", 5, 5),
        ("adjusted", 5, 5),
        ("adjusted", -6, -6),
        ("counted", 12, 2),
        ("counted", 4, -6),
        ("counted", 10, 0),
    ],
)
def test_what_is_entered_changes_what_is_on_hand(kind: str, quantity: int, change: int) -> None:
    item = an_item()

    movement = enter(item, kind, quantity)

    assert (item.on_hand, item.allocated) == (10 + change, 4)
    assert (movement.kind, movement.quantity) == (MovementKind(kind), change)
    assert (movement.on_hand, movement.allocated) == (item.on_hand, item.allocated)
    assert (movement.offer_id, movement.reason) == (item.offer_id, "x")
    assert (movement.order_id, movement.occurred_at) == (None, NOW)


@pytest.mark.parametrize(
    ("kind", "quantity", "refusal", "code"),
    [
        ("received", 0, RuleViolated, "invalid_quantity"),
        ("received", -1, RuleViolated, "invalid_quantity"),
        ("adjusted", 0, RuleViolated, "invalid_quantity"),
        ("counted", -1, RuleViolated, "invalid_quantity"),
        ("adjusted", -7, Conflict, "stock_allocated"),
        ("adjusted", -11, Conflict, "stock_allocated"),
        ("counted", 3, Conflict, "stock_allocated"),
        ("received", MOST, RuleViolated, "invalid_stock"),
    ],
)
def test_what_is_refused_changes_nothing(
    kind: str, quantity: int, refusal: type[MarketplaceError], code: str
) -> None:
    item = an_item()

    with pytest.raises(refusal) as refused:
        enter(item, kind, quantity)

    assert (refused.value.code, refused.value.params["field"]) == (code, "/quantity")
    assert (item.on_hand, item.allocated) == (10, 4)


def test_an_adjustment_needs_a_reason() -> None:
    with pytest.raises(RuleViolated) as refused:
        enter(an_item(), "adjusted", -1, reason=None)

    assert (refused.value.code, refused.value.params["field"]) == ("reason_required", "/reason")
    assert enter(an_item(), "received", 1, reason=None).reason is None
    assert enter(an_item(), "counted", 10, reason=None).reason is None
