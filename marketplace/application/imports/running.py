"""Working on imports, a slice at a time. What is done is never done again.

New products are made together in one transaction, one that exists has a transaction of its own.
Each notes down the progress together with what it changes; a worker that is killed leaves an import
that another one takes up right behind that.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice

from marketplace.application.imports.batch import Placing
from marketplace.application.imports.columns import Header
from marketplace.application.imports.placing import Result, place
from marketplace.application.imports.records import records
from marketplace.application.imports.refusals import RowsRefused, pointer_of
from marketplace.application.imports.rows import FIRST_ROW, MOST_CHARACTERS, groups
from marketplace.application.imports.stored import stored_file
from marketplace.application.imports.wanted import Wanted, read_group
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, MarketplaceError, RuleViolated, Stale
from marketplace.domain.imports.product_import import ProductImport, Progress, RowError
from marketplace.domain.shared.ids import ImportId

SLICE = 50
"""How many products are done before others get their turn, and at most in one transaction."""


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
            dry_run=taken.dry_run,
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


@dataclass(frozen=True, kw_only=True)
class _Item:
    """A product's rows. `end` is where those behind them begin in the file."""

    wanted: Wanted
    characters: int
    end: int


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Stretches that can be looked up at once: nothing in them depends on what came before."""
    batch: list[_Item] = []
    handles: set[str] = set()
    skus: set[str] = set()
    characters = 0
    for item in items:
        own = item.wanted.skus
        full = characters + item.characters > MOST_CHARACTERS
        if batch and (full or item.wanted.handle in handles or own & skus):
            yield batch
            batch, handles, skus, characters = [], set(), set(), 0
        batch.append(item)
        handles.add(item.wanted.handle)
        skus |= own
        characters += item.characters
    if batch:
        yield batch


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
        number = 0
        for batch in _batches(self._items()):
            number += len(batch)
            self._do_all(batch)
        self._uow.retry(lambda: self._stop(complete=number < SLICE))
        return number

    def _items(self) -> Iterator[_Item]:
        taken = self._import
        header = Header.read(taken.columns)
        source = records(stored_file(self._uow, taken.id, taken.offset), taken.offset)
        superseded = frozenset(taken.superseded)
        for group in islice(groups(source, header, FIRST_ROW + taken.done), SLICE):
            wanted = read_group(
                group, header, taken.currency, taken.decimals, superseded=superseded
            )
            yield _Item(wanted=wanted, characters=group.characters, end=group.end)

    def _do_all(self, batch: Sequence[_Item]) -> None:
        """New products are done together. One that exists is not: others may wait for it."""
        with self._uow as uow:
            known = uow.imports.find_products(
                self._placing.seller_id,
                [item.wanted.handle for item in batch if item.wanted.asks],
            )
        for exists, items in groupby(batch, lambda item: item.wanted.handle in known):
            if exists:
                for item in items:
                    self._do([item])
            else:
                self._do(list(items))

    def _do(self, items: Sequence[_Item]) -> None:
        """Do these in one transaction. Where that is refused, the one at fault is done by itself,
        without the rows that are wrong."""
        surprised = False
        while items:
            try:
                self._uow.retry(partial(self._place, items))
                return
            except RowsRefused as refused:
                row = refused.errors[0].row
                at = next(i for i, item in enumerate(items) if row in item.wanted.rows)
                items[at].wanted.refuse(refused.errors)
                if len(items) > 1:
                    self._do(items[:at])
                    self._do(items[at : at + 1])
                    items = items[at + 1 :]
            except (Conflict, RuleViolated) as error:
                # What the transaction met only at its end: somebody else was faster, mostly, and
                # a second look finds what that one has made.
                if len(items) > 1:
                    for item in items:
                        self._do([item])
                    return
                if surprised:
                    items[0].wanted.refuse(_all_refused(items[0].wanted, error))
                surprised = True

    def _place(self, items: Sequence[_Item]) -> None:
        everything = [item.wanted for item in items]
        if not any(wanted.asks for wanted in everything):
            idle = [row for wanted in everything for row in wanted.idle]
            self._progress = self._after(items, dict.fromkeys(idle, Result.UNCHANGED))
            return
        try:
            with self._uow as uow:
                results = place(uow, everything, self._placing)
                if self._import.dry_run:
                    raise _Undone(results)
                progress = self._after(items, results)
                if any(result is not Result.UNCHANGED for result in results.values()):
                    stored = self._note(uow, progress)
                    uow.commit()
                    self._version = stored.version
                    progress = Progress(offset=stored.offset)
        except _Undone as undone:
            progress = self._after(items, undone.results)
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

    def _after(self, items: Sequence[_Item], results: Mapping[int, Result]) -> Progress:
        before, counted = self._progress, Counter(results.values())
        errors = [error for item in items for error in item.wanted.errors]
        return Progress(
            offset=items[-1].end,
            created=before.created + counted[Result.CREATED],
            updated=before.updated + counted[Result.UPDATED],
            unchanged=before.unchanged + counted[Result.UNCHANGED],
            failed=before.failed + sum(len(item.wanted.refused) for item in items),
            errors=before.errors + sorted(errors, key=lambda error: error.row),
        )


def _all_refused(wanted: Wanted, error: MarketplaceError) -> list[RowError]:
    refused = wanted.refused
    return [
        RowError(row=row, pointer=pointer_of(error), code=error.code, message=error.detail)
        for row in wanted.rows
        if row not in refused
    ]
