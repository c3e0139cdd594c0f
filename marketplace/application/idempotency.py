"""One effect per key: what a client's Idempotency-Key stands for, and what may become of a repeat.

A unit of work that carries an `Effect` writes it down as the first statement of its first
transaction, so that the effect and the key are committed together or not at all. Where it was
written down before, entering the unit of work raises one of the exceptions below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from marketplace.domain.errors import Conflict, RuleViolated

LEASE = timedelta(seconds=10)
"""How long the first request may take before a repeat may go on where it stopped."""

RETENTION = timedelta(hours=24)
"""How long an answer is kept for repeats."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """`fingerprint` is a hash of method, path and body; `makes` is the id of what comes to be."""

    actor: str
    key: str
    fingerprint: str
    makes: UUID


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the first request was answered, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class EffectAnswered(Exception):
    """The effect took place and was answered."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class EffectResumed(Exception):
    """The first transaction was committed, no answer stored; this request holds the lease now."""

    def __init__(self, makes: UUID) -> None:
        super().__init__()
        self.makes = makes


class EffectInFlight(Conflict):
    """The first request still runs."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_in_flight",
            "The first request with this Idempotency-Key still runs: repeat it in a moment.",
            retry_after=1,
        )


class IdempotencyMismatch(RuleViolated):
    """The key was used for something else."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_mismatch",
            "This Idempotency-Key belongs to another method, path or body.",
        )


class IdempotencyAnswers(Protocol):
    """Keeps answers, each in a transaction of its own."""

    def store(self, effect: Effect, answer: Answer) -> None:
        """Keep `answer` for repeats."""

    def give_back(self, effect: Effect) -> None:
        """End the lease early: the request was answered with something that is not kept."""
