"""What is read of carts: in one statement, with what has become of the offers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, bindparam, case, func, select

from marketplace.application.actor import Actor
from marketplace.application.carts.queries import CartItemView, CartSellerView, CartView
from marketplace.domain.carts.refreshing import Standing, refresh, total
from marketplace.domain.catalogue.media import PictureSize, picture_file
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import SellerId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.tables import (
    cart_items,
    carts,
    offers,
    products,
    sellers,
    stock_items,
    variants,
)

_purchasable = and_(
    products.c.status == ProductStatus.PUBLISHED,
    sellers.c.status == SellerStatus.APPROVED,
    offers.c.withdrawn_at.is_(None),
)
_in_stock = func.coalesce(stock_items.c.on_hand - stock_items.c.allocated, 0)
_CART = (
    select(
        carts.c.id.label("cart_id"),
        cart_items.c.offer_id,
        cart_items.c.quantity,
        cart_items.c.seen_amount,
        cart_items.c.seen_currency,
        offers.c.product_id,
        offers.c.seller_id,
        offers.c.sku,
        offers.c.price_amount,
        offers.c.price_currency,
        products.c.slug,
        products.c.name,
        products.c.cover,
        variants.c.options,
        sellers.c.name.label("seller_name"),
        sellers.c.slug.label("seller_slug"),
        case((_purchasable, _in_stock), else_=0).label("available"),
    )
    .outerjoin(cart_items, cart_items.c.user_id == carts.c.user_id)
    .outerjoin(offers, offers.c.id == cart_items.c.offer_id)
    .outerjoin(products, products.c.id == offers.c.product_id)
    .outerjoin(variants, variants.c.id == offers.c.variant_id)
    .outerjoin(sellers, sellers.c.id == offers.c.seller_id)
    .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
    .where(carts.c.user_id == bindparam("viewer_id"))
    .order_by(cart_items.c.added_at, cart_items.c.offer_id)
)


class SqlCartQueries:
    """Implements `application.carts.queries.CartQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def find(self, viewer: Actor) -> CartView | None:
        """The viewer's, as it stands now; None before it was opened. One statement."""
        rows = self._read.fetch(_CART, {"viewer_id": viewer.user_id})
        return _view(rows) if rows else None


def _view(rows: Sequence[AnyRow]) -> CartView:
    """A cart of its items' rows; an empty one has a row without an item."""
    filled = [row for row in rows if row.offer_id is not None]
    quantities, changes = refresh(map(_standing, filled))
    items = {
        row.offer_id: _item(row, quantities[row.offer_id])
        for row in filled
        if row.offer_id in quantities
    }
    return CartView(
        id=rows[0].cart_id,
        items=list(items.values()),
        sellers=_sellers((row, items[row.offer_id]) for row in filled if row.offer_id in items),
        total=total([item.total for item in items.values()]),
        changes=changes,
    )


def _standing(row: AnyRow) -> Standing:
    seen = Money(row.seen_amount, row.seen_currency)
    gone = row.price_amount is None
    return Standing(
        offer_id=row.offer_id,
        wanted=row.quantity,
        seen=seen,
        price=seen if gone else Money(row.price_amount, row.price_currency),
        available=row.available,
    )


def _item(row: AnyRow, quantity: int) -> CartItemView:
    price = Money(row.price_amount, row.price_currency)
    return CartItemView(
        offer_id=row.offer_id,
        product_id=row.product_id,
        slug=row.slug,
        name=row.name,
        image=None if row.cover is None else picture_file(row.cover, PictureSize.SMALL),
        options=row.options,
        sku=row.sku,
        seller_id=row.seller_id,
        quantity=quantity,
        unit_price=price,
        total=price * quantity,
        available=row.available,
    )


def _sellers(pairs: Iterable[tuple[AnyRow, CartItemView]]) -> list[CartSellerView]:
    """In the order of their first items; one that sells in two currencies comes twice."""
    found: dict[tuple[SellerId, str], CartSellerView] = {}
    for row, item in pairs:
        key = (row.seller_id, item.total.currency)
        before = found.get(key)
        found[key] = CartSellerView(
            id=row.seller_id,
            name=row.seller_name,
            slug=row.seller_slug,
            subtotal=item.total if before is None else before.subtotal + item.total,
        )
    return list(found.values())
