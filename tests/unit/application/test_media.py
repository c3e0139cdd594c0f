"""Pictures: files and rows belong together, whatever fails between them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO

import pytest

from marketplace.application.catalogue.media_commands import AddMedium, ChangeMedium, RemoveMedium
from marketplace.application.catalogue.media_services import (
    add_medium,
    change_medium,
    remove_medium,
)
from marketplace.application.catalogue.media_sweeping import sweep_unused_pictures
from marketplace.application.idempotency import Effect, EffectInFlight
from marketplace.domain.catalogue.events import MediumAdded, MediumChanged, MediumRemoved
from marketplace.domain.catalogue.media import MOST_MEDIA, Medium
from marketplace.domain.errors import (
    Conflict,
    Forbidden,
    InvalidTransition,
    NotFound,
    RuleViolated,
    Unavailable,
)
from marketplace.domain.shared.ids import MediumId, VariantId
from tests.factories import new_id
from tests.fakes import FakePictures, FakeStorage
from tests.unit.application.shop import Shop

DAY = timedelta(days=1)


class Gallery:
    """The pictures of the lamp."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.storage, self.product = shop, FakeStorage(), shop.lamp[0]

    def add(self, effect: Effect | None = None, **fields: Any) -> MediumId:
        values = {"actor": self.shop.member, "product": self.product.id, "data": b"picture"}
        command = AddMedium(**{"medium_id": MediumId(new_id()), **values, **fields})
        return add_medium(
            self.shop.database.unit_of_work(effect),
            command,
            pictures=FakePictures(),
            storage=self.storage,
        )

    def change(self, medium_id: MediumId, **fields: Any) -> None:
        values = {"actor": self.shop.member, "product": self.product.id, "medium_id": medium_id}
        change_medium(self.shop.database.unit_of_work(), ChangeMedium(**{**values, **fields}))

    def remove(self, medium_id: MediumId) -> None:
        command = RemoveMedium(actor=self.shop.member, product=self.product.id, medium_id=medium_id)
        remove_medium(self.shop.database.unit_of_work(), command)

    def sweep(self) -> int:
        return sweep_unused_pictures(
            self.shop.database.unit_of_work(), storage=self.storage, after=DAY
        )

    @property
    def shown(self) -> list[Medium]:
        with self.shop.database.unit_of_work() as uow:
            return uow.galleries.get(self.product.id).media

    @property
    def events(self) -> list[type]:
        kinds = (MediumAdded, MediumChanged, MediumRemoved)
        return [type(each) for each in self.shop.database.events if isinstance(each, kinds)]


@pytest.fixture
def gallery(shop: Shop) -> Gallery:
    return Gallery(shop)


def test_a_picture_is_kept_in_its_sizes(gallery: Gallery) -> None:
    medium_id = gallery.add(alt="In front", variant_id=gallery.product.variants[0].id)

    (medium,) = gallery.shown
    assert (medium.id, medium.alt, medium.width, medium.height) == (medium_id, "In front", 16, 9)
    assert medium.variant_id == gallery.product.variants[0].id
    assert gallery.storage.files == {
        f"{medium.folder}/{size}.webp": size.encode() + b"picture"
        for size in ("small", "medium", "large")
    }
    assert gallery.events == [MediumAdded]


def test_two_uploads_of_one_file_share_nothing(gallery: Gallery) -> None:
    first, second = gallery.add(), gallery.add()
    gallery.remove(first)
    gallery.shop.clock.advance(days=2)

    assert gallery.sweep() == 1
    assert [medium.id for medium in gallery.shown] == [second]
    assert len(gallery.storage.files) == 3


def test_what_is_no_picture_leaves_no_trace(gallery: Gallery) -> None:
    effect = Effect(actor="a", key="k", fingerprint="f", makes=new_id())

    with pytest.raises(RuleViolated):
        gallery.add(effect, data=b"no picture")

    assert gallery.storage.files == {}
    assert gallery.shop.database.state.effects == {}
    gallery.shop.clock.advance(days=2)
    assert gallery.sweep() == 0


@pytest.mark.parametrize(
    ("arrange", "error"),
    [
        (lambda shop, values: values.update(actor=shop.buyer), Forbidden),
        (lambda shop, values: values.update(actor=shop.admin), Forbidden),
        (lambda shop, values: values.update(product="no-such-product"), NotFound),
        (lambda shop, values: values.update(variant_id=VariantId(new_id())), RuleViolated),
        (
            lambda shop, values: values.update(variant_id=shop.desk[0].variants[0].id),
            RuleViolated,
        ),
    ],
)
def test_who_may_and_what_must_exist(
    gallery: Gallery, arrange: Callable[[Shop, dict[str, Any]], None], error: type[Exception]
) -> None:
    values: dict[str, Any] = {}
    arrange(gallery.shop, values)

    with pytest.raises(error):
        gallery.add(**values)

    assert gallery.storage.files == {}


def test_archived_products_are_left_alone(gallery: Gallery) -> None:
    medium_id = gallery.add()
    with gallery.shop.database.unit_of_work() as uow:
        uow.products.get(gallery.product.id).archive(uow.now)
        uow.commit()

    for act in (gallery.add, lambda: gallery.remove(medium_id), lambda: gallery.change(medium_id)):
        with pytest.raises(InvalidTransition):
            act()


def test_there_is_an_end_to_it(gallery: Gallery) -> None:
    for _ in range(MOST_MEDIA):
        gallery.add()

    with pytest.raises(Conflict) as refused:
        gallery.add()

    assert refused.value.code == "too_many_media"
    assert len(gallery.storage.files) == 3 * MOST_MEDIA


def test_a_storage_that_fails_is_tried_again_under_the_same_key(gallery: Gallery) -> None:
    effect = Effect(actor="a", key="k", fingerprint="f", makes=MediumId(new_id()))
    gallery.storage.broken = True
    with pytest.raises(Unavailable):
        gallery.add(effect, medium_id=effect.makes)
    assert gallery.shown == []
    with pytest.raises(EffectInFlight):
        gallery.add(effect)

    gallery.storage.broken = False
    gallery.shop.clock.advance(seconds=11)
    assert gallery.add(effect) == effect.makes

    assert [medium.id for medium in gallery.shown] == [effect.makes]
    gallery.shop.clock.advance(days=2)
    assert gallery.sweep() == 0


def test_an_answer_that_was_lost_adds_nothing(gallery: Gallery) -> None:
    effect = Effect(actor="a", key="k", fingerprint="f", makes=MediumId(new_id()))
    gallery.add(effect, medium_id=effect.makes)
    gallery.shop.clock.advance(seconds=11)

    assert gallery.add(effect) == effect.makes

    assert len(gallery.shown) == 1
    assert gallery.events == [MediumAdded]


def test_what_a_crash_left_is_swept(gallery: Gallery) -> None:
    class Crash(BaseException):
        pass

    class Crashing(FakeStorage):
        def write(self, name: str, source: BinaryIO) -> None:
            super().write(name, source)
            if "medium" in name:
                raise Crash

    gallery.storage = Crashing()
    with pytest.raises(Crash):
        gallery.add()
    assert len(gallery.storage.files) == 2

    assert gallery.sweep() == 0
    gallery.shop.clock.advance(days=1, seconds=1)
    assert gallery.sweep() == 1
    assert gallery.storage.files == {}
    assert gallery.sweep() == 0


def test_a_sweep_that_fails_is_made_up_for(gallery: Gallery) -> None:
    gallery.remove(gallery.add())
    gallery.shop.clock.advance(days=2)
    gallery.storage.broken = True
    with pytest.raises(Unavailable):
        gallery.sweep()

    gallery.storage.broken = False
    assert gallery.sweep() == 1
    assert gallery.storage.files == {}


def test_pictures_are_moved_described_and_linked(gallery: Gallery) -> None:
    first, second, third = gallery.add(alt="a"), gallery.add(alt="b"), gallery.add(alt="c")
    variant_id = gallery.product.variants[0].id

    gallery.change(third, position=1, variant_id=variant_id)
    assert [medium.id for medium in gallery.shown] == [third, first, second]
    gallery.change(third, alt="d")
    assert (gallery.shown[0].alt, gallery.shown[0].variant_id) == ("d", variant_id)
    gallery.change(third, clear_alt=True, clear_variant_id=True, position=9)
    assert (gallery.shown[2].alt, gallery.shown[2].variant_id) == (None, None)
    gallery.change(first, alt="")
    assert gallery.shown[0].alt is None
    with pytest.raises(RuleViolated):
        gallery.change(first, variant_id=VariantId(new_id()))
    for act in (gallery.change, gallery.remove):
        with pytest.raises(NotFound):
            act(MediumId(new_id()))


def test_removing(gallery: Gallery) -> None:
    first, second = gallery.add(), gallery.add()

    gallery.remove(first)

    assert [medium.id for medium in gallery.shown] == [second]
    assert gallery.events == [MediumAdded, MediumAdded, MediumRemoved]
    with pytest.raises(NotFound):
        gallery.remove(first)
