"""Attributes: what a category asks of its products."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from marketplace.domain.catalogue.limits import (
    ATTRIBUTE_LONGEST,
    ATTRIBUTE_NAME_LONGEST,
    CHOICE_LONGEST,
    MOST_ATTRIBUTES,
)
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.text import escaped, require_entries, require_text

AttributeValue: TypeAlias = str | int | float | bool
Attributes: TypeAlias = Mapping[str, AttributeValue]


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class AttributeDefinition:
    """One attribute of a category; `choices` is empty unless the type is choice."""

    name: str
    type: AttributeType
    required: bool = False
    filterable: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.type is AttributeType.CHOICE) != bool(self.choices):
            raise RuleViolated(
                "invalid_attribute",
                f"The attribute {self.name} needs choices if it is one, and only then.",
                field="/attributes",
            )

    def accepts(self, value: AttributeValue) -> bool:
        match self.type:
            case AttributeType.TEXT:
                return isinstance(value, str)
            case AttributeType.CHOICE:
                return value in self.choices
            case AttributeType.BOOLEAN:
                return isinstance(value, bool)
            case AttributeType.NUMBER:
                return isinstance(value, int | float) and not isinstance(value, bool)


def check_definitions(definitions: Sequence[AttributeDefinition]) -> None:
    """Hold the definitions of a category against the rules.

    Raises:
        RuleViolated: `invalid_text`; `duplicate_attribute` when two share a name.
    """
    for index, definition in enumerate(definitions):
        at = f"/attributes/{index}"
        require_text(definition.name, f"{at}/name", longest=ATTRIBUTE_NAME_LONGEST)
        for number, choice in enumerate(definition.choices):
            require_text(choice, f"{at}/choices/{number}", longest=CHOICE_LONGEST)
    names = [definition.name for definition in definitions]
    if len(set(names)) != len(names):
        raise RuleViolated(
            "duplicate_attribute", "Two attributes have the same name.", field="/attributes"
        )


def check_attributes(definitions: Iterable[AttributeDefinition], attributes: Attributes) -> None:
    """Hold a product's attributes against the definitions of its category, inherited ones too.

    Attributes that no definition names are the seller's own and free.

    Raises:
        RuleViolated: `invalid_attribute` with the pointer to the first attribute at fault;
            `invalid_text`; `too_many_attributes`.
    """
    if len(attributes) > MOST_ATTRIBUTES:
        raise RuleViolated(
            "too_many_attributes",
            f"A product has at most {MOST_ATTRIBUTES} attributes.",
            field="/attributes",
        )
    require_entries(
        attributes, "/attributes", longest_name=ATTRIBUTE_NAME_LONGEST, longest=ATTRIBUTE_LONGEST
    )
    for definition in definitions:
        value = attributes.get(definition.name)
        if value is None and not definition.required:
            continue
        if value is None:
            detail = f"The category requires the attribute {definition.name}."
        elif definition.accepts(value):
            continue
        elif definition.choices:
            detail = f"{definition.name} is one of: {', '.join(definition.choices)}."
        else:
            detail = f"{definition.name} must be a {definition.type}."
        raise RuleViolated(
            "invalid_attribute", detail, field=f"/attributes/{escaped(definition.name)}"
        )
