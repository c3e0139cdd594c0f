"""Slugs: the readable half of an address, never to be taken for an id."""

import re
import unicodedata
from uuid import UUID

MAX_LENGTH = 80
PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Whether `text` may serve as a slug: lower-case words joined by hyphens, and no UUID."""
    return len(text) <= MAX_LENGTH and bool(PATTERN.fullmatch(text)) and not _is_uuid(text)


def slugify(name: str, *, fallback: str) -> str:
    """Make a slug of `name`; `fallback` serves where no Latin letter or digit is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower().replace("'", ""))
    slug = "-".join(words)[:MAX_LENGTH].strip("-") or fallback
    return f"{fallback}-{slug}" if _is_uuid(slug) else slug


def numbered(slug: str, number: int) -> str:
    """The `number`th holder of the same name, within the length that a slug may have."""
    made = _ended(slug, f"-{number}")
    # No digit of a UUID is an n, so that this is none.
    return _ended(slug, f"-n-{number}") if _is_uuid(made) else made


def _ended(slug: str, ending: str) -> str:
    return slug[: MAX_LENGTH - len(ending)].rstrip("-") + ending


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
