"""Rows of orders as views."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from marketplace.application.catalogue.queries import SellerRef
from marketplace.application.orders.queries import (
    CustomerView,
    OrderLineView,
    OrderView,
    PaymentView,
    SellerOrderPaymentView,
    SellerOrderView,
    ShippingView,
)
from marketplace.domain.payments.payment import PaymentState
from marketplace.domain.shared.ids import PaymentId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow


def order_view(rows: Sequence[AnyRow]) -> OrderView:
    """An order of its lines' rows, in the order of seller orders and lines."""
    row = rows[0]
    parts = [list(group) for _, group in groupby(rows, key=lambda each: each.part_id)]
    totals = [part[0].part_total for part in parts]
    return OrderView(
        id=row.id,
        number=row.number,
        status=row.status,
        payment_status=row.payment_status,
        fulfilment_status=row.fulfilment_status,
        prices_include_tax=row.prices_include_tax,
        subtotal=Money(row.subtotal, row.currency),
        shipping_total=Money(row.shipping_total, row.currency),
        tax_total=Money(row.tax_total, row.currency),
        discount_total=Money(row.discount_total, row.currency),
        total=Money(row.total, row.currency),
        email=row.customer_email,
        shipping_address=row.shipping_address,
        placed_at=row.placed_at,
        payments=[_payment(document, row.currency) for document in row.payments],
        seller_orders=[_part(part, totals) for part in parts],
    )


def seller_order_view(rows: Sequence[AnyRow]) -> SellerOrderView:
    """A seller order of its lines' rows; they hold the totals of all parts of its order too."""
    return _part(rows, rows[0].part_totals)


def _part(rows: Sequence[AnyRow], totals: Sequence[int]) -> SellerOrderView:
    row = rows[0]
    return SellerOrderView(
        id=row.part_id,
        number=f"{row.number}-{row.part_position}",
        order_id=row.id,
        seller=SellerRef(id=row.part_seller_id, name=row.seller_name, slug=row.seller_slug),
        status=row.part_status,
        payment_status=row.part_payment_status,
        fulfilment_status=row.part_fulfilment_status,
        placed_at=row.placed_at,
        customer=CustomerView(name=row.customer_name, email=row.customer_email),
        shipping_address=row.shipping_address,
        lines=[_line(each) for each in rows],
        shipping=ShippingView(
            method_id=None,
            name=row.part_shipping_name,
            price=Money(row.part_shipping_price, row.currency),
        ),
        payment=_share(row, totals),
        total=Money(row.part_total, row.currency),
    )


def _share(row: AnyRow, totals: Sequence[int]) -> SellerOrderPaymentView:
    """What of the order's payment falls on one part: the shares of all parts add up to it."""
    payment, index = row.payments[0], row.part_position - 1

    def share(amount: int) -> Money:
        whole = Money(amount, row.currency)
        return whole.allocate(totals)[index] if amount else whole

    return SellerOrderPaymentView(
        id=PaymentId(UUID(payment["id"])),
        captured=share(payment["captured"]),
        refunded=share(payment["refunded"]),
    )


def _payment(document: dict[str, Any], currency: str) -> PaymentView:
    return PaymentView(
        id=PaymentId(UUID(document["id"])),
        provider=document["provider"],
        status=PaymentState(document["status"]),
        amount=Money(document["amount"], currency),
        captured_amount=Money(document["captured"], currency),
        refunded_amount=Money(document["refunded"], currency),
    )


def _line(row: AnyRow) -> OrderLineView:
    return OrderLineView(
        id=row.line_id,
        offer_id=row.line_offer_id,
        product_id=row.line_product_id,
        variant_id=row.line_variant_id,
        slug=row.line_slug,
        image=None,
        options=row.line_options,
        sku=row.line_sku,
        name=row.line_name,
        quantity=row.line_quantity,
        cancelled=row.line_cancelled,
        shipped=row.line_shipped,
        refunded=row.line_refunded,
        unit_price=Money(row.line_unit_price, row.currency),
        total=Money(row.line_total, row.currency),
    )
