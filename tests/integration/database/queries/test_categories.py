"""The tree of categories."""

import pytest

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    a_category,
    a_product,
    word,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import store


class TestCategories:
    def test_come_in_tree_order_with_what_they_inherit_and_hold(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
    ) -> None:
        def defined(name: str, *, required: bool = False) -> AttributeDefinition:
            return AttributeDefinition(name=name, type=AttributeType.TEXT, required=required)

        top = a_category(attributes=(defined("a"), defined("b")))
        second = a_category(top, name="B", attributes=(defined("b", required=True),))
        first = a_category(top, name="A")
        deep = a_category(second, attributes=(defined("c"),))
        store(
            new_uow,
            *(("categories", each) for each in (top, second, first, deep)),
            ("products", a_product(goods.seller, second)),
            ("products", a_product(goods.seller, deep)),
            ("products", a_product(goods.seller, deep, status=ProductStatus.DRAFT)),
        )

        listed = read.categories.list()

        assert len(executed) == 1
        tree = [each for each in listed if each.path.split("/")[0] == top.slug]
        assert [each.id for each in tree] == [top.id, first.id, second.id, deep.id]
        assert [each.product_count for each in tree] == [2, 0, 2, 1]
        assert list(tree[3].attributes) == [
            defined("a"),
            defined("b", required=True),
            defined("c"),
        ]
        for view in tree:
            executed.clear()
            assert read.categories.get(view.id) == read.categories.get(view.slug) == view
            assert len(executed) == 2

    def test_unknown_ones(self, read: SqlReader) -> None:
        with pytest.raises(NotFound):
            read.categories.get(word())
