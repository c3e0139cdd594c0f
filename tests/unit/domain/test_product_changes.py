"""What becomes of a product that exists: revisions, variants, offers."""

from typing import Any

import pytest

from marketplace.domain.catalogue.changes import FieldChange, ProductChanges, diff
from marketplace.domain.catalogue.events import (
    OfferChanged,
    OfferWithdrawn,
    ProductChanged,
    ProductChangesProposed,
    ProductChangesRejected,
    ProductStatusChanged,
    VariantAdded,
    VariantChanged,
    VariantRemoved,
)
from marketplace.domain.catalogue.limits import HEAVIEST
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import MOST_VARIANTS, Product, ProductStatus
from marketplace.domain.errors import Conflict, InvalidTransition, NotFound, RuleViolated
from tests.factories import LATER, a_category, a_product, a_seller, a_variant, an_offer, eur


def a_lamp(**fields: Any) -> Product:
    return a_product(a_seller(), a_category(), **{"name": "Lamp"} | fields)


def events(product: Product) -> list[type]:
    return [type(event) for event in product.drain_events()]


@pytest.mark.parametrize("moderated", [True, False])
@pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.PENDING])
def test_what_is_not_published_changes_at_once(status: ProductStatus, moderated: bool) -> None:
    lamp = a_lamp(status=status)

    lamp.revise(ProductChanges(name=" Desk lamp ", tags=("a", "a")), LATER, moderated=moderated)

    assert (lamp.name, lamp.tags, lamp.status) == (" Desk lamp ", ("a",), status)
    assert (lamp.version, lamp.updated_at, lamp.pending_changes) == (2, LATER, None)
    assert events(lamp) == [ProductChanged]


def test_what_was_rejected_becomes_a_draft() -> None:
    lamp = a_lamp(status=ProductStatus.REJECTED, reason="Dim")

    lamp.revise(ProductChanges(description="Bright"), LATER, moderated=True)

    assert (lamp.status, lamp.reason) == (ProductStatus.DRAFT, None)
    assert lamp.description == "Bright"
    assert events(lamp) == [ProductStatusChanged, ProductChanged]


def test_what_is_archived_stays() -> None:
    lamp = a_lamp(status=ProductStatus.ARCHIVED)

    with pytest.raises(InvalidTransition):
        lamp.revise(ProductChanges(name="Desk lamp"), LATER, moderated=True)
    with pytest.raises(InvalidTransition):
        lamp.add_variant(a_variant(), LATER)
    with pytest.raises(InvalidTransition):
        lamp.remove_variant(lamp.variants[0].id, LATER)


def test_changes_of_a_published_one_wait_and_add_up() -> None:
    lamp = a_lamp()

    lamp.revise(ProductChanges(name="Desk lamp"), LATER, moderated=True)
    lamp.revise(ProductChanges(tags=("desk",)), LATER, moderated=True)

    assert (lamp.name, lamp.tags, lamp.version) == ("Lamp", (), 3)
    assert lamp.pending_changes == ProductChanges(name="Desk lamp", tags=("desk",))
    assert lamp.intended.name == "Desk lamp"
    assert lamp.intended.description == lamp.description
    assert events(lamp) == [ProductChangesProposed] * 2


def test_changes_that_lead_back_do_not_wait() -> None:
    lamp = a_lamp()
    lamp.revise(ProductChanges(name="Lamp"), LATER, moderated=True)
    assert (lamp.version, events(lamp)) == (1, [])

    lamp.revise(ProductChanges(name="Desk lamp"), LATER, moderated=True)
    lamp.revise(ProductChanges(name="Lamp"), LATER, moderated=True)

    assert lamp.pending_changes is None


def test_approval_takes_them_over() -> None:
    lamp = a_lamp()
    lamp.revise(ProductChanges(name="Desk lamp", description="x"), LATER, moderated=True)
    lamp.drain_events()

    lamp.approve(LATER)

    assert (lamp.name, lamp.description) == ("Desk lamp", "x")
    assert (lamp.status, lamp.pending_changes) == (ProductStatus.PUBLISHED, None)
    assert events(lamp) == [ProductChanged]


def test_rejection_drops_them_and_says_why() -> None:
    lamp = a_lamp()
    lamp.revise(ProductChanges(name="Desk lamp"), LATER, moderated=True)
    lamp.drain_events()

    lamp.reject("No desk", LATER)

    assert (lamp.name, lamp.reason) == ("Lamp", "No desk")
    assert (lamp.status, lamp.pending_changes) == (ProductStatus.PUBLISHED, None)
    assert events(lamp) == [ProductChangesRejected]
    lamp.revise(ProductChanges(name="Floor lamp"), LATER, moderated=True)
    assert lamp.reason is None


def test_a_published_one_without_changes_has_nothing_to_decide() -> None:
    with pytest.raises(InvalidTransition):
        a_lamp().approve(LATER)
    with pytest.raises(InvalidTransition):
        a_lamp().reject("No", LATER)


def test_without_moderation_a_published_one_changes_at_once() -> None:
    lamp = a_lamp(pending_changes=ProductChanges(description="Bright"))

    lamp.revise(ProductChanges(name="Desk lamp"), LATER, moderated=False)

    assert (lamp.name, lamp.description) == ("Desk lamp", "Bright")
    assert lamp.pending_changes is None


def test_archiving_drops_what_waits() -> None:
    lamp = a_lamp(pending_changes=ProductChanges(description="Bright"))
    lamp.archive(LATER)
    assert lamp.pending_changes is None


def test_a_name_is_text() -> None:
    with pytest.raises(RuleViolated):
        a_lamp().revise(ProductChanges(name="  "), LATER, moderated=True)


def test_a_diff_tells_before_and_after() -> None:
    changes = ProductChanges(name="Desk lamp", description="")

    assert diff(a_lamp(description="Bright"), changes) == [
        FieldChange(field="name", before="Lamp", after="Desk lamp"),
        FieldChange(field="description", before="Bright", after=""),
    ]


class TestVariants:
    def test_come(self) -> None:
        lamp = a_lamp(variants=[a_variant(options={"size": "S"})])

        lamp.add_variant(a_variant(position=2, options={"size": "M"}), LATER)

        assert [each.options["size"] for each in lamp.live_variants] == ["S", "M"]
        assert (lamp.version, events(lamp)) == (2, [VariantAdded])

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"options": {"size": "S"}}, "duplicate_options"),
            ({"options": {"colour": "red"}}, "options_differ"),
            ({"options": {"size": "M"}, "barcode": "12345678"}, "invalid_barcode"),
            ({"options": {"size": "M"}, "weight": -1}, "invalid_weight"),
            ({"options": {"size": "M"}, "weight": HEAVIEST + 1}, "invalid_weight"),
        ],
    )
    def test_have_to_fit(self, fields: dict[str, Any], code: str) -> None:
        sisters = [a_variant(options={"size": size}) for size in ("S", "L")]
        lamp = a_lamp(variants=sisters)

        with pytest.raises(RuleViolated) as added:
            lamp.add_variant(a_variant(**fields), LATER)
        with pytest.raises(RuleViolated) as changed:
            lamp.change_variant(
                sisters[1].id, **{"barcode": None, "weight": None} | fields, now=LATER
            )

        assert (added.value.code, changed.value.code) == (code, code)
        assert (lamp.version, sisters[1].options) == (1, {"size": "L"})

    def test_are_not_too_many(self) -> None:
        many = [a_variant(options={"size": str(number)}) for number in range(MOST_VARIANTS)]
        lamp = a_lamp(variants=many)

        with pytest.raises(Conflict) as refused:
            lamp.add_variant(a_variant(options={"size": "L"}), LATER)

        assert refused.value.code == "too_many_variants"

    def test_change(self) -> None:
        only = a_variant(options={"size": "S"})
        lamp = a_lamp(variants=[only])

        lamp.change_variant(
            only.id, options={"colour": "red"}, barcode="9780553380958", weight=HEAVIEST, now=LATER
        )

        assert (only.options, only.barcode) == ({"colour": "red"}, "9780553380958")
        assert only.weight == HEAVIEST
        assert events(lamp) == [VariantChanged]

    def test_go_and_make_room(self) -> None:
        small, large = (a_variant(options={"size": size}) for size in ("S", "L"))
        lamp = a_lamp(variants=[small, large])

        lamp.remove_variant(small.id, LATER)
        lamp.change_variant(large.id, options={"size": "S"}, barcode=None, weight=None, now=LATER)

        assert (small.removed_at, lamp.live_variants) == (LATER, [large])
        assert events(lamp) == [VariantRemoved, VariantChanged]
        with pytest.raises(NotFound):
            lamp.variant(small.id)
        with pytest.raises(NotFound):
            lamp.remove_variant(small.id, LATER)

    def test_the_last_one_stays(self) -> None:
        lamp = a_lamp()

        with pytest.raises(Conflict) as refused:
            lamp.remove_variant(lamp.variants[0].id, LATER)

        assert refused.value.code == "last_variant"


class TestOffers:
    def test_change(self) -> None:
        offer = an_offer(a_lamp())

        offer.change(
            sku="L-2",
            price=eur(900),
            compare_at_price=eur(1200),
            condition=Condition.USED,
            now=LATER,
        )

        assert (offer.sku, offer.price, offer.compare_at_price) == ("L-2", eur(900), eur(1200))
        assert (offer.condition, offer.version, offer.updated_at) == (Condition.USED, 2, LATER)
        assert [type(each) for each in offer.drain_events()] == [OfferChanged]

    def test_what_is_so_already_changes_nothing(self) -> None:
        offer = an_offer(a_lamp())

        offer.change(
            sku=offer.sku,
            price=offer.price,
            compare_at_price=None,
            condition=offer.condition,
            now=LATER,
        )

        assert (offer.version, offer.drain_events()) == (1, [])

    def test_a_price_that_overtakes_the_compare_at_price_is_refused(self) -> None:
        offer = an_offer(a_lamp(), compare_at_price=eur(1500))

        with pytest.raises(RuleViolated) as refused:
            offer.change(
                sku=offer.sku,
                price=eur(1500),
                compare_at_price=offer.compare_at_price,
                condition=offer.condition,
                now=LATER,
            )

        assert refused.value.params["field"] == "/compareAtPrice"
        assert offer.price == eur(1000)

    def test_are_withdrawn(self) -> None:
        offer = an_offer(a_lamp())

        offer.withdraw(LATER)

        assert (offer.withdrawn_at, offer.version) == (LATER, 2)
        assert [type(each) for each in offer.drain_events()] == [OfferWithdrawn]
