"""Events as JSON documents, and back."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import datetime
from inspect import getmembers, isclass
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marketplace.domain.catalogue import events as catalogue
from marketplace.domain.identity import events as identity
from marketplace.domain.imports import events as imports
from marketplace.domain.inventory import events as inventory
from marketplace.domain.orders import events as orders
from marketplace.domain.sellers import events as sellers
from marketplace.domain.shared.events import Event
from marketplace.domain.shipping import events as shipping


def _types() -> Mapping[str, type[Event]]:
    return {
        name: found
        for module in (catalogue, identity, imports, inventory, orders, sellers, shipping)
        for name, found in getmembers(module, isclass)
        if issubclass(found, Event) and found is not Event
    }


EVENT_TYPES = _types()
"""Every event by its name, which is what the outbox knows it by."""


def encode(event: Event) -> dict[str, Any]:
    """The fields of `event` but `occurred_at`, which has a column of its own."""
    return {
        field.name: _plain(getattr(event, field.name))
        for field in dataclasses.fields(event)
        if field.name != "occurred_at"
    }


def decode(name: str, payload: Mapping[str, Any], occurred_at: datetime) -> Event:
    """Raises `KeyError` for an event that this release does not know."""
    kind = EVENT_TYPES[name]
    hints = get_type_hints(kind)
    values = {
        field.name: _typed(hints[field.name], payload[field.name])
        for field in dataclasses.fields(kind)
        if field.name in payload
    }
    return kind(**values, occurred_at=occurred_at)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _typed(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin is Union or origin is types.UnionType:
        wanted = [each for each in get_args(hint) if each is not types.NoneType]
        return None if value is None else _typed(wanted[0], value)
    if origin is tuple:
        return tuple(_typed(get_args(hint)[0], each) for each in value)
    # A NewType is the type that it was made of.
    plain = getattr(hint, "__supertype__", hint)
    if plain is UUID:
        return UUID(value)
    if plain is datetime:
        return datetime.fromisoformat(value)
    return value
