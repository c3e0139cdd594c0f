"""Effects and their answers: the table behind `application.idempotency`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import orjson
from sqlalchemy import Engine, bindparam, exists, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.application.idempotency import (
    LEASE,
    RETENTION,
    Answer,
    Effect,
    EffectAnswered,
    EffectInFlight,
    EffectResumed,
    IdempotencyMismatch,
)
from marketplace.application.ports import Clock
from marketplace.infrastructure.database.errors import (
    LOCK_NOT_AVAILABLE,
    sqlstate,
    translated,
)
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import idempotency_keys as keys
from marketplace.infrastructure.database.transaction import Transaction

# A row past its retention counts as absent. Any other stays, and is locked by this.
_CLAIM = Sql(
    """
    INSERT INTO idempotency_keys AS known (
        actor, key, fingerprint, makes, lease_until, created_at
    )
    VALUES (:actor, :key, :fingerprint, :makes, :lease_until, :created_at)
    ON CONFLICT (actor, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, makes = excluded.makes,
        lease_until = excluded.lease_until, created_at = excluded.created_at,
        answer_status = NULL, answer_headers = NULL, answer_body = NULL
    WHERE known.created_at < :oldest
    RETURNING makes
    """
)
_FIND = select(keys).where(
    keys.c.actor == bindparam("its_actor"), keys.c.key == bindparam("its_key")
)
_TAKE_LEASE = (
    update(keys)
    .where(keys.c.actor == bindparam("its_actor"), keys.c.key == bindparam("its_key"))
    .values(lease_until=bindparam("until"))
)

_lease = (
    update(keys)
    .where(keys.c.makes == bindparam("made"), keys.c.lease_until <= bindparam("moment"))
    .values(lease_until=bindparam("until"))
    .returning(keys.c.makes)
    .cte("lease")
)
_END_LEASE = (
    update(keys).where(keys.c.makes == bindparam("made")).values(lease_until=bindparam("moment"))
)
_TAKE_OVER = select(
    exists(select(_lease.c.makes)) | ~exists().where(keys.c.makes == bindparam("made"))
)

_OURS = "actor = :actor AND key = :key AND fingerprint = :fingerprint"
# The first answer that was kept is the answer. Nobody waits for the disk: what a server that
# crashes forgets of answers is made anew by those who repeat their request, from its effect.
_STORE = Sql(
    f"""
    UPDATE idempotency_keys
    SET answer_status = :status, answer_headers = CAST(:headers AS jsonb), answer_body = :body
    WHERE {_OURS} AND answer_status IS NULL
        AND set_config('synchronous_commit', 'off', true) = 'off'
    """  # noqa: S608  constants
)
_GIVE_BACK = Sql(
    f"""
    UPDATE idempotency_keys SET lease_until = :until WHERE {_OURS} AND answer_status IS NULL
    """  # noqa: S608  constants
)


def claim(transaction: Transaction, effect: Effect, lease: timedelta) -> None:
    """Write `effect` down, or tell by an exception what became of it before.

    Raises:
        EffectAnswered, EffectInFlight, IdempotencyMismatch: nothing was changed.
        EffectResumed: the lease was taken, which the caller has to commit.
    """
    now = transaction.now
    with translated(), _waiting_in_vain():
        written = _CLAIM.run(
            transaction.connection,
            {
                "actor": effect.actor,
                "key": effect.key,
                "fingerprint": effect.fingerprint,
                "makes": effect.makes,
                "lease_until": now + lease,
                "created_at": now,
                "oldest": now - RETENTION,
            },
        )
    if not written:
        _raise_found(transaction, effect, lease)


def _raise_found(transaction: Transaction, effect: Effect, lease: timedelta) -> NoReturn:
    owner = {"its_actor": effect.actor, "its_key": effect.key}
    found = transaction.read(_FIND, owner).one()
    if found.fingerprint != effect.fingerprint:
        raise IdempotencyMismatch
    if found.answer_status is not None:
        raise EffectAnswered(
            Answer(
                status=found.answer_status,
                headers=found.answer_headers,
                body=bytes(found.answer_body),
            )
        )
    if found.lease_until > transaction.now:
        raise EffectInFlight
    transaction.write(_TAKE_LEASE, owner | {"until": transaction.now + lease})
    raise EffectResumed(found.makes)


@contextmanager
def _waiting_in_vain() -> Iterator[None]:
    """The first request has not committed its row while this one waited for it."""
    try:
        yield
    except DBAPIError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise EffectInFlight from error
        raise


class SqlLeases:
    """Implements `application.unit_of_work.Leases`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def take_over(self, makes: UUID) -> bool:
        """Hold the lease from now on, unless somebody holds it. False: somebody does."""
        now = self._transaction.now
        # Not by `write`: a lease that was refused leaves nothing behind to commit.
        taken = self._transaction.read(
            _TAKE_OVER, {"made": makes, "moment": now, "until": now + LEASE}
        )
        return bool(taken.scalar_one())

    def give_back(self, makes: UUID) -> None:
        """End the lease: whoever repeats the key may go on at once."""
        self._transaction.write(_END_LEASE, {"made": makes, "moment": self._transaction.now})


class SqlIdempotencyAnswers:
    """Implements `application.idempotency.IdempotencyAnswers`, on an engine without transactions:
    each of its statements stands for itself."""

    def __init__(self, engine: Engine, *, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def store(self, effect: Effect, answer: Answer) -> None:
        """Keep `answer` for repeats, unless one is kept already."""
        self._update(
            _STORE,
            effect,
            status=answer.status,
            headers=orjson.dumps(dict(answer.headers)).decode(),
            body=answer.body,
        )

    def give_back(self, effect: Effect) -> None:
        """End the lease early: the request was answered with something that is not kept."""
        self._update(_GIVE_BACK, effect, until=self._clock())

    def _update(self, statement: Sql, effect: Effect, **values: object) -> None:
        parameters = {
            "actor": effect.actor,
            "key": effect.key,
            "fingerprint": effect.fingerprint,
            **values,
        }
        with translated():
            statement.run_alone(self._engine, parameters)
