"""Galleries, and what is unused."""

from datetime import timedelta

from marketplace.domain.catalogue.media import Gallery, Medium, UnusedPicture
from marketplace.domain.shared.ids import MediumId
from tests.factories import NOW, new_id
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


def a_medium(**fields: object) -> Medium:
    medium_id = MediumId(new_id())
    values = {"id": medium_id, "folder": f"{medium_id}/a", "width": 4, "height": 3}
    return Medium(**{"created_at": NOW, **values, **fields})  # type: ignore[arg-type]


def shown(world: World, goods: Goods) -> Gallery:
    with world.new_uow() as uow:
        return uow.galleries.get(goods.product.id)


def save(world: World, goods: Goods, *media: Medium) -> None:
    with world.new_uow() as uow:
        gallery = uow.galleries.get(goods.product.id)
        gallery.media = list(media)
        uow.galleries.save(gallery)
        uow.commit()


def unused(world: World) -> list[MediumId]:
    with world.new_uow() as uow:
        found = uow.galleries.unused(uow.now + timedelta(seconds=1), 10)
    return [each.medium_id for each in found]


def test_every_field_comes_back_in_the_order_of_the_gallery(world: World, goods: Goods) -> None:
    variant = goods.product.variants[0]
    first = a_medium(alt="In front", variant_id=variant.id, width=1600, height=900)
    media = [first, a_medium(), a_medium(alt="Behind")]

    save(world, goods, *media)
    found = shown(world, goods).media
    save(world, goods, *reversed(media))

    assert [vars_of(each) for each in found] == [vars_of(each) for each in media]
    turned = shown(world, goods)
    assert [each.id for each in turned.media] == [each.id for each in reversed(media)]
    assert turned.cover is not None
    assert turned.cover.id == media[-1].id


def vars_of(medium: Medium) -> dict[str, object]:
    return {name: getattr(medium, name) for name in Medium.__dataclass_fields__}


def test_a_product_without_pictures_has_an_empty_gallery(world: World, goods: Goods) -> None:
    assert shown(world, goods).media == []
    assert shown(world, goods).cover is None


def test_what_is_prepared_is_unused_until_it_is_shown(world: World, goods: Goods) -> None:
    medium = a_medium()
    with world.new_uow() as uow:
        uow.galleries.prepare(goods.product.id, medium.id, medium.folder)
        uow.commit()

    assert unused(world) == [medium.id]
    assert shown(world, goods).media == []

    save(world, goods, medium)
    assert medium.id not in unused(world)
    assert [each.id for each in shown(world, goods).media] == [medium.id]


def test_preparing_twice_counts_from_the_second_time(world: World, goods: Goods) -> None:
    medium = a_medium()
    for folder in ("first", "second"):
        with world.new_uow() as uow:
            uow.galleries.prepare(goods.product.id, medium.id, folder)
            uow.commit()
        world.clock.advance(hours=1)

    with world.new_uow() as uow:
        due = uow.galleries.unused(uow.now - timedelta(minutes=90), 10)
        later = uow.galleries.unused(uow.now, 10)
    assert medium.id not in [each.medium_id for each in due]
    assert UnusedPicture(medium_id=medium.id, folder="second") in later


def test_what_is_removed_is_unused_and_can_be_forgotten(world: World, goods: Goods) -> None:
    kept, removed = a_medium(), a_medium()
    save(world, goods, kept, removed)

    save(world, goods, kept)
    assert unused(world) == [removed.id]

    with world.new_uow() as uow:
        found = uow.galleries.unused(uow.now + timedelta(seconds=1), 10)
        everything = [*found, UnusedPicture(medium_id=kept.id, folder=kept.folder)]
        uow.galleries.forget(everything)
        uow.commit()
    assert unused(world) == []
    # What is shown is not forgotten, whoever asks for it.
    assert [each.id for each in shown(world, goods).media] == [kept.id]


def test_files_of_a_picture() -> None:
    assert UnusedPicture(medium_id=MediumId(new_id()), folder="a/b").files == [
        "a/b/small.webp",
        "a/b/medium.webp",
        "a/b/large.webp",
    ]
