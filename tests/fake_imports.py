"""Imports in memory."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marketplace.domain.errors import Conflict
from marketplace.domain.imports.product_import import ProductImport, RowError
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId
from tests.fake_repositories import Keeper
from tests.fake_state import State


class FakeImports(Keeper[ProductImport]):
    """Implements `domain.imports.repositories.ImportRepository`."""

    what = "import"

    def __init__(self, state: State, seen: list[Any], now: Any) -> None:
        super().__init__(state.imports, seen)
        self._state, self._now = state, now

    def get(self, import_id: ImportId) -> ProductImport:
        return self._found(import_id, self._kept.get(import_id))

    def find_waiting(self) -> ProductImport | None:
        waiting = [
            each
            for each in self._kept.values()
            if each.finished_at is None and each.lease_until <= self._now
        ]
        if not waiting:
            return None
        found = min(waiting, key=lambda each: (each.created_at, each.id))
        self._see(found)
        return found

    def add_chunk(self, import_id: ImportId, number: int, data: bytes) -> None:
        self._state.import_chunks[import_id, number] = data

    def chunk(self, import_id: ImportId, number: int) -> bytes:
        return self._state.import_chunks.get((import_id, number), b"")

    def drop_file(self, import_id: ImportId) -> None:
        for key in [key for key in self._state.import_chunks if key[0] == import_id]:
            del self._state.import_chunks[key]

    def add_errors(self, import_id: ImportId, errors: Sequence[RowError]) -> None:
        if errors:
            before = self._state.import_errors.get(import_id, ())
            self._state.import_errors[import_id] = (*before, *errors)

    def find_products(
        self, seller_id: SellerId, handles: Collection[str]
    ) -> Mapping[str, ProductId]:
        found = {handle: self._find_product(seller_id, handle) for handle in handles}
        return {handle: each for handle, each in found.items() if each is not None}

    def _find_product(self, seller_id: SellerId, handle: str) -> ProductId | None:
        if (seller_id, handle) in self._state.handles:
            return self._state.handles[seller_id, handle]
        own = [each for each in self._state.products.values() if each.seller_id == seller_id]
        former = self._state.former_slugs.get(handle)
        return next(
            (each.id for each in own if each.slug == handle),
            former if former in {each.id for each in own} else None,
        )

    def name_products(self, seller_id: SellerId, named: Mapping[str, ProductId]) -> None:
        for handle, product_id in named.items():
            if (seller_id, handle) in self._state.handles:
                raise Conflict("handle_taken", "Another product has this handle.")
            self._state.handles[seller_id, handle] = product_id
