"""The fields that schemas may use, each bounded, so that nothing a client sends reaches a use
case unchecked. All raise coded errors (`schema.Fault`)."""

from marketplace.presentation.rest.money_fields import (
    CURRENCIES,
    Currency,
    Money,
    MoneyOrUnits,
    money_schema,
)
from marketplace.presentation.rest.schema import Field
from marketplace.presentation.rest.structured_fields import ById, Counts, List, Mapping, Nested
from marketplace.presentation.rest.text_fields import (
    UNPRINTABLE,
    Email,
    Id,
    IdOrSlug,
    MediaUrl,
    OrderRef,
    Password,
    Slug,
    Text,
    Url,
)
from marketplace.presentation.rest.value_fields import (
    COUNTRIES,
    Bool,
    Country,
    Enum,
    FieldName,
    Instant,
    Int64,
    Integer,
    Number,
    Scalar,
    Upload,
    Value,
)

__all__ = [
    "COUNTRIES",
    "CURRENCIES",
    "UNPRINTABLE",
    "Bool",
    "ById",
    "Country",
    "Counts",
    "Currency",
    "Email",
    "Enum",
    "Field",
    "FieldName",
    "Id",
    "IdOrSlug",
    "Instant",
    "Int64",
    "Integer",
    "List",
    "Mapping",
    "MediaUrl",
    "Money",
    "MoneyOrUnits",
    "Nested",
    "Number",
    "OrderRef",
    "Password",
    "Scalar",
    "Slug",
    "Text",
    "Upload",
    "Url",
    "Value",
    "money_schema",
]
