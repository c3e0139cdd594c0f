"""What is read of categories."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select

from marketplace.application.catalogue.queries import CategoryView
from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import CategoryId
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.sellers import key_is, key_parameters
from marketplace.infrastructure.database.tables import categories, products, sellers


def at_or_below(path: ColumnElement[str], top: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a category lies in the subtree of another, by their paths."""
    return or_(path == top, func.starts_with(path, top.concat("/")))


_for_sale = (
    select(products.c.category_id, func.count().label("number"))
    .join(sellers, sellers.c.id == products.c.seller_id)
    .where(products.c.status == ProductStatus.PUBLISHED, sellers.c.status == SellerStatus.APPROVED)
    .group_by(products.c.category_id)
    .subquery("for_sale")
)
_LIST = (
    select(categories, func.coalesce(_for_sale.c.number, 0).label("own_count"))
    .outerjoin(_for_sale, _for_sale.c.category_id == categories.c.id)
    .order_by(categories.c.name, categories.c.id)
)


@cache
def _get(*, by_id: bool) -> AnySelect:
    """The category and those above it, from the root on; the count on the last."""
    wanted = categories.alias("wanted")
    below = categories.alias("below")
    number = (
        select(func.count())
        .select_from(products)
        .join(sellers, sellers.c.id == products.c.seller_id)
        .join(below, below.c.id == products.c.category_id)
        .where(
            products.c.status == ProductStatus.PUBLISHED,
            sellers.c.status == SellerStatus.APPROVED,
            at_or_below(below.c.path, wanted.c.path),
        )
        .scalar_subquery()
    )
    return (
        select(categories, case((categories.c.id == wanted.c.id, number)).label("whole_count"))
        .join(wanted, at_or_below(wanted.c.path, categories.c.path))
        .where(key_is(wanted.c.id, wanted.c.slug, by_id=by_id))
        .order_by(func.length(categories.c.path))
    )


class SqlCategoryQueries:
    """Implements `application.catalogue.queries.CategoryQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, category: CategoryId | str) -> CategoryView:
        """By id or slug. Raises `NotFound`."""
        statement = _get(by_id=isinstance(category, UUID))
        rows = self._read.execute(statement, key_parameters(category)).all()
        if not rows:
            raise NotFound("category", category)
        definitions: dict[str, AttributeDefinition] = {}
        for row in rows:
            definitions = _inherit(definitions, row)
        return _view(rows[-1], rows[-1].whole_count, definitions)

    def list(self) -> Sequence[CategoryView]:
        """All of them, parents before children, siblings by name."""
        children: defaultdict[CategoryId | None, list[AnyRow]] = defaultdict(list)
        for row in self._read.execute(_LIST):
            children[row.parent_id].append(row)
        return [view for root in children[None] for view in _branch(root, {}, children)]


def _branch(
    row: AnyRow,
    inherited: Mapping[str, AttributeDefinition],
    children: Mapping[CategoryId | None, Sequence[AnyRow]],
) -> list[CategoryView]:
    """The views of a category and all below it, in tree order."""
    definitions = _inherit(inherited, row)
    branches = [_branch(child, definitions, children) for child in children.get(row.id, ())]
    number = row.own_count + sum(branch[0].product_count for branch in branches)
    below = (view for branch in branches for view in branch)
    return [_view(row, number, definitions), *below]


def _inherit(
    inherited: Mapping[str, AttributeDefinition], row: AnyRow
) -> dict[str, AttributeDefinition]:
    return dict(inherited) | {definition.name: definition for definition in row.attributes}


def _view(row: AnyRow, number: int, definitions: Mapping[str, AttributeDefinition]) -> CategoryView:
    return CategoryView(
        id=row.id,
        name=row.name,
        slug=row.slug,
        path=row.path,
        parent_id=row.parent_id,
        product_count=number,
        attributes=list(definitions.values()),
        version=row.version,
        created_at=row.created_at,
    )
