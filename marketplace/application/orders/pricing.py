"""What an order would hold and cost, as things stand in an open unit of work."""

from collections.abc import Sequence

from marketplace.application.orders.commands import OrderItem, PlaceOrder
from marketplace.application.ports import IdFactory
from marketplace.application.price_list import PricedOffer
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.order import Customer, Order
from marketplace.domain.orders.parts import Purchase, ShippingChoice
from marketplace.domain.shared.ids import OfferId, OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money

FREE_SHIPPING = "Free shipping"


def price_order(uow: UnitOfWork, command: PlaceOrder, new_id: IdFactory) -> Order:
    """Make the order of `command`, with each offer on one line. Nothing is written.

    Raises:
        RuleViolated: an unknown offer or product; a total beyond what money can be.
        Conflict: `offer_unavailable`, `mixed_currencies`.
    """
    purchases = _purchases(uow, command.items, new_id)
    sellers = {purchase.seller_id: purchase.unit_price.currency for purchase in purchases}
    try:
        return Order.place(
            id=command.order_id,
            customer=Customer(
                user_id=command.actor.user_id, name=command.actor.name, email=command.actor.email
            ),
            shipping_address=command.shipping_address,
            purchases=purchases,
            shipping={
                seller_id: ShippingChoice(name=FREE_SHIPPING, price=Money.zero(currency))
                for seller_id, currency in sellers.items()
            },
            seller_order_ids={seller_id: SellerOrderId(new_id()) for seller_id in sellers},
            now=uow.now,
        )
    except RuleViolated as error:
        # Prices are in range each by each; what they come to need not be.
        raise RuleViolated(error.code, error.detail, field="/items") from None


def _purchases(uow: UnitOfWork, items: Sequence[OrderItem], new_id: IdFactory) -> list[Purchase]:
    prices = uow.price_list.look_up(
        {item.offer_id for item in items if item.offer_id},
        {item.product_id for item in items if item.product_id},
    )
    offers: dict[OfferId, PricedOffer] = {}
    quantities: dict[OfferId, int] = {}
    for index, item in enumerate(items):
        if item.offer_id is not None:
            field, offer = f"/items/{index}/offerId", prices.by_offer.get(item.offer_id)
        elif item.product_id is not None:
            field, offer = f"/items/{index}/productId", prices.by_product.get(item.product_id)
        else:
            raise RuleViolated(
                "item_required", "Name an offerId or a productId.", field=f"/items/{index}"
            )
        if offer is None:
            raise RuleViolated("unknown_id", "Nothing is sold under this id.", field=field)
        if not offer.purchasable:
            raise Conflict("offer_unavailable", "This is not sold at present.", field=field)
        offers[offer.offer_id] = offer
        quantities[offer.offer_id] = quantities.get(offer.offer_id, 0) + item.quantity
    return [
        Purchase(
            line_id=OrderLineId(new_id()),
            offer_id=offer_id,
            product_id=offer.product_id,
            variant_id=offer.variant_id,
            seller_id=offer.seller_id,
            sku=offer.sku,
            name=offer.name,
            slug=offer.slug,
            options=offer.options,
            unit_price=offer.price,
            quantity=quantities[offer_id],
        )
        for offer_id, offer in offers.items()
    ]
