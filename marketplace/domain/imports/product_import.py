"""The import: a file of products on its way into the catalogue."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.domain.errors import Stale
from marketplace.domain.imports.events import ImportFinished, ImportRequested
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import ImportId, SellerId, UserId
from marketplace.domain.shared.state import require_transition

LEASE = timedelta(seconds=30)
"""For how long whoever works on an import is left alone without a sign of life."""

MOST_ATTEMPTS = 5
"""How often in a row one may be taken up and come to nothing."""


class ImportStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


TRANSITIONS: Mapping[ImportStatus, Set[ImportStatus]] = {
    ImportStatus.PENDING: {ImportStatus.RUNNING},
    ImportStatus.RUNNING: {ImportStatus.COMPLETED, ImportStatus.FAILED},
    ImportStatus.COMPLETED: set(),
    ImportStatus.FAILED: set(),
}


@dataclass(frozen=True, kw_only=True)
class RowError:
    """What is wrong with a row. The header is row 1; `pointer` names the column, as `/Title`."""

    row: int
    pointer: str
    code: str
    message: str


@dataclass(kw_only=True)
class Progress:
    """What has been done since progress was last noted down. `offset` is where in the file the
    first row lies that is not done."""

    offset: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class ProductImport(AggregateRoot):
    """`rows` is how many the file has; each is counted once it is done, as created, updated,
    unchanged or failed.

    `superseded` are rows that others repeat further down. `decimals` is how many the currency
    has. `offset` is where in the file the first row lies that is not done. `attempts` counts how
    often the import was taken up since the last progress.
    """

    id: ImportId
    seller_id: SellerId
    requested_by: UserId
    currency: str
    decimals: int
    dry_run: bool
    columns: tuple[str, ...]
    size: int
    rows: int
    superseded: tuple[int, ...] = ()
    status: ImportStatus = ImportStatus.PENDING
    reason: str | None = None
    offset: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    attempts: int = 0
    lease_until: datetime
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None

    @classmethod
    def request(
        cls,
        *,
        id: ImportId,
        seller_id: SellerId,
        requested_by: UserId,
        currency: str,
        decimals: int,
        dry_run: bool,
        columns: Sequence[str],
        size: int,
        rows: int,
        superseded: Sequence[int],
        offset: int,
        now: datetime,
    ) -> "ProductImport":
        """`columns` is the header, `offset` where the first row after it lies."""
        requested = cls(
            id=id,
            seller_id=seller_id,
            requested_by=requested_by,
            currency=currency,
            decimals=decimals,
            dry_run=dry_run,
            columns=tuple(columns),
            size=size,
            rows=rows,
            superseded=tuple(superseded),
            offset=offset,
            lease_until=now,
            created_at=now,
            updated_at=now,
        )
        requested.record(ImportRequested(import_id=id, seller_id=seller_id, occurred_at=now))
        return requested

    @property
    def done(self) -> int:
        """How many rows are done."""
        return self.created + self.updated + self.unchanged + self.failed

    @property
    def is_over(self) -> bool:
        return not TRANSITIONS[self.status]

    def take_up(self, now: datetime) -> None:
        """Hold the lease from now on; gives the import up where that came to nothing too often.

        Raises:
            Stale: somebody else holds the lease, or it is over.
        """
        if self.is_over or self.lease_until > now:
            raise Stale("import")
        if self.status is ImportStatus.PENDING:
            self._move(ImportStatus.RUNNING, now)
        if self.attempts >= MOST_ATTEMPTS:
            self._finish(
                ImportStatus.FAILED,
                now,
                f"What follows row {self.done + 1} cannot be worked on: ask the operator.",
            )
            return
        self.attempts += 1
        self.lease_until = now + LEASE
        self._changed(now)

    def advance(self, progress: Progress, now: datetime) -> None:
        """Note down what has been done, and hold the lease on."""
        self.offset = progress.offset
        self.created += progress.created
        self.updated += progress.updated
        self.unchanged += progress.unchanged
        self.failed += progress.failed
        self.attempts = 0
        self.lease_until = now + LEASE
        self._changed(now)

    def rest(self, now: datetime) -> None:
        """End the lease: anybody may go on."""
        self.lease_until = now
        self._changed(now)

    def complete(self, now: datetime) -> None:
        self._finish(ImportStatus.COMPLETED, now, None)

    def _finish(self, status: ImportStatus, now: datetime, reason: str | None) -> None:
        self._move(status, now)
        self.reason = reason
        self.lease_until = self.finished_at = now
        self.record(
            ImportFinished(
                import_id=self.id, seller_id=self.seller_id, status=status, occurred_at=now
            )
        )

    def _move(self, wanted: ImportStatus, now: datetime) -> None:
        self.status = require_transition("import", TRANSITIONS, self.status, wanted)
        self._changed(now)

    def _changed(self, now: datetime) -> None:
        # Of steps on the way nobody is told, yet each is a version: two cannot take the same one.
        self.version += 1
        self.updated_at = now
