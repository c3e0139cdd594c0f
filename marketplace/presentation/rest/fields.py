"""The fields that schemas may use, each bounded, so that nothing a client sends reaches a use
case unchecked. All raise coded errors (`schema.Fault`)."""

from marketplace.presentation.rest.schema import Field
from marketplace.presentation.rest.structured_fields import (
    List,
    Mapping,
    Money,
    Nested,
    Scalar,
    Upload,
    money_schema,
)
from marketplace.presentation.rest.text_fields import (
    UNPRINTABLE,
    Email,
    Id,
    IdOrSlug,
    OrderRef,
    Password,
    Slug,
    Text,
    Url,
)
from marketplace.presentation.rest.value_fields import (
    COUNTRIES,
    CURRENCIES,
    Bool,
    Country,
    Currency,
    Enum,
    Instant,
    Int64,
    Integer,
    Number,
)

__all__ = [
    "COUNTRIES",
    "CURRENCIES",
    "UNPRINTABLE",
    "Bool",
    "Country",
    "Currency",
    "Email",
    "Enum",
    "Field",
    "Id",
    "IdOrSlug",
    "Instant",
    "Int64",
    "Integer",
    "List",
    "Mapping",
    "Money",
    "Nested",
    "Number",
    "OrderRef",
    "Password",
    "Scalar",
    "Slug",
    "Text",
    "Upload",
    "Url",
    "money_schema",
]
