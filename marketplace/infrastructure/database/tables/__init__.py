"""Every table, under one name. Only this package's parent and the migrations know them."""

from marketplace.infrastructure.database.tables.base import metadata
from marketplace.infrastructure.database.tables.catalogue import (
    categories,
    offers,
    product_slugs,
    products,
    variants,
)
from marketplace.infrastructure.database.tables.identity import (
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
    order_lines,
    order_numbers,
    orders,
    payments,
    seller_orders,
)
from marketplace.infrastructure.database.tables.plumbing import (
    handled_events,
    idempotency_keys,
    outbox,
    sandbox_charges,
)
from marketplace.infrastructure.database.tables.search import (
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

__all__ = [
    "SHELF",
    "SHELVES",
    "TERM_LONGEST",
    "UNPRICED",
    "catalogue_words",
    "categories",
    "handled_events",
    "idempotency_keys",
    "import_chunks",
    "import_errors",
    "imports",
    "login_throttle",
    "media",
    "metadata",
    "offers",
    "order_lines",
    "order_numbers",
    "orders",
    "outbox",
    "payments",
    "price_downwards",
    "price_upwards",
    "product_handles",
    "product_listings",
    "product_slugs",
    "products",
    "refresh_families",
    "sandbox_charges",
    "seller_members",
    "seller_orders",
    "sellers",
    "stock_items",
    "stock_movements",
    "users",
    "variants",
]
