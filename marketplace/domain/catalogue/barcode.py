"""Barcodes."""

import re

from marketplace.domain.errors import RuleViolated

_GTIN = re.compile(r"\d{8}|\d{12}|\d{13}|\d{14}", re.ASCII)


def require_gtin(barcode: str, field: str) -> str:
    """Return `barcode` if it is a GTIN-8, -12, -13 or -14 with a right check digit.

    The check digit is that of the GS1 General Specifications, section 7.9: weights 3 and 1 from
    the right, modulo 10.

    Raises:
        RuleViolated: `invalid_barcode` otherwise.
    """
    if _GTIN.fullmatch(barcode):
        digits = [int(digit) for digit in reversed(barcode)]
        total = sum(digits[1::2]) * 3 + sum(digits[0::2])
        if total % 10 == 0:
            return barcode
    raise RuleViolated(
        "invalid_barcode",
        "A barcode is a GTIN of 8, 12, 13 or 14 digits whose last digit checks the others.",
        field=field,
    )
