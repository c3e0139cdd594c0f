"""Aggregates in which no field has the value that it has by default: what is not stored cannot come
back by chance."""

from collections.abc import Iterator
from typing import Any

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.identity.user import Role
from marketplace.domain.imports.product_import import ImportStatus, ProductImport
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import CartId, ImportId, OperationId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.shipment import Shipment, ShipmentLine
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.domain.shipping.zones import Band, Basis, PostalCodes, Zone
from tests.factories import (
    LATER,
    NOW,
    a_cart,
    a_cart_item,
    a_category,
    a_family,
    a_line,
    a_payment,
    a_product,
    a_saved_address,
    a_seller,
    a_seller_order,
    a_shipment,
    a_shipment_event,
    a_shipping_method,
    a_user,
    a_variant,
    an_address,
    an_offer,
    an_order,
    eur,
    new_id,
)


def aggregates() -> Iterator[tuple[str, Any]]:
    """Each with the repository that keeps it, in an order in which they can be stored."""
    user = a_user(
        version=3,
        roles=frozenset({Role.ADMIN, Role.CUSTOMER}),
        session_version=4,
        updated_at=LATER,
    )
    yield "users", user
    yield (
        "refresh_families",
        a_family(user, version=2, previous_hash="previous", ended_at=LATER),
    )
    yield (
        "addresses",
        a_saved_address(
            user,
            version=2,
            address=an_address(line2="c/o Bea", region="NRW", phone="+49 1"),
            updated_at=LATER,
        ),
    )
    seller = a_seller(
        user,
        version=5,
        description="Tables",
        status=SellerStatus.SUSPENDED,
        reason="Too slow",
        updated_at=LATER,
    )
    yield "sellers", seller
    yield (
        "shipping_methods",
        a_shipping_method(
            seller,
            version=2,
            carrier="DHL",
            countries=("AT", "DE"),
            free_from=eur(5000),
            zones=_zones(),
            handling_days=2,
            updated_at=LATER,
        ),
    )
    parent = a_category()
    yield "categories", parent
    category = a_category(parent, version=2, attributes=_definitions(), updated_at=LATER)
    yield "categories", category
    product = a_product(
        seller,
        category,
        version=7,
        description="Solid",
        attributes={"material": "oak", "weight": 41.5, "legs": 4, "new": True},
        tags=("wood", "dining room"),
        status=ProductStatus.REJECTED,
        reason="Blurred",
        pending_changes=ProductChanges(
            name="Renamed",
            description="Solid oak",
            category_id=parent.id,
            attributes={"material": "ash", "weight": 2, "new": False},
            tags=("wood",),
        ),
        variants=[
            a_variant(
                position=2,
                options={"length": "180"},
                barcode="9780553380958",
                weight=41500,
                removed_at=LATER,
            ),
            a_variant(position=3, options={"length": "200"}, barcode="4006381333931"),
        ],
        updated_at=LATER,
    )
    yield "products", product
    offer = an_offer(
        product,
        version=2,
        compare_at_price=eur(1500),
        condition=Condition.USED,
        updated_at=LATER,
        withdrawn_at=LATER,
    )
    yield "offers", offer
    items = [
        a_cart_item(offer, quantity=3, seen=Money(990, "USD"), put_at=LATER),
        a_cart_item(added_at=LATER),
    ]
    yield "carts", a_cart(user, *items, version=4, updated_at=LATER)
    yield "stock", StockItem(offer_id=offer.id, on_hand=9, low_stock_threshold=3)
    lines = [
        a_line(offer, options={"length": "180"}, quantity=5, **_units()),
        a_line(options={"length": "200"}),
    ]
    first = a_seller_order(
        seller,
        *lines,
        **_states(),
        position=1,
        shipping_method_id=ShippingMethodId(new_id()),
        handling_days=3,
        shipping_price=eur(30),
        captured=eur(900),
        refunded=eur(100),
    )
    second = a_seller_order(seller, a_line(), **_states(), position=2)
    order = an_order(
        user,
        first,
        second,
        **_states(),
        version=6,
        cart_id=CartId(new_id()),
        shipping_address=an_address(line2="c/o Bea", region="NRW", phone="+49 1"),
        prices_include_tax=False,
        tax_total=eur(11),
        discount_total=eur(7),
        total=first.total + second.total + eur(4),
        finalised_at=LATER,
        updated_at=LATER,
    )
    yield "orders", order
    yield "payments", _refunded_payment(order)
    yield "shipments", _returned_shipment(order)
    guests = an_order(None, a_seller_order(seller, a_line()), abandoned_at=LATER)
    yield "orders", guests
    pending = a_payment(guests)
    action = RequiredAction(type="redirect", url="/sandbox/actions/sbx_2")
    pending.await_action("sbx_2", action, LATER)
    yield "payments", pending
    yield (
        "imports",
        ProductImport(
            id=ImportId(new_id()),
            version=3,
            seller_id=seller.id,
            requested_by=user.id,
            currency="JPY",
            decimals=0,
            dry_run=True,
            columns=("Handle", "Title"),
            size=1000,
            rows=20,
            superseded=(2, 5),
            status=ImportStatus.FAILED,
            reason="Whatever it is",
            offset=900,
            created=1,
            updated=2,
            unchanged=3,
            failed=4,
            attempts=5,
            lease_until=LATER,
            created_at=NOW,
            updated_at=LATER,
            finished_at=LATER,
        ),
    )


def _definitions() -> tuple[AttributeDefinition, ...]:
    return (
        AttributeDefinition(name="material", type=AttributeType.TEXT, required=True),
        AttributeDefinition(
            name="colour", type=AttributeType.CHOICE, filterable=True, choices=("red", "blue")
        ),
    )


def _zones() -> tuple[Zone, ...]:
    return (
        Zone(
            countries=("AT", "DE"),
            regions=("Tirol", "Vorarlberg"),
            postal_codes=(PostalCodes(first="6700", last="6 999"),),
            price=eur(990),
        ),
        Zone(
            basis=Basis.WEIGHT,
            bands=(
                Band(start=0, end=2**31, price=eur(1)),
                Band(start=2**53 - 1, price=eur(2**53 - 1)),
            ),
        ),
        Zone(basis=Basis.ITEM_TOTAL, bands=(Band(start=1, end=2, price=eur(0)),)),
    )


def _refunded_payment(order: Order) -> Payment:
    """Captured, refunded in part, with a refund that the provider has not answered."""
    payment = a_payment(order)
    payment.charge("sbx_1", NOW)
    part = order.seller_orders[0]
    for amount in (100, 40):
        operation_id = OperationId(new_id())
        lines = {part.lines[0].id: 1}
        payment.request_refund(operation_id, {part.id: eur(amount)}, lines, "Scratched", LATER)
        if amount == 100:
            payment.succeed(operation_id, "sbx_3", LATER)
    return payment


def _units() -> dict[str, int]:
    return {"cancelled": 1, "shipped": 3, "refunded": 2, "delivered": 1, "returned": 2}


def _returned_shipment(order: Order) -> Shipment:
    part = order.seller_orders[0]
    return a_shipment(
        order,
        part,
        version=4,
        status=ShipmentStatus.RETURNED,
        tracking_number="0034",
        tracking_url="https://example.com/0034",
        estimated_delivery_at=LATER,
        lines=[
            ShipmentLine(line_id=line.id, quantity=number)
            for number, line in enumerate(part.lines, 1)
        ],
        events=[
            a_shipment_event(location="Leipzig", external_id="evt-1"),
            a_shipment_event(status=CarrierStatus.RETURNED, occurred_at=LATER, received_at=LATER),
        ],
        updated_at=LATER,
    )


def _states() -> dict[str, Any]:
    return {
        "status": OrderStatus.CANCELLED,
        "payment_status": PaymentStatus.PAID,
        "fulfilment_status": FulfilmentStatus.DELIVERED,
    }
