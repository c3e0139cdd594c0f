"""Offers."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_

from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import offers


class SqlOfferRepository(SqlRepository[Offer]):
    aggregate = Offer
    table = offers
    what = "offer"

    def get(self, offer_id: OfferId) -> Offer:
        """A withdrawn one too. Raises `NotFound`."""
        return self._found(offer_id, self._find(offers.c.id == offer_id))

    def live_of_variant(self, variant_id: VariantId) -> Sequence[Offer]:
        """All sellers' offers that are not withdrawn, locked."""
        return self._all_for_update(
            offers.c.variant_id == variant_id, offers.c.withdrawn_at.is_(None)
        )

    def live_of_seller(
        self, seller_id: SellerId, product_ids: Collection[ProductId], skus: Collection[str]
    ) -> Sequence[Offer]:
        """The seller's offers of these products that are not withdrawn, and whichever have one of
        these SKUs, locked."""
        return self._all_for_update(
            offers.c.seller_id == seller_id,
            offers.c.withdrawn_at.is_(None),
            or_(offers.c.product_id.in_(product_ids), offers.c.sku.in_(skus)),
        )
