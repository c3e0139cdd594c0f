"""Analytics of the documentation. Requests run on a fresh demo as they stand."""

from typing import Any

from marketplace.presentation.rest.catalogue.examples import HARBOUR_ID
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS

PRODUCT = "the-silent-harbour"
_AS_OF: dict[str, Any] = {"asOf": "2026-03-31T12:00:00Z"}
_RANGE: dict[str, Any] = {"from": "2026-01-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
_REVENUE: dict[str, Any] = {"revenue": [{"amount": 49200, "currency": "EUR"}]}

PRODUCT_ORDERS: dict[str, Any] = {
    "productId": HARBOUR_ID,
    **_RANGE,
    **_AS_OF,
    "currentOrders": 3,
    "orders": 36,
    "units": 41,
    **_REVENUE,
    "byStatus": {"placed": 34, "cancelled": 2},
}
PRODUCT_SHIPPING: dict[str, Any] = {
    "productId": HARBOUR_ID,
    **_AS_OF,
    "status": "inProgress",
    "count": 2,
    "byStatus": None,
}
SALES: dict[str, Any] = {
    "interval": "month",
    **_RANGE,
    **_AS_OF,
    "series": [
        {
            "start": "2026-01-01T00:00:00Z",
            "orders": 12,
            "cancelledOrders": 1,
            "units": 15,
            "revenue": [{"amount": 18000, "currency": "EUR"}],
        },
        {
            "start": "2026-02-01T00:00:00Z",
            "orders": 0,
            "cancelledOrders": 0,
            "units": 0,
            "revenue": [],
        },
        {
            "start": "2026-03-01T00:00:00Z",
            "orders": 24,
            "cancelledOrders": 1,
            "units": 26,
            "revenue": [{"amount": 31200, "currency": "EUR"}],
        },
    ],
}
_RANKED: dict[str, Any] = {"orders": 36, "units": 41, **_REVENUE}
OVERVIEW: dict[str, Any] = {
    **_RANGE,
    **_AS_OF,
    "orders": 36,
    "cancelledOrders": 2,
    "units": 41,
    "cancelledUnits": 3,
    **_REVENUE,
    "averageOrder": [{"amount": 1447, "currency": "EUR"}],
    "cartConversion": {"carts": 48, "converted": 12, "rate": 0.25},
    "daysToShip": {"count": 33, "p50": 1.2, "p90": 2.9},
    "daysToDeliver": {"count": 31, "p50": 3.4, "p90": 6.1},
    "topProducts": [
        {"id": HARBOUR_ID, "name": "The Silent Harbour", "slug": PRODUCT, **_RANKED},
    ],
    "topSellers": [{**PAPYRUS_BOOKS, **_RANKED}],
    "topCategories": [
        {
            "id": "019b8d63-1ab8-7a1c-9f0e-6d5c4b3a2918",
            "name": "Novels",
            "slug": "novels",
            **_RANKED,
        },
    ],
}
