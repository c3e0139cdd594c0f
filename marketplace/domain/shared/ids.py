"""Identities: UUIDs, a type for each aggregate, so that mypy keeps them apart."""

from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
RefreshFamilyId = NewType("RefreshFamilyId", UUID)
AddressId = NewType("AddressId", UUID)
SellerId = NewType("SellerId", UUID)
CategoryId = NewType("CategoryId", UUID)
ProductId = NewType("ProductId", UUID)
VariantId = NewType("VariantId", UUID)
MediumId = NewType("MediumId", UUID)
OfferId = NewType("OfferId", UUID)
MovementId = NewType("MovementId", UUID)
CartId = NewType("CartId", UUID)
ShippingMethodId = NewType("ShippingMethodId", UUID)
OrderId = NewType("OrderId", UUID)
SellerOrderId = NewType("SellerOrderId", UUID)
OrderLineId = NewType("OrderLineId", UUID)
ShipmentId = NewType("ShipmentId", UUID)
ShipmentEventId = NewType("ShipmentEventId", UUID)
PaymentId = NewType("PaymentId", UUID)
OperationId = NewType("OperationId", UUID)
ImportId = NewType("ImportId", UUID)
