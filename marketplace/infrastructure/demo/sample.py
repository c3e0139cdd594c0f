"""Loads the demo's accounts, sellers, catalogue and first orders, through the same unit of work
and use cases as everything else: what is shown obeys every rule."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from marketplace.application.actor import Actor
from marketplace.application.orders.commands import OrderItem, PaymentInstruction, PlaceOrder
from marketplace.application.orders.services import place_order
from marketplace.application.payments.commands import RefundPayment
from marketplace.application.payments.services import refund_payment
from marketplace.application.ports import Carriers, PasswordHasher, PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.carts.cart import Cart
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.sellers.seller import MemberRole, Seller, SellerStatus
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    AddressId,
    CartId,
    CategoryId,
    OperationId,
    OrderId,
    ProductId,
    RefreshFamilyId,
    SellerId,
    SellerOrderId,
    UserId,
)
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
from marketplace.infrastructure.demo.shipments import ship_orders
from marketplace.infrastructure.demo.shipping import shipping_methods


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demo."""

    login: str
    password: str
    name: str


ACCOUNTS: Mapping[str, Account] = {
    "admin": Account("admin@example.com", "demo-admin-pass", "Alex Admin"),
    "seller": Account("seller@example.com", "demo-seller-pass", "Sam Seller"),
    "buyer": Account("buyer@example.com", "demo-buyer-pass", "Bea Buyer"),
}

EXTRAS: Mapping[str, str] = {"others": "Olga Others", "helper": "Hanna Helper"}
"""Accounts that nobody can sign in to: the owner of the other sellers, and a manager of the
seller's own."""

SELLERS: Mapping[str, tuple[str, str]] = {
    "Home": ("Oak & Ember", "Furniture and household goods out of small workshops."),
    "Outdoor": ("Fjord Outfitters", "Tested in rain before it is sold."),
    "Electronics": ("Volt Works", "Electronics that can be opened and repaired."),
    "Fashion": ("Loom Street", "Clothes and accessories for many years."),
    "Books": ("Papyrus Books", "Books new and old, packed by readers."),
    "Toys": ("Tumble Toys", "Toys that survive children."),
}
"""The seller of each room. The account `seller` owns Papyrus Books, and nothing else."""

# Sellers and books in each state, for whoever wants to try the next step.
APPLICANTS: Mapping[str, SellerStatus] = {
    "Second Hand Sounds": SellerStatus.PENDING,
    "Quick Copies": SellerStatus.PENDING,
    "Corner Shop": SellerStatus.APPROVED,
    "Old Mill": SellerStatus.SUSPENDED,
}
BOOKS: Mapping[str, ProductStatus] = {
    "The Silent Harbour": ProductStatus.PUBLISHED,
    "Last Summer's Almanac": ProductStatus.PUBLISHED,
    "The Hidden Orchard": ProductStatus.DRAFT,
    "Winter Letters": ProductStatus.PENDING,
    "Unsigned Poems": ProductStatus.PENDING,
}
EMPTY_CATEGORY = "Gift cards"

ADDRESSES = (
    Address(
        name=ACCOUNTS["buyer"].name,
        line1="Unter den Linden 1",
        city="Berlin",
        postal_code="10117",
        country="DE",
    ),
    Address(
        name=ACCOUNTS["buyer"].name,
        line1="Marktplatz 1",
        line2="Reception",
        city="Bonn",
        postal_code="53111",
        country="DE",
    ),
    Address(
        name=ACCOUNTS["buyer"].name,
        line1="Hafenstrasse 40",
        city="Hamburg",
        postal_code="20359",
        country="DE",
    ),
)
"""Those that the buyer keeps: at home, at work, and where nobody lives any more."""

HISTORY = 1_000
"""How many orders others have placed in the year before the first start."""

ORDERS: Sequence[tuple[Mapping[int, int], bool]] = (
    ({1001: 1}, True),
    ({1001: 2, 1002: 1}, True),
    ({1001: 1}, False),
    ({1001: 1}, False),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
)
"""Those of the buyer: units by number of the product, and whether the money is captured at once."""

ORDER: Mapping[str, object] = {
    "items": [{"productId": str(known_id("product", 1001)), "quantity": 1}],
    "shippingAddress": {
        "name": "Bea Buyer",
        "line1": "Unter den Linden 1",
        "city": "Berlin",
        "postalCode": "10117",
        "country": "DE",
    },
    "payment": {"method": "sandbox", "token": "tok_ok"},
}
"""The body of an order that goes through: a copy of The Silent Harbour."""


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
        users = _add_users(uow, hashes)
        _add_addresses(uow, users["buyer"])
        sellers = _add_sellers(uow, users)
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
    _place_orders(new_uow, users["buyer"], providers)
    seller = _actor(users["seller"], {sellers["Books"]: MemberRole.OWNER})
    _refund_a_part(new_uow, seller, providers)
    ship_orders(
        new_uow,
        seller,
        carriers,
        lambda order: SellerOrderId(known_id(f"part of order {order}", 2)),
    )


def _add_users(uow: UnitOfWork, hashes: Mapping[str, str]) -> dict[str, User]:
    made = {}
    for number, (name, account) in enumerate(ACCOUNTS.items(), 1):
        user = User.register(
            id=UserId(known_id("user", number)),
            email=account.login,
            name=account.name,
            password_hash=hashes[name],
            now=OPENED,
        )
        made[name] = user
    for name, full_name in EXTRAS.items():
        made[name] = User.register(
            id=UserId(known_id("user", len(made) + 1)),
            email=f"{name}@example.com",
            name=full_name,
            # No hash of anything.
            password_hash="!",  # noqa: S106
            now=OPENED,
        )
    made["admin"].make_admin(OPENED)
    for user in made.values():
        uow.users.add(user)
    return made


def _add_addresses(uow: UnitOfWork, buyer: User) -> None:
    for number, address in enumerate(ADDRESSES, 1):
        uow.addresses.add(
            SavedAddress.save(
                id=AddressId(known_id("address", number)),
                user_id=buyer.id,
                address=address,
                now=OPENED,
            )
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


def _add_sellers(uow: UnitOfWork, users: Mapping[str, User]) -> dict[str, SellerId]:
    numbers = itertools.count(1)
    sellers = {}
    for room, (name, description) in SELLERS.items():
        owner = users["seller" if room == "Books" else "others"]
        seller = _seller(next(numbers), name, description, owner)
        seller.approve(OPENED)
        if room == "Books":
            seller.add_member(users["helper"].id, MemberRole.MANAGER, OPENED)
        uow.sellers.add(seller)
        sellers[room] = seller.id
    for name, status in APPLICANTS.items():
        seller = _seller(next(numbers), name, "Would like to be found here.", users["others"])
        if status in (SellerStatus.APPROVED, SellerStatus.SUSPENDED):
            seller.approve(OPENED)
        if status is SellerStatus.SUSPENDED:
            seller.suspend("Three deliveries went missing.", OPENED)
        uow.sellers.add(seller)
    return sellers


def _seller(number: int, name: str, description: str, owner: User) -> Seller:
    return Seller.apply(
        id=SellerId(known_id("seller", number)),
        name=name,
        slug=slug_of(name.replace("&", "and")),
        description=description,
        owner_id=owner.id,
        now=OPENED,
    )


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


def _place_orders(
    new_uow: Callable[[], UnitOfWork], buyer: User, providers: PaymentProviders
) -> None:
    actor = _actor(buyer, {})
    for number, (basket, capture) in enumerate(ORDERS, 1):
        ids = map(partial(known_id, f"part of order {number}"), itertools.count(1))
        place_order(
            new_uow(),
            PlaceOrder(
                actor=actor,
                order_id=OrderId(known_id("order", number)),
                items=[
                    OrderItem(product_id=ProductId(known_id("product", product)), quantity=quantity)
                    for product, quantity in basket.items()
                ],
                shipping_address=ADDRESSES[0],
                payment=PaymentInstruction(method="sandbox", token="tok_ok"),  # noqa: S106
            ),
            providers=providers,
            capture=capture,
            new_id=ids.__next__,
        )


def _refund_a_part(
    new_uow: Callable[[], UnitOfWork], seller: Actor, providers: PaymentProviders
) -> None:
    with new_uow() as uow:
        payment_id = uow.payments.of_order(OrderId(known_id("order", 2))).id
    command = RefundPayment(
        actor=seller,
        payment_id=payment_id,
        operation_id=OperationId(known_id("refund", 1)),
        amount=100,
        reason="Damaged",
    )
    refund_payment(new_uow(), command, providers=providers)


def _actor(user: User, sellers: Mapping[SellerId, MemberRole]) -> Actor:
    return Actor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        roles=user.roles,
        sellers=sellers,
        family_id=RefreshFamilyId(known_id("session", 1)),
    )
