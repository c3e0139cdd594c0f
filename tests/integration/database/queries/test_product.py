"""A product, and who sees it."""

import pytest
from sqlalchemy import select

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import ProductSummaryView
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OrderId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from marketplace.infrastructure.database.tables import product_listings as listings
from tests.factories import (
    NOW,
    a_product,
    a_seller,
    a_variant,
    an_offer,
    eur,
    new_id,
    word,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import (
    EVERYTHING,
    relist,
    search,
    store,
    suspend,
)


class TestProduct:
    def test_is_shown_with_its_variants_and_offers(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
    ) -> None:
        first = a_variant(position=1, options={"size": "S"}, barcode="9780553380958")
        second = a_variant(position=2, options={"size": "M"})
        third = a_variant(position=3, options={"size": "L"})
        product = a_product(
            goods.seller,
            goods.category,
            variants=[first, second, third],
            description="Long",
            attributes={"material": "oak", "weight": 1.5},
            tags=("a", "b"),
        )
        rival = a_seller()
        dear = an_offer(product, price=eur(900), compare_at_price=eur(1000))
        cheap = an_offer(product, price=eur(5), seller_id=rival.id)
        sold_out = an_offer(product, variant_id=second.id, price=eur(1))
        store(
            new_uow,
            ("sellers", rival),
            ("products", product),
            *(("offers", offer) for offer in (dear, cheap, sold_out)),
            ("stock", StockItem(offer_id=dear.id, on_hand=7)),
            ("stock", StockItem(offer_id=cheap.id, on_hand=1)),
            ("stock", StockItem(offer_id=sold_out.id, on_hand=0)),
        )

        view = read.products.get(product.id, None)

        assert len(executed) == 1
        assert (view.id, view.slug, view.name) == (product.id, product.slug, product.name)
        assert (view.description, view.tags) == ("Long", ("a", "b"))
        assert view.attributes == {"material": "oak", "weight": 1.5}
        assert (view.category.id, view.category.path) == (goods.category.id, goods.category.path)
        assert (view.status, view.version) == (ProductStatus.PUBLISHED, 1)
        assert (view.seller_id, view.created_at) == (goods.seller.id, NOW)
        assert (view.price_from, view.offer_count, view.in_stock) == (eur(5), 3, True)
        assert [variant.id for variant in view.variants] == [first.id, second.id, third.id]
        assert [variant.options for variant in view.variants] == [
            {"size": "S"},
            {"size": "M"},
            {"size": "L"},
        ]
        assert [variant.barcode for variant in view.variants] == ["9780553380958", None, None]
        offered = [[offer.id for offer in variant.offers] for variant in view.variants]
        assert offered == [[cheap.id, dear.id], [sold_out.id], []]
        shown = view.variants[0].offers[1]
        assert (shown.sku, shown.price, shown.compare_at_price) == (dear.sku, eur(900), eur(1000))
        assert (shown.available, shown.condition) == (7, dear.condition)
        assert (shown.seller.id, shown.seller.slug) == (goods.seller.id, goods.seller.slug)

    def test_in_a_list_tells_the_same(self, read: SqlReader, new_uow: NewUow, goods: Goods) -> None:
        rivals = [a_seller(), a_seller(status=SellerStatus.SUSPENDED)]
        dear = an_offer(goods.product, seller_id=rivals[0].id, price=eur(2000))
        hidden = an_offer(goods.product, seller_id=rivals[1].id, price=eur(1))
        store(
            new_uow,
            *(("sellers", rival) for rival in rivals),
            ("offers", dear),
            ("offers", hidden),
            ("stock", StockItem(offer_id=dear.id, on_hand=1)),
            ("stock", StockItem(offer_id=hidden.id, on_hand=1)),
        )
        with new_uow() as uow:
            uow.stock.allocate(OrderId(new_id()), {goods.offer.id: 10})
            uow.commit()

        (listed,) = search(read, EVERYTHING, seller=goods.seller.id).items
        single = read.products.get(goods.product.slug, None)

        assert (listed.price_from, listed.offer_count, listed.in_stock) == (eur(2000), 2, True)
        for field in vars(listed):
            assert getattr(single, field) == getattr(listed, field), field

    def test_has_the_price_of_its_home_currency(
        self, read: SqlReader, new_uow: NewUow, engines: Engines, goods: Goods
    ) -> None:
        first, second = (
            a_variant(position=1, options={"size": "S"}),
            a_variant(position=2, options={"size": "M"}),
        )
        product = a_product(goods.seller, goods.category, variants=[first, second])
        oldest, rival = a_seller(), a_seller()
        yen = an_offer(product, seller_id=oldest.id, price=Money(90, "JPY"))
        sold_out = an_offer(product, price=eur(500))
        euros = an_offer(product, variant_id=second.id, price=eur(900))
        cents = an_offer(product, seller_id=rival.id, price=Money(1, "JPY"))
        dollars = an_offer(product, variant_id=second.id, seller_id=rival.id, price=Money(1, "USD"))
        offers = (yen, sold_out, euros, cents, dollars)
        store(
            new_uow,
            *(("sellers", each) for each in (oldest, rival)),
            ("products", product),
            *(("offers", each) for each in offers),
            *(("stock", StockItem(offer_id=each.id, on_hand=1)) for each in (cents, dollars, yen)),
        )

        def prices(view: ProductSummaryView) -> tuple[object, ...]:
            return view.price_from, view.offer_count, view.in_stock

        def shown() -> tuple[object, ...]:
            relist(new_uow)
            single = read.products.get(product.id, None)
            listed = search(read, EVERYTHING, seller=rival.id).items
            ranked = search(read, EVERYTHING, seller=rival.id, q=product.name).items
            assert [prices(each) for each in (*listed, *ranked)] == [prices(single)] * 2
            with engines.read.connect() as connection:
                row = connection.execute(
                    select(listings).where(listings.c.product_id == product.id)
                ).one()
            assert single.price_from == Money(row.price_amount, row.price_currency)
            return prices(single)

        assert shown() == (eur(500), 5, True)
        of_first, of_second = read.products.get(product.id, None).variants
        assert [each.id for each in of_first.offers] == [cents.id, yen.id, sold_out.id]
        assert [each.id for each in of_second.offers] == [dollars.id, euros.id]
        with new_uow() as uow:
            uow.stock.add(StockItem(offer_id=euros.id, on_hand=1))
            uow.commit()
        assert shown() == (eur(900), 5, True)
        with new_uow() as uow:
            for each in (sold_out, euros):
                uow.offers.get(each.id).withdraw(NOW)
            uow.commit()
        assert shown() == (Money(1, "JPY"), 3, True)

    def test_without_an_offer(self, read: SqlReader, new_uow: NewUow, goods: Goods) -> None:
        product = a_product(goods.seller, goods.category)
        store(new_uow, ("products", product))

        view = read.products.get(product.id, None)
        listed = search(read, EVERYTHING, seller=goods.seller.id).items

        assert (view.price_from, view.offer_count, view.in_stock) == (None, 0, False)
        assert {(each.id, each.price_from) for each in listed} == {
            (product.id, None),
            (goods.product.id, eur(1000)),
        }

    @pytest.mark.parametrize("status", ProductStatus)
    def test_is_seen_by_whom_it_concerns(
        self,
        read: SqlReader,
        new_uow: NewUow,
        goods: Goods,
        status: ProductStatus,
        admin: Actor,
        member: Actor,
        stranger: Actor,
        other_member: Actor,
    ) -> None:
        product = a_product(goods.seller, goods.category, status=status, reason="Because")
        store(new_uow, ("products", product), ("offers", an_offer(product)))

        for insider in (admin, member):
            view = read.products.get(product.id, insider)
            assert (view.status, view.reason) == (status, "Because")
            assert len(view.variants[0].offers) == 1
        for outsider in (None, stranger, other_member):
            if status is ProductStatus.PUBLISHED:
                assert read.products.get(product.slug, outsider).reason is None
            else:
                with pytest.raises(NotFound):
                    read.products.get(product.slug, outsider)

    def test_of_a_suspended_seller_is_gone_for_everybody_else(
        self,
        engines: Engines,
        read: SqlReader,
        goods: Goods,
        member: Actor,
        stranger: Actor,
    ) -> None:
        suspend(engines, goods.seller)

        with pytest.raises(NotFound):
            read.products.get(goods.product.id, stranger)
        assert search(read, EVERYTHING, seller=goods.seller.id).items == []
        view = read.products.get(goods.product.id, member)
        assert [len(variant.offers) for variant in view.variants] == [1]
        assert (view.offer_count, view.price_from, view.in_stock) == (0, None, False)

    def test_unknown_ones(self, read: SqlReader) -> None:
        for key in (new_id(), word()):
            with pytest.raises(NotFound):
                read.products.get(key, None)  # type: ignore[arg-type]
