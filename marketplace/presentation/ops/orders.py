"""Orders in a table: whole ones for administrators, for members the parts that they fulfil."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from werkzeug.wrappers import Response

from marketplace.application.actor import Actor
from marketplace.application.orders.queries import (
    OrderFilter,
    OrderLineView,
    OrderView,
    SellerOrderView,
)
from marketplace.application.paging import Page, PageRequest
from marketplace.application.reader import Reader
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.shared.ids import SellerId
from marketplace.domain.shared.money import Money
from marketplace.presentation.ops import forms, scope
from marketplace.presentation.ops.render import show
from marketplace.presentation.rest import context

ROWS = 25
# The filter leaves its instant out, the day's first one belongs to the day.
_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """An order, or the part of one that a seller fulfils. `units` are those not cancelled."""

    number: str
    placed_at: datetime
    customer: str
    email: str
    sellers: str
    units: int
    total: Money
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus


def orders(actor: Actor) -> Response:
    form = forms.read_query(forms.OrdersQuerySchema())
    with context.reader() as read:
        chosen = scope.find(read, actor, form, one=True)
        asked = {
            "form": form,
            "scope": chosen,
            "statuses": OrderStatus,
            "payment_statuses": PaymentStatus,
        }
        if form.errors:
            return show("orders.html", 422, **asked, page=None)
        page = _listed(read, actor, chosen.seller_id, form)
    return show("orders.html", **asked, page=page, as_of=context.now())


def _listed(read: Reader, actor: Actor, seller: SellerId | None, form: forms.Form) -> Page[Row]:
    page = PageRequest(limit=ROWS, cursor=form["cursor"])
    since = form["since"]
    wanted = OrderFilter(
        status=form["status"],
        payment_status=form["payment"],
        placed_after=since and datetime.combine(since, time(), UTC) - _JUST_BEFORE,
    )
    if seller is None:
        whole = read.orders.list(page, wanted, actor)
        return _with_rows(whole, [_whole(order) for order in whole.items])
    parts = read.orders.list_of_seller(seller, page, wanted, actor)
    return _with_rows(parts, [_part(part) for part in parts.items])


def _with_rows(page: Page[OrderView] | Page[SellerOrderView], rows: Sequence[Row]) -> Page[Row]:
    return Page(items=rows, next=page.next, previous=page.previous, limit=page.limit)


def _whole(order: OrderView) -> Row:
    return Row(
        number=order.number,
        placed_at=order.placed_at,
        customer=order.shipping_address.name,
        email=order.email,
        sellers=", ".join(part.seller.name for part in order.seller_orders),
        units=sum(_units(part.lines) for part in order.seller_orders),
        total=order.total,
        status=order.status,
        payment_status=order.payment_status,
        fulfilment_status=order.fulfilment_status,
    )


def _part(part: SellerOrderView) -> Row:
    return Row(
        number=part.number,
        placed_at=part.placed_at,
        customer=part.customer.name,
        email=part.customer.email,
        sellers=part.seller.name,
        units=_units(part.lines),
        total=part.total,
        status=part.status,
        payment_status=part.payment_status,
        fulfilment_status=part.fulfilment_status,
    )


def _units(lines: Sequence[OrderLineView]) -> int:
    return sum(line.quantity - line.cancelled for line in lines)
