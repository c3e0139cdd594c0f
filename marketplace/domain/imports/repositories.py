"""Where imports and their files are kept."""

from collections.abc import Collection, Mapping, Sequence
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

    def find_products(
        self, seller_id: SellerId, handles: Collection[str]
    ) -> Mapping[str, ProductId]:
        """The seller's products of these handles: that of an import, or a slug that it has or had.
        A handle that is nobody's is absent."""

    def name_products(self, seller_id: SellerId, named: Mapping[str, ProductId]) -> None:
        """Let handles stand for products from now on."""
