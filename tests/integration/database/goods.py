"""Something to sell, stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.identity.user import User
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import Seller
from tests.factories import a_category, a_product, a_seller, a_user, an_offer


@dataclass
class Goods:
    user: User
    seller: Seller
    category: Category
    product: Product
    offer: Offer


def stored_goods(new_uow: Callable[[], UnitOfWork], *, on_hand: int = 10) -> Goods:
    """A published product of an approved seller, with one offer."""
    user = a_user()
    seller = a_seller(user)
    category = a_category()
    product = a_product(seller, category)
    offer = an_offer(product)
    with new_uow() as uow:
        uow.users.add(user)
        uow.sellers.add(seller)
        uow.categories.add(category)
        uow.products.add(product)
        uow.offers.add(offer)
        uow.stock.add(StockItem(offer_id=offer.id, on_hand=on_hand))
        uow.commit()
    return Goods(user, seller, category, product, offer)


def more_offers(new_uow: Callable[[], UnitOfWork], goods: Goods, number: int) -> Sequence[Offer]:
    """Offers of further products, with ample stock."""
    products = [a_product(goods.seller, goods.category) for _ in range(number)]
    offers = [an_offer(product) for product in products]
    with new_uow() as uow:
        for product, offer in zip(products, offers, strict=True):
            uow.products.add(product)
            uow.offers.add(offer)
            uow.stock.add(StockItem(offer_id=offer.id, on_hand=1000))
        uow.commit()
    return offers
