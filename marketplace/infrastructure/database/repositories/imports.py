"""Imports. Their files lie in pieces beside them, so that whoever has the database has them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.domain.imports.product_import import ProductImport, RowError
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import import_chunks, imports, product_handles

_ADD_ERRORS = text(
    """
    INSERT INTO import_errors (import_id, row, pointer, code, message)
    SELECT :import_id, row, pointer, code, message
    FROM unnest(
        CAST(:rows AS integer[]), CAST(:pointers AS text[]),
        CAST(:codes AS text[]), CAST(:messages AS text[])
    ) WITH ORDINALITY AS given (row, pointer, code, message, position)
    ORDER BY position
    """
)
# A slug is never given to another product, so it stands for the same one for ever.
_FIND_PRODUCTS = text(
    """
    SELECT asked.handle, nearest.product_id
    FROM unnest(CAST(:handles AS text[])) AS asked (handle)
    CROSS JOIN LATERAL (
        SELECT product_id, 1 AS preference FROM product_handles
        WHERE seller_id = :seller_id AND handle = asked.handle
        UNION ALL
        SELECT id, 2 FROM products WHERE slug = asked.handle AND seller_id = :seller_id
        UNION ALL
        SELECT products.id, 3
        FROM product_slugs JOIN products ON products.id = product_slugs.product_id
        WHERE product_slugs.slug = asked.handle AND products.seller_id = :seller_id
        ORDER BY preference LIMIT 1
    ) AS nearest
    """
)


class SqlImportRepository(SqlRepository[ProductImport]):
    """Implements `domain.imports.repositories.ImportRepository`."""

    aggregate = ProductImport
    table = imports
    what = "import"

    def get(self, import_id: ImportId) -> ProductImport:
        """Raises `NotFound`."""
        return self._found(import_id, self._find(imports.c.id == import_id))

    def find_waiting(self) -> ProductImport | None:
        """The oldest one that is not over and that nobody holds the lease of, locked; what others
        have locked is passed over."""
        return self._transaction.first(
            select(ProductImport)
            .where(imports.c.finished_at.is_(None), imports.c.lease_until <= self._transaction.now)
            .order_by(imports.c.created_at, imports.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def add_chunk(self, import_id: ImportId, number: int, data: bytes) -> None:
        """Keep a piece of the file, from number 0 on."""
        values = {"import_id": import_id, "number": number, "data": data}
        self._transaction.write(insert(import_chunks), values)

    def chunk(self, import_id: ImportId, number: int) -> bytes:
        """Empty where there is none."""
        found: bytes | None = self._transaction.read(
            select(import_chunks.c.data).where(
                import_chunks.c.import_id == import_id, import_chunks.c.number == number
            )
        ).scalar()
        return b"" if found is None else bytes(found)

    def drop_file(self, import_id: ImportId) -> None:
        self._transaction.write(delete(import_chunks).where(import_chunks.c.import_id == import_id))

    def add_errors(self, import_id: ImportId, errors: Sequence[RowError]) -> None:
        """Behind those that there are."""
        if not errors:
            return
        self._transaction.write(
            _ADD_ERRORS,
            {
                "import_id": import_id,
                "rows": [error.row for error in errors],
                "pointers": [error.pointer for error in errors],
                "codes": [error.code for error in errors],
                "messages": [error.message for error in errors],
            },
        )

    def find_products(
        self, seller_id: SellerId, handles: Collection[str]
    ) -> Mapping[str, ProductId]:
        """The seller's products of these handles: that of an import, or a slug that it has or had.
        A handle that is nobody's is absent."""
        asked = {"seller_id": seller_id, "handles": list(handles)}
        return {
            row.handle: ProductId(row.product_id)
            for row in self._transaction.read(_FIND_PRODUCTS, asked)
        }

    def name_products(self, seller_id: SellerId, named: Mapping[str, ProductId]) -> None:
        """Let handles stand for products from now on."""
        if named:
            self._transaction.write(
                insert(product_handles),
                [
                    {"seller_id": seller_id, "handle": handle, "product_id": product_id}
                    for handle, product_id in named.items()
                ],
            )
