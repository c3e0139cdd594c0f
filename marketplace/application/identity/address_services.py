"""The addresses that users keep for later orders. Orders hold copies of them."""

from dataclasses import replace
from typing import Any

from marketplace.application.identity.address_commands import (
    ChangeAddress,
    RemoveAddress,
    SaveAddress,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict
from marketplace.domain.identity.saved_address import MOST_ADDRESSES, SavedAddress
from marketplace.domain.shared.ids import AddressId


@transaction_step
def save_address(uow: UnitOfWork, command: SaveAddress) -> AddressId:
    """Keep an address.

    Raises:
        Conflict: `too_many_addresses`.
    """
    user_id = command.actor.user_id
    with uow:
        if uow.addresses.count_for_update(user_id) >= MOST_ADDRESSES:
            raise Conflict(
                "too_many_addresses", f"An account keeps at most {MOST_ADDRESSES} addresses."
            )
        uow.addresses.add(
            SavedAddress.save(
                id=command.address_id, user_id=user_id, address=command.address, now=uow.now
            )
        )
        uow.commit()
    return command.address_id


@transaction_step
def change_address(uow: UnitOfWork, command: ChangeAddress) -> AddressId:
    with uow:
        saved = _own(uow, command)
        fields: dict[str, Any] = dict(command.fields)
        saved.change(replace(saved.address, **fields), uow.now)
        uow.commit()
    return command.address_id


@transaction_step
def remove_address(uow: UnitOfWork, command: RemoveAddress) -> None:
    with uow:
        uow.addresses.remove(_own(uow, command))
        uow.commit()


def _own(uow: UnitOfWork, command: ChangeAddress | RemoveAddress) -> SavedAddress:
    saved = uow.addresses.get(command.address_id, command.actor.user_id)
    command.precondition.check("address", saved)
    return saved
