"""Attributes as text in a cell, and as the category has them."""

import math
import re
from collections.abc import Mapping, Sequence

from marketplace.application.imports.cells import read_flag
from marketplace.domain.catalogue.attributes import (
    AttributeDefinition,
    Attributes,
    AttributeType,
    AttributeValue,
)

_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def wanted_attributes(
    said: Mapping[str, str | None],
    present: Attributes,
    definitions: Sequence[AttributeDefinition],
) -> dict[str, AttributeValue]:
    """`present` with what is said; None takes an attribute away.

    What the category defines becomes of its type, as far as the text is one of it; the check
    follows. Anything else is text, unless it is what there is already.
    """
    types = {definition.name: definition.type for definition in definitions}
    wanted = dict(present)
    for name, text in said.items():
        if text is None:
            wanted.pop(name, None)
        elif name not in wanted or write_attribute(wanted[name]).strip() != text:
            wanted[name] = _typed(text, types.get(name, AttributeType.TEXT))
    return wanted


def write_attribute(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _typed(text: str, kind: AttributeType) -> AttributeValue:
    if kind is AttributeType.BOOLEAN:
        flag = read_flag(text)
        return text if flag is None else flag
    if kind is AttributeType.NUMBER:
        if _WHOLE.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    return text
