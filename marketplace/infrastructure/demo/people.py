"""Who is in the demo: accounts, the addresses that the buyer keeps, and sellers."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.sellers.seller import MemberRole, Seller, SellerStatus
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import AddressId, RefreshFamilyId, SellerId, UserId
from marketplace.infrastructure.demo.catalogue import OPENED, known_id, slug_of


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

# In each state, for whoever wants to try the next step.
APPLICANTS: Mapping[str, SellerStatus] = {
    "Second Hand Sounds": SellerStatus.PENDING,
    "Quick Copies": SellerStatus.PENDING,
    "Corner Shop": SellerStatus.APPROVED,
    "Old Mill": SellerStatus.SUSPENDED,
}

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


def add_users(uow: UnitOfWork, hashes: Mapping[str, str]) -> dict[str, User]:
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


def add_addresses(uow: UnitOfWork, buyer: User) -> None:
    for number, address in enumerate(ADDRESSES, 1):
        uow.addresses.add(
            SavedAddress.save(
                id=AddressId(known_id("address", number)),
                user_id=buyer.id,
                address=address,
                now=OPENED,
            )
        )


def add_sellers(uow: UnitOfWork, users: Mapping[str, User]) -> dict[str, SellerId]:
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


def actor_of(user: User, sellers: Mapping[SellerId, MemberRole]) -> Actor:
    return Actor(
        user_id=user.id,
        email=user.email,
        name=user.name,
        roles=user.roles,
        sellers=sellers,
        family_id=RefreshFamilyId(known_id("session", 1)),
    )
