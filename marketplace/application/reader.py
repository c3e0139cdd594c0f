"""The reading side: views of stored state, never aggregates."""

from typing import Protocol

from marketplace.application.analytics.queries import AnalyticsQueries
from marketplace.application.carts.queries import CartQueries
from marketplace.application.catalogue.offer_queries import OfferQueries
from marketplace.application.catalogue.queries import CategoryQueries, ProductQueries
from marketplace.application.catalogue.search import ProductSearch
from marketplace.application.identity.queries import AddressQueries, UserQueries
from marketplace.application.imports.queries import ExportQueries, ImportQueries
from marketplace.application.inventory.queries import StockQueries
from marketplace.application.orders.queries import OrderQueries
from marketplace.application.payments.queries import PaymentQueries
from marketplace.application.sellers.queries import SellerQueries
from marketplace.application.shipping.queries import ShippingMethodQueries
from marketplace.application.shipping.shipment_queries import ShipmentQueries


class Reader(Protocol):
    """One read-only connection. Each query sees what was committed before it began."""

    @property
    def users(self) -> UserQueries: ...
    @property
    def addresses(self) -> AddressQueries: ...
    @property
    def sellers(self) -> SellerQueries: ...
    @property
    def shipping_methods(self) -> ShippingMethodQueries: ...
    @property
    def categories(self) -> CategoryQueries: ...
    @property
    def products(self) -> ProductQueries: ...
    @property
    def offers(self) -> OfferQueries: ...
    @property
    def stock(self) -> StockQueries: ...
    @property
    def search(self) -> ProductSearch: ...
    @property
    def carts(self) -> CartQueries: ...
    @property
    def imports(self) -> ImportQueries: ...
    @property
    def exports(self) -> ExportQueries: ...
    @property
    def orders(self) -> OrderQueries: ...
    @property
    def payments(self) -> PaymentQueries: ...
    @property
    def shipments(self) -> ShipmentQueries: ...
    @property
    def analytics(self) -> AnalyticsQueries: ...
