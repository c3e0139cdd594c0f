"""The price list of `tests.fakes`."""

from collections.abc import Collection, Sequence

from marketplace.application.price_list import PricedOffer, PricedSeller, PriceList
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId
from tests.fake_state import State


class FakePriceLists:
    """Implements `application.price_list.PriceLists`."""

    def __init__(self, state: State) -> None:
        self._state = state

    def look_up(
        self, offer_ids: Collection[OfferId], product_ids: Collection[ProductId]
    ) -> PriceList:
        kept = self._state.offers
        by_offer = {each: self._priced(kept[each]) for each in offer_ids if each in kept}
        by_product = {}
        for product_id in product_ids:
            offered = [each for each in kept.values() if each.product_id == product_id]
            if offered:
                by_product[product_id] = self._priced(self._cheapest(product_id, offered))
        found = [*by_offer.values(), *by_product.values()]
        return PriceList(
            by_offer=by_offer,
            by_product=by_product,
            sellers={each.seller_id: self._seller(each.seller_id) for each in found},
        )

    def _cheapest(self, product_id: ProductId, offered: Sequence[Offer]) -> Offer:
        owner = self._state.products[product_id].seller_id
        oldest = min(
            offered,
            key=lambda each: (not self._purchasable(each), each.seller_id != owner, each.id),
        )
        return min(
            offered,
            key=lambda each: (
                not self._purchasable(each),
                not self._available(each),
                each.price.currency != oldest.price.currency,
                each.price.currency,
                each.price.amount,
                each.id,
            ),
        )

    def _available(self, offer: Offer) -> int:
        stock = self._state.stock.get(offer.id)
        return stock.available if stock else 0

    def _purchasable(self, offer: Offer) -> bool:
        product = self._state.products[offer.product_id]
        seller = self._state.sellers[offer.seller_id]
        return (
            product.status is ProductStatus.PUBLISHED
            and seller.status is SellerStatus.APPROVED
            and offer.withdrawn_at is None
        )

    def _priced(self, offer: Offer) -> PricedOffer:
        product = self._state.products[offer.product_id]
        variant = next(each for each in product.variants if each.id == offer.variant_id)
        return PricedOffer(
            offer_id=offer.id,
            product_id=product.id,
            variant_id=variant.id,
            seller_id=offer.seller_id,
            sku=offer.sku,
            name=product.name,
            slug=product.slug,
            options=dict(variant.options),
            price=offer.price,
            weight=variant.weight or 0,
            purchasable=self._purchasable(offer),
            available=self._available(offer),
        )

    def _seller(self, seller_id: SellerId) -> PricedSeller:
        seller = self._state.sellers[seller_id]
        methods = self._state.shipping_methods.values()
        return PricedSeller(
            name=seller.name,
            slug=seller.slug,
            methods=sorted(
                (each for each in methods if each.seller_id == seller_id), key=lambda each: each.id
            ),
        )
