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
    SellerOrderPaymentView,
    SellerOrderView,
    ShippingView,
)
from marketplace.application.payments.queries import NextActionView, PaymentView
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import PaymentId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow
from marketplace.infrastructure.database.queries.shipment_views import shipment_view


def order_view(rows: Sequence[AnyRow]) -> OrderView:
    """An order of its lines' rows, in the order of seller orders and lines."""
    row = rows[0]
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
        seller_orders=[
            seller_order_view(list(part))
            for _, part in groupby(rows, key=lambda each: each.part_id)
        ],
    )


def seller_order_view(rows: Sequence[AnyRow]) -> SellerOrderView:
    """A seller order of its lines' rows."""
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
            method_id=row.part_shipping_method_id,
            name=row.part_shipping_name,
            price=Money(row.part_shipping_price, row.currency),
            handling_days=row.part_handling_days,
        ),
        payment=SellerOrderPaymentView(
            id=PaymentId(UUID(row.payments[0]["id"])),
            captured=Money(row.part_captured_amount, row.currency),
            refunded=Money(row.part_refunded_amount, row.currency),
        ),
        shipments=[shipment_view(document) for document in row.shipments or ()],
        total=Money(row.part_total, row.currency),
    )


def _payment(document: dict[str, Any], currency: str) -> PaymentView:
    return PaymentView(
        id=PaymentId(UUID(document["id"])),
        provider=document["provider"],
        status=PaymentState(document["status"]),
        amount=Money(document["amount"], currency),
        captured_amount=Money(document["captured"], currency),
        refunded_amount=Money(document["refunded"], currency),
        next_action=NextActionView(**document["action"]) if document["action"] else None,
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
        delivered=row.line_delivered,
        returned=row.line_returned,
        unit_price=Money(row.line_unit_price, row.currency),
        total=Money(row.line_total, row.currency),
    )
