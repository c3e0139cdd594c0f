"""What a promise is, and how it is put to the test."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic

from chaos.house import House


class NotHeld(Exception):
    """The message tells what was found instead."""


def require(condition: bool, found: object) -> None:
    """Raises NotHeld."""
    if not condition:
        raise NotHeld(str(found))


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a promise. `random` begins where the seed says, whatever ran before."""

    short: bool
    random: random.Random

    def of(self, long: int, *, short: int) -> int:
        """How many there are of something."""
        return short if self.short else long

    def within(self, seconds: float) -> float:
        """How long something may take. The short form runs beside others."""
        return seconds * 4 if self.short else seconds


Keep = Callable[[House, Run], str]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """`keep` returns the figure, or raises what speaks against it."""

    name: str
    says: str
    keep: Keep
    long_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    promise: Promise
    seed: int
    seconds: float
    figure: str
    faults: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        held = "NOT HELD" if self.faults else "held"
        found = "; ".join(filter(None, (self.figure, *self.faults)))
        text = f"{held:9} {self.promise.name}: {self.promise.says}: {found}"
        return f"{text} (seed {self.seed}, {self.seconds:.1f} s)"


def put_to_the_test(promise: Promise, house: House, *, seed: int, short: bool) -> Verdict:
    """Run it, wait for rest, and look at what always holds. Raises nothing."""
    began = monotonic()
    run = Run(short=short, random=random.Random(f"{seed} {promise.name}"))
    figure, faults = "", []
    try:
        figure = promise.keep(house, run)
    except Exception as error:
        faults.append(_told(error))
    try:
        faults += house.faults_at_rest()
    except Exception as error:
        faults.append(_told(error))
    return Verdict(
        promise=promise,
        seed=seed,
        seconds=monotonic() - began,
        figure=figure,
        faults=tuple(faults),
    )


def _told(error: Exception) -> str:
    kind = "" if isinstance(error, NotHeld) else f"{type(error).__name__}: "
    return kind + str(error)[:2000]


def named(promises: tuple[Promise, ...], wanted: tuple[str, ...]) -> Iterator[Promise]:
    """Those of these names, all without any."""
    return (promise for promise in promises if not wanted or promise.name in wanted)
