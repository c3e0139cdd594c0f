"""Orders to rows, and back."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Row

from marketplace.domain.orders.order import Customer, Order
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.shared.money import Money

# Column -> SQL type, for the arrays that seller orders and lines travel in.
PARTS = {
    "id": "uuid",
    "seller_id": "uuid",
    "position": "integer",
    "status": "text",
    "payment_status": "text",
    "fulfilment_status": "text",
    "shipping_name": "text",
    "shipping_price": "bigint",
    "subtotal": "bigint",
    "total": "bigint",
    "shipping_method_id": "uuid",
    "captured_amount": "bigint",
    "refunded_amount": "bigint",
    "handling_days": "integer",
}
LINES = {
    "id": "uuid",
    "seller_order_id": "uuid",
    "position": "integer",
    "offer_id": "uuid",
    "product_id": "uuid",
    "variant_id": "uuid",
    "sku": "text",
    "name": "text",
    "slug": "text",
    "options": "jsonb",
    "quantity": "integer",
    "unit_price": "bigint",
    "total": "bigint",
    "cancelled": "integer",
    "shipped": "integer",
    "refunded": "integer",
    "delivered": "integer",
    "returned": "integer",
}
ENTRIES = {
    "kind": "text",
    "by": "text",
    "seller_order_id": "uuid",
    "amount": "bigint",
    "reason": "text",
    "lines": "jsonb",
    "occurred_at": "timestamptz",
}
# What may change of a part and of a line.
CHANGING_PARTS = {
    name: PARTS[name]
    for name in (
        "id",
        "status",
        "payment_status",
        "fulfilment_status",
        "captured_amount",
        "refunded_amount",
    )
}
CHANGING_LINES = {
    name: LINES[name]
    for name in ("id", "cancelled", "shipped", "refunded", "delivered", "returned")
}


def new_rows(order: Order) -> dict[str, Any]:
    """The parameters of the statement that inserts `order`."""
    lines = [
        (part, position, line)
        for part in order.seller_orders
        for position, line in enumerate(part.lines, start=1)
    ]
    return {
        "year": str(order.placed_at.year),
        **_order_values(order),
        **_arrays("part", PARTS, [_part_values(part) for part in order.seller_orders]),
        **_arrays("line", LINES, [_line_values(*each) for each in lines]),
    }


def changed_rows(order: Order) -> dict[str, Any]:
    """The parameters of the statements that store what became of `order`. Takes its timeline."""
    lines = [
        _line_values(part, position, line)
        for part in order.seller_orders
        for position, line in enumerate(part.lines, start=1)
    ]
    entries = [_entry_values(entry) for entry in order.drain_entries()]
    return {
        **_order_values(order),
        **_arrays("part", CHANGING_PARTS, [_part_values(part) for part in order.seller_orders]),
        **_arrays("line", CHANGING_LINES, lines),
        **_arrays("entry", ENTRIES, entries),
    }


def _entry_values(entry: OrderEntry) -> dict[str, Any]:
    return {
        "kind": str(entry.kind),
        "by": str(entry.by),
        "seller_order_id": entry.seller_order_id,
        "amount": entry.amount.amount if entry.amount else None,
        "reason": entry.reason,
        "lines": orjson.dumps({str(line): units for line, units in entry.lines.items()}).decode(),
        "occurred_at": entry.occurred_at,
    }


def _arrays(prefix: str, columns: Mapping[str, str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{prefix}_{name}": [row[name] for row in rows] for name in columns}


def _order_values(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "version": order.version,
        "customer_id": order.customer.user_id,
        "customer_name": order.customer.name,
        "customer_email": order.customer.email,
        "currency": order.currency,
        "shipping_address": orjson.dumps(order.shipping_address).decode(),
        "status": str(order.status),
        "payment_status": str(order.payment_status),
        "fulfilment_status": str(order.fulfilment_status),
        "prices_include_tax": order.prices_include_tax,
        "subtotal": order.subtotal.amount,
        "shipping_total": order.shipping_total.amount,
        "tax_total": order.tax_total.amount,
        "discount_total": order.discount_total.amount,
        "total": order.total.amount,
        "placed_at": order.placed_at,
        "finalised_at": order.finalised_at,
        "abandoned_at": order.abandoned_at,
        "updated_at": order.updated_at,
        "cart_id": order.cart_id,
    }


def _part_values(part: SellerOrder) -> dict[str, Any]:
    return {
        "id": part.id,
        "seller_id": part.seller_id,
        "position": part.position,
        "status": str(part.status),
        "payment_status": str(part.payment_status),
        "fulfilment_status": str(part.fulfilment_status),
        "shipping_name": part.shipping_name,
        "shipping_price": part.shipping_price.amount,
        "subtotal": part.subtotal.amount,
        "total": part.total.amount,
        "shipping_method_id": part.shipping_method_id,
        "captured_amount": part.captured.amount,
        "refunded_amount": part.refunded.amount,
        "handling_days": part.handling_days,
    }


def _line_values(part: SellerOrder, position: int, line: OrderLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "seller_order_id": part.id,
        "position": position,
        "offer_id": line.offer_id,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "slug": line.slug,
        "options": orjson.dumps(dict(line.options)).decode(),
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "total": line.total.amount,
        "cancelled": line.cancelled,
        "shipped": line.shipped,
        "refunded": line.refunded,
        "delivered": line.delivered,
        "returned": line.returned,
    }


def order_of(row: Row[Any], parts: Sequence[Row[Any]]) -> Order:
    """`parts` are seller orders joined with their lines (prefix `line_`), in order."""

    def money(amount: int) -> Money:
        return Money(amount, row.currency)

    return Order(
        id=row.id,
        version=row.version,
        number=row.number,
        customer=Customer(
            user_id=row.customer_id, name=row.customer_name, email=row.customer_email
        ),
        currency=row.currency,
        shipping_address=row.shipping_address,
        status=row.status,
        payment_status=row.payment_status,
        fulfilment_status=row.fulfilment_status,
        prices_include_tax=row.prices_include_tax,
        subtotal=money(row.subtotal),
        shipping_total=money(row.shipping_total),
        tax_total=money(row.tax_total),
        discount_total=money(row.discount_total),
        total=money(row.total),
        seller_orders=[
            _seller_order(list(lines), row.currency)
            for _, lines in groupby(parts, key=lambda part: part.id)
        ],
        placed_at=row.placed_at,
        finalised_at=row.finalised_at,
        abandoned_at=row.abandoned_at,
        updated_at=row.updated_at,
        cart_id=row.cart_id,
    )


def _seller_order(rows: Sequence[Row[Any]], currency: str) -> SellerOrder:
    row = rows[0]
    return SellerOrder(
        id=row.id,
        seller_id=row.seller_id,
        position=row.position,
        status=row.status,
        payment_status=row.payment_status,
        fulfilment_status=row.fulfilment_status,
        shipping_name=row.shipping_name,
        shipping_price=Money(row.shipping_price, currency),
        subtotal=Money(row.subtotal, currency),
        total=Money(row.total, currency),
        shipping_method_id=row.shipping_method_id,
        captured=Money(row.captured_amount, currency),
        refunded=Money(row.refunded_amount, currency),
        handling_days=row.handling_days,
        lines=[_line(each, currency) for each in rows],
    )


def _line(row: Row[Any], currency: str) -> OrderLine:
    return OrderLine(
        id=row.line_id,
        offer_id=row.line_offer_id,
        product_id=row.line_product_id,
        variant_id=row.line_variant_id,
        sku=row.line_sku,
        name=row.line_name,
        slug=row.line_slug,
        options=row.line_options,
        quantity=row.line_quantity,
        unit_price=Money(row.line_unit_price, currency),
        total=Money(row.line_total, currency),
        cancelled=row.line_cancelled,
        shipped=row.line_shipped,
        refunded=row.line_refunded,
        delivered=row.line_delivered,
        returned=row.line_returned,
    )
