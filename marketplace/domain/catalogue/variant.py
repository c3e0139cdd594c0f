"""Variants: the choices that a product comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.domain.catalogue.barcode import require_gtin
from marketplace.domain.catalogue.limits import (
    HEAVIEST,
    MOST_OPTIONS,
    OPTION_LONGEST,
    OPTION_NAME_LONGEST,
)
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.ids import VariantId
from marketplace.domain.shared.text import require_entries


@dataclass(eq=False, kw_only=True)
class Variant:
    """One choice of a product: its options (`{"size": "M"}`) tell it from its sisters. `weight` is
    in grams, with the packaging that it needs; None where nobody said it.

    One that was removed stays for the orders that name it.
    """

    id: VariantId
    position: int
    options: Mapping[str, str] = field(default_factory=dict)
    barcode: str | None = None
    weight: int | None = None
    removed_at: datetime | None = None


def check_new_variants(variants: Sequence[Variant]) -> None:
    """Hold the variants of a new product against each other.

    Raises:
        RuleViolated: `no_variant`, or as `check_variant`; the pointer goes to `/variants`.
    """
    if not variants:
        raise RuleViolated("no_variant", "A product has at least one variant.", field="/variants")
    for index, variant in enumerate(variants):
        check_variant(variant, variants[:index], at=f"/variants/{index}")


def check_variant(variant: Variant, sisters: Sequence[Variant], *, at: str = "") -> None:
    """Hold a variant against its sisters. `at` points at the part of the request it comes from.

    Raises:
        RuleViolated: `too_many_options`, `invalid_text`, `options_differ`,
            `duplicate_options`, `invalid_barcode` or `invalid_weight`.
    """
    if len(variant.options) > MOST_OPTIONS:
        raise RuleViolated(
            "too_many_options",
            f"A variant has at most {MOST_OPTIONS} options.",
            field=f"{at}/options",
        )
    require_entries(
        variant.options, f"{at}/options", longest_name=OPTION_NAME_LONGEST, longest=OPTION_LONGEST
    )
    if sisters and set(variant.options) != set(sisters[0].options):
        raise RuleViolated(
            "options_differ",
            "All variants of a product have the same option names.",
            field=f"{at}/options",
        )
    if any(variant.options == sister.options for sister in sisters):
        raise RuleViolated(
            "duplicate_options", "Two variants have the same options.", field=f"{at}/options"
        )
    if variant.barcode is not None:
        require_gtin(variant.barcode, f"{at}/barcode")
    if variant.weight is not None and not 0 <= variant.weight <= HEAVIEST:
        raise RuleViolated(
            "invalid_weight", f"A weight is 0 to {HEAVIEST} grams.", field=f"{at}/weight"
        )
