"""What files of pictures are made of, as far as it tells whether they are only that."""

import re
from collections.abc import Callable, Iterator, Mapping
from struct import unpack_from
from typing import NamedTuple

Walk = Callable[[bytes], tuple[int, int]]

# What no picture holds, and what makes other programs take it for something else. Long enough not
# to turn up in compressed data by chance.
_FOREIGN = re.compile(
    rb"<script[\s>/]|<html[\s>]|<!doctype html|<iframe[\s>]|javascript:|<\?php\s|#!/(?:usr/)?bin/",
    re.IGNORECASE,
)
_ZIP_ENTRY, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
_ZIP_END_WITHIN = 65_557
_PDF_WITHIN = 1024


class Malformed(Exception):
    """The file does not keep to its format."""


class Contents(NamedTuple):
    """`frames` counts the pictures of an animation; 0 or 1 where there is none. `foreign` tells
    whether another program could take the file for a page, a script, an archive or a document."""

    frames: int
    foreign: bool


def inspect(data: bytes, kind: str) -> Contents:
    """Look through a file of the format `kind`, as Pillow names it.

    Data after the end are foreign where cameras do not append any. Raises `Malformed`.
    """
    walk = _WALKS.get(kind)
    end, frames = (len(data), 1) if walk is None else walk(data)
    return Contents(frames, end < len(data) or _is_something_else_too(data))


def _is_something_else_too(data: bytes) -> bool:
    if _FOREIGN.search(data) or data.find(b"%PDF-", 0, _PDF_WITHIN) >= 0:
        return True
    return data.rfind(_ZIP_END, -_ZIP_END_WITHIN) >= 0 and _ZIP_ENTRY in data


def _png(data: bytes) -> tuple[int, int]:
    count = 0
    for kind, _, end in _chunks(data, 8, ">", trailer=4):
        count += kind == b"fcTL"
        if kind == b"IEND":
            return end, count
    raise Malformed


def _webp(data: bytes) -> tuple[int, int]:
    if len(data) < 12:
        raise Malformed
    (size,) = unpack_from("<I", data, 4)
    if size % 2:
        size += 1
    inside = data[: 8 + size]
    count = sum(kind == b"ANMF" for kind, _, _ in _chunks(inside, 12, "<", trailer=0))
    return 8 + size, count


def _chunks(data: bytes, at: int, order: str, *, trailer: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk. PNG writes the length first, RIFF the kind."""
    while at + 8 <= len(data):
        if order == ">":
            length, kind = unpack_from(">I4s", data, at)
        else:
            kind, length = unpack_from("<4sI", data, at)
            length += length % 2
        end = at + 8 + length + trailer
        if end > len(data):
            raise Malformed
        yield kind, at + 8, end
        at = end


def _gif(data: bytes) -> tuple[int, int]:
    """Its blocks up to the trailer."""
    if len(data) < 13:
        raise Malformed
    at, count = 13 + _colours(data[10]), 0
    try:
        while (introducer := data[at]) != 0x3B:
            if introducer == 0x21:
                at = _after_blocks(data, at + 2)
            elif introducer == 0x2C:
                count += 1
                at = _after_blocks(data, at + 11 + _colours(data[at + 9]))
            else:
                raise Malformed
    except IndexError:
        raise Malformed from None
    return at + 1, count


def _colours(flags: int) -> int:
    """The length of the table of colours that `flags` announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += 1 + length
    return at + 1


def _avif(data: bytes) -> tuple[int, int]:
    """Its boxes. An animation counts the samples of its longest track."""
    return len(data), _samples(data, 0, len(data), 0)


def _samples(data: bytes, at: int, end: int, depth: int) -> int:
    most = 0
    for kind, start, after in _boxes(data, at, end):
        if kind == _WAY_TO_SAMPLES[depth]:
            if depth < len(_WAY_TO_SAMPLES) - 1:
                most = max(most, _samples(data, start, after, depth + 1))
            elif after - start < 12:
                raise Malformed
            else:
                # Behind the version and the size that all samples have, if it is one.
                most = max(most, unpack_from(">I", data, start + 8)[0])
    return most


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of what is in each box."""
    while at < end:
        if end - at < 8:
            raise Malformed
        length, kind = unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1 and end - at >= 16:
            (length,) = unpack_from(">Q", data, start)
            start += 8
        elif length == 0:
            length = end - at
        if not start - at <= length <= end - at:
            raise Malformed
        at += length
        yield kind, start, at


_WAY_TO_SAMPLES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz")
_WALKS: Mapping[str, Walk] = {"PNG": _png, "WEBP": _webp, "GIF": _gif, "AVIF": _avif}
