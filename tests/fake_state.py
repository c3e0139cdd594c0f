"""What the fake database holds, and what it refuses to hold."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pickle import dumps, loads
from typing import Any, TypeVar
from uuid import UUID

from marketplace.application.idempotency import Answer
from marketplace.domain.carts.cart import Cart
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.media import Medium
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import Conflict
from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.imports.product_import import ProductImport, RowError
from marketplace.domain.inventory.movement import StockMovement
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers.seller import Seller
from marketplace.domain.shared.ids import (
    AddressId,
    CategoryId,
    ImportId,
    MediumId,
    MovementId,
    OfferId,
    OrderId,
    PaymentId,
    ProductId,
    RefreshFamilyId,
    SellerId,
    ShipmentId,
    ShippingMethodId,
    UserId,
)
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.shipment import Shipment

WAITING = ("_events", "_entries")
Value = TypeVar("Value")
DEAD = (PaymentState.VOIDED, PaymentState.FAILED)


@dataclass
class StoredEffect:
    fingerprint: str
    makes: UUID
    lease_until: datetime
    created_at: datetime
    answer: Answer | None = None


@dataclass
class State:
    """Everything that is stored."""

    users: dict[UserId, User] = field(default_factory=dict)
    families: dict[RefreshFamilyId, RefreshFamily] = field(default_factory=dict)
    addresses: dict[AddressId, SavedAddress] = field(default_factory=dict)
    throttle: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    sellers: dict[SellerId, Seller] = field(default_factory=dict)
    shipping_methods: dict[ShippingMethodId, ShippingMethod] = field(default_factory=dict)
    categories: dict[CategoryId, Category] = field(default_factory=dict)
    products: dict[ProductId, Product] = field(default_factory=dict)
    former_slugs: dict[str, ProductId] = field(default_factory=dict)
    galleries: dict[ProductId, list[Medium]] = field(default_factory=dict)
    unused_pictures: dict[MediumId, tuple[str, datetime]] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    stock: dict[OfferId, StockItem] = field(default_factory=dict)
    movements: dict[MovementId, StockMovement] = field(default_factory=dict)
    listings: dict[ProductId, str] = field(default_factory=dict)
    restocked: dict[ProductId, None] = field(default_factory=dict)
    summarised: dict[OrderId, int] = field(default_factory=dict)
    orders: dict[OrderId, Order] = field(default_factory=dict)
    timelines: dict[OrderId, list[OrderEntry]] = field(default_factory=dict)
    payments: dict[PaymentId, Payment] = field(default_factory=dict)
    shipments: dict[ShipmentId, Shipment] = field(default_factory=dict)
    provider_events: dict[tuple[str, str], bool] = field(default_factory=dict)
    carts: dict[UserId, Cart] = field(default_factory=dict)
    imports: dict[ImportId, ProductImport] = field(default_factory=dict)
    import_chunks: dict[tuple[ImportId, int], bytes] = field(default_factory=dict)
    import_errors: dict[ImportId, tuple[RowError, ...]] = field(default_factory=dict)
    handles: dict[tuple[SellerId, str], ProductId] = field(default_factory=dict)
    effects: dict[tuple[str, str], StoredEffect] = field(default_factory=dict)
    handled: dict[tuple[str, UUID], bool] = field(default_factory=dict)
    order_number: int = 0

    def check_constraints(self) -> None:
        """Raises `Conflict` for what the database's unique constraints refuse."""
        _unique("email_taken", (user.email.lower() for user in self.users.values()))
        for table in (self.sellers, self.categories, self.products):
            slugs: Any = table
            _unique("slug_taken", (each.slug for each in slugs.values()))
        live = [offer for offer in self.offers.values() if offer.withdrawn_at is None]
        _unique("sku_taken", ((offer.seller_id, offer.sku) for offer in live))
        _unique(
            "offer_exists", ((each.variant_id, each.seller_id, each.condition) for each in live)
        )
        _unique(
            "payment_exists",
            (each.order_id for each in self.payments.values() if each.status not in DEAD),
        )


def _unique(code: str, values: Any) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise Conflict(code, "The database would refuse this.")


def copied(value: Value) -> Value:
    """As `deepcopy` does it, in a fraction of the time: pickle is not written in Python."""
    same: Value = loads(dumps(value))  # noqa: S301  our own
    return same


def plain(value: Any) -> Any:
    """`value` as something that compares by content; events that wait do not count."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "__dict__") and not isinstance(value, Enum):
        return {key: plain(each) for key, each in vars(value).items() if key not in WAITING}
    return value
