"""Column types for values of the domain. Each bears in mind that NULL stays NULL."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.identity.user import Role
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import CategoryId

Word = TypeVar("Word", bound=StrEnum)


class Words(TypeDecorator[Word], Generic[Word]):
    """An enum as the text of its value. What the column may hold is a CHECK of the table."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:
        return None if value is None else self.words(value)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], Word | None]:
        # The same, without two calls for each row of a list.
        known: dict[str | None, Word | None] = {str(word): word for word in self.words}
        return {None: None, **known}.__getitem__


class Roles(TypeDecorator[frozenset[Role]]):
    """A set of roles as an array of text, sorted, so that equal sets are equal arrays."""

    impl = ARRAY(Text)
    cache_ok = True

    def process_bind_param(
        self, value: frozenset[Role] | None, dialect: Dialect
    ) -> list[str] | None:
        return None if value is None else sorted(str(role) for role in value)

    def process_result_value(
        self, value: Iterable[str] | None, dialect: Dialect
    ) -> frozenset[Role] | None:
        return None if value is None else frozenset(Role(role) for role in value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """A tuple of text as an array."""

    impl = ARRAY(Text)
    cache_ok = True

    def process_bind_param(
        self, value: tuple[str, ...] | None, dialect: Dialect
    ) -> list[str] | None:
        return None if value is None else list(value)

    def process_result_value(
        self, value: Iterable[str] | None, dialect: Dialect
    ) -> tuple[str, ...] | None:
        return None if value is None else tuple(value)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A tuple of integers as an array."""

    impl = ARRAY(Integer)
    cache_ok = True

    def process_bind_param(
        self, value: tuple[int, ...] | None, dialect: Dialect
    ) -> list[int] | None:
        return None if value is None else list(value)

    def process_result_value(
        self, value: Iterable[int] | None, dialect: Dialect
    ) -> tuple[int, ...] | None:
        return None if value is None else tuple(value)


class Document(TypeDecorator[Mapping[str, Any]]):
    """A flat mapping as jsonb."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(
        self, value: Mapping[str, Any] | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        return None if value is None else dict(value)


class Definitions(TypeDecorator[tuple[AttributeDefinition, ...]]):
    """The attribute definitions of a category as a jsonb array."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(
        self, value: tuple[AttributeDefinition, ...] | None, dialect: Dialect
    ) -> list[dict[str, Any]] | None:
        return None if value is None else [definition_document(each) for each in value]

    def process_result_value(
        self, value: Iterable[Mapping[str, Any]] | None, dialect: Dialect
    ) -> tuple[AttributeDefinition, ...] | None:
        return None if value is None else tuple(definition(each) for each in value)


class Changes(TypeDecorator[ProductChanges]):
    """Changes of a product as jsonb that names only what is changed."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(
        self, value: ProductChanges | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        if value is None:
            return None
        given = dict(value.given)
        if "category_id" in given:
            given["category_id"] = str(given["category_id"])
        return given

    def process_result_value(
        self, value: Mapping[str, Any] | None, dialect: Dialect
    ) -> ProductChanges | None:
        if value is None:
            return None
        category_id, tags = value.get("category_id"), value.get("tags")
        return ProductChanges(
            name=value.get("name"),
            description=value.get("description"),
            category_id=None if category_id is None else CategoryId(UUID(category_id)),
            attributes=value.get("attributes"),
            tags=None if tags is None else tuple(tags),
        )


class AddressDocument(TypeDecorator[Address]):
    """An address, as it was when it was written down, as jsonb."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Address | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else vars(value)

    def process_result_value(
        self, value: Mapping[str, Any] | None, dialect: Dialect
    ) -> Address | None:
        return None if value is None else Address(**value)


def definition_document(value: AttributeDefinition) -> dict[str, Any]:
    """The inverse of `definition`."""
    return vars(value) | {"type": str(value.type), "choices": list(value.choices)}


def definition(document: Mapping[str, Any]) -> AttributeDefinition:
    return AttributeDefinition(
        name=document["name"],
        type=AttributeType(document["type"]),
        required=document["required"],
        filterable=document["filterable"],
        choices=tuple(document["choices"]),
    )
