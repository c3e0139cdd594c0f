"""What an order would hold and cost. A quote and an order are priced alike: here."""

from collections.abc import Mapping

from marketplace.application.actor import Actor, Guest
from marketplace.application.orders.baskets import Basket
from marketplace.application.orders.commands import PlaceOrder, QuoteOrder
from marketplace.application.ports import IdFactory
from marketplace.application.price_list import PricedOffer, PricedSeller
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict, NotFound, RuleViolated
from marketplace.domain.orders.order import Customer, Order, single_currency
from marketplace.domain.orders.parts import Purchase, ShippingChoice
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    OrderId,
    OrderLineId,
    SellerId,
    SellerOrderId,
    ShippingMethodId,
)
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import fitting
from marketplace.domain.shipping.zones import Consignment

FREE_SHIPPING = "Free shipping"


def price_basket(
    uow: UnitOfWork, command: PlaceOrder | QuoteOrder, basket: Basket, new_id: IdFactory
) -> Order:
    """Make the order of what is in `basket`, which is something. Nothing is written.

    Raises:
        RuleViolated: `unknown_id`, an address, a seller or a shipping method; a total beyond what
            money can be.
        Conflict: `mixed_currencies`, `no_shipping_method`.
    """
    address = _address(uow, command)
    _check_sellers(command.shipping, basket.sellers)
    purchases = [_purchase(OrderLineId(new_id()), *each) for each in basket.units]
    try:
        shipping = {
            seller_id: _choose(
                seller_id, basket.sellers[seller_id], each, address, command.shipping.get(seller_id)
            )
            for seller_id, each in consignments(basket, single_currency(purchases)).items()
        }
        return Order.place(
            id=command.order_id if isinstance(command, PlaceOrder) else OrderId(new_id()),
            customer=_customer(command.actor, address),
            shipping_address=address,
            purchases=purchases,
            shipping=shipping,
            seller_order_ids={seller_id: SellerOrderId(new_id()) for seller_id in shipping},
            cart_id=basket.cart_id,
            now=max(uow.now, basket.filled_at or uow.now),
        )
    except RuleViolated as error:
        if error.code != "amount_out_of_range":
            raise
        # Prices are in range each by each; what they come to need not be.
        where = {} if command.items is None else {"field": "/items"}
        raise RuleViolated(error.code, error.detail, **where) from None


def _address(uow: UnitOfWork, command: PlaceOrder | QuoteOrder) -> Address:
    if isinstance(command.shipping_address, Address):
        return command.shipping_address
    try:
        if isinstance(command.actor, Actor):
            return uow.addresses.get(command.shipping_address, command.actor.user_id).address
    except NotFound:
        pass
    raise RuleViolated("unknown_id", "You keep no such address.", field="/addressId")


def _customer(actor: Actor | Guest | None, address: Address) -> Customer:
    if isinstance(actor, Actor):
        return Customer(user_id=actor.user_id, name=actor.name, email=actor.email)
    return Customer(user_id=None, name=address.name, email=actor.email if actor else "")


def _purchase(line_id: OrderLineId, offer: PricedOffer, quantity: int) -> Purchase:
    return Purchase(
        line_id=line_id,
        offer_id=offer.offer_id,
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        seller_id=offer.seller_id,
        sku=offer.sku,
        name=offer.name,
        slug=offer.slug,
        options=offer.options,
        unit_price=offer.price,
        quantity=quantity,
    )


def _check_sellers(
    wanted: Mapping[SellerId, ShippingMethodId], sellers: Mapping[SellerId, PricedSeller]
) -> None:
    for seller_id in wanted:
        if seller_id not in sellers:
            raise RuleViolated(
                "unknown_id", "This seller sells nothing of it.", field=f"/shipping/{seller_id}"
            )


def consignments(basket: Basket, currency: str) -> dict[SellerId, Consignment]:
    """What each seller ships, in the order of first mention. All prices are in `currency`."""
    found: dict[SellerId, Consignment] = {}
    nothing = Consignment(total=Money.zero(currency), count=0, weight=0)
    for offer, quantity in basket.units:
        before = found.get(offer.seller_id, nothing)
        found[offer.seller_id] = Consignment(
            total=before.total + offer.price * quantity,
            count=before.count + quantity,
            weight=before.weight + offer.weight * quantity,
        )
    return found


def _choose(
    seller_id: SellerId,
    seller: PricedSeller,
    consignment: Consignment,
    address: Address,
    wanted: ShippingMethodId | None,
) -> ShippingChoice:
    """The method that is wanted, else the cheapest that fits; whoever has none ships free."""
    where = {} if wanted is None else {"field": f"/shipping/{seller_id}"}
    if wanted is not None and all(method.id != wanted for method in seller.methods):
        raise RuleViolated("unknown_id", "The seller has no such shipping method.", **where)
    if not seller.methods:
        return ShippingChoice(name=FREE_SHIPPING, price=Money.zero(consignment.total.currency))
    for option in fitting(seller.methods, consignment, address):
        if wanted in (None, option.method_id):
            return ShippingChoice(
                method_id=option.method_id,
                name=option.name,
                price=option.price,
                handling_days=option.handling_days,
            )
    raise Conflict(
        "no_shipping_method",
        f"{seller.name} does not ship it there" + (" so." if wanted else "."),
        seller=str(seller_id),
        **where,
    )
