"""Aggregates for tests, valid as they come. Keyword arguments replace single fields.

What is built here has no events and, unless told otherwise, names rows that need not exist: a
foreign key is a matter of the test.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat

from marketplace.application.actor import Actor
from marketplace.domain.carts.cart import Cart, CartItem
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import Role, User
from marketplace.domain.orders.order import Customer, Order
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.payments.payment import Payment
from marketplace.domain.sellers.seller import MemberRole, Seller, SellerMember, SellerStatus
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    AddressId,
    CartId,
    CategoryId,
    OfferId,
    OrderId,
    OrderLineId,
    PaymentId,
    ProductId,
    RefreshFamilyId,
    SellerId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
    ShippingMethodId,
    UserId,
    VariantId,
)
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.shipment import Shipment, ShipmentEvent, ShipmentLine
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.domain.shipping.zones import Consignment

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()


def word() -> str:
    """A slug that nothing else has."""
    return f"w{new_id().hex}"


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


def an_address(**fields: Any) -> Address:
    values: dict[str, Any] = {
        "name": "Ann Archer",
        "line1": "1 Long Street",
        "city": "Bonn",
        "postal_code": "53111",
        "country": "DE",
    }
    return Address(**values | fields)


def a_user(**fields: Any) -> User:
    values: dict[str, Any] = {
        "id": UserId(new_id()),
        "version": 1,
        "email": f"{word()}@example.com",
        "name": "Ann Archer",
        "password_hash": "hash",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return User(**values | fields)


def a_family(user: User, **fields: Any) -> RefreshFamily:
    values: dict[str, Any] = {
        "id": RefreshFamilyId(new_id()),
        "user_id": user.id,
        "current_hash": "current",
        "rotated_at": NOW,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    return RefreshFamily(**values | fields)


def a_saved_address(user: User, **fields: Any) -> SavedAddress:
    values: dict[str, Any] = {
        "id": AddressId(new_id()),
        "version": 1,
        "user_id": user.id,
        "address": an_address(),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return SavedAddress(**values | fields)


def an_actor(user: User, sellers: dict[SellerId, MemberRole] | None = None) -> Actor:
    return Actor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        roles=user.roles,
        sellers=sellers or {},
        family_id=RefreshFamilyId(new_id()),
    )


def an_admin(**fields: Any) -> User:
    return a_user(**{"roles": frozenset({Role.CUSTOMER, Role.ADMIN})} | fields)


def a_seller(*owners: User, **fields: Any) -> Seller:
    slug = word()
    values: dict[str, Any] = {
        "id": SellerId(new_id()),
        "version": 1,
        "name": f"Seller {slug}",
        "slug": slug,
        "status": SellerStatus.APPROVED,
        "members": [
            SellerMember(user_id=owner.id, role=MemberRole.OWNER, created_at=NOW)
            for owner in owners
        ],
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Seller(**values | fields)


def a_category(parent: Category | None = None, **fields: Any) -> Category:
    slug = fields.pop("slug", None) or word()
    values: dict[str, Any] = {
        "id": CategoryId(new_id()),
        "version": 1,
        "parent_id": parent.id if parent else None,
        "name": f"Category {slug}",
        "slug": slug,
        "path": f"{parent.path}/{slug}" if parent else slug,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Category(**values | fields)


def a_variant(**fields: Any) -> Variant:
    values: dict[str, Any] = {"id": VariantId(new_id()), "position": 1}
    return Variant(**values | fields)


def a_product(seller: Seller, category: Category, **fields: Any) -> Product:
    slug = word()
    values: dict[str, Any] = {
        "id": ProductId(new_id()),
        "version": 1,
        "seller_id": seller.id,
        "category_id": category.id,
        "name": f"Product {slug}",
        "slug": slug,
        "status": ProductStatus.PUBLISHED,
        "variants": [a_variant()],
        "created_at": NOW,
        "updated_at": NOW,
        "published_at": NOW,
    }
    return Product(**values | fields)


def an_offer(product: Product, **fields: Any) -> Offer:
    """Of the first variant, by the product's own seller."""
    values: dict[str, Any] = {
        "id": OfferId(new_id()),
        "version": 1,
        "product_id": product.id,
        "variant_id": product.variants[0].id,
        "seller_id": product.seller_id,
        "sku": word(),
        "price": eur(1000),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Offer(**values | fields)


def a_shipping_method(seller: Seller, **fields: Any) -> ShippingMethod:
    values: dict[str, Any] = {
        "id": ShippingMethodId(new_id()),
        "version": 1,
        "seller_id": seller.id,
        "name": "Parcel",
        "price": eur(490),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ShippingMethod(**values | fields)


def a_consignment(**fields: Any) -> Consignment:
    values: dict[str, Any] = {"total": eur(1000), "count": 1, "weight": 0}
    return Consignment(**values | fields)


def a_shipment(order: Order, part: SellerOrder, **fields: Any) -> Shipment:
    """Of all that the first line of `part` was ordered of."""
    line = part.lines[0]
    values: dict[str, Any] = {
        "id": ShipmentId(new_id()),
        "version": 1,
        "order_id": order.id,
        "seller_order_id": part.id,
        "seller_id": part.seller_id,
        "carrier": "DHL",
        "tracking_number": word(),
        "tracking_url": None,
        "estimated_delivery_at": None,
        "lines": [ShipmentLine(line_id=line.id, quantity=line.quantity)],
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Shipment(**values | fields)


def a_shipment_event(**fields: Any) -> ShipmentEvent:
    values: dict[str, Any] = {
        "id": ShipmentEventId(new_id()),
        "status": CarrierStatus.IN_TRANSIT,
        "occurred_at": NOW,
        "location": None,
        "external_id": None,
        "received_at": NOW,
    }
    return ShipmentEvent(**values | fields)


def a_cart_item(offer: Offer | None = None, **fields: Any) -> CartItem:
    values: dict[str, Any] = {
        "offer_id": offer.id if offer else OfferId(new_id()),
        "quantity": 1,
        "seen": offer.price if offer else eur(1000),
        "added_at": NOW,
        "put_at": NOW,
    }
    return CartItem(**values | fields)


def a_cart(user: User, *items: CartItem, **fields: Any) -> Cart:
    values: dict[str, Any] = {
        "id": CartId(new_id()),
        "version": 1,
        "user_id": user.id,
        "items": list(items),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Cart(**values | fields)


def a_line(offer: Offer | None = None, **fields: Any) -> OrderLine:
    quantity, price = fields.get("quantity", 1), fields.get("unit_price", eur(1000))
    values: dict[str, Any] = {
        "id": OrderLineId(new_id()),
        "offer_id": offer.id if offer else OfferId(new_id()),
        "product_id": offer.product_id if offer else ProductId(new_id()),
        "variant_id": offer.variant_id if offer else VariantId(new_id()),
        "sku": offer.sku if offer else word(),
        "name": "Oak table",
        "slug": "oak-table",
        "options": {},
        "quantity": quantity,
        "unit_price": price,
        "total": price * quantity,
    }
    return OrderLine(**values | fields)


def a_seller_order(seller: Seller, *lines: OrderLine, **fields: Any) -> SellerOrder:
    shipping = fields.get("shipping_price", eur(0))
    subtotal = Money.sum((line.total for line in lines), "EUR")
    values: dict[str, Any] = {
        "id": SellerOrderId(new_id()),
        "seller_id": seller.id,
        "position": 1,
        "shipping_name": "Free shipping",
        "shipping_price": shipping,
        "subtotal": subtotal,
        "total": subtotal + shipping,
        "captured": eur(0),
        "refunded": eur(0),
        "lines": list(lines),
    }
    return SellerOrder(**values | fields)


def an_order(customer: User | None, *parts: SellerOrder, **fields: Any) -> Order:
    """Reserved, not finalised; a guest's without `customer`."""
    subtotal = Money.sum((part.subtotal for part in parts), "EUR")
    shipping = Money.sum((part.shipping_price for part in parts), "EUR")
    values: dict[str, Any] = {
        "id": OrderId(new_id()),
        "customer": Customer(
            user_id=customer.id if customer else None,
            name=customer.name if customer else "Guest",
            email=customer.email if customer else "guest@example.com",
        ),
        "currency": "EUR",
        "shipping_address": an_address(),
        "subtotal": subtotal,
        "shipping_total": shipping,
        "tax_total": eur(0),
        "discount_total": eur(0),
        "total": subtotal + shipping,
        "seller_orders": list(parts),
        "placed_at": NOW,
        "updated_at": NOW,
    }
    return Order(**values | fields)


def a_payment(order: Order, **fields: Any) -> Payment:
    """Intended: the provider has not answered yet."""
    values: dict[str, Any] = {
        "id": PaymentId(new_id()),
        "order_id": order.id,
        "provider": "sandbox",
        "shares": order.shares,
        "amount": order.total,
        "now": NOW,
    }
    return Payment.intend(**values | fields)
