"""Rules of categories, products and offers."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.catalogue.attributes import (
    AttributeDefinition,
    AttributeType,
    check_attributes,
)
from marketplace.domain.catalogue.barcode import require_gtin
from marketplace.domain.catalogue.category import DEEPEST, Category
from marketplace.domain.catalogue.events import CategoryDeleted
from marketplace.domain.catalogue.offer import Condition, Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import MarketplaceError, RuleViolated
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import (
    CategoryId,
    OfferId,
    ProductId,
    SellerId,
    VariantId,
)
from marketplace.domain.shared.money import Money

FULLWIDTH = "".join(chr(0xFF10 + int(digit)) for digit in "9780553380958")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def a_category(slug: str, parent: Category | None = None) -> Category:
    return Category.create(
        id=CategoryId(uuid4()), name=slug.title(), slug=slug, parent=parent, now=NOW
    )


def a_variant(barcode: str | None = None, **options: str) -> Variant:
    return Variant(id=VariantId(uuid4()), position=1, options=options, barcode=barcode)


def a_product(*variants: Variant, name: str = "Lamp") -> Product:
    return Product.create(
        id=ProductId(uuid4()),
        seller_id=SellerId(uuid4()),
        category_id=CategoryId(uuid4()),
        name=name,
        slug="lamp",
        description="",
        attributes={},
        tags=["light", "light", "desk"],
        variants=variants,
        now=NOW,
    )


def an_offer(price: Money, compare_at: Money | None = None) -> Offer:
    return Offer.create(
        id=OfferId(uuid4()),
        product_id=ProductId(uuid4()),
        variant_id=VariantId(uuid4()),
        seller_id=SellerId(uuid4()),
        sku="L-1",
        price=price,
        compare_at_price=compare_at,
        condition=Condition.NEW,
        field="/variants/0",
        now=NOW,
    )


def fault(error: pytest.ExceptionInfo[MarketplaceError]) -> object:
    return error.value.params["field"]


def test_paths_join_the_slugs() -> None:
    books = a_category("books")
    fiction = a_category("fiction", books)
    assert fiction.path == "books/fiction"
    assert fiction.parent_id == books.id


def test_a_move_changes_the_path_and_refuses_a_cycle() -> None:
    books, media = a_category("books"), a_category("media")
    fiction = a_category("fiction", books)
    books.relocate(slug="print", parent=media, levels_below=0, now=LATER)
    assert books.path == "media/print"
    assert books.updated_at == LATER
    books.relocate(slug="books", parent=None, levels_below=0, now=LATER)
    for below in (books, fiction):
        with pytest.raises(RuleViolated) as error:
            books.relocate(slug="books", parent=below, levels_below=0, now=LATER)
        assert fault(error) == "/parentId"
    assert books.path == "books"


def test_a_sister_whose_name_begins_alike_is_no_descendant() -> None:
    book, books = a_category("book"), a_category("books")
    book.relocate(slug="book", parent=books, levels_below=0, now=LATER)
    assert book.path == "books/book"


def test_the_tree_has_a_depth() -> None:
    category = None
    for level in range(DEEPEST):
        category = a_category(f"level-{level}", category)
    with pytest.raises(RuleViolated) as error:
        a_category("too-deep", category)
    assert fault(error) == "/parentId"


def test_a_subtree_moves_only_as_far_down_as_its_deepest_level_may() -> None:
    category, top = None, a_category("top")
    for level in range(DEEPEST - 2):
        category = a_category(f"level-{level}", category)
    top.relocate(slug="top", parent=category, levels_below=1, now=LATER)
    top.relocate(slug="top", parent=None, levels_below=2, now=LATER)
    with pytest.raises(RuleViolated) as error:
        top.relocate(slug="top", parent=category, levels_below=2, now=LATER)
    assert fault(error) == "/parentId"
    assert top.path == "top"


def test_deleting_tells() -> None:
    category = a_category("books")
    category.drain_events()
    category.delete(LATER)
    assert category.drain_events() == [CategoryDeleted(category_id=category.id, occurred_at=LATER)]
    assert category.drain_events() == []


def test_attribute_names_are_distinct() -> None:
    colour = AttributeDefinition(name="colour", type=AttributeType.TEXT)
    with pytest.raises(RuleViolated):
        Category.create(
            id=CategoryId(uuid4()),
            name="Books",
            slug="books",
            parent=None,
            attributes=(colour, colour),
            now=NOW,
        )
    category = a_category("books")
    category.define_attributes((colour,), LATER)
    assert category.attributes == (colour,)


@pytest.mark.parametrize("kind", AttributeType)
def test_choices_belong_to_the_choice_type(kind: AttributeType) -> None:
    choices = () if kind is AttributeType.CHOICE else ("red",)
    with pytest.raises(RuleViolated):
        AttributeDefinition(name="colour", type=kind, choices=choices)


@pytest.mark.parametrize(
    ("kind", "choices", "good", "bad"),
    [
        (AttributeType.TEXT, (), "linen", 1),
        (AttributeType.NUMBER, (), 1.5, "1.5"),
        (AttributeType.NUMBER, (), 2, True),
        (AttributeType.BOOLEAN, (), False, 0),
        (AttributeType.CHOICE, ("red", "blue"), "red", "green"),
    ],
)
def test_attributes_are_held_against_their_definitions(
    kind: AttributeType, choices: tuple[str, ...], good: str | float, bad: str | float
) -> None:
    definition = AttributeDefinition(name="a/b~c", type=kind, required=True, choices=choices)
    check_attributes([definition], {"a/b~c": good, "free": "anything"})
    for wrong in ({"a/b~c": bad}, {}):
        with pytest.raises(RuleViolated) as error:
            check_attributes([definition], wrong)
        assert fault(error) == "/attributes/a~1b~0c"
    optional = AttributeDefinition(name="x", type=AttributeType.TEXT)
    check_attributes([optional], {})


@pytest.mark.parametrize("barcode", ["9780553380958", "96385074", "036000291452", "10614141000415"])
def test_barcodes_whose_check_digit_is_right(barcode: str) -> None:
    assert require_gtin(barcode, "/barcode") == barcode


@pytest.mark.parametrize("barcode", ["9780553380959", "123", "", FULLWIDTH, "abcdefgh"])
def test_barcodes_that_are_none(barcode: str) -> None:
    with pytest.raises(RuleViolated):
        require_gtin(barcode, "/barcode")


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, error: int) -> None:
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body))
    check = -total % 10
    require_gtin(f"{body}{check}", "/barcode")
    with pytest.raises(RuleViolated):
        require_gtin(f"{body}{(check + error) % 10}", "/barcode")


def test_a_product_is_a_draft_with_its_tags_once() -> None:
    product = a_product(a_variant())
    assert product.status == "draft"
    assert product.tags == ("light", "desk")
    assert product.version == 1
    assert not product.is_public


def test_a_product_needs_a_name() -> None:
    with pytest.raises(RuleViolated) as error:
        a_product(a_variant(), name="   ")
    assert fault(error) == "/name"


def test_a_product_needs_variants_that_can_be_told_apart() -> None:
    with pytest.raises(RuleViolated) as error:
        a_product()
    assert fault(error) == "/variants"
    with pytest.raises(RuleViolated) as error:
        a_product(a_variant(size="M"), a_variant(size="M"))
    assert fault(error) == "/variants/1/options"
    with pytest.raises(RuleViolated) as error:
        a_product(a_variant(size="M"), a_variant(colour="red"))
    assert fault(error) == "/variants/1/options"
    with pytest.raises(RuleViolated) as error:
        a_product(a_variant(size="M"), a_variant("1", size="L"))
    assert fault(error) == "/variants/1/barcode"
    a_product(a_variant(size="M"), a_variant(size="L"))


def test_an_offer_has_a_price_and_a_higher_one_to_compare() -> None:
    assert an_offer(Money(0, "EUR")).version == 1
    an_offer(Money(100, "EUR"), Money(101, "EUR"))
    with pytest.raises(RuleViolated) as error:
        an_offer(Money(-1, "EUR"))
    assert fault(error) == "/variants/0/price"
    for compare_at in (Money(100, "EUR"), Money(200, "USD")):
        with pytest.raises(RuleViolated) as error:
            an_offer(Money(100, "EUR"), compare_at)
        assert fault(error) == "/variants/0/compareAtPrice"


@pytest.mark.parametrize(("on_hand", "allocated"), [(-1, 0), (1, 2), (1, -1), (2**31, 0)])
def test_stock_is_not_negative_and_covers_what_is_allocated(on_hand: int, allocated: int) -> None:
    with pytest.raises(RuleViolated):
        StockItem(offer_id=OfferId(uuid4()), on_hand=on_hand, allocated=allocated)


def test_available_is_what_nobody_has_ordered() -> None:
    assert StockItem(offer_id=OfferId(uuid4()), on_hand=5, allocated=2).available == 3
