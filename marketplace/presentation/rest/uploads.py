"""Files in multipart bodies."""

import re
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO, cast

from werkzeug.datastructures import FileStorage

from marketplace.presentation.rest.fields import UNPRINTABLE
from marketplace.presentation.rest.problems import Entry, RequestRefused

ROOM = 65_536
"""What a multipart body may have besides its file, in bytes."""

NAME_LONGEST = 255
_PATH = re.compile(r"[/\\]|^\.{1,2}$")


@dataclass(frozen=True)
class ReceivedFile:
    """`media_type` is what the sender says that it is, if anything."""

    data: bytes
    media_type: str | None


def read_upload(file: FileStorage, *, limit: int) -> ReceivedFile:
    """Take a file out of a body.

    :param limit: in bytes.
    :raises RequestRefused: `body_too_large`, or `invalid_request` for its name.
    """
    _check_name(file)
    data = file.stream.read(limit + 1)
    if len(data) > limit:
        raise _too_large(limit)
    return ReceivedFile(data, file.content_type)


def open_upload(file: FileStorage, *, limit: int) -> BinaryIO:
    """The same for a file that is too large to be held in memory: it can be read, from its
    beginning and again, as long as the request lasts."""
    _check_name(file)
    source = cast(BinaryIO, file.stream)
    if source.seek(0, SEEK_END) > limit:
        raise _too_large(limit)
    source.seek(0)
    return source


def _check_name(file: FileStorage) -> None:
    # Nothing is done with it; one that is a path is refused all the same, for its sender means
    # no good.
    name = file.filename or ""
    if len(name) > NAME_LONGEST or _PATH.search(name) or UNPRINTABLE.search(name):
        message = f"The name of a file is no path and has at most {NAME_LONGEST} characters."
        entry = Entry("body", "/file", "invalid_file_name", message)
        raise RequestRefused("invalid_request", message, [entry])


def _too_large(limit: int) -> RequestRefused:
    return RequestRefused("body_too_large", f"A file has at most {limit} bytes.")
