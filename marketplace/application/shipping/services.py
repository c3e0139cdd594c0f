"""Sellers say how they ship.

Orders take what they need of a method along, so that it may be changed and deleted at any time.
"""

from marketplace.application.shipping.commands import (
    ChangeShippingMethod,
    CreateShippingMethod,
    DeleteShippingMethod,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import NotFound
from marketplace.domain.sellers.seller import Seller
from marketplace.domain.shared.ids import ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod, require_room


@transaction_step
def create_shipping_method(uow: UnitOfWork, command: CreateShippingMethod) -> ShippingMethodId:
    """Raises `RuleViolated` as `ShippingMethod.create`; `Conflict`
    (`too_many_shipping_methods`)."""
    with uow:
        # Held, so that two at once do not both find room.
        seller = uow.sellers.get_for_update(command.seller)
        _require_manager(command, seller)
        require_room(uow.shipping_methods.of_sellers([seller.id]).get(seller.id, ()))
        method = ShippingMethod.create(
            id=command.method_id,
            seller_id=seller.id,
            name=command.name,
            carrier=command.carrier,
            price=command.price,
            countries=command.countries,
            free_from=command.free_from,
            zones=command.zones,
            handling_days=command.handling_days,
            now=uow.now,
        )
        uow.shipping_methods.add(method)
        uow.commit()
    return command.method_id


@transaction_step
def change_shipping_method(uow: UnitOfWork, command: ChangeShippingMethod) -> ShippingMethodId:
    """Raises `RuleViolated` as `ShippingMethod.create`."""
    with uow:
        method = _managed(uow, command)
        days = command.handling_days
        method.change(
            name=method.name if command.name is None else command.name,
            carrier=None if command.clear_carrier else command.carrier or method.carrier,
            price=command.price or method.price,
            countries=method.countries if command.countries is None else command.countries,
            free_from=None if command.clear_free_from else command.free_from or method.free_from,
            zones=method.zones if command.zones is None else command.zones,
            handling_days=method.handling_days if days is None else days,
            now=uow.now,
        )
        uow.commit()
    return command.method_id


@transaction_step
def delete_shipping_method(uow: UnitOfWork, command: DeleteShippingMethod) -> None:
    with uow:
        method = _managed(uow, command)
        method.delete(uow.now)
        uow.shipping_methods.remove(method)
        uow.commit()


def _managed(
    uow: UnitOfWork, command: ChangeShippingMethod | DeleteShippingMethod
) -> ShippingMethod:
    seller = uow.sellers.get(command.seller)
    _require_manager(command, seller)
    method = uow.shipping_methods.get(command.method_id)
    if method.seller_id != seller.id:
        raise NotFound("shipping method", command.method_id)
    command.precondition.check("shipping method", method)
    return method


def _require_manager(
    command: CreateShippingMethod | ChangeShippingMethod | DeleteShippingMethod, seller: Seller
) -> None:
    command.actor.require_manager(
        seller.id, what="seller", key=command.seller, visible=seller.is_public
    )
