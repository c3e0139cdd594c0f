"""Shipping methods on the wire."""

from collections.abc import Iterable, Mapping
from typing import Any

from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.domain.shipping.method import MOST_HANDLING_DAYS, TEXT_LONGEST
from marketplace.domain.shipping.zones import (
    MOST_BANDS,
    MOST_POSTAL_CODES,
    MOST_REGIONS,
    MOST_ZONES,
    POSTAL_CODE_LONGEST,
    REGION_LONGEST,
    Band,
    Basis,
    PostalCodes,
    Zone,
)
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

_ANYWHERE = "Where it ships to; none of them means anywhere"
_FREE_FROM = (
    "What the seller's items of an order have to cost for it to be free, in the currency of the"
    " price"
)
_ZONES = (
    "The first one that reaches the address says what it costs there, instead of the price; where"
    " none does, this does not fit. None of them means that it costs the price everywhere"
)
_HANDLING_DAYS = "Until what was ordered is handed over to the carrier"
_REGIONS = "As addresses have them, in whatever case; none of them means any"
_BANDS = "No two hold the same value; what none of them holds is not shipped"
_FROM = "Grams, minor units or units, as the basis has it"
_TO = "The first that is above it; null: however much it is"


class PostalCodesInputSchema(RequestSchema):
    """Compared in upper case, without blanks and hyphens; of codes as long as both ends only."""

    first = fields.Text(
        min=1, max=POSTAL_CODE_LONGEST, required=True, data_key="from", example="10115"
    )
    last = fields.Text(
        min=1,
        max=POSTAL_CODE_LONGEST,
        required=True,
        data_key="to",
        description="Included",
        example="14199",
    )


class PostalCodesSchema(ResponseSchema):
    first = fields.Text(data_key="from")
    last = fields.Text(data_key="to", description="Included")


class BandInputSchema(RequestSchema):
    start = fields.Int64(
        min=0, max=MAX_AMOUNT, required=True, data_key="from", description=_FROM, example=0
    )
    end = fields.Int64(
        min=1, max=MAX_AMOUNT, allow_none=True, data_key="to", description=_TO, example=5000
    )
    price = fields.Money(required=True, example={"amount": 490, "currency": "EUR"})


class BandSchema(ResponseSchema):
    start = fields.Int64(data_key="from", description=_FROM)
    end = fields.Int64(allow_none=True, data_key="to", description=_TO)
    price = fields.Money()


class ZoneInputSchema(RequestSchema):
    """Either a price, or a basis with bands. All money is in the currency of the method's price."""

    countries = fields.List(
        fields.Country(), max=len(fields.COUNTRIES), description=_ANYWHERE, example=["DE"]
    )
    regions = fields.List(
        fields.Text(min=1, max=REGION_LONGEST),
        max=MOST_REGIONS,
        description=_REGIONS,
        example=[],
    )
    postal_codes = fields.List(
        fields.Nested(PostalCodesInputSchema), max=MOST_POSTAL_CODES, example=[]
    )
    price = fields.Money(allow_none=True)
    basis = fields.Enum(Basis, allow_none=True, example="weight")
    bands = fields.List(fields.Nested(BandInputSchema), max=MOST_BANDS, description=_BANDS)


class ZoneSchema(ResponseSchema):
    countries = fields.List(fields.Country(), description=_ANYWHERE)
    regions = fields.List(fields.Text(), description=_REGIONS)
    postal_codes = fields.List(fields.Nested(PostalCodesSchema))
    price = fields.Money(allow_none=True)
    basis = fields.Enum(Basis, allow_none=True)
    bands = fields.List(fields.Nested(BandSchema), description=_BANDS)


def zones_of(items: Iterable[Mapping[str, Any]]) -> list[Zone]:
    """Of what `ZoneInputSchema` loads."""
    return [
        Zone(
            countries=tuple(item.get("countries", ())),
            regions=tuple(item.get("regions", ())),
            postal_codes=tuple(PostalCodes(**codes) for codes in item.get("postal_codes", ())),
            price=item.get("price"),
            basis=item.get("basis"),
            bands=tuple(Band(**band) for band in item.get("bands", ())),
        )
        for item in items
    ]


class ShippingMethodInputSchema(RequestSchema):
    name = fields.Text(min=1, max=TEXT_LONGEST, required=True, example="Parcel")
    carrier = fields.Text(min=1, max=TEXT_LONGEST, allow_none=True, example="DHL")
    price = fields.Money(required=True, example={"amount": 490, "currency": "EUR"})
    countries = fields.List(
        fields.Country(), max=len(fields.COUNTRIES), description=_ANYWHERE, example=["AT", "DE"]
    )
    free_from = fields.Money(
        min=1,
        allow_none=True,
        description=_FREE_FROM,
        example={"amount": 5000, "currency": "EUR"},
    )
    zones = fields.List(fields.Nested(ZoneInputSchema), max=MOST_ZONES, description=_ZONES)
    handling_days = fields.Integer(max=MOST_HANDLING_DAYS, description=_HANDLING_DAYS, example=2)


class ShippingMethodPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=TEXT_LONGEST, example="Parcel")
    carrier = fields.Text(min=1, max=TEXT_LONGEST, allow_none=True, example="DHL")
    price = fields.Money(example={"amount": 490, "currency": "EUR"})
    countries = fields.List(
        fields.Country(), max=len(fields.COUNTRIES), description=_ANYWHERE, example=["AT", "DE"]
    )
    free_from = fields.Money(
        min=1,
        allow_none=True,
        description=_FREE_FROM,
        example={"amount": 5000, "currency": "EUR"},
    )
    zones = fields.List(fields.Nested(ZoneInputSchema), max=MOST_ZONES, description=_ZONES)
    handling_days = fields.Integer(max=MOST_HANDLING_DAYS, description=_HANDLING_DAYS, example=2)


class ShippingMethodSchema(ResponseSchema):
    id = fields.Id()
    seller_id = fields.Id()
    name = fields.Text()
    carrier = fields.Text(allow_none=True)
    price = fields.Money()
    countries = fields.List(fields.Country(), description=_ANYWHERE)
    free_from = fields.Money(allow_none=True, description=_FREE_FROM)
    zones = fields.List(fields.Nested(ZoneSchema), description=_ZONES)
    handling_days = fields.Integer(description=_HANDLING_DAYS)
    version = fields.Integer()
    created_at = fields.Instant()
    updated_at = fields.Instant()
