"""What a client may want to know before it asks for anything else."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import iso4217
import pycountry
from flask import current_app
from flask.views import MethodView

from marketplace import __version__
from marketplace.application.idempotency import RETENTION
from marketplace.domain.carts.cart import MOST_ITEMS as MOST_CART_ITEMS
from marketplace.domain.catalogue.attributes import AttributeType
from marketplace.domain.catalogue.media import MOST_MEDIA
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import MOST_VARIANTS, ProductStatus
from marketplace.domain.identity.saved_address import MOST_ADDRESSES
from marketplace.domain.identity.user import Role
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.fields import COUNTRIES, CURRENCIES
from marketplace.presentation.rest.meta.schemas import MetaSchema
from marketplace.presentation.rest.orders.schemas import MOST_ITEMS, MOST_UNITS
from marketplace.presentation.rest.pages import DEFAULT_LIMIT, MAX_LIMIT
from marketplace.presentation.rest.policies import PUBLIC

blp = Blueprint("meta", __name__, description="What clients may assume")


def _values(of: type[StrEnum]) -> list[str]:
    return [item.value for item in of]


class _Enums:
    attribute_type = _values(AttributeType)
    condition = _values(Condition)
    fulfilment_status = _values(FulfilmentStatus)
    member_role = _values(MemberRole)
    order_status = _values(OrderStatus)
    payment = _values(PaymentState)
    payment_status = _values(PaymentStatus)
    product_status = _values(ProductStatus)
    role = _values(Role)
    seller_status = _values(SellerStatus)
    shipment_status = _values(ShipmentStatus)


@dataclass(frozen=True, kw_only=True)
class _Currency:
    code: str
    name: str
    exponent: int


@dataclass(frozen=True, kw_only=True)
class _Country:
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class _Limits:
    body_bytes: int
    page_default: int = DEFAULT_LIMIT
    page_max: int = MAX_LIMIT
    order_items: int = MOST_ITEMS
    order_item_quantity: int = MOST_UNITS
    cart_items: int = MOST_CART_ITEMS
    addresses: int = MOST_ADDRESSES
    product_variants: int = MOST_VARIANTS
    product_media: int = MOST_MEDIA
    import_bytes: int
    picture_bytes: int
    picture_pixels: int
    idempotency_hours: int = int(RETENTION.total_seconds() // 3600)


@dataclass(frozen=True, kw_only=True)
class _Meta:
    version: str
    currencies: list[_Currency]
    countries: list[_Country]
    payment_methods: list[str]
    enums: type[_Enums]
    limits: _Limits


@blp.route("/meta")
class Meta(MethodView):
    @blp.named("getMeta")
    @blp.allow(PUBLIC)
    @blp.response(200, MetaSchema)
    def get(self) -> Any:
        """Read the currencies, countries, payment methods, enumerations and limits."""
        return _Meta(
            version=__version__,
            currencies=_currencies(),
            countries=_countries(),
            payment_methods=sorted(context.ports().providers),
            enums=_Enums,
            limits=_Limits(
                body_bytes=current_app.config["MAX_CONTENT_LENGTH"],
                import_bytes=context.rules().import_bytes,
                picture_bytes=context.rules().picture_bytes,
                picture_pixels=context.rules().picture_pixels,
            ),
        )


@cache
def _currencies() -> list[_Currency]:
    known = (iso4217.Currency(code) for code in CURRENCIES)
    return [
        _Currency(code=item.code, name=item.currency_name, exponent=item.exponent or 0)
        for item in known
    ]


@cache
def _countries() -> list[_Country]:
    known = (pycountry.countries.get(alpha_2=code) for code in COUNTRIES)
    return [_Country(code=item.alpha_2, name=item.name) for item in known if item is not None]
