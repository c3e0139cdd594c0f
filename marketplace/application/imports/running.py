"""Working on imports, a slice at a time. What is done is never done again.

Each product is a transaction of its own, which notes down the progress together with what it
changes; a worker that is killed leaves an import that another one takes up right behind that.
"""

import io
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO, cast

from marketplace.application.imports.columns import Header
from marketplace.application.imports.placing import Placing, Result, place
from marketplace.application.imports.records import records
from marketplace.application.imports.refusals import RowsRefused, pointer_of
from marketplace.application.imports.rows import FIRST_ROW, groups
from marketplace.application.imports.wanted import Wanted, read_group
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, MarketplaceError, RuleViolated, Stale
from marketplace.domain.imports.product_import import ProductImport, Progress, RowError
from marketplace.domain.shared.ids import ImportId

CHUNK = 1 << 18
"""How large the pieces are that a file is kept in, in bytes."""

SLICE = 50
"""How many products are done before others get their turn."""


def work_on_imports(
    uow: UnitOfWork,
    *,
    moderation: bool,
    new_id: IdFactory,
    import_id: ImportId | None = None,
) -> int:
    """Take up the import that has waited longest, or the one named, and do a slice of it. Returns
    how many products were done, at least 1; 0 where there is nothing to do, or somebody else
    does it."""
    try:
        taken = _take_up(uow, import_id)
        if taken is None:
            return 0
        placing = Placing(
            seller_id=taken.seller_id,
            requested_by=taken.requested_by,
            moderation=moderation,
            new_id=new_id,
        )
        return max(_Slice(uow, taken, placing).run(), 1)
    except Stale:
        # Somebody else has taken it up meanwhile.
        return 0


@transaction_step
def _take_up(uow: UnitOfWork, import_id: ImportId | None) -> ProductImport | None:
    with uow:
        found = uow.imports.find_waiting() if import_id is None else uow.imports.get(import_id)
        if found is None:
            return None
        found.take_up(uow.now)
        if found.is_over:
            uow.imports.drop_file(found.id)
        uow.commit()
    return None if found.is_over else found


class _Undone(Exception):
    """Leaves a transaction of which nothing is to stay."""

    def __init__(self, results: Mapping[int, Result]) -> None:
        super().__init__()
        self.results = results


class _Slice:
    """`_progress` is what has been done and is not noted down: nothing was changed by it, so that
    after a crash it can be done again."""

    def __init__(self, uow: UnitOfWork, taken: ProductImport, placing: Placing) -> None:
        self._uow = uow
        self._import = taken
        self._placing = placing
        self._version = taken.version
        self._progress = Progress(offset=taken.offset)

    def run(self) -> int:
        taken = self._import
        header = Header.read(taken.columns)
        source = records(stored_file(self._uow, taken.id, taken.offset), taken.offset)
        found = groups(source, header, FIRST_ROW + taken.done)
        superseded = frozenset(taken.superseded)
        number = 0
        for group in islice(found, SLICE):
            number += 1
            wanted = read_group(
                group, header, taken.currency, taken.decimals, superseded=superseded
            )
            self._do(wanted, group.end)
        self._uow.retry(lambda: self._stop(complete=number < SLICE))
        return number

    def _do(self, wanted: Wanted, end: int) -> None:
        surprised = False
        while True:
            try:
                self._uow.retry(lambda: self._place(wanted, end))
                return
            except RowsRefused as refused:
                wanted.refuse(refused.errors)
            except (Conflict, RuleViolated) as error:
                # What the transaction met only at its end: somebody else was faster, mostly, and
                # a second look finds what that one has made.
                if surprised:
                    wanted.refuse(_all_refused(wanted, error))
                surprised = True

    def _place(self, wanted: Wanted, end: int) -> None:
        if wanted.product is None and not wanted.variants:
            results: Mapping[int, Result] = dict.fromkeys(wanted.idle, Result.UNCHANGED)
            self._progress = self._after(wanted, results, end)
            return
        try:
            with self._uow as uow:
                results = place(uow, wanted, self._placing)
                if self._import.dry_run:
                    raise _Undone(results)
                progress = self._after(wanted, results, end)
                if any(result is not Result.UNCHANGED for result in results.values()):
                    stored = self._note(uow, progress)
                    uow.commit()
                    self._version = stored.version
                    progress = Progress(offset=stored.offset)
        except _Undone as undone:
            progress = self._after(wanted, undone.results, end)
        self._progress = progress

    def _stop(self, *, complete: bool) -> None:
        with self._uow as uow:
            stored = self._note(uow, self._progress)
            if complete:
                stored.complete(uow.now)
                uow.imports.drop_file(stored.id)
            else:
                stored.rest(uow.now)
            uow.commit()

    def _note(self, uow: UnitOfWork, progress: Progress) -> ProductImport:
        stored = uow.imports.get(self._import.id)
        if stored.version != self._version:
            raise Stale("import")
        stored.advance(progress, uow.now)
        uow.imports.add_errors(stored.id, progress.errors)
        return stored

    def _after(self, wanted: Wanted, results: Mapping[int, Result], end: int) -> Progress:
        before, counted = self._progress, Counter(results.values())
        return Progress(
            offset=end,
            created=before.created + counted[Result.CREATED],
            updated=before.updated + counted[Result.UPDATED],
            unchanged=before.unchanged + counted[Result.UNCHANGED],
            failed=before.failed + len(wanted.refused),
            errors=before.errors + sorted(wanted.errors, key=lambda error: error.row),
        )


def _all_refused(wanted: Wanted, error: MarketplaceError) -> list[RowError]:
    refused = wanted.refused
    return [
        RowError(row=row, pointer=pointer_of(error), code=error.code, message=error.detail)
        for row in wanted.rows
        if row not in refused
    ]


def stored_file(uow: UnitOfWork, import_id: ImportId, offset: int) -> BinaryIO:
    """The file of an import from `offset` on. Reading opens the unit of work, which is closed."""
    pieces = _Pieces(uow, import_id, offset // CHUNK)
    source = io.BufferedReader(pieces, CHUNK)
    source.read(offset % CHUNK)
    return cast(BinaryIO, source)


class _Pieces(io.RawIOBase):
    def __init__(self, uow: UnitOfWork, import_id: ImportId, number: int) -> None:
        self._uow, self._import_id, self._number = uow, import_id, number
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            with self._uow as uow:
                self._left = uow.imports.chunk(self._import_id, self._number)
            self._number += 1
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
