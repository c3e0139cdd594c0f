"""Loads the demo's accounts, sellers, catalogue and first orders, through the same unit of work
and use cases as everything else: what is shown obeys every rule."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from marketplace.application.ports import Carriers, PasswordHasher, PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.carts.cart import Cart
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.identity.user import User
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import CartId, CategoryId, SellerId, SellerOrderId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.demo.catalogue import (
    OPENED,
    Branch,
    Listing,
    book,
    categories,
    known_id,
    listings,
    slug_of,
)
from marketplace.infrastructure.demo.orders import place_orders, refund_a_part
from marketplace.infrastructure.demo.people import (
    ACCOUNTS,
    actor_of,
    add_addresses,
    add_sellers,
    add_users,
)
from marketplace.infrastructure.demo.shipments import ship_orders
from marketplace.infrastructure.demo.shipping import shipping_methods

# In each state, for whoever wants to try the next step.
BOOKS: Mapping[str, ProductStatus] = {
    "The Silent Harbour": ProductStatus.PUBLISHED,
    "Last Summer's Almanac": ProductStatus.PUBLISHED,
    "The Hidden Orchard": ProductStatus.DRAFT,
    "Winter Letters": ProductStatus.PENDING,
    "Unsigned Poems": ProductStatus.PENDING,
}
EMPTY_CATEGORY = "Gift cards"

HISTORY = 1_000
"""How many orders others have placed in the year before the first start."""


def is_loaded(new_uow: Callable[[], UnitOfWork]) -> bool:
    """Whether there are accounts of the demo already."""
    with new_uow() as uow:
        return uow.users.find_by_email(ACCOUNTS["admin"].login) is not None


def load(
    new_uow: Callable[[], UnitOfWork],
    *,
    stocking: UnitOfWork,
    history: Callable[[], object],
    hasher: PasswordHasher,
    providers: PaymentProviders,
    carriers: Carriers,
) -> None:
    """Fill an empty database. One transaction, `stocking`, whose instant is when the stock was
    received, so that it is loaded whole or not at all; then `history`, which is what others have
    ordered of it so far, and the buyer's own orders and their shipments."""
    hashes = {name: hasher.hash(account.password) for name, account in ACCOUNTS.items()}
    tree = categories()
    with stocking as uow:
        users = add_users(uow, hashes)
        add_addresses(uow, users["buyer"])
        sellers = add_sellers(uow, users)
        for method in shipping_methods(sellers):
            uow.shipping_methods.add(method)
        for branch in tree:
            uow.categories.add(branch.category)
        uow.categories.add(_empty_category(len(tree) + 1))
        fiction = next(b for b in tree if b.category.slug == "fiction")
        shown = [*_published(listings(tree, sellers)), *_books(fiction, sellers["Books"])]
        for listing in shown:
            uow.products.add(listing.product)
            for offer in listing.offers:
                uow.offers.add(offer)
        uow.stock.add(*(item for listing in shown for item in listing.stock))
        uow.listings.refresh_all()
        uow.commit()
    history()
    _fill_cart(new_uow(), users["buyer"], shown)
    place_orders(new_uow, actor_of(users["buyer"], {}), providers)
    seller = actor_of(users["seller"], {sellers["Books"]: MemberRole.OWNER})
    refund_a_part(new_uow, seller, providers)
    ship_orders(
        new_uow,
        seller,
        carriers,
        lambda order: SellerOrderId(known_id(f"part of order {order}", 2)),
    )


def _fill_cart(uow: UnitOfWork, buyer: User, shown: Sequence[Listing]) -> None:
    """Two of a book that has become cheaper since."""
    harbour = next(each for each in shown if each.product.id == known_id("product", 1001))
    offer = harbour.offers[-1]
    with uow:
        # As of now: what was put long ago would be cleared away.
        cart = Cart.open(id=CartId(known_id("cart", 1)), user_id=buyer.id, now=uow.now)
        cart.put(offer.id, 2, offer.price + Money(100, offer.price.currency), uow.now)
        uow.carts.add(cart)
        uow.commit()


def _empty_category(number: int) -> Category:
    return Category.create(
        id=CategoryId(known_id("category", number)),
        name=EMPTY_CATEGORY,
        slug=slug_of(EMPTY_CATEGORY),
        parent=None,
        now=OPENED,
    )


def _published(made: Iterator[Listing]) -> Iterator[Listing]:
    for listing in made:
        _bring_to(listing.product, ProductStatus.PUBLISHED)
        yield listing


def _books(fiction: Branch, seller_id: SellerId) -> Iterator[Listing]:
    for number, (name, status) in enumerate(BOOKS.items(), 1):
        listing = book(number, name, fiction.category.id, seller_id)
        _bring_to(listing.product, status)
        yield listing


def _bring_to(product: Product, status: ProductStatus) -> None:
    if status is not ProductStatus.DRAFT:
        product.submit(product.created_at + timedelta(minutes=5))
    if status is ProductStatus.PUBLISHED:
        product.publish(product.created_at + timedelta(minutes=30))
