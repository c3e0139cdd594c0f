"""Slugs are readable, bounded and never mistaken for an id."""

from uuid import UUID, uuid4

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


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "a b", "ä", uuid4().hex, "a" * 81])
def test_what_is_no_slug(text: str) -> None:
    assert not is_slug(text)
