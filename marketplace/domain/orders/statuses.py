"""The states of orders. Their values are the words of the wire."""

from enum import StrEnum


class OrderStatus(StrEnum):
    PLACED = "placed"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """How far an order is paid."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partiallyRefunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    FAILED = "failed"


class FulfilmentStatus(StrEnum):
    UNFULFILLED = "unfulfilled"
    PARTIALLY_FULFILLED = "partiallyFulfilled"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class OrderEntryKind(StrEnum):
    """What the timeline of an order tells."""

    PLACED = "placed"
    CANCELLED = "cancelled"
    PAYMENT_AUTHORIZED = "paymentAuthorized"
    PAYMENT_CAPTURED = "paymentCaptured"
    PAYMENT_FAILED = "paymentFailed"
    PAYMENT_VOIDED = "paymentVoided"
    REFUND_REQUESTED = "refundRequested"
    REFUNDED = "refunded"
    REFUND_FAILED = "refundFailed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"


class By(StrEnum):
    """On whose word something happened."""

    BUYER = "buyer"
    SELLER = "seller"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
