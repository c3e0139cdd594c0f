"""The sandbox: a payment provider that moves no money and always does what its token says.

It keeps books of its own, as a provider elsewhere would, and honours its idempotency keys. What
changes in its books it tells by an event too, some time later.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex

from marketplace.application.ports import (
    Clock,
    NextAction,
    OperationOutcome,
    ProviderEvent,
    ProviderOutcome,
    ProviderStatus,
    RequestedAction,
)
from marketplace.domain.errors import NotFound, Unavailable
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.payments import events
from marketplace.infrastructure.payments.charges import (
    ChargeStatus,
    Notice,
    OperationKind,
    SandboxBooks,
    SandboxCharge,
    SandboxOperation,
)
from marketplace.infrastructure.payments.tokens import DELAYED, PAYING, Token
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks

ACTIONS = "/sandbox/actions/"
SLOWNESS = 1.0

_REFERENCE = re.compile("sbx_[0-9a-f]+")
_DECLINED = "The card was declined; nothing was charged."
_UNKNOWN = "The sandbox does not know this token; nothing was charged."


class SandboxProvider:
    """Implements `application.ports.PaymentProvider` and `application.ports.SandboxActions`.

    What it does with a payment is said by its `Token`. Pending ones are decided after `delay`, and
    so late come its events.

    A repeated `authorize` tells what has become of the payment: pending at first, captured later.
    """

    name = "sandbox"

    def __init__(
        self,
        books: SandboxBooks,
        *,
        webhooks: SandboxWebhooks,
        clock: Clock,
        delay: timedelta,
        timeout: float = 5.0,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._books = books
        self._webhooks = webhooks
        self._clock = clock
        self._delay = delay
        self._timeout = timeout
        self._wait = wait

    def authorize(self, *, key: str, amount: Money, token: str, capture: bool) -> ProviderOutcome:
        if token == Token.TIMEOUT:
            self._wait(self._timeout)
            raise _unanswered()
        if token == Token.SLOW:
            self._wait(SLOWNESS)
        wanted = self._opened(key, amount, token, capture=capture)
        charge, is_new = self._books.open(
            wanted, self._notice(events.of_charge(wanted, self._clock()))
        )
        self._reply(charge, is_new=is_new)
        return _outcome(charge)

    def capture(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        return self._operate(OperationKind.CAPTURE, key, payment_key, amount)

    def refund(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        return self._operate(OperationKind.REFUND, key, payment_key, amount)

    def void(self, *, key: str) -> None:
        barred = SandboxCharge.barred(key, _reference())
        if self._books.open(barred, None).is_new:
            return
        with self._books.locked(key) as opened:
            if opened is None or opened.charge.status in (
                ChargeStatus.DECLINED,
                ChargeStatus.VOIDED,
            ):
                return
            charge = opened.charge.voided()
            opened.write(charge, self._notice(events.of_charge(charge, self._clock())))

    def event(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        return self._webhooks.read(headers, body)

    def look_up(self, reference: str) -> RequestedAction:
        return _action(self._asking(reference))

    def answer(self, reference: str, *, approve: bool) -> RequestedAction:
        return _action(self._settle(self._asking(reference).key, approve=approve))

    def settle_due(self, limit: int) -> int:
        """Decide the pending payments whose time has come; returns how many.

        Raises:
            Unavailable: the books cannot be had.
        """
        due = self._books.unsettled(self._clock(), limit)
        for charge in due:
            self._settle(charge.key, approve=charge.token != Token.PENDING_FAILS)
        return len(due)

    def _opened(self, key: str, amount: Money, token: str, *, capture: bool) -> SandboxCharge:
        charge = SandboxCharge(
            key=key,
            reference=_reference(),
            status=ChargeStatus.PENDING,
            amount=amount,
            token=token,
            capture=capture,
        )
        if token == Token.ACTION:
            return charge
        if token in DELAYED:
            return replace(charge, settles_at=self._clock() + self._delay)
        if token in PAYING:
            return charge.approved()
        return charge.declined(_DECLINED if token == Token.DECLINED else _UNKNOWN)

    def _operate(
        self, kind: OperationKind, key: str, payment_key: str, amount: Money
    ) -> OperationOutcome:
        with self._books.locked(payment_key) as opened:
            if opened is None:
                return OperationOutcome(succeeded=False, reason="There is no such payment.")
            charge, operation = opened.charge, opened.operation(key)
            is_new = operation is None
            if operation is None:
                operation = SandboxOperation(
                    key=key,
                    charge_key=payment_key,
                    kind=kind,
                    amount=amount,
                    reference=_reference(),
                    reason=_obstacle(charge, kind, amount),
                )
                if operation.reason is None:
                    charge = charge.moved(kind, amount)
                notice = self._notice(events.of_operation(operation, self._clock()))
                opened.write(charge, notice, operation)
        self._reply(charge, is_new=is_new)
        return OperationOutcome(
            succeeded=operation.reason is None,
            reference=operation.reference,
            reason=operation.reason,
        )

    def _settle(self, key: str, *, approve: bool) -> SandboxCharge:
        with self._books.locked(key) as opened:
            if opened is None:
                raise NotFound("payment", key)
            charge = opened.charge
            if charge.status is ChargeStatus.PENDING:
                charge = charge.approved() if approve else charge.declined(_DECLINED)
                # It has kept everybody waiting already.
                event = events.of_charge(charge, self._clock())
                opened.write(charge, self._notice(event, timedelta()))
        return charge

    def _asking(self, reference: str) -> SandboxCharge:
        charge = self._books.find(reference) if _REFERENCE.fullmatch(reference) else None
        if charge is None or charge.token != Token.ACTION:
            raise NotFound("action", reference)
        return charge

    def _reply(self, charge: SandboxCharge, *, is_new: bool) -> None:
        """Raises `Unavailable` where the reply is to be lost."""
        if is_new and charge.token == Token.LOST_REPLY:
            raise _unanswered()

    def _notice(self, event: ProviderEvent | None, delay: timedelta | None = None) -> Notice | None:
        if event is None:
            return None
        return Notice(event, event.occurred_at + (self._delay if delay is None else delay))


def _obstacle(charge: SandboxCharge, kind: OperationKind, amount: Money) -> str | None:
    if kind is OperationKind.REFUND and charge.token == Token.REFUND_FAILS:
        return "The sandbox refunds nothing of this payment."
    return charge.obstacle(kind, amount)


def _outcome(charge: SandboxCharge) -> ProviderOutcome:
    if charge.status is ChargeStatus.VOIDED:
        status = ProviderStatus.DECLINED
    else:
        status = ProviderStatus(charge.status)
    asks = charge.status is ChargeStatus.PENDING and charge.token == Token.ACTION
    return ProviderOutcome(
        status=status,
        reference=charge.reference,
        reason=charge.reason,
        next_action=NextAction(type="redirect", url=ACTIONS + charge.reference) if asks else None,
    )


def _action(charge: SandboxCharge) -> RequestedAction:
    if charge.amount is None:
        raise NotFound("action", charge.reference)
    approved = charge.status in (ChargeStatus.AUTHORIZED, ChargeStatus.CAPTURED)
    return RequestedAction(
        amount=charge.amount,
        approved=None if charge.status is ChargeStatus.PENDING else approved,
    )


def _reference() -> str:
    """Whoever knows that of `tok_action` may answer: it has to be unguessable."""
    return f"sbx_{token_hex(16)}"


def _unanswered() -> Unavailable:
    return Unavailable(
        "payment_unknown",
        "The payment provider did not answer in time: repeat with the same key.",
    )
