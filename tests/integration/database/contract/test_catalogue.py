"""Sellers, categories, products, offers."""

from typing import Any

import pytest

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import Category
from marketplace.domain.errors import Conflict, NotFound
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import OfferId
from marketplace.domain.shared.money import Money
from tests.factories import (
    a_category,
    a_product,
    a_seller,
    a_user,
    an_offer,
    new_id,
    word,
)
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


class TestSlugs:
    def test_a_free_one_is_left_as_it_is(self, world: World) -> None:
        slug = word()
        with world.new_uow() as uow:
            assert uow.sellers.free_slug(slug) == slug

    def test_a_taken_one_is_numbered(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            slug = goods.product.slug
            assert uow.products.free_slug(slug) == f"{slug}-2"
            for number in (2, 3, 5):
                uow.products.add(a_product(goods.seller, goods.category, slug=f"{slug}-{number}"))
            assert uow.products.free_slug(slug) == f"{slug}-4"
            uow.commit()

    def test_many_are_taken(self, world: World) -> None:
        slug = word()
        taken = [slug, *(f"{slug}-{number}" for number in range(2, 30))]
        world.store(*(("categories", a_category(slug=each)) for each in taken))

        with world.new_uow() as uow:
            assert uow.categories.free_slug(slug) == f"{slug}-30"

    @pytest.mark.parametrize("repository", ["sellers", "categories", "products"])
    def test_one_that_was_chosen_is_refused(
        self, world: World, goods: Goods, repository: str
    ) -> None:
        taken = {
            "sellers": a_seller(slug=goods.seller.slug),
            "categories": a_category(slug=goods.category.slug),
            "products": a_product(goods.seller, goods.category, slug=goods.product.slug),
        }

        with pytest.raises(Conflict) as refused:
            world.store((repository, taken[repository]))

        assert refused.value.code == "slug_taken"

    @pytest.mark.parametrize("repository", ["sellers", "categories", "products"])
    def test_id_and_slug_find_the_same(self, world: World, goods: Goods, repository: str) -> None:
        stored: Any = {
            "sellers": goods.seller,
            "categories": goods.category,
            "products": goods.product,
        }[repository]

        with world.new_uow() as uow:
            kept = getattr(uow, repository)
            assert kept.get(stored.id) is kept.get(stored.slug)
            for unknown in (new_id(), word()):
                with pytest.raises(NotFound):
                    kept.get(unknown)


class TestSellers:
    def test_members_come_and_go(self, world: World, goods: Goods) -> None:
        clerk = a_user()
        world.store(("users", clerk))

        with world.new_uow() as uow:
            uow.sellers.get(goods.seller.id).add_member(clerk.id, MemberRole.MANAGER, uow.now)
            uow.commit()
        with world.new_uow() as uow:
            seller = uow.sellers.get(goods.seller.id)
            roles = {member.user_id: member.role for member in seller.members}
            assert roles == {goods.user.id: MemberRole.OWNER, clerk.id: MemberRole.MANAGER}
            seller.remove_member(clerk.id, uow.now)
            uow.commit()

        with world.new_uow() as uow:
            seller = uow.sellers.get(goods.seller.id)
            assert [member.user_id for member in seller.members] == [goods.user.id]
            assert seller.version == goods.seller.version + 2


class TestCategories:
    def test_a_move_takes_the_descendants_along(self, world: World) -> None:
        top = a_category()
        child = a_category(top)
        grandchild = a_category(child)
        # Its path begins with the same letters, but it lies elsewhere.
        neighbour = a_category(slug=f"{top.slug}-too")
        world.store(*(("categories", each) for each in (top, child, grandchild, neighbour)))

        with world.new_uow() as uow:
            moving = uow.categories.get(child.id)
            before = moving.path
            below = uow.categories.levels_below(moving)
            moving.relocate(slug=moving.slug, parent=None, levels_below=below, now=uow.now)
            uow.categories.move_descendants(before, moving.path)
            uow.commit()

        with world.new_uow() as uow:
            paths = [uow.categories.get(each.id).path for each in (child, grandchild, neighbour)]
            moved = uow.categories.get(grandchild.id)
        assert below == 1
        assert paths == [child.slug, f"{child.slug}/{grandchild.slug}", neighbour.slug]
        assert moved.version == grandchild.version + 1

    def test_attributes_are_inherited_and_the_nearest_wins(self, world: World) -> None:
        def defined(name: str, *, required: bool = False) -> AttributeDefinition:
            return AttributeDefinition(name=name, type=AttributeType.TEXT, required=required)

        top = a_category(attributes=(defined("a"), defined("b")))
        middle = a_category(top, attributes=(defined("b", required=True),))
        bottom = a_category(middle, attributes=(defined("c"),))
        world.store(*(("categories", each) for each in (top, middle, bottom)))

        with world.new_uow() as uow:
            found = uow.categories.attributes_of(uow.categories.get(bottom.id))

        assert list(found) == [defined("a"), defined("b", required=True), defined("c")]

    def test_removal(self, world: World) -> None:
        category = a_category()
        world.store(("categories", category))

        with world.new_uow() as uow:
            found = uow.categories.get(category.id)
            found.delete(uow.now)
            uow.categories.remove(found)
            uow.commit()

        with world.new_uow() as uow:
            assert uow.categories.find(category.id) is None

    def test_one_that_is_in_use_stays(self, world: World, goods: Goods) -> None:
        parent = a_category()
        world.store(("categories", parent), ("categories", a_category(parent)))

        def remove(category: Category) -> None:
            with world.new_uow() as uow:
                uow.categories.remove(uow.categories.get(category.id))
                uow.commit()

        for used in (parent, goods.category):
            with pytest.raises(Conflict) as refused:
                remove(used)
            assert refused.value.code == "category_in_use"


class TestOffers:
    def test_a_sku_is_unique_within_a_seller(self, world: World, goods: Goods) -> None:
        twin = a_product(goods.seller, goods.category)
        world.store(("products", twin))

        with pytest.raises(Conflict) as refused:
            world.store(("offers", an_offer(twin, sku=goods.offer.sku)))

        assert refused.value.code == "sku_taken"

    def test_another_seller_may_have_the_sku(self, world: World, goods: Goods) -> None:
        other = a_seller()
        rival = an_offer(goods.product, seller_id=other.id, sku=goods.offer.sku)
        world.store(("sellers", other), ("offers", rival))

        with world.new_uow() as uow:
            assert uow.offers.get(rival.id).sku == goods.offer.sku

    def test_one_that_does_not_exist(self, world: World) -> None:
        with world.new_uow() as uow, pytest.raises(NotFound):
            uow.offers.get(OfferId(new_id()))

    @pytest.mark.parametrize("price", [Money(1000, "USD"), Money(1001, "EUR")])
    def test_half_of_a_price_may_change(self, world: World, goods: Goods, price: Money) -> None:
        with world.new_uow() as uow:
            offer = uow.offers.get(goods.offer.id)
            assert offer.price == Money(1000, "EUR")
            offer.change(
                sku=offer.sku,
                price=price,
                compare_at_price=None,
                condition=offer.condition,
                now=uow.now,
            )
            uow.commit()

        with world.new_uow() as uow:
            assert uow.offers.get(goods.offer.id).price == price
