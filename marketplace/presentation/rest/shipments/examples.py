"""Shipments of the documentation. Requests run on a fresh demo as they stand."""

from typing import Any

SHIPPABLE_PART_ID = "019b8d62-8250-7385-949b-742f389d74db"
SHIPMENT_ID = "019b8d62-7e68-7fb5-a39a-77bbeb8fd3fe"
SHIPPED_PART_ID = "019b8d62-8250-7248-bf46-fcc8cde1a629"
SHIPPED_LINE_ID = "019b8d62-7e68-7ae4-8c09-40619b3e5a0b"

NEW_SHIPMENT: dict[str, Any] = {"carrier": "DHL", "trackingNumber": "00340434161094022115"}
SHIPMENT: dict[str, Any] = {
    "id": SHIPMENT_ID,
    "sellerOrderId": SHIPPED_PART_ID,
    "status": "created",
    **NEW_SHIPMENT,
    "trackingUrl": "https://www.dhl.de/en/privatkunden.html?piececode=00340434161094022115",
    "estimatedDeliveryAt": None,
    "lines": [{"lineId": SHIPPED_LINE_ID, "quantity": 1}],
    "events": [],
    "createdAt": "2026-03-02T08:30:00Z",
}
CREATED: dict[str, Any] = {
    **SHIPMENT,
    "id": "019b9a17-1e20-7c41-9d3e-5b8f60a2c714",
    "sellerOrderId": SHIPPABLE_PART_ID,
    "trackingUrl": None,
}

NEW_EVENT: dict[str, Any] = {
    "status": "inTransit",
    "occurredAt": "2026-03-02T17:05:00Z",
    "location": "Leipzig",
    "externalId": "evt-7001",
}
EVENT: dict[str, Any] = {
    "id": "019b9a17-5a10-7e92-8c1f-2d7b94e0a3f6",
    **NEW_EVENT,
    "shipmentStatus": "inTransit",
    "createdAt": "2026-03-02T17:06:12Z",
}

PACKING_SLIP = "<!doctype html>..."
