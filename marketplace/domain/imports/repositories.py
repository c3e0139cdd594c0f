"""Where imports and their files are kept."""

from collections.abc import Sequence
from typing import Protocol

from marketplace.domain.imports.product_import import ProductImport, RowError
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId


class ImportRepository(Protocol):
    def add(self, requested: ProductImport) -> None: ...

    def get(self, import_id: ImportId) -> ProductImport:
        """Raises `NotFound`."""

    def find_waiting(self) -> ProductImport | None:
        """The oldest one that is not over and that nobody holds the lease of, locked; what others
        have locked is passed over."""

    def add_chunk(self, import_id: ImportId, number: int, data: bytes) -> None:
        """Keep a piece of the file, from number 0 on."""

    def chunk(self, import_id: ImportId, number: int) -> bytes:
        """Empty where there is none."""

    def drop_file(self, import_id: ImportId) -> None: ...

    def add_errors(self, import_id: ImportId, errors: Sequence[RowError]) -> None:
        """Behind those that there are."""

    def find_product(self, seller_id: SellerId, handle: str) -> ProductId | None:
        """The seller's product of this handle: that of an import, or a slug that it has or had."""

    def name_product(self, seller_id: SellerId, handle: str, product_id: ProductId) -> None:
        """Let `handle` stand for a product from now on."""
