"""Money adds up, whatever is divided."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.money import MAX_AMOUNT, Money

amounts = st.integers(min_value=0, max_value=10**12)
weights = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=30).filter(any)


def test_adds_and_multiplies_in_one_currency() -> None:
    assert Money(1999, "EUR") + Money(1, "EUR") == Money(2000, "EUR")
    assert Money(1999, "EUR") - Money(2000, "EUR") == Money(-1, "EUR")
    assert Money(1999, "EUR") * 3 == Money(5997, "EUR")
    assert Money.sum([], "EUR") == Money.zero("EUR")


def test_refuses_to_mix_currencies() -> None:
    with pytest.raises(RuleViolated, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1])
def test_refuses_what_json_clients_cannot_read_exactly(amount: int) -> None:
    with pytest.raises(RuleViolated):
        Money(amount, "EUR")


@given(amount=amounts, weights=weights)
def test_allocation_loses_nothing_and_is_fair(amount: int, weights: list[int]) -> None:
    shares = Money(amount, "EUR").allocate(weights)
    assert sum(share.amount for share in shares) == amount
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        exact = amount * weight / whole
        assert exact - 1 < share.amount < exact + 1 or abs(share.amount - exact) <= 1
        assert weight or share.amount == 0


def test_allocation_gives_the_rest_to_the_largest_remainders() -> None:
    shares = Money(100, "EUR").allocate([1, 1, 1])
    assert [share.amount for share in shares] == [34, 33, 33]
    shares = Money(10, "EUR").allocate([15, 30, 55])
    assert [share.amount for share in shares] == [2, 3, 5]


@pytest.mark.parametrize("weights", [[0], [-1, 2]])
def test_allocation_needs_weights_that_divide(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1, "EUR").allocate(weights)
