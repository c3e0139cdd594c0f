"""Lists of products."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.paging import PageRequest
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.errors import Forbidden, NotFound
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    NOW,
    a_category,
    a_product,
    new_id,
    word,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import EVERYTHING, search, store, suspend


class TestProductLists:
    @pytest.fixture
    def tree(self, new_uow: NewUow, goods: Goods) -> dict[str, Product]:
        """Products at the top of a tree, below, further below, and in a neighbour of its name."""
        top = a_category()
        below = a_category(top)
        bottom = a_category(below)
        neighbour = a_category(slug=f"{top.slug}-x")
        made = {
            name: a_product(goods.seller, category, name=name)
            for name, category in {
                top.slug: top,
                "below": below,
                "bottom": bottom,
                "neighbour": neighbour,
            }.items()
        }
        store(
            new_uow,
            *(("categories", each) for each in (top, below, bottom, neighbour)),
            *(("products", product) for product in made.values()),
            ("products", a_product(goods.seller, top, status=ProductStatus.DRAFT)),
        )
        return made

    def test_of_a_category_hold_what_is_below_it(
        self, read: SqlReader, tree: dict[str, Product], executed: list[str]
    ) -> None:
        top = next(iter(tree))

        found = search(read, EVERYTHING, category=top)

        assert {each.name for each in found.items} == {top, "below", "bottom"}
        assert len(executed) == 1
        by_id = search(read, EVERYTHING, category=tree[top].category_id)
        assert {each.id for each in by_id.items} == {each.id for each in found.items}

    def test_filters_are_joined(
        self, read: SqlReader, goods: Goods, tree: dict[str, Product]
    ) -> None:
        top = next(iter(tree))

        def found(**wanted: Any) -> int:
            return len(search(read, EVERYTHING, **wanted).items)

        assert found(category=top, seller=goods.seller.slug) == 3
        assert found(category=top, seller=goods.seller.id) == 3
        assert found(category=top, seller=word()) == 0
        assert found(category=new_id(), seller=goods.seller.id) == 0

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("newest", ["B", "A", "C"]),
            ("-newest", ["C", "A", "B"]),
            ("name", ["A", "B", "C"]),
            ("-name", ["C", "B", "A"]),
        ],
    )
    def test_have_their_order(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, sort: str, expected: list[str]
    ) -> None:
        category = a_category()
        store(
            new_uow,
            ("categories", category),
            *(
                (
                    "products",
                    a_product(
                        goods.seller, category, name=name, created_at=NOW + timedelta(seconds=age)
                    ),
                )
                for name, age in {"A": 2, "B": 3, "C": 1}.items()
            ),
        )

        page = PageRequest(sort=sort, with_total=True)
        found = search(read, page, category=category.id)

        assert [each.name for each in found.items] == expected
        assert found.total == 3

    def test_of_a_seller_show_every_status_to_its_own(
        self,
        read: SqlReader,
        new_uow: NewUow,
        goods: Goods,
        member: Actor,
        admin: Actor,
        executed: list[str],
    ) -> None:
        draft = a_product(goods.seller, goods.category, status=ProductStatus.DRAFT)
        store(new_uow, ("products", draft))

        mine = read.products.list_of_seller(goods.seller.id, EVERYTHING, None, member)
        assert len(executed) == 1
        all_ = read.products.list_of_seller(goods.seller.slug, EVERYTHING, None, admin)
        drafts = read.products.list_of_seller(
            goods.seller.slug, EVERYTHING, ProductStatus.DRAFT, member
        )

        assert {each.id for each in mine.items} == {draft.id, goods.product.id}
        assert mine.items == all_.items
        assert [each.id for each in drafts.items] == [draft.id]

    def test_of_a_seller_are_closed_to_strangers(
        self,
        engines: Engines,
        read: SqlReader,
        goods: Goods,
        stranger: Actor,
        other_member: Actor,
    ) -> None:
        for actor in (stranger, other_member):
            with pytest.raises(Forbidden):
                read.products.list_of_seller(goods.seller.id, EVERYTHING, None, actor)
        suspend(engines, goods.seller)
        for actor in (stranger, other_member):
            with pytest.raises(NotFound):
                read.products.list_of_seller(goods.seller.id, EVERYTHING, None, actor)

    def test_for_moderation_begin_with_what_has_waited_longest(
        self, read: SqlReader, new_uow: NewUow, goods: Goods
    ) -> None:
        waiting = [
            a_product(
                goods.seller,
                goods.category,
                status=ProductStatus.PENDING,
                updated_at=NOW - timedelta(days=days),
            )
            for days in (1, 3, 2)
        ]
        store(new_uow, *(("products", product) for product in waiting))

        found = read.products.list_for_moderation(EVERYTHING, ProductStatus.PENDING)

        ours = [each.id for each in found.items if each.id in {one.id for one in waiting}]
        assert ours == [waiting[1].id, waiting[2].id, waiting[0].id]
