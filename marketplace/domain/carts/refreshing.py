"""What has become of a cart since it was filled: what can be ordered of it, and what changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplace.domain.shared.ids import OfferId
from marketplace.domain.shared.money import MAX_AMOUNT, Money


class ChangeKind(StrEnum):
    PRICE = "price"
    QUANTITY = "quantity"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class CartChange:
    """Prices of a unit, or numbers of units. Nothing is left (`after` None) of what is
    unavailable."""

    offer_id: OfferId
    kind: ChangeKind
    before: Money | int
    after: Money | int | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An item as it was put, beside how its offer stands.

    `available` is 0 while the offer cannot be bought, be there units of it or not.
    """

    offer_id: OfferId
    wanted: int
    seen: Money
    price: Money
    available: int


def refresh(
    standings: Iterable[Standing],
) -> tuple[Mapping[OfferId, int], Sequence[CartChange]]:
    """The units of each item that can be ordered now, and what differs from what was put.

    What cannot be ordered is no longer among the items. All of them together cost no more than
    money can be: nobody's prices make a cart unreadable.
    """
    quantities: dict[OfferId, int] = {}
    changes: list[CartChange] = []
    spent: dict[str, int] = {}
    for each in standings:
        price = each.price
        quantity = min(each.wanted, each.available)
        if price.amount:
            left = MAX_AMOUNT - spent.get(price.currency, 0)
            quantity = min(quantity, left // price.amount)
        if quantity <= 0:
            changes.append(_change(each, ChangeKind.UNAVAILABLE, each.wanted, None))
            continue
        spent[price.currency] = spent.get(price.currency, 0) + price.amount * quantity
        quantities[each.offer_id] = quantity
        if price != each.seen:
            changes.append(_change(each, ChangeKind.PRICE, each.seen, price))
        if quantity != each.wanted:
            changes.append(_change(each, ChangeKind.QUANTITY, each.wanted, quantity))
    return quantities, changes


def total(amounts: Collection[Money]) -> Money | None:
    """Their sum; None where there is nothing to add, or several currencies."""
    currencies = {each.currency for each in amounts}
    return Money.sum(amounts, currencies.pop()) if len(currencies) == 1 else None


def _change(
    standing: Standing, kind: ChangeKind, before: Money | int, after: Money | int | None
) -> CartChange:
    return CartChange(offer_id=standing.offer_id, kind=kind, before=before, after=after)
