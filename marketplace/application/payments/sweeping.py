"""Going on with what a crash or a silent provider left unanswered."""

from contextlib import suppress
from datetime import timedelta

from marketplace.application.payments.steps import complete
from marketplace.application.ports import PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Unavailable
from marketplace.domain.shared.ids import OperationId, PaymentId

BATCH = 100


def sweep_unanswered_operations(
    uow: UnitOfWork, *, providers: PaymentProviders, after: timedelta
) -> int:
    """Ask again for captures, refunds and voids that were asked for `after` ago or earlier.
    Returns how many were answered."""
    answered = 0
    for payment_id, operation_id in _unanswered(uow, after):
        with suppress(Unavailable):
            complete(uow, payment_id, operation_id, providers)
            answered += 1
    return answered


@transaction_step
def _unanswered(uow: UnitOfWork, after: timedelta) -> list[tuple[PaymentId, OperationId]]:
    with uow:
        before = uow.now - after
        return [
            (payment.id, operation.id)
            for payment in uow.payments.unanswered(before, BATCH)
            for operation in payment.unanswered
            if operation.requested_at <= before
        ]
