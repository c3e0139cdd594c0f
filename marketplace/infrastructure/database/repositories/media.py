"""Pictures. A gallery is read and written as a whole, under the lock of its product."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from marketplace.domain.catalogue.media import Gallery, Medium, UnusedPicture
from marketplace.domain.shared.ids import MediumId, ProductId
from marketplace.infrastructure.database.tables import media, products
from marketplace.infrastructure.database.transaction import Transaction

_LOCK = (
    select(products.c.id)
    .where(products.c.id == bindparam("product_id"))
    .with_for_update(key_share=True)
)
_SHOWN = (
    select(
        media.c.id,
        media.c.folder,
        media.c.width,
        media.c.height,
        media.c.alt,
        media.c.variant_id,
        media.c.created_at,
    )
    .where(media.c.product_id == bindparam("product_id"), media.c.unused_since.is_(None))
    .order_by(media.c.position)
)
_PREPARED = insert(media).values(
    id=bindparam("medium_id"),
    product_id=bindparam("product_id"),
    folder=bindparam("folder"),
    position=0,
    width=0,
    height=0,
    created_at=bindparam("now"),
    unused_since=bindparam("now"),
)
_PREPARE = _PREPARED.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _PREPARED.excluded[name] for name in ("folder", "unused_since")},
    where=media.c.unused_since.is_not(None),
)
# What is no longer in the gallery stays as a note of its files.
_SAVE = text(
    """
    WITH covered AS (
        UPDATE products SET cover = :cover
        WHERE id = :product_id AND cover IS DISTINCT FROM :cover
    ), gone AS (
        UPDATE media SET unused_since = :now
        WHERE product_id = :product_id AND unused_since IS NULL AND id <> ALL(CAST(:ids AS uuid[]))
    )
    INSERT INTO media AS kept
        (id, product_id, variant_id, position, folder, width, height, alt, created_at)
    SELECT id, :product_id, variant_id, position, folder, width, height, alt, created_at
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:variants AS uuid[]), CAST(:folders AS text[]),
        CAST(:widths AS integer[]), CAST(:heights AS integer[]), CAST(:alts AS text[]),
        CAST(:created AS timestamptz[])
    ) WITH ORDINALITY
        AS given (id, variant_id, folder, width, height, alt, created_at, position)
    ON CONFLICT (id) DO UPDATE SET
        variant_id = excluded.variant_id, position = excluded.position,
        folder = excluded.folder, width = excluded.width, height = excluded.height,
        alt = excluded.alt, unused_since = NULL
    """
)
_UNUSED = (
    select(media.c.id, media.c.folder)
    .where(media.c.unused_since < bindparam("before"))
    .order_by(media.c.unused_since, media.c.id)
    .limit(bindparam("most"))
)
_FORGET = delete(media).where(
    media.c.id.in_(bindparam("ids", expanding=True)), media.c.unused_since.is_not(None)
)


class SqlGalleryRepository:
    """Implements `domain.catalogue.repositories.GalleryRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, product_id: ProductId) -> Gallery:
        """The pictures of a product, empty where it has none. Others that want them wait until
        this transaction ends."""
        named = {"product_id": product_id}
        self._transaction.read(_LOCK, named)
        rows = self._transaction.read(_SHOWN, named).mappings()
        gallery = Gallery(product_id=product_id, media=[Medium(**row) for row in rows])
        self._transaction.see(gallery)
        return gallery

    def save(self, gallery: Gallery) -> None:
        """What is no longer in it is unused from now on."""
        shown, cover = gallery.media, gallery.cover
        values: dict[str, Any] = {
            "product_id": gallery.product_id,
            "cover": cover.folder if cover else None,
            "now": self._transaction.now,
            "ids": [medium.id for medium in shown],
            "variants": [medium.variant_id for medium in shown],
            "folders": [medium.folder for medium in shown],
            "widths": [medium.width for medium in shown],
            "heights": [medium.height for medium in shown],
            "alts": [medium.alt for medium in shown],
            "created": [medium.created_at for medium in shown],
        }
        self._transaction.see(gallery)
        self._transaction.write(_SAVE, values)

    def prepare(self, product_id: ProductId, medium_id: MediumId, folder: str) -> None:
        """Note that files will be written to `folder`: unused until a gallery shows them."""
        self._transaction.write(
            _PREPARE,
            {
                "product_id": product_id,
                "medium_id": medium_id,
                "folder": folder,
                "now": self._transaction.now,
            },
        )

    def unused(self, before: datetime, most: int) -> Sequence[UnusedPicture]:
        """Pictures that have been unused since `before`, the longest unused first."""
        rows = self._transaction.read(_UNUSED, {"before": before, "most": most})
        return [UnusedPicture(medium_id=row.id, folder=row.folder) for row in rows]

    def forget(self, pictures: Sequence[UnusedPicture]) -> None:
        """Their files are gone."""
        ids = [picture.medium_id for picture in pictures]
        self._transaction.write(_FORGET, {"ids": ids})
