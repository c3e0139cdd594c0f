"""What a cart holds, and what becomes of it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.carts.cart import MOST_ITEMS, MOST_UNITS, Cart
from marketplace.domain.carts.refreshing import (
    CartChange,
    ChangeKind,
    Standing,
    refresh,
    total,
)
from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.ids import OfferId
from marketplace.domain.shared.money import MAX_AMOUNT, Money
from tests.factories import LATER, NOW, a_cart, a_cart_item, a_user, eur, new_id

SECOND = timedelta(seconds=1)


@pytest.fixture
def cart() -> Cart:
    return a_cart(a_user())


def an_offer_id() -> OfferId:
    return OfferId(new_id())


def wanted(cart: Cart) -> list[tuple[OfferId, int]]:
    return [(item.offer_id, item.quantity) for item in cart.items]


class TestCart:
    def test_putting_again_replaces_quantity_and_price(self, cart: Cart) -> None:
        first, second = an_offer_id(), an_offer_id()
        cart.put(first, 2, eur(500), NOW)
        cart.put(second, 1, eur(700), NOW)
        cart.put(first, 5, eur(450), LATER)

        assert wanted(cart) == [(first, 5), (second, 1)]
        item = cart.items[0]
        assert (item.seen, item.added_at, item.put_at) == (eur(450), NOW, LATER)
        assert (cart.version, cart.updated_at) == (4, LATER)

    @pytest.mark.parametrize("quantity", [0, -1, MOST_UNITS + 1])
    def test_a_quantity_has_limits(self, cart: Cart, quantity: int) -> None:
        with pytest.raises(RuleViolated) as refused:
            cart.put(an_offer_id(), quantity, eur(1), NOW)

        assert refused.value.code == "invalid_quantity"
        assert cart.items == []

    def test_an_item_costs_no_more_than_money_can_be(self, cart: Cart) -> None:
        with pytest.raises(RuleViolated) as refused:
            cart.put(an_offer_id(), 2, eur(MAX_AMOUNT // 2 + 1), NOW)

        assert refused.value.code == "amount_out_of_range"
        cart.put(an_offer_id(), 2, eur(MAX_AMOUNT // 2), NOW)

    def test_a_full_one_takes_no_more_items_but_other_quantities(self, cart: Cart) -> None:
        offers = [an_offer_id() for _ in range(MOST_ITEMS)]
        for offer in offers:
            cart.put(offer, 1, eur(1), NOW)

        with pytest.raises(Conflict) as refused:
            cart.put(an_offer_id(), 1, eur(1), NOW)

        assert refused.value.code == "cart_full"
        cart.put(offers[0], MOST_UNITS, eur(1), NOW)
        assert len(cart.items) == MOST_ITEMS

    def test_what_is_not_in_it_is_removed_already(self) -> None:
        item = a_cart_item()
        cart = a_cart(a_user(), item)

        cart.remove(an_offer_id(), LATER)
        assert (cart.version, cart.updated_at) == (1, NOW)
        cart.remove(item.offer_id, LATER)
        assert (cart.version, cart.updated_at, cart.items) == (2, LATER, [])

    def test_emptying_it_twice_changes_it_once(self) -> None:
        cart = a_cart(a_user(), a_cart_item(), a_cart_item())

        cart.clear(LATER)
        cart.clear(LATER)

        assert (cart.items, cart.version) == ([], 2)


def standing(**fields: object) -> Standing:
    values = {
        "offer_id": an_offer_id(),
        "wanted": 3,
        "seen": eur(500),
        "price": eur(500),
        "available": 10,
    }
    return Standing(**values | fields)  # type: ignore[arg-type]


def told(changes: Sequence[CartChange]) -> list[tuple[ChangeKind, object, object]]:
    return [(each.kind, each.before, each.after) for each in changes]


class TestRefreshing:
    def test_what_stands_as_it_was_put(self) -> None:
        each = standing()

        assert refresh([each]) == ({each.offer_id: 3}, [])

    def test_another_price(self) -> None:
        quantities, changes = refresh([standing(price=eur(400))])

        assert list(quantities.values()) == [3]
        assert told(changes) == [(ChangeKind.PRICE, eur(500), eur(400))]

    def test_another_currency_is_another_price(self) -> None:
        _, changes = refresh([standing(price=Money(500, "USD"))])

        assert told(changes) == [(ChangeKind.PRICE, eur(500), Money(500, "USD"))]

    def test_fewer_units(self) -> None:
        quantities, changes = refresh([standing(available=2)])

        assert list(quantities.values()) == [2]
        assert told(changes) == [(ChangeKind.QUANTITY, 3, 2)]

    def test_none_at_all_and_nothing_else_is_told(self) -> None:
        quantities, changes = refresh([standing(available=0, price=eur(400))])

        assert quantities == {}
        assert told(changes) == [(ChangeKind.UNAVAILABLE, 3, None)]

    def test_what_is_free_is_never_too_much(self) -> None:
        assert refresh([standing(seen=eur(0), price=eur(0))])[1] == []

    def test_what_money_cannot_say_is_left_out(self) -> None:
        quantities, changes = refresh([standing(price=eur(MAX_AMOUNT)), standing()])

        assert list(quantities.values()) == [1]
        assert [each.kind for each in changes] == [
            ChangeKind.PRICE,
            ChangeKind.QUANTITY,
            ChangeKind.UNAVAILABLE,
        ]


moneys = st.builds(
    Money,
    st.one_of(st.integers(0, 10**6), st.integers(MAX_AMOUNT // 3, MAX_AMOUNT)),
    st.sampled_from(["EUR", "USD"]),
)
standings = st.lists(
    st.builds(
        Standing,
        offer_id=st.uuids().map(OfferId),
        wanted=st.integers(1, MOST_UNITS),
        seen=moneys,
        price=moneys,
        available=st.integers(-2, 2 * MOST_UNITS),
    ),
    max_size=12,
    unique_by=lambda each: each.offer_id,
)


@given(standings)
def test_a_refreshed_cart_can_be_ordered(given_: list[Standing]) -> None:
    quantities, _ = refresh(given_)
    spent: dict[str, Money] = {}
    for each in given_:
        quantity = quantities.get(each.offer_id, 0)
        assert 0 <= quantity <= min(each.wanted, max(each.available, 0))
        amount = each.price * quantity
        before = spent.get(amount.currency, Money.zero(amount.currency))
        # Raises where it is beyond what money can be.
        spent[amount.currency] = before + amount


@given(standings)
def test_changes_tell_exactly_what_differs(given_: list[Standing]) -> None:
    quantities, changes = refresh(given_)
    by_offer: dict[OfferId, dict[ChangeKind, CartChange]] = {}
    for change in changes:
        kinds = by_offer.setdefault(change.offer_id, {})
        assert change.kind not in kinds
        kinds[change.kind] = change

    for each in given_:
        kinds = by_offer.get(each.offer_id, {})
        quantity = quantities.get(each.offer_id)
        if quantity is None:
            assert set(kinds) == {ChangeKind.UNAVAILABLE}
            assert kinds[ChangeKind.UNAVAILABLE].before == each.wanted
            continue
        assert (ChangeKind.PRICE in kinds) == (each.seen != each.price)
        assert (ChangeKind.QUANTITY in kinds) == (each.wanted != quantity)
        # What was put and what is told make what is there now.
        price = kinds[ChangeKind.PRICE].after if ChangeKind.PRICE in kinds else each.seen
        units = kinds[ChangeKind.QUANTITY].after if ChangeKind.QUANTITY in kinds else each.wanted
        assert (price, units) == (each.price, quantity)


@given(standings)
def test_what_is_put_as_it_stands_has_no_changes(given_: list[Standing]) -> None:
    quantities, _ = refresh(given_)
    again = [
        Standing(
            offer_id=each.offer_id,
            wanted=quantities[each.offer_id],
            seen=each.price,
            price=each.price,
            available=each.available,
        )
        for each in given_
        if each.offer_id in quantities
    ]

    assert refresh(again) == (quantities, [])


@given(st.lists(st.builds(Money, st.integers(0, 10**9), st.sampled_from(["EUR", "USD"]))))
def test_a_total_is_of_one_currency(amounts: list[Money]) -> None:
    currencies = {each.currency for each in amounts}
    if len(currencies) == 1:
        assert total(amounts) == Money(sum(each.amount for each in amounts), currencies.pop())
    else:
        assert total(amounts) is None
