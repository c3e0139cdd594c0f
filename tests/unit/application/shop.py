"""A small marketplace in memory: two sellers with products for sale, a buyer, an admin."""

from typing import Any

from marketplace.application.idempotency import Effect
from marketplace.application.orders.commands import OrderItem, PaymentInstruction, PlaceOrder
from marketplace.application.orders.services import place_order
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.orders.order import Order
from marketplace.domain.sellers.seller import Seller, SellerStatus
from marketplace.domain.shared.ids import OfferId, OrderId
from tests.factories import (
    a_category,
    a_product,
    a_seller,
    a_user,
    an_actor,
    an_address,
    an_admin,
    an_offer,
    eur,
    new_id,
)
from tests.fake_provider import FakeProvider
from tests.fakes import FakeClock, FakeDatabase


class Shop:
    """`lamp` and `desk` are sold by `seller`, 10 of each, for 30.00 and 50.00 EUR; `chair` by
    `rival`, 10 too, for 20.00 EUR."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        self.provider = FakeProvider()
        self.owner, self.customer, self.boss = a_user(), a_user(), an_admin()
        self.rivals_owner = a_user()
        self.seller = a_seller(self.owner, status=SellerStatus.APPROVED)
        self.rival = a_seller(self.rivals_owner, status=SellerStatus.APPROVED)
        self.category = a_category()
        self.lamp = self._product(self.seller, "lamp", 3000)
        self.desk = self._product(self.seller, "desk", 5000)
        self.chair = self._product(self.rival, "chair", 2000)
        with self.database.unit_of_work() as uow:
            for user in (self.owner, self.rivals_owner, self.customer, self.boss):
                uow.users.add(user)
            uow.sellers.add(self.seller)
            uow.sellers.add(self.rival)
            uow.categories.add(self.category)
            for product, offer in (self.lamp, self.desk, self.chair):
                uow.products.add(product)
                uow.offers.add(offer)
                uow.stock.add(StockItem(offer_id=offer.id, on_hand=10))
            uow.commit()
        self.buyer = an_actor(self.customer)
        self.admin = an_actor(self.boss)
        self.member = an_actor(self.owner, {self.seller.id: self.seller.members[0].role})
        self.rivals_member = an_actor(
            self.rivals_owner, {self.rival.id: self.rival.members[0].role}
        )

    def _product(self, seller: Seller, name: str, price: int) -> Any:
        product = a_product(seller, self.category, name=name, status=ProductStatus.PUBLISHED)
        return product, an_offer(product, price=eur(price))

    def order_of(self, *items: tuple[OfferId, int], **fields: Any) -> PlaceOrder:
        values: dict[str, Any] = {
            "actor": self.buyer,
            "order_id": OrderId(new_id()),
            "items": [OrderItem(offer_id=offer, quantity=quantity) for offer, quantity in items],
            "shipping_address": an_address(),
            "payment": PaymentInstruction(method="sandbox", token="tok_ok"),
        }
        return PlaceOrder(**values | fields)

    def place(
        self, command: PlaceOrder, *, effect: Effect | None = None, capture: bool = True
    ) -> OrderId:
        return place_order(
            self.database.unit_of_work(effect),
            command,
            providers={"sandbox": self.provider},
            capture=capture,
            new_id=new_id,
        )

    def effect_of(self, command: PlaceOrder, key: str = "key") -> Effect:
        return Effect(actor=command.actor.email, key=key, fingerprint="f", makes=command.order_id)

    def order(self, order_id: OrderId) -> Order:
        with self.database.unit_of_work() as uow:
            return uow.orders.get(order_id)

    def available(self, offer_id: OfferId) -> int:
        with self.database.unit_of_work() as uow:
            return uow.stock.get(offer_id).available
