"""Who ordered: people that nobody can sign in as, where they live, and guests."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final, NamedTuple

from marketplace.application.actor import Actor, Guest
from marketplace.domain.identity.user import Role
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import RefreshFamilyId, UserId
from marketplace.infrastructure.seeding import words
from marketplace.infrastructure.seeding.plan import made_id

_ONE_IS_A_GUEST_OF: Final = 20

_PLACES: Final = (
    ("Berlin", "10115", "DE"),
    ("Hamburg", "20095", "DE"),
    ("Muenchen", "80331", "DE"),
    ("Koeln", "50667", "DE"),
    ("Leipzig", "04109", "DE"),
    ("Stuttgart", "70173", "DE"),
    ("Bremen", "28195", "DE"),
    ("Freiburg", "79098", "DE"),
    ("Wien", "1010", "AT"),
    ("Graz", "8010", "AT"),
    ("Zuerich", "8001", "CH"),
    ("Amsterdam", "1012", "NL"),
    ("Gent", "9000", "BE"),
    ("Strasbourg", "67000", "FR"),
    ("Luxembourg", "1111", "LU"),
)


class Shopper(NamedTuple):
    """`guest` is how the same person buys without an account."""

    account: Actor
    guest: Guest
    address: Address

    def who(self, random: Callable[[], float]) -> Actor | Guest:
        return self.guest if random() * _ONE_IS_A_GUEST_OF < 1 else self.account


def make_shoppers(seed: int, numbers: range) -> list[Shopper]:
    return [_shopper(seed, number) for number in numbers]


def _shopper(seed: int, number: int) -> Shopper:
    # `random()` alone is promised to give the same in every version of Python.
    random = Random(f"{seed}/shopper/{number}").random  # noqa: S311  plausible, not secret

    def pick(names: Sequence[str]) -> str:
        return names[int(random() * len(names))]

    first, last = pick(words.FIRST_NAMES), pick(words.LAST_NAMES)
    # A square makes the first ones more common than the last.
    city, postal_code, country = _PLACES[int(random() ** 2 * len(_PLACES))]
    email = f"{first}.{last}.{number}@shoppers.example".lower()
    return Shopper(
        account=Actor(
            user_id=UserId(made_id(seed, "8", number)),
            email=email,
            name=f"{first} {last}",
            roles=frozenset({Role.CUSTOMER}),
            sellers={},
            family_id=RefreshFamilyId(made_id(seed, "9", number)),
        ),
        guest=Guest(email=f"guest.{email}"),
        address=Address(
            name=f"{first} {last}",
            line1=f"{pick(words.STREETS)} {1 + int(random() * 90)}",
            city=city,
            postal_code=postal_code,
            country=country,
        ),
    )


def user_rows(shoppers: Sequence[Shopper], at: datetime) -> Iterator[dict[str, Any]]:
    """Rows of accounts that were opened at `at`."""
    for account, _, _ in shoppers:
        yield {
            "id": account.user_id,
            "version": 1,
            "email": account.email,
            "name": account.name,
            # No password has it: nobody signs in.
            "password_hash": "!",
            "roles": f"{{{','.join(sorted(account.roles))}}}",
            "session_version": 1,
            "created_at": at,
            "updated_at": at,
        }
