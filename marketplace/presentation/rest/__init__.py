"""The REST API, a package for each area."""

from marketplace.presentation.rest.analytics import views as analytics_views
from marketplace.presentation.rest.carts import views as cart_views
from marketplace.presentation.rest.catalogue import (
    category_views,
    media_views,
    offer_views,
    product_views,
    search_views,
    variant_views,
)
from marketplace.presentation.rest.checkout import views as checkout_views
from marketplace.presentation.rest.identity import address_views, auth_views, user_views
from marketplace.presentation.rest.imports import views as import_views
from marketplace.presentation.rest.inventory import views as inventory_views
from marketplace.presentation.rest.meta import views as meta_views
from marketplace.presentation.rest.orders import seller_order_views
from marketplace.presentation.rest.orders import views as order_views
from marketplace.presentation.rest.payments import views as payment_views
from marketplace.presentation.rest.sellers import views as seller_views
from marketplace.presentation.rest.shipments import views as shipment_views
from marketplace.presentation.rest.shipping import views as shipping_views

BLUEPRINTS = (
    meta_views.blp,
    auth_views.blp,
    user_views.blp,
    address_views.blp,
    seller_views.blp,
    category_views.blp,
    search_views.blp,
    product_views.blp,
    media_views.blp,
    variant_views.blp,
    offer_views.blp,
    inventory_views.blp,
    shipping_views.blp,
    import_views.blp,
    cart_views.blp,
    checkout_views.blp,
    order_views.blp,
    seller_order_views.blp,
    shipment_views.blp,
    payment_views.blp,
    analytics_views.blp,
)
"""In the order of the documentation."""
