"""The file of an import, read from the pieces that it is kept in."""

import io
from typing import Any, BinaryIO, cast

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.ids import ImportId

CHUNK = 1 << 18
"""How large the pieces are that a file is kept in, in bytes."""


def stored_file(uow: UnitOfWork, import_id: ImportId, offset: int) -> BinaryIO:
    """The file of an import from `offset` on. Reading opens the unit of work, which is closed."""
    pieces = _Pieces(uow, import_id, offset // CHUNK)
    source = io.BufferedReader(pieces, CHUNK)
    source.read(offset % CHUNK)
    return cast(BinaryIO, source)


class _Pieces(io.RawIOBase):
    def __init__(self, uow: UnitOfWork, import_id: ImportId, number: int) -> None:
        self._uow, self._import_id, self._number = uow, import_id, number
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._left:
            with self._uow as uow:
                self._left = uow.imports.chunk(self._import_id, self._number)
            self._number += 1
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
