"""Removing the files of pictures that nobody shows."""

from collections.abc import Sequence
from datetime import timedelta

from marketplace.application.ports import FileStorage
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.media import UnusedPicture

BATCH = 100


def sweep_unused_pictures(uow: UnitOfWork, *, storage: FileStorage, after: timedelta) -> int:
    """Remove the files of pictures that have been in no gallery since `after` ago: removed ones,
    and those of uploads that a crash cut short. Returns how many pictures that were.

    The note of a picture goes after its files, so that a crash in between leaves nothing behind.
    """
    unused = _unused(uow, after)
    for picture in unused:
        storage.remove(picture.files)
    if unused:
        _forget(uow, unused)
    return len(unused)


@transaction_step
def _unused(uow: UnitOfWork, after: timedelta) -> Sequence[UnusedPicture]:
    with uow:
        return uow.galleries.unused(uow.now - after, BATCH)


@transaction_step
def _forget(uow: UnitOfWork, unused: Sequence[UnusedPicture]) -> None:
    with uow:
        uow.galleries.forget(unused)
        uow.commit()
