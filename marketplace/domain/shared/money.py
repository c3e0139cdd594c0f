"""Money in integer minor units. How many minor units make a unit is a matter of display."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketplace.domain.errors import RuleViolated

MAX_AMOUNT = 2**53 - 1
"""The largest integer that every JSON client reads exactly."""


@dataclass(frozen=True, order=False)
class Money:
    """`amount` minor units of `currency` (ISO 4217 alphabetic code)."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if not -MAX_AMOUNT <= self.amount <= MAX_AMOUNT:
            raise RuleViolated("amount_out_of_range", "The amount is beyond 2^53-1 minor units.")

    def __add__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount * quantity, self.currency)

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise RuleViolated(
                "currency_mismatch", f"{self.currency} and {other.currency} do not add up."
            )

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        total = cls.zero(currency)
        for amount in amounts:
            total += amount
        return total

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Divide by `weights` without losing a minor unit.

        Largest remainder method (Hamilton); ties go to the earlier share. Needs a positive weight.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be positive")
        shares = [self.amount * weight // whole for weight in weights]
        remainders = [self.amount * weight % whole for weight in weights]
        left = self.amount - sum(shares)
        for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
            shares[index] += 1
        return [Money(share, self.currency) for share in shares]
