"""Every table, under one name. Only this package's parent and the migrations know them."""

from marketplace.infrastructure.database.tables.analytics import (
    ALL,
    delivery_facts,
    sales_facts,
    sales_totals,
)
from marketplace.infrastructure.database.tables.base import metadata
from marketplace.infrastructure.database.tables.carts import cart_items, carts
from marketplace.infrastructure.database.tables.catalogue import (
    categories,
    offers,
    product_slugs,
    products,
    variants,
)
from marketplace.infrastructure.database.tables.identity import (
    addresses,
    login_throttle,
    refresh_families,
    users,
)
from marketplace.infrastructure.database.tables.imports import (
    import_chunks,
    import_errors,
    imports,
    product_handles,
)
from marketplace.infrastructure.database.tables.inventory import stock_items, stock_movements
from marketplace.infrastructure.database.tables.media import media
from marketplace.infrastructure.database.tables.orders import (
    order_events,
    order_lines,
    order_numbers,
    orders,
    seller_orders,
)
from marketplace.infrastructure.database.tables.payments import (
    payment_events,
    payments,
    provider_events,
)
from marketplace.infrastructure.database.tables.plumbing import (
    handled_events,
    idempotency_keys,
    outbox,
)
from marketplace.infrastructure.database.tables.sandbox import (
    sandbox_charges,
    sandbox_events,
    sandbox_operations,
)
from marketplace.infrastructure.database.tables.search import (
    NUMBER_DIGITS,
    SHELF,
    SHELVES,
    TERM_LONGEST,
    UNPRICED,
    catalogue_words,
    price_downwards,
    price_upwards,
    product_listings,
)
from marketplace.infrastructure.database.tables.sellers import seller_members, sellers
from marketplace.infrastructure.database.tables.shipments import (
    shipment_events,
    shipment_lines,
    shipments,
)
from marketplace.infrastructure.database.tables.shipping import shipping_methods

__all__ = [
    "ALL",
    "NUMBER_DIGITS",
    "SHELF",
    "SHELVES",
    "TERM_LONGEST",
    "UNPRICED",
    "addresses",
    "cart_items",
    "carts",
    "catalogue_words",
    "categories",
    "delivery_facts",
    "handled_events",
    "idempotency_keys",
    "import_chunks",
    "import_errors",
    "imports",
    "login_throttle",
    "media",
    "metadata",
    "offers",
    "order_events",
    "order_lines",
    "order_numbers",
    "orders",
    "outbox",
    "payment_events",
    "payments",
    "price_downwards",
    "price_upwards",
    "product_handles",
    "product_listings",
    "product_slugs",
    "products",
    "provider_events",
    "refresh_families",
    "sales_facts",
    "sales_totals",
    "sandbox_charges",
    "sandbox_events",
    "sandbox_operations",
    "seller_members",
    "seller_orders",
    "sellers",
    "shipment_events",
    "shipment_lines",
    "shipments",
    "shipping_methods",
    "stock_items",
    "stock_movements",
    "users",
    "variants",
]
