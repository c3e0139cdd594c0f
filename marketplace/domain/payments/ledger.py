"""The ledger of a payment: what was asked of the provider, and what it answered.

Entries are only ever appended, and every amount is a sum over them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplace.domain.shared.ids import OperationId, OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money

Shares = Mapping[SellerOrderId, Money]
"""How an amount divides over the seller orders that it pays."""


class OperationKind(StrEnum):
    AUTHORIZATION = "authorization"
    CHARGE = "charge"
    REFUND = "refund"
    VOID = "void"


class Stage(StrEnum):
    REQUEST = "request"
    SUCCESS = "success"
    FAILURE = "failure"


class OperationState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class PaymentEvent:
    """An entry. Those of one operation share `operation_id` and `kind`; `position` counts from 1.

    `lines` are the units that a refund, or what is let go of, is for; empty where it is for an
    amount.
    """

    position: int
    operation_id: OperationId
    kind: OperationKind
    stage: Stage
    shares: Shares
    amount: Money
    lines: Mapping[OrderLineId, int] = field(default_factory=dict)
    reason: str | None = None
    reference: str | None = None
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What the entries of one operation come to; amount, shares and lines are those asked for."""

    id: OperationId
    kind: OperationKind
    state: OperationState
    amount: Money
    shares: Shares
    lines: Mapping[OrderLineId, int]
    reason: str | None
    reference: str | None
    requested_at: datetime

    @property
    def provider_key(self) -> str:
        """The idempotency key that the provider gets, the same for every try."""
        return f"{self.kind}-{self.id}"


_STATES = {
    Stage.REQUEST: OperationState.PENDING,
    Stage.SUCCESS: OperationState.SUCCEEDED,
    Stage.FAILURE: OperationState.FAILED,
}


@dataclass(eq=False)
class Ledger:
    """The entries of one payment in `currency`. The first one asks for the authorisation, and its
    shares name all seller orders that there are."""

    currency: str
    events: list[PaymentEvent] = field(default_factory=list)

    def append(
        self,
        operation_id: OperationId,
        kind: OperationKind,
        stage: Stage,
        shares: Shares,
        *,
        now: datetime,
        lines: Mapping[OrderLineId, int] | None = None,
        reason: str | None = None,
        reference: str | None = None,
    ) -> None:
        self.events.append(
            PaymentEvent(
                position=len(self.events) + 1,
                operation_id=operation_id,
                kind=kind,
                stage=stage,
                shares=dict(shares),
                amount=self.sum(shares),
                lines=dict(lines or {}),
                reason=reason,
                reference=reference,
                occurred_at=now,
            )
        )

    @property
    def operations(self) -> list[Operation]:
        """In the order in which they were asked for."""
        found: dict[tuple[OperationId, OperationKind], list[PaymentEvent]] = {}
        for event in self.events:
            found.setdefault((event.operation_id, event.kind), []).append(event)
        return [_operation(entries[0], entries[-1]) for entries in found.values()]

    def has(self, kind: OperationKind, stage: Stage) -> bool:
        return any(event.kind is kind and event.stage is stage for event in self.events)

    def sum(self, shares: Shares) -> Money:
        return Money.sum(shares.values(), self.currency)

    def shares(
        self, kind: OperationKind, *, unanswered: bool = False
    ) -> dict[SellerOrderId, Money]:
        """What succeeded, and with `unanswered` what may yet succeed, by seller order."""
        shares = {part: Money.zero(self.currency) for part in self.events[0].shares}
        counted = [e.shares for e in self.events if e.kind is kind and e.stage is Stage.SUCCESS]
        if unanswered:
            pending = [e for e in self.operations if e.state is OperationState.PENDING]
            counted += [each.shares for each in pending if each.kind is kind]
        for found in counted:
            for part, share in found.items():
                shares[part] += share
        return shares

    def held(self, *, unanswered: bool) -> dict[SellerOrderId, Money]:
        """What is authorised, not captured and not let go of; with `unanswered`, nor being so."""
        left = self.shares(OperationKind.AUTHORIZATION)
        for kind in (OperationKind.CHARGE, OperationKind.VOID):
            left = less(left, self.shares(kind, unanswered=unanswered))
        return left

    @property
    def settled_lines(self) -> Mapping[OrderLineId, int]:
        """Units that are refunded or being so, or whose price was let go of."""
        units: dict[OrderLineId, int] = {}
        for each in self.operations:
            if each.state is not OperationState.FAILED:
                for line_id, quantity in each.lines.items():
                    units[line_id] = units.get(line_id, 0) + quantity
        return units


def less(shares: Shares, taken: Shares) -> dict[SellerOrderId, Money]:
    return {part: share - taken[part] for part, share in shares.items()}


def _operation(first: PaymentEvent, last: PaymentEvent) -> Operation:
    return Operation(
        id=first.operation_id,
        kind=first.kind,
        state=_STATES[last.stage],
        amount=first.amount,
        shares=first.shares,
        lines=first.lines,
        reason=last.reason or first.reason,
        reference=last.reference,
        requested_at=first.occurred_at,
    )
