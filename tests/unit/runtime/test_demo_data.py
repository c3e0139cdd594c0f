import hashlib
from collections import Counter

from marketplace.domain.catalogue.attributes import check_attributes
from marketplace.domain.shared.ids import SellerId
from marketplace.infrastructure.demo.catalogue import (
    Branch,
    Listing,
    book,
    categories,
    known_id,
    listings,
)
from marketplace.infrastructure.demo.people import SELLERS
from marketplace.infrastructure.demo.sample import BOOKS
from marketplace.infrastructure.demo.shelves import ROOMS
from marketplace.infrastructure.demo.shipping import METHODS, shipping_methods
from tests.factories import a_consignment, an_address, eur

# Of all that is shown. It changes with the demo's data only, on every version of Python alike.
FINGERPRINT = "35ffc17400ebb8a178fa9af587afb4aa02de65aa47dac6043592462ff3f360f3"


def everything() -> tuple[list[Branch], list[Listing]]:
    tree = categories()
    sellers = {room: SellerId(known_id("seller", number)) for number, room in enumerate(SELLERS, 1)}
    made = list(listings(tree, sellers))
    fiction = next(branch for branch in tree if branch.category.slug == "fiction")
    for number, name in enumerate(BOOKS, 1):
        made.append(book(number, name, fiction.category.id, sellers["Books"]))
    return tree, made


def test_there_is_enough_to_look_at() -> None:
    tree, made = everything()
    assert len(tree) >= 30
    assert len(SELLERS) >= 3
    assert len(made) >= 300
    assert sum(len(listing.offers) > 1 for listing in made) >= 100
    assert set(ROOMS) == set(SELLERS)


def test_nothing_is_there_twice() -> None:
    tree, made = everything()
    for values in (
        [branch.category.slug for branch in tree],
        [listing.product.slug for listing in made],
        [offer.id for listing in made for offer in listing.offers],
        [variant.barcode for listing in made for variant in listing.product.variants],
        [(offer.seller_id, offer.sku) for listing in made for offer in listing.offers],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_products_keep_the_rules_of_their_category() -> None:
    tree, made = everything()
    definitions = [each for branch in tree for each in branch.category.attributes]
    for listing in made:
        check_attributes(definitions, listing.product.attributes)
        assert {item.offer_id for item in listing.stock} == {offer.id for offer in listing.offers}


def test_every_seller_ships_to_germany_and_one_of_them_free_from_an_amount() -> None:
    sellers = {room: SellerId(known_id("seller", number)) for number, room in enumerate(SELLERS, 1)}
    made = list(shipping_methods(sellers))
    assert set(METHODS) == set(SELLERS)
    heavy = a_consignment(weight=10**9)
    reached = {each.seller_id for each in made if each.cost(heavy, an_address(country="DE"))}
    assert reached == set(sellers.values())
    assert any(each.free_from for each in made)


def test_one_seller_ships_by_zones_and_weight() -> None:
    sellers = {room: SellerId(known_id("seller", number)) for number, room in enumerate(SELLERS, 1)}
    [method] = [each for each in shipping_methods(sellers) if each.zones]
    light, heavy = a_consignment(weight=400), a_consignment(weight=25000)
    island = an_address(postal_code="25980")

    assert method.seller_id == sellers["Outdoor"]
    assert [method.cost(each, an_address()) for each in (light, heavy)] == [eur(590), eur(1690)]
    assert method.cost(light, island) == eur(1290)
    assert method.cost(heavy, an_address(country="US")) is None


def test_ids_are_version_seven_and_sort_by_number() -> None:
    ids = [known_id("product", number) for number in range(1, 50)]
    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)


def test_it_is_the_same_every_time_and_everywhere() -> None:
    def fingerprint() -> str:
        _, made = everything()
        shown = [
            (
                (str(listing.product.id), listing.product.name, listing.product.description),
                tuple((offer.sku, offer.price.amount) for offer in listing.offers),
                tuple(item.on_hand for item in listing.stock),
            )
            for listing in made
        ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()

    assert fingerprint() == fingerprint() == FINGERPRINT
