"""Reads CSV (RFC 4180) record by record, with the place of each in the file.

The place is what a file is read on from after an interruption; and a record that cannot be read
spoils no other one.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from marketplace.domain.errors import RuleViolated

RECORD_LONGEST = 1 << 19
"""In bytes. What is longer is passed over, never kept."""

_BOM = b"\xef\xbb\xbf"
_LINE_LONGEST = 1 << 16
_FIELD = "/file"


@dataclass(frozen=True, kw_only=True)
class Record:
    """`end` is where the next one begins, in bytes. `fault` says why it cannot be read; it has no
    cells then."""

    cells: tuple[str, ...]
    end: int
    fault: str | None = None


def records(source: BinaryIO, offset: int = 0) -> Iterator[Record]:
    """All records of `source`, which stands at `offset` of its file; empty lines are none.

    Raises:
        RuleViolated: `invalid_csv`, with the field `/file`: it is not UTF-8, or a quote is not
            closed before the file ends.
    """
    end, number = offset, 1
    while True:
        begin, kept, inside = end, bytearray(), False
        while line := source.readline(_LINE_LONGEST):
            end += len(line)
            inside = _open_quote(line, inside)
            # Over the limit the record is still followed to its end.
            if len(kept) <= RECORD_LONGEST:
                kept += line
            if not inside and line.endswith(b"\n"):
                break
        if not kept:
            return
        if inside:
            raise _invalid(f"A quote is opened in record {number}, and never closed.")
        if begin == 0 and kept.startswith(_BOM):
            del kept[: len(_BOM)]
        if kept.strip(b"\r\n"):
            yield _record(bytes(kept), number, end)
            number += 1


def _record(data: bytes, number: int, end: int) -> Record:
    if len(data) > RECORD_LONGEST:
        longest = f"A row has at most {RECORD_LONGEST} bytes."
        return Record(cells=(), end=end, fault=longest)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise _invalid(f"Record {number} is not UTF-8: save the file in this encoding.") from None
    try:
        # The quotes are balanced, so this is one record.
        cells = next(csv.reader([text], strict=True))
    except csv.Error as error:
        return Record(cells=(), end=end, fault=f"This is no CSV: {error}.")
    return Record(cells=tuple(cells), end=end)


def _open_quote(line: bytes, inside: bool) -> bool:
    """Whether a quoted field is open after `line`, that was `inside` one before it."""
    if not inside and b'"' not in line:
        return False
    at = 0
    while True:
        if not inside:
            if line[at : at + 1] == b'"':
                inside, at = True, at + 1
                continue
            comma = line.find(b",", at)
            if comma < 0:
                return False
            at = comma + 1
            continue
        quote = line.find(b'"', at)
        if quote < 0:
            return True
        if line[quote + 1 : quote + 2] == b'"':
            at = quote + 2
            continue
        inside = False
        comma = line.find(b",", quote + 1)
        if comma < 0:
            return False
        at = comma + 1


def _invalid(detail: str) -> RuleViolated:
    return RuleViolated("invalid_csv", detail, field=_FIELD)
