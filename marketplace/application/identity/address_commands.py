"""What can be asked for about the addresses of users."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import AddressId


@dataclass(frozen=True, kw_only=True)
class SaveAddress:
    actor: Actor
    address_id: AddressId
    address: Address


@dataclass(frozen=True, kw_only=True)
class ChangeAddress:
    """`fields` are those of the address that become others."""

    actor: Actor
    address_id: AddressId
    precondition: Precondition
    fields: Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class RemoveAddress:
    actor: Actor
    address_id: AddressId
    precondition: Precondition
