"""A listing says what is stored, whoever wrote at the same time what it is made of."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any, TypeAlias

import pytest
from sqlalchemy import text

from marketplace.application.catalogue.category_services import change_category
from marketplace.application.catalogue.commands import (
    ApproveProduct,
    ArchiveProduct,
    ChangeCategory,
)
from marketplace.application.catalogue.handlers import restock_listing
from marketplace.application.catalogue.offer_commands import WithdrawOffer
from marketplace.application.catalogue.offer_services import withdraw_offer
from marketplace.application.catalogue.services import approve_product, archive_product
from marketplace.application.precondition import Precondition
from marketplace.application.sellers.commands import (
    ApproveSeller,
    ChangeSellerProfile,
    ReinstateSeller,
    SuspendSeller,
)
from marketplace.application.sellers.services import (
    approve_seller,
    change_seller_profile,
    reinstate_seller,
    suspend_seller,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.inventory.events import StockCameBack
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import MemberRole, Seller, SellerStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    NOW,
    a_category,
    a_product,
    a_seller,
    a_user,
    an_actor,
    an_admin,
    an_offer,
    eur,
    new_id,
    word,
)
from tests.fakes import FakeClock
from tests.integration.database.conftest import NewUow

ANY = Precondition(anything=True)
ADMIN = an_actor(an_admin())
PATIENCE = 10.0


@dataclass
class Market:
    """`product` is described and offered by `seller`, dearer than by `rival`."""

    seller: Seller
    rival: Seller
    root: Category
    shelf: Category
    other: Category
    product: Product
    offer: Offer
    bargain: Offer

    def store(self, new_uow: NewUow) -> "Market":
        with new_uow() as uow:
            for seller in (self.seller, self.rival):
                uow.sellers.add(seller)
            for category in (self.root, self.shelf, self.other):
                uow.categories.add(category)
            uow.products.add(self.product)
            for offer in (self.offer, self.bargain):
                uow.offers.add(offer)
                uow.stock.add(StockItem(offer_id=offer.id, on_hand=5))
            uow.listings.refresh([self.product.id])
            uow.commit()
        return self


Work: TypeAlias = Callable[[UnitOfWork, Market], Any]


def approve(uow: UnitOfWork, market: Market) -> None:
    approve_product(uow, ApproveProduct(actor=ADMIN, product=market.product.id))


def archive(uow: UnitOfWork, market: Market) -> None:
    actor = an_actor(a_user(), {market.seller.id: MemberRole.OWNER})
    archive_product(uow, ArchiveProduct(actor=actor, product=market.product.id))


def suspend(uow: UnitOfWork, market: Market) -> None:
    suspend_seller(uow, SuspendSeller(actor=ADMIN, seller=market.seller.id, reason="fraud"))


def suspend_rival(uow: UnitOfWork, market: Market) -> None:
    suspend_seller(uow, SuspendSeller(actor=ADMIN, seller=market.rival.id, reason="fraud"))


def admit(uow: UnitOfWork, market: Market) -> None:
    approve_seller(uow, ApproveSeller(actor=ADMIN, seller=market.seller.id))


def reinstate_rival(uow: UnitOfWork, market: Market) -> None:
    reinstate_seller(uow, ReinstateSeller(actor=ADMIN, seller=market.rival.id))


def withdraw_bargain(uow: UnitOfWork, market: Market) -> None:
    actor = an_actor(a_user(), {market.rival.id: MemberRole.OWNER})
    withdraw_offer(uow, WithdrawOffer(actor=actor, offer_id=market.bargain.id, precondition=ANY))


def rename_seller(uow: UnitOfWork, market: Market) -> None:
    actor = an_actor(a_user(), {market.seller.id: MemberRole.OWNER})
    change_seller_profile(
        uow,
        ChangeSellerProfile(actor=actor, seller=market.seller.id, precondition=ANY, slug=word()),
    )


def rename_shelf(uow: UnitOfWork, market: Market) -> None:
    change_category(
        uow,
        ChangeCategory(actor=ADMIN, category=market.shelf.id, precondition=ANY, slug=word()),
    )


def move_shelf(uow: UnitOfWork, market: Market) -> None:
    change_category(
        uow,
        ChangeCategory(
            actor=ADMIN, category=market.shelf.id, precondition=ANY, parent_id=market.other.id
        ),
    )


def rename_root(uow: UnitOfWork, market: Market) -> None:
    change_category(
        uow,
        ChangeCategory(actor=ADMIN, category=market.root.id, precondition=ANY, slug=word()),
    )


def restock(uow: UnitOfWork, market: Market) -> None:
    event = StockCameBack(offer_id=market.bargain.id, available=5, occurred_at=NOW)
    restock_listing(uow, new_id(), event)


PENDING = {"status": ProductStatus.PENDING}
PAIRS: dict[str, tuple[Work, Work, dict[str, Any]]] = {
    "suspended and approved": (suspend, approve, PENDING),
    "admitted and archived": (admit, archive, {"seller": SellerStatus.PENDING}),
    "admitted and renamed": (
        admit,
        approve,
        {"seller": SellerStatus.PENDING, "changes": ProductChanges(name="Another name")},
    ),
    "reinstated and withdrawn": (
        reinstate_rival,
        withdraw_bargain,
        {"rival": SellerStatus.SUSPENDED},
    ),
    "seller renamed and approved": (rename_seller, approve, PENDING),
    "category renamed and approved": (rename_shelf, approve, PENDING),
    "category moved and approved": (move_shelf, approve, PENDING),
    "category above renamed and approved": (rename_root, approve, PENDING),
    "category renamed and left": (rename_shelf, approve, {"leaves": True}),
    "category above renamed and left": (rename_root, approve, {"leaves": True}),
    "seller renamed and category renamed": (rename_seller, rename_shelf, {}),
    "suspended and category renamed": (suspend, rename_shelf, {}),
    "both suspended": (suspend, suspend_rival, {}),
    "rival suspended and restocked": (suspend_rival, restock, {}),
    "archived and restocked": (archive, restock, {}),
}


def market(
    *,
    status: ProductStatus = ProductStatus.PUBLISHED,
    seller: SellerStatus = SellerStatus.APPROVED,
    rival: SellerStatus = SellerStatus.APPROVED,
    changes: ProductChanges | None = None,
    leaves: bool = False,
) -> Market:
    describing = a_seller(status=seller)
    selling = a_seller(status=rival)
    root = a_category()
    shelf, other = a_category(root), a_category()
    if leaves:
        changes = ProductChanges(category_id=other.id)
    product = a_product(describing, shelf, status=status, pending_changes=changes)
    offer = an_offer(product, price=eur(2000))
    bargain = an_offer(product, price=eur(1000), seller_id=selling.id)
    return Market(describing, selling, root, shelf, other, product, offer, bargain)


class Halting(SqlUnitOfWork):
    """Stops before its commit until `go` is set."""

    reached: Event
    go: Event

    def commit(self) -> None:
        self._open.flush()
        self.reached.set()
        assert self.go.wait(PATIENCE)
        super().commit()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_listed_is_what_is_stored(
    pair: str,
    turned: bool,
    new_uow: NewUow,
    engines: Engines,
    pool: ThreadPoolExecutor,
) -> None:
    first, second, start = PAIRS[pair]
    if turned:
        first, second = second, first
    stored = market(**start).store(new_uow)
    halting = Halting(engines.write, clock=FakeClock(), new_id=new_id)
    halting.reached, halting.go = Event(), Event()

    def run_first() -> None:
        try:
            first(halting, stored)
        finally:
            halting.reached.set()

    ahead = pool.submit(run_first)
    assert halting.reached.wait(PATIENCE)
    behind = pool.submit(second, new_uow(), stored)
    _wait_until_blocked(behind, engines)
    halting.go.set()
    ahead.result(PATIENCE)
    behind.result(PATIENCE)

    found = _listing(stored, engines)
    with new_uow() as uow:
        uow.listings.refresh([stored.product.id])
        uow.commit()
    assert found == _listing(stored, engines)


def _wait_until_blocked(work: "Future[Any]", engines: Engines) -> None:
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = monotonic() + PATIENCE
    with engines.read.connect() as connection:
        while not work.done() and not connection.execute(blocked).scalar_one():
            assert monotonic() < until


def _listing(stored: Market, engines: Engines) -> Any:
    statement = text(
        "SELECT name, price_amount, in_stock, terms, choices, search FROM product_listings"
        " WHERE product_id = :product"
    )
    with engines.write.connect() as connection:
        return connection.execute(statement, {"product": stored.product.id}).one_or_none()
