"""What is read of orders: each in one statement, with its parts, lines and payments."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Label,
    Subquery,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.selectable import LateralFromClause

from marketplace.application.actor import Actor, Caller, OrderAccess
from marketplace.application.orders.queries import (
    OrderEventView,
    OrderFilter,
    OrderView,
    SellerOrderView,
)
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.errors import NotFound
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OrderId, SellerId, SellerOrderId
from marketplace.infrastructure.database.queries import order_events
from marketplace.infrastructure.database.queries.connection import AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.order_views import (
    order_view,
    seller_order_view,
)
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.queries.sellers import (
    own_seller,
    viewer_kind,
    viewer_parameters,
    viewer_reads,
)
from marketplace.infrastructure.database.queries.shipment_views import shipments_of
from marketplace.infrastructure.database.tables import (
    order_lines,
    orders,
    payments,
    products,
    seller_orders,
    sellers,
)

_Criteria = dict[str, ColumnElement[bool]]


def _payments_of(order_id: ColumnElement[OrderId]) -> Label[Any]:
    """The payments of an order as a JSON array, the live one first."""
    status = payments.c.status
    # Not by IN: `prepared` takes no statement whose text depends on how many values there are.
    dead = or_(status == PaymentState.VOIDED, status == PaymentState.FAILED)
    document = func.json_build_object(
        "id",
        payments.c.id,
        "provider",
        payments.c.provider,
        "status",
        payments.c.status,
        "amount",
        payments.c.amount,
        "captured",
        payments.c.captured_amount,
        "refunded",
        payments.c.refunded_amount,
        "action",
        payments.c.next_action,
    )
    return (
        select(func.json_agg(aggregate_order_by(document, dead, payments.c.created_at.desc())))
        .where(payments.c.order_id == order_id)
        .scalar_subquery()
        .label("payments")
    )


def _apart(statement: AnySelect, name: str) -> LateralFromClause:
    """Rows to look up for each row before them.

    Without the offset PostgreSQL plans one join of all tables, which takes longer than reading it,
    and reads tables whole that it still thinks small.
    """
    return statement.offset(literal_column("0")).lateral(name)


def _parts_where(condition: ColumnElement[bool]) -> LateralFromClause:
    """Seller orders, each with its seller."""
    return _apart(
        select(
            *seller_orders.c,
            sellers.c.name.label("seller_name"),
            sellers.c.slug.label("seller_slug"),
        )
        .join(sellers, sellers.c.id == seller_orders.c.seller_id)
        .where(condition),
        "part",
    )


def _lines_of(part: LateralFromClause) -> LateralFromClause:
    """Order lines, each with the picture that its product has now."""
    cover = select(products.c.cover).where(products.c.id == order_lines.c.product_id)
    wanted = order_lines.c.seller_order_id == part.c.id
    return _apart(
        select(*order_lines.c, cover.scalar_subquery().label("cover")).where(wanted), "line"
    )


def _columns(part: LateralFromClause, line: LateralFromClause) -> list[ColumnElement[Any]]:
    """Of a seller order, its seller and one of its lines."""
    return [
        *(part.c[column.name].label(f"part_{column.name}") for column in seller_orders.c),
        part.c.seller_name,
        part.c.seller_slug,
        *(line.c[column.name].label(f"line_{column.name}") for column in order_lines.c),
        line.c.cover.label("line_cover"),
        # Once for each part: with its first line.
        case((line.c.position == 1, shipments_of(part.c.id))).label("shipments"),
    ]


def _whole(page: Subquery) -> AnySelect:
    """The rows of whole orders, one for each line."""
    part = _parts_where(seller_orders.c.order_id == page.c.id)
    line = _lines_of(part)
    return (
        select(
            *(page.c[column.name] for column in orders.c),
            _payments_of(page.c.id),
            *_columns(part, line),
        )
        .join_from(page, part, true())
        .join(line, true())
        .order_by(part.c.position, line.c.position)
    )


def _parts(page: Subquery) -> AnySelect:
    """The rows of seller orders, one for each line, each with what its order tells."""
    part = _parts_where(seller_orders.c.id == page.c.id)
    line = _lines_of(part)
    return (
        select(*orders.c, _payments_of(orders.c.id), *_columns(part, line))
        .join_from(page, part, true())
        .join(orders, orders.c.id == part.c.order_id)
        .join(line, true())
        .order_by(line.c.position)
    )


_finalised = orders.c.finalised_at.is_not(None)
# What a viewer may read, by the kind of the viewer.
_READABLE: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    "administrator": (),
    "customer": (orders.c.customer_id == bindparam("customer_id"),),
    "guest": (orders.c.id == bindparam("guest_order_id"),),
}
_PLACED = Sort((orders.c.placed_at, orders.c.id), descending=True)
_LISTING = Listing("orders", {"newest": _PLACED}, shape=_whole)
_PART_PLACED = Sort((seller_orders.c.placed_at, seller_orders.c.id), descending=True)
_PART_LISTING = Listing("seller_orders", {"newest": _PART_PLACED}, shape=_parts)
_CRITERIA: _Criteria = {
    "wanted_status": orders.c.status == bindparam("wanted_status", type_=orders.c.status.type),
    "wanted_payment_status": orders.c.payment_status
    == bindparam("wanted_payment_status", type_=orders.c.payment_status.type),
    "placed_after": orders.c.placed_at > bindparam("placed_after"),
    "updated_after": orders.c.updated_at > bindparam("updated_after"),
}
_PART_CRITERIA: _Criteria = {
    "wanted_status": seller_orders.c.status
    == bindparam("wanted_status", type_=seller_orders.c.status.type),
    "wanted_payment_status": seller_orders.c.payment_status
    == bindparam("wanted_payment_status", type_=seller_orders.c.payment_status.type),
    "placed_after": seller_orders.c.placed_at > bindparam("placed_after"),
    "updated_after": orders.c.updated_at > bindparam("updated_after"),
}


@cache
def _find(*, by_id: bool, viewer: str) -> AnySelect:
    key = orders.c.id if by_id else orders.c.number
    wanted = key == bindparam("wanted_key", type_=key.type)
    return select(orders).where(wanted, _finalised, *_READABLE[viewer])


@cache
def _get(*, by_id: bool, viewer: str) -> AnySelect:
    return _whole(_find(by_id=by_id, viewer=viewer).subquery("page"))


@cache
def _list(criteria: tuple[str, ...], *, viewer: str) -> AnySelect:
    return select(orders).where(
        _finalised, *_READABLE[viewer], *(_CRITERIA[name] for name in criteria)
    )


@cache
def _list_of_seller(criteria: tuple[str, ...]) -> AnySelect:
    return (
        select(seller_orders.c.id)
        .join(orders, orders.c.id == seller_orders.c.order_id)
        .where(
            seller_orders.c.seller_id == bindparam("seller_id"),
            _finalised,
            *(_PART_CRITERIA[name] for name in criteria),
        )
    )


@cache
def _get_part(viewer: str) -> AnySelect:
    return _parts(
        select(seller_orders.c.id)
        .join(orders, orders.c.id == seller_orders.c.order_id)
        .where(
            seller_orders.c.id == bindparam("part_id"),
            _finalised,
            viewer_reads(viewer, seller_orders.c.seller_id, false()),
        )
        .subquery("page")
    )


class SqlOrderQueries:
    """Implements `application.orders.queries.OrderQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, order: OrderId | str, viewer: Caller) -> OrderView:
        """By id or number: the viewer's own, any for an administrator. One statement.
        Raises `NotFound`."""
        kind, values = _viewer(viewer)
        statement = _get(by_id=isinstance(order, UUID), viewer=kind)
        rows = self._read.fetch(statement, {"wanted_key": order} | values)
        if not rows:
            raise NotFound("order", order)
        return order_view(rows)

    def list(self, page: PageRequest, wanted: OrderFilter, viewer: Actor) -> Page[OrderView]:
        """The viewer's own, all for an administrator; newest first. Raises `InvalidCursor`."""
        (kind, owner), values = _viewer(viewer), _wanted(wanted)
        items = _list(tuple(values), viewer=kind)
        return fetch_page(self._read, _LISTING, page, items, values | owner, order_view)

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, wanted: OrderFilter, viewer: Actor
    ) -> Page[SellerOrderView]:
        """The parts that this seller fulfils; newest first. Raises `NotFound` or `Forbidden`
        for a stranger, `InvalidCursor`."""
        values = _wanted(wanted)
        items = _list_of_seller(tuple(values))
        values["seller_id"] = own_seller(self._read, seller, viewer)
        return fetch_page(self._read, _PART_LISTING, page, items, values, seller_order_view)

    def get_part(self, seller_order_id: SellerOrderId, viewer: Actor) -> SellerOrderView:
        """Of a seller of the viewer's, any for an administrator. Raises `NotFound`."""
        kind, values = viewer_kind(viewer), viewer_parameters(viewer)
        rows = self._read.execute(_get_part(kind), {"part_id": seller_order_id, **values}).all()
        if not rows:
            raise NotFound("seller order", seller_order_id)
        return seller_order_view(rows)

    def events(
        self, order: OrderId | str, page: PageRequest, viewer: Caller
    ) -> Page[OrderEventView]:
        """What happened, the oldest first. Raises as `get`, and `InvalidCursor`."""
        kind, values = _viewer(viewer)
        statement = _find(by_id=isinstance(order, UUID), viewer=kind)
        found = self._read.execute(statement, {"wanted_key": order} | values).first()
        if found is None:
            raise NotFound("order", order)
        return fetch_page(
            self._read,
            order_events.LISTING,
            page,
            order_events.OF_ORDER,
            {"order_id": found.id},
            order_events.event_view,
        )


def _viewer(viewer: Caller) -> tuple[str, dict[str, Any]]:
    if isinstance(viewer, OrderAccess):
        return "guest", {"guest_order_id": viewer.order_id}
    if viewer.is_admin:
        return "administrator", {}
    return "customer", {"customer_id": viewer.user_id}


def _wanted(wanted: OrderFilter) -> dict[str, Any]:
    """The values of the criteria that are asked for."""
    values = {
        "wanted_status": wanted.status,
        "wanted_payment_status": wanted.payment_status,
        "placed_after": wanted.placed_after,
        "updated_after": wanted.updated_after,
    }
    return {name: value for name, value in values.items() if value is not None}
