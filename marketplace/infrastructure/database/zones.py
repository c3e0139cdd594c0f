"""The zones of a shipping method as jsonb: they are read and written with it, and looked for by
nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.zones import Band, Basis, PostalCodes, Zone


class Zones(TypeDecorator[tuple[Zone, ...]]):
    """Zones as an array of objects, each with all of its fields."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(
        self, value: tuple[Zone, ...] | None, dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        return None if value is None else [_zone_document(zone) for zone in value]

    def process_result_value(
        self, value: Iterable[Mapping[str, Any]] | None, dialect: Dialect
    ) -> tuple[Zone, ...] | None:
        return None if value is None else zones_of(value)


def zones_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Zone, ...]:
    """Of what a row has."""
    return tuple(_zone(document) for document in documents)


def _zone_document(zone: Zone) -> dict[str, Any]:
    return {
        "countries": list(zone.countries),
        "regions": list(zone.regions),
        "postal_codes": [vars(codes) for codes in zone.postal_codes],
        "price": None if zone.price is None else vars(zone.price),
        "basis": None if zone.basis is None else str(zone.basis),
        "bands": [vars(band) | {"price": vars(band.price)} for band in zone.bands],
    }


def _zone(document: Mapping[str, Any]) -> Zone:
    price, basis = document["price"], document["basis"]
    return Zone(
        countries=tuple(document["countries"]),
        regions=tuple(document["regions"]),
        postal_codes=tuple(PostalCodes(**codes) for codes in document["postal_codes"]),
        price=None if price is None else Money(**price),
        basis=None if basis is None else Basis(basis),
        bands=tuple(_band(band) for band in document["bands"]),
    )


def _band(document: Mapping[str, Any]) -> Band:
    return Band(start=document["start"], end=document["end"], price=Money(**document["price"]))
