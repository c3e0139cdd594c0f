"""Sellers, categories, products, offers."""

from typing import Any

import pytest

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import Conflict, NotFound
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import OfferId, OrderId, ProductId
from marketplace.domain.shared.money import Money
from tests.factories import (
    NOW,
    a_category,
    a_product,
    a_seller,
    a_user,
    an_offer,
    eur,
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

    def test_are_priced_as_a_buyer_sees_them(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            by_offer, by_product = uow.offers.priced({goods.offer.id}, set())

        assert by_product == {}
        priced = by_offer[goods.offer.id]
        assert (priced.price, priced.sku) == (goods.offer.price, goods.offer.sku)
        assert (priced.name, priced.slug) == (goods.product.name, goods.product.slug)
        assert (priced.product_id, priced.seller_id) == (goods.product.id, goods.seller.id)
        assert priced.variant_id == goods.product.variants[0].id
        assert priced.options == goods.product.variants[0].options
        assert priced.purchasable

    def test_what_does_not_exist_is_absent(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            found = uow.offers.priced(
                {OfferId(new_id()), goods.offer.id}, {ProductId(new_id()), goods.product.id}
            )
            nothing = uow.offers.priced(set(), set())

        assert [list(each) for each in found] == [[goods.offer.id], [goods.product.id]]
        assert nothing == ({}, {})

    @pytest.mark.parametrize(
        ("product_status", "seller_status"),
        [
            (ProductStatus.DRAFT, SellerStatus.APPROVED),
            (ProductStatus.ARCHIVED, SellerStatus.APPROVED),
            (ProductStatus.PUBLISHED, SellerStatus.SUSPENDED),
        ],
    )
    def test_what_is_not_for_sale_says_so(
        self, world: World, product_status: ProductStatus, seller_status: SellerStatus
    ) -> None:
        seller, category = a_seller(status=seller_status), a_category()
        product = a_product(seller, category, status=product_status)
        offer = an_offer(product)
        world.store(
            ("sellers", seller),
            ("categories", category),
            ("products", product),
            ("offers", offer),
        )

        with world.new_uow() as uow:
            by_offer, by_product = uow.offers.priced({offer.id}, {product.id})

        assert not by_offer[offer.id].purchasable
        assert not by_product[product.id].purchasable

    def test_a_product_is_bought_at_its_cheapest_offer_in_stock(
        self, world: World, goods: Goods
    ) -> None:
        suspended = a_seller(status=SellerStatus.SUSPENDED)
        rival, third = a_seller(), a_seller()
        offers = {
            "suspended": an_offer(goods.product, seller_id=suspended.id, price=eur(1)),
            "sold out": an_offer(goods.product, seller_id=rival.id, price=eur(2)),
            "in stock": an_offer(goods.product, seller_id=third.id, price=eur(900)),
        }
        world.store(
            *(("sellers", each) for each in (suspended, rival, third)),
            *(("offers", each) for each in offers.values()),
            ("stock", StockItem(offer_id=offers["suspended"].id, on_hand=1)),
            ("stock", StockItem(offer_id=offers["sold out"].id, on_hand=3)),
            ("stock", StockItem(offer_id=offers["in stock"].id, on_hand=1)),
        )

        with world.new_uow() as uow:
            order_id = OrderId(new_id())
            uow.stock.allocate(order_id, {offers["sold out"].id: 3})
            _, best = uow.offers.priced(set(), {goods.product.id})
            uow.stock.allocate(order_id, {offers["in stock"].id: 1, goods.offer.id: 10})
            _, second = uow.offers.priced(set(), {goods.product.id})
            uow.commit()

        assert best[goods.product.id].offer_id == offers["in stock"].id
        assert second[goods.product.id].offer_id == offers["sold out"].id

    def test_a_product_is_bought_in_its_home_currency_while_it_can_be(
        self, world: World, goods: Goods
    ) -> None:
        rivals = [a_seller(), a_seller(), a_seller()]
        yen, dollars, euros = (
            an_offer(goods.product, seller_id=seller.id, price=price)
            for seller, price in zip(
                rivals, (Money(1, "JPY"), Money(900, "USD"), eur(2000)), strict=True
            )
        )
        world.store(
            *(("sellers", each) for each in rivals),
            *(("offers", each) for each in (yen, dollars, euros)),
            *(("stock", StockItem(offer_id=each.id, on_hand=1)) for each in (yen, dollars, euros)),
        )

        bought = []
        with world.new_uow() as uow:
            order_id = OrderId(new_id())
            for _ in range(4):
                _, best = uow.offers.priced(set(), {goods.product.id})
                offer_id = best[goods.product.id].offer_id
                bought.append(offer_id)
                uow.stock.allocate(order_id, {offer_id: 10 if offer_id == goods.offer.id else 1})
            _, nothing = uow.offers.priced(set(), {goods.product.id})
            uow.commit()

        assert bought == [goods.offer.id, euros.id, yen.id, dollars.id]
        assert nothing[goods.product.id].offer_id == goods.offer.id

    def test_without_an_offer_of_who_describes_it_the_oldest_tells_the_currency(
        self, world: World, goods: Goods
    ) -> None:
        product, rivals = a_product(goods.seller, goods.category), [a_seller(), a_seller()]
        suspended = a_seller(status=SellerStatus.SUSPENDED)
        hidden = an_offer(product, seller_id=suspended.id, price=Money(1, "JPY"))
        withdrawn = an_offer(product, price=Money(1, "JPY"), withdrawn_at=NOW)
        first, second = (
            an_offer(product, seller_id=seller.id, price=price)
            for seller, price in zip(rivals, (Money(500, "USD"), eur(100)), strict=True)
        )
        world.store(
            *(("sellers", each) for each in (*rivals, suspended)),
            ("products", product),
            *(("offers", each) for each in (hidden, withdrawn, first, second)),
        )

        with world.new_uow() as uow:
            _, best = uow.offers.priced(set(), {product.id})

        assert best[product.id].offer_id == first.id
