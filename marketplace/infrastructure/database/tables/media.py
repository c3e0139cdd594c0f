"""Pictures of products."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Named, Table, TypedColumns

from marketplace.domain.shared.ids import MediumId, ProductId, VariantId
from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    primary_key,
    text,
)


class MediumColumns(TypedColumns):
    """A row whose `unused_since` is set is in no gallery; it remembers files to be removed."""

    id: Named[MediumId] = primary_key()
    product_id: Named[ProductId] = id_of("products.id")
    variant_id: Named[VariantId | None] = id_of("variants.id", index=True)
    position: Named[int] = count()
    folder: Named[str] = text()
    width: Named[int] = count()
    height: Named[int] = count()
    alt: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    unused_since: Named[datetime | None] = instant()


media = Table(
    "media",
    metadata,
    MediumColumns,
    CheckConstraint("position >= 0 AND width >= 0 AND height >= 0", "numbers_range"),
    *instants("created_at", "unused_since"),
)
Index(
    "ix_media_product",
    media.c.product_id,
    media.c.position,
    postgresql_where="unused_since IS NULL",
)
Index(
    "ix_media_unused",
    media.c.unused_since,
    media.c.id,
    postgresql_where="unused_since IS NOT NULL",
)
