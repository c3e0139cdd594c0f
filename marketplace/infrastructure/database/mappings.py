"""Which aggregate lies in which table. The classes stay what they are: plain dataclasses.

Orders, payments and stock are not here: their repositories write by single statements and build
aggregates from rows, so nothing of SQLAlchemy's mapping sits on the path of a purchase.
"""

from collections.abc import Collection
from threading import Lock
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import Composite, composite, registry, relationship

from marketplace.domain.carts.cart import Cart, CartItem
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.imports.product_import import ProductImport
from marketplace.domain.sellers.seller import Seller, SellerMember
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.shipment import Shipment, ShipmentEvent, ShipmentLine
from marketplace.infrastructure.database import tables as t

_registry = registry(metadata=t.metadata)
_configuring = Lock()
_configured = False

INSERT_ORDER = (
    User,
    RefreshFamily,
    SavedAddress,
    Seller,
    Category,
    Product,
    Offer,
    ShippingMethod,
    Cart,
    ProductImport,
    Shipment,
)
"""Aggregates refer to each other by id alone, so the mapper cannot know which row comes first."""


def configure() -> None:
    """Map the classes, once: further calls change nothing, and return only when all is mapped.

    Engines are made by way of this, so that it is done before the first request and any fork.
    """
    global _configured
    with _configuring:
        if not _configured:
            _map_all()
            _configured = True


def _map_all() -> None:
    _aggregate(User, t.users)
    _aggregate(RefreshFamily, t.refresh_families)
    _aggregate(SavedAddress, t.addresses)
    _map_sellers()
    _aggregate(Category, t.categories)
    _map_products()
    _map_offers()
    _map_shipping_methods()
    _map_carts()
    _map_shipments()
    _aggregate(ProductImport, t.imports)
    _registry.configure()


def _aggregate(
    root: type, table: Table[Any], *, beside: Collection[str] = (), **properties: Any
) -> None:
    """`beside` are columns that are no fields of the aggregate."""
    # The domain counts versions itself, so that a change to a child counts too.
    _registry.map_imperatively(
        root,
        table,
        properties=properties,
        exclude_properties=beside,
        version_id_col=table.c.version,
        version_id_generator=False,
    )


def _money(amount: Column[Any], currency: Column[Any]) -> Composite[Any]:
    """Money in two columns; None where they are NULL."""
    # The former value of a change is made too, with None for the half that stays as it is.
    return composite(
        Money, amount, currency, return_none_on=lambda amount, currency: amount is None
    )


def _map_sellers() -> None:
    columns = t.seller_members.c
    _registry.map_imperatively(
        SellerMember, t.seller_members, properties={"_seller_id": columns.seller_id}
    )
    _aggregate(
        Seller,
        t.sellers,
        members=relationship(
            SellerMember,
            cascade="all, delete-orphan",
            lazy="selectin",
            order_by=(columns.created_at, columns.user_id),
        ),
    )


def _map_products() -> None:
    columns = t.variants.c
    _registry.map_imperatively(Variant, t.variants, properties={"_product_id": columns.product_id})
    _aggregate(
        Product,
        t.products,
        beside={"cover"},
        variants=relationship(
            Variant,
            cascade="all, delete-orphan",
            lazy="selectin",
            order_by=(columns.position, columns.id),
        ),
    )


def _map_offers() -> None:
    columns = t.offers.c
    _aggregate(
        Offer,
        t.offers,
        _price_amount=columns.price_amount,
        _price_currency=columns.price_currency,
        price=_money(columns.price_amount, columns.price_currency),
        _compare_at_amount=columns.compare_at_amount,
        _compare_at_currency=columns.compare_at_currency,
        compare_at_price=_money(columns.compare_at_amount, columns.compare_at_currency),
    )


def _map_shipping_methods() -> None:
    columns = t.shipping_methods.c
    _aggregate(
        ShippingMethod,
        t.shipping_methods,
        _price_amount=columns.price_amount,
        _price_currency=columns.price_currency,
        price=_money(columns.price_amount, columns.price_currency),
        _free_from_amount=columns.free_from_amount,
        _free_from_currency=columns.free_from_currency,
        free_from=_money(columns.free_from_amount, columns.free_from_currency),
    )


def _map_carts() -> None:
    columns = t.cart_items.c
    _registry.map_imperatively(
        CartItem,
        t.cart_items,
        properties={
            "_user_id": columns.user_id,
            "_seen_amount": columns.seen_amount,
            "_seen_currency": columns.seen_currency,
            "seen": _money(columns.seen_amount, columns.seen_currency),
        },
    )
    _aggregate(
        Cart,
        t.carts,
        items=relationship(
            CartItem,
            cascade="all, delete-orphan",
            lazy="selectin",
            order_by=(columns.added_at, columns.offer_id),
        ),
    )


def _map_shipments() -> None:
    lines, events = t.shipment_lines.c, t.shipment_events.c
    _registry.map_imperatively(
        ShipmentLine, t.shipment_lines, properties={"_shipment_id": lines.shipment_id}
    )
    _registry.map_imperatively(
        ShipmentEvent, t.shipment_events, properties={"_shipment_id": events.shipment_id}
    )
    _aggregate(
        Shipment,
        t.shipments,
        lines=relationship(
            ShipmentLine,
            cascade="all, delete-orphan",
            lazy="selectin",
            order_by=lines.line_id,
        ),
        events=relationship(
            ShipmentEvent,
            cascade="all, delete-orphan",
            lazy="selectin",
            order_by=(events.occurred_at, events.id),
        ),
    )
