"""ETags as `"version.digest"`, and the conditions that clients make of them."""

import re
from hashlib import sha256

from marketplace import __version__
from marketplace.presentation.rest.problems import Entry, RequestRefused

_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_LIST = re.compile(rf"\s*{_TAG.pattern}(?:\s*,\s*{_TAG.pattern})*\s*")
_VERSION = re.compile(r"([0-9]{1,18})(?:\..*)?")


def make_etag(version: int | None, body: bytes) -> str:
    """The digest covers everything in `body`, so that embedded things count too."""
    # Which processors have instructions for: half of the time that blake2b takes for a page.
    digest = sha256(body).hexdigest()[:18]
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def stamp_etag(version: int, digest: bytes, media_url: str) -> str:
    """The same for what has not been written yet: beside `digest`, the body depends on the release
    and on where files lie."""
    return make_etag(version, b"%b %b %b" % (digest, __version__.encode(), media_url.encode()))


def none_match(header: str | None, etag: str) -> bool:
    """Whether `If-None-Match` holds, so that the answer is 304. Weak comparison (RFC 9110)."""
    if not header:
        return False
    if header.strip() == "*":
        return True
    wanted = etag.strip('"')
    return any(match[1] == wanted for match in _TAG.finditer(header))


def read_if_match(header: str | None) -> frozenset[int] | None:
    """The versions that `If-Match` accepts; None means any (`*`).

    `"3"`, `"3.digest"` and `W/"3"` all mean version 3. A tag that holds no version fits nothing.

    :raises RequestRefused: if the header is no list of entity tags.
    """
    if header is None or header.strip() == "*":
        return None
    if not _LIST.fullmatch(header):
        message = 'Write the ETag as it was received, such as "3".'
        entry = Entry("header", "If-Match", "invalid_format", message)
        raise RequestRefused("malformed_header", message, [entry])
    numbers = (_VERSION.fullmatch(tag[1]) for tag in _TAG.finditer(header))
    versions = [int(number[1]) for number in numbers if number]
    return frozenset(versions)
