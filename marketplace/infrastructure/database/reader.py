"""The reading side over PostgreSQL: Core statements on connections that cannot write."""

from typing import Self

from sqlalchemy import Engine

from marketplace.infrastructure.database.queries.addresses import SqlAddressQueries
from marketplace.infrastructure.database.queries.analytics import SqlAnalyticsQueries
from marketplace.infrastructure.database.queries.carts import SqlCartQueries
from marketplace.infrastructure.database.queries.categories import SqlCategoryQueries
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.exports import SqlExportQueries
from marketplace.infrastructure.database.queries.identity import SqlUserQueries
from marketplace.infrastructure.database.queries.imports import SqlImportQueries
from marketplace.infrastructure.database.queries.inventory import SqlStockQueries
from marketplace.infrastructure.database.queries.offers import SqlOfferQueries
from marketplace.infrastructure.database.queries.orders import SqlOrderQueries
from marketplace.infrastructure.database.queries.payments import SqlPaymentQueries
from marketplace.infrastructure.database.queries.products import SqlProductQueries
from marketplace.infrastructure.database.queries.search import SqlProductSearch
from marketplace.infrastructure.database.queries.sellers import SqlSellerQueries
from marketplace.infrastructure.database.queries.shipments import SqlShipmentQueries
from marketplace.infrastructure.database.queries.shipping import SqlShippingMethodQueries


class SqlReader:
    """Implements `application.reader.Reader`, until the block that it is opened for is left."""

    def __init__(self, connection: ReadConnection) -> None:
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    @property
    def users(self) -> SqlUserQueries:
        return SqlUserQueries(self._connection)

    @property
    def addresses(self) -> SqlAddressQueries:
        return SqlAddressQueries(self._connection)

    @property
    def sellers(self) -> SqlSellerQueries:
        return SqlSellerQueries(self._connection)

    @property
    def shipping_methods(self) -> SqlShippingMethodQueries:
        return SqlShippingMethodQueries(self._connection)

    @property
    def categories(self) -> SqlCategoryQueries:
        return SqlCategoryQueries(self._connection)

    @property
    def products(self) -> SqlProductQueries:
        return SqlProductQueries(self._connection)

    @property
    def offers(self) -> SqlOfferQueries:
        return SqlOfferQueries(self._connection)

    @property
    def stock(self) -> SqlStockQueries:
        return SqlStockQueries(self._connection)

    @property
    def search(self) -> SqlProductSearch:
        return SqlProductSearch(self._connection)

    @property
    def carts(self) -> SqlCartQueries:
        return SqlCartQueries(self._connection)

    @property
    def imports(self) -> SqlImportQueries:
        return SqlImportQueries(self._connection)

    @property
    def exports(self) -> SqlExportQueries:
        return SqlExportQueries(self._connection)

    @property
    def payments(self) -> SqlPaymentQueries:
        return SqlPaymentQueries(self._connection)

    @property
    def shipments(self) -> SqlShipmentQueries:
        return SqlShipmentQueries(self._connection)

    @property
    def orders(self) -> SqlOrderQueries:
        return SqlOrderQueries(self._connection)

    @property
    def analytics(self) -> SqlAnalyticsQueries:
        return SqlAnalyticsQueries(self._connection)


def open_reader(engine: Engine) -> SqlReader:
    """A reader on one connection of `engine`, the read engine, taken at the first query."""
    return SqlReader(ReadConnection(engine))
