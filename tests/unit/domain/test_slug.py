"""Slugs are readable, bounded and never mistaken for an id."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.shared.slug import MAX_LENGTH, is_slug, numbered, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Snow Crash", "snow-crash"),
        ("  The Hitchhiker's Guide -- to the Galaxy! ", "the-hitchhikers-guide-to-the-galaxy"),
        ("Crème brûlée", "creme-brulee"),
        ("東京", "product"),
        ("", "product"),
    ],
)
def test_slugify(name: str, slug: str) -> None:
    assert slugify(name, fallback="product") == slug


@given(st.text(max_size=300))
def test_whatever_the_name_the_slug_is_one(name: str) -> None:
    assert is_slug(slugify(name, fallback="product"))


@given(st.uuids())
def test_a_name_that_is_a_uuid_becomes_no_uuid(value: UUID) -> None:
    assert is_slug(slugify(str(value), fallback="product"))
    assert not is_slug(str(value))


def test_numbered_slugs_keep_the_length() -> None:
    assert numbered("snow-crash", 2) == "snow-crash-2"
    assert len(numbered("a" * MAX_LENGTH, 123)) == MAX_LENGTH


@given(st.uuids(), st.integers(2, 99_999), st.booleans())
def test_a_numbered_slug_is_no_uuid(value: UUID, number: int, hyphens: bool) -> None:
    ending = str(number)
    begun = (str(value) if hyphens else value.hex)[: -len(ending)].rstrip("-")
    for slug in (begun, begun[:-1].rstrip("-"), f"{begun}0"):
        assert is_slug(numbered(slug, number)) or not is_slug(slug)
    assert numbered("a" * 31, 2) != numbered("a" * 31, 3)
    assert is_slug(numbered("a" * 31, 2))


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", "a--b", "A", "a b", "ä", "0197a3c05d6f7b1e9d550242ac120002", "a" * 81]
)
def test_what_is_no_slug(text: str) -> None:
    assert not is_slug(text)
