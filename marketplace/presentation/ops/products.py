"""Products in a table, and one by one with what was sold of it and what is on its way."""

import marshmallow as ma
from werkzeug.wrappers import Response

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import ProductSummaryView, ProductView
from marketplace.application.catalogue.search import ProductSearchFilter, SearchRequest
from marketplace.application.paging import Page, PageRequest
from marketplace.application.reader import Reader
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.shared.ids import ProductId
from marketplace.domain.shipping.statuses import IN_PROGRESS, ShipmentStatus
from marketplace.presentation.ops import forms, periods, scope
from marketplace.presentation.ops.bars import bars
from marketplace.presentation.ops.render import show
from marketplace.presentation.rest import context, fields

ROWS = 25


def products(actor: Actor) -> Response:
    form = forms.read_query(forms.ProductsQuerySchema())
    if form["q"] and form["status"] not in (None, ProductStatus.PUBLISHED):
        form.refuse("status", "Words are searched for in published products only.")
    with context.reader() as read:
        chosen = scope.find(read, actor, form, one=True)
        asked = {"form": form, "scope": chosen, "statuses": ProductStatus}
        if form.errors:
            return show("products.html", 422, **asked, page=None)
        page = _listed(read, actor, chosen, form)
    return show("products.html", **asked, page=page, corrected=getattr(page, "corrected", None))


def _listed(
    read: Reader, actor: Actor, chosen: scope.Scope, form: forms.Form
) -> Page[ProductSummaryView]:
    """By words, else those of a seller, else those of all in one status."""
    page = PageRequest(limit=ROWS, cursor=form["cursor"])
    status: ProductStatus | None = form["status"]
    if form["q"]:
        wanted = ProductSearchFilter(q=form["q"], seller=chosen.seller_id)
        return read.search.find(SearchRequest(page=page, wanted=wanted))
    if chosen.seller_id is not None:
        return read.products.list_of_seller(chosen.seller_id, page, status, actor)
    if status in (None, ProductStatus.PUBLISHED):
        return read.search.find(SearchRequest(page=page))
    found = read.products.list_for_moderation(page, status)
    return Page(items=found.items, next=found.next, previous=found.previous, limit=found.limit)


def product(actor: Actor, product: str) -> Response:
    key = _key(product)
    form = forms.read_query(forms.PeriodQuerySchema())
    today = context.now().date()
    period = periods.choose(form, today)
    with context.reader() as read:
        # First: these know whether it is anything to the actor, be it published or not.
        sold = read.analytics.product_orders(key, period.placed, actor)
        sent = read.analytics.product_shipping(sold.product_id, (), actor)
        view = _details(read, sold.product_id, actor)
    on_the_way = sum(sent.by_status.get(status, 0) for status in IN_PROGRESS)
    return show(
        "product.html",
        422 if form.errors else 200,
        form=form,
        period=period,
        preset=periods.preset(period, today),
        presets=forms.Days,
        product=view,
        sold=sold,
        in_progress=on_the_way,
        orders=bars([(status, sold.by_status.get(status, 0)) for status in OrderStatus]),
        shipments=bars([(status, sent.by_status.get(status, 0)) for status in ShipmentStatus]),
        as_of=min(sold.as_of, sent.as_of),
    )


def _details(read: Reader, product: ProductId, actor: Actor) -> ProductView | None:
    """None of what the actor has sold, while another seller has taken it back."""
    try:
        return read.products.get(product, actor)
    except NotFound:
        return None


def _key(text: str) -> ProductId | str:
    try:
        key: ProductId | str = fields.IdOrSlug().deserialize(text)
    except ma.ValidationError:
        raise NotFound("product", text) from None
    return key
