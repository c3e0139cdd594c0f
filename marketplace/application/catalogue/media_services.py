"""Pictures of products. What is done to them takes effect at once, moderation or not."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from io import BytesIO

from marketplace.application.catalogue.media_commands import AddMedium, ChangeMedium, RemoveMedium
from marketplace.application.catalogue.steps import managed_product
from marketplace.application.idempotency import EffectResumed
from marketplace.application.ports import FileStorage, Picture, Pictures
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.media import Gallery, Medium, picture_file
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import NotFound, RuleViolated
from marketplace.domain.shared.ids import MediumId, VariantId


def add_medium(
    uow: UnitOfWork, command: AddMedium, *, pictures: Pictures, storage: FileStorage
) -> MediumId:
    """Append a picture to a product's.

    Its files are written between two transactions: the first notes where they will lie, so that
    they are found and removed if the second, which shows the picture, never comes.

    Raises:
        RuleViolated: `invalid_image`, `image_too_large`, `unknown_variant`.
        Conflict: `too_many_media`; `invalid_transition` where archived.
        Unavailable: `storage_unavailable`.
    """
    picture = pictures.render(command.data, media_type=command.media_type)
    try:
        folder = _prepare(uow, command, picture)
    except EffectResumed as resumed:
        command = replace(command, medium_id=MediumId(resumed.makes))
        if _is_shown(uow, command):
            return command.medium_id
        folder = _prepare(uow, command, picture)
    for size, data in picture.files.items():
        storage.write(picture_file(folder, size), BytesIO(data))
    _show(uow, command, picture, folder)
    return command.medium_id


@transaction_step
def _prepare(uow: UnitOfWork, command: AddMedium, picture: Picture) -> str:
    with uow:
        product, gallery = _open_gallery(uow, command)
        gallery.require_room()
        _require_variant(product, command.variant_id)
        folder = _folder(command.medium_id, picture)
        uow.galleries.prepare(product.id, command.medium_id, folder)
        uow.commit()
    return folder


@transaction_step
def _is_shown(uow: UnitOfWork, command: AddMedium) -> bool:
    with uow:
        product = managed_product(uow, command.actor, command.product)
        return uow.galleries.get(product.id).find(command.medium_id) is not None


@transaction_step
def _show(uow: UnitOfWork, command: AddMedium, picture: Picture, folder: str) -> None:
    with uow:
        product, gallery = _open_gallery(uow, command)
        # The variant may have gone meanwhile.
        _require_variant(product, command.variant_id)
        medium = Medium(
            id=command.medium_id,
            folder=folder,
            width=picture.width,
            height=picture.height,
            alt=command.alt or None,
            variant_id=command.variant_id,
            created_at=uow.now,
        )
        gallery.add(medium, uow.now)
        uow.galleries.save(gallery)
        uow.commit()


@transaction_step
def change_medium(uow: UnitOfWork, command: ChangeMedium) -> MediumId:
    """Describe a picture anew, link it to a variant, or move it.

    Raises:
        RuleViolated: `unknown_variant`.
        Conflict: `invalid_transition` where archived.
    """

    def change(product: Product, gallery: Gallery) -> None:
        medium = gallery.medium(command.medium_id)
        _require_variant(product, command.variant_id)
        alt = medium.alt if command.alt is None else command.alt
        variant_id = command.variant_id or medium.variant_id
        gallery.change(
            medium.id,
            alt=None if command.clear_alt else alt or None,
            variant_id=None if command.clear_variant_id else variant_id,
            position=command.position,
            now=uow.now,
        )

    _edit(uow, command, change)
    return command.medium_id


@transaction_step
def remove_medium(uow: UnitOfWork, command: RemoveMedium) -> None:
    """Show a picture no more. Its files stay for a while: somebody may be looking at it."""
    _edit(uow, command, lambda _, gallery: gallery.remove(command.medium_id, uow.now))


def _edit(
    uow: UnitOfWork,
    command: ChangeMedium | RemoveMedium,
    edit: Callable[[Product, Gallery], None],
) -> None:
    with uow:
        product, gallery = _open_gallery(uow, command)
        edit(product, gallery)
        uow.galleries.save(gallery)
        uow.commit()


def _open_gallery(
    uow: UnitOfWork, command: AddMedium | ChangeMedium | RemoveMedium
) -> tuple[Product, Gallery]:
    product = managed_product(uow, command.actor, command.product)
    product.require_editable()
    return product, uow.galleries.get(product.id)


def _require_variant(product: Product, variant_id: VariantId | None) -> None:
    if variant_id is None:
        return
    try:
        product.variant(variant_id)
    except NotFound:
        raise RuleViolated(
            "unknown_variant", "The product has no such variant.", field="/variantId"
        ) from None


def _folder(medium_id: MediumId, picture: Picture) -> str:
    """One for this picture alone, so that removing it harms no other, and of this content, so that
    what is under a name stays what it is for ever."""
    digest = blake2b(digest_size=10)
    for data in picture.files.values():
        digest.update(data)
    name = digest.hexdigest()
    return f"{name[:2]}/{medium_id}-{name}"
