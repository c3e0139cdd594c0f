"""What an order would cost: priced as one that is placed, and forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from marketplace.application.catalogue.queries import SellerRef
from marketplace.application.orders.baskets import Basket, basket_to_quote
from marketplace.application.orders.commands import QuoteOrder
from marketplace.application.orders.pricing import consignments, price_basket
from marketplace.application.orders.queries import ShippingView
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.carts.refreshing import CartChange
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingOption, fitting


@dataclass(frozen=True, kw_only=True)
class QuoteLine:
    offer_id: OfferId
    product_id: ProductId
    variant_id: VariantId
    seller_id: SellerId
    slug: str
    options: Mapping[str, str]
    sku: str
    name: str
    quantity: int
    unit_price: Money
    total: Money


@dataclass(frozen=True, kw_only=True)
class QuoteSeller:
    """The part of one seller."""

    seller: SellerRef
    subtotal: Money
    shipping: ShippingView
    total: Money


@dataclass(frozen=True, kw_only=True)
class SellerOptions:
    """The methods by which a seller can ship its part, the cheapest first."""

    seller_id: SellerId
    options: Sequence[ShippingOption]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Without lines there is no currency, and no amounts."""

    lines: Sequence[QuoteLine] = ()
    sellers: Sequence[QuoteSeller] = ()
    shipping_options: Sequence[SellerOptions] = ()
    prices_include_tax: bool = True
    subtotal: Money | None = None
    shipping_total: Money | None = None
    tax_total: Money | None = None
    discount_total: Money | None = None
    total: Money | None = None
    changes: Sequence[CartChange]
    payment_methods: Sequence[str]


def quote_order(
    uow: UnitOfWork, command: QuoteOrder, *, payment_methods: Collection[str], new_id: IdFactory
) -> Quote:
    """What there is to buy of what is wanted, and for how much. Nothing is written, nor reserved.

    Raises:
        RuleViolated: an unknown offer, product, address or shipping method.
        Conflict: `mixed_currencies`, `no_shipping_method`.
    """
    with uow:
        basket = basket_to_quote(uow, command)
        if not basket.units:
            return Quote(changes=basket.changes, payment_methods=sorted(payment_methods))
        order = price_basket(uow, command, basket, new_id)
    consigned = consignments(basket, order.currency)
    return Quote(
        lines=[_line(part, line) for part in order.seller_orders for line in part.lines],
        sellers=[_seller(part, basket) for part in order.seller_orders],
        shipping_options=[
            SellerOptions(
                seller_id=seller_id,
                options=fitting(basket.sellers[seller_id].methods, each, order.shipping_address),
            )
            for seller_id, each in consigned.items()
        ],
        prices_include_tax=order.prices_include_tax,
        subtotal=order.subtotal,
        shipping_total=order.shipping_total,
        tax_total=order.tax_total,
        discount_total=order.discount_total,
        total=order.total,
        changes=basket.changes,
        payment_methods=sorted(payment_methods),
    )


def _line(part: SellerOrder, line: OrderLine) -> QuoteLine:
    return QuoteLine(
        offer_id=line.offer_id,
        product_id=line.product_id,
        variant_id=line.variant_id,
        seller_id=part.seller_id,
        slug=line.slug,
        options=line.options,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total=line.total,
    )


def _seller(part: SellerOrder, basket: Basket) -> QuoteSeller:
    seller = basket.sellers[part.seller_id]
    return QuoteSeller(
        seller=SellerRef(id=part.seller_id, name=seller.name, slug=seller.slug),
        subtotal=part.subtotal,
        shipping=ShippingView(
            method_id=part.shipping_method_id,
            name=part.shipping_name,
            price=part.shipping_price,
            handling_days=part.handling_days,
        ),
        total=part.total,
    )
