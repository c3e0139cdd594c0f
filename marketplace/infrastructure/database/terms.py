"""Terms of listings: `KIND:NAME:VALUE` for attributes and options, written here and in SQL alike.

A colon ends the name, so that one in it is escaped. What looks like a number, text or not, has no
trailing zeros, so that 1.50 is found by 1.5 and counted with it.
"""

import re
from typing import Final

from marketplace.infrastructure.database.tables import TERM_LONGEST

NUMBER: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_NUMBER_SQL = "'^-?(0|[1-9][0-9]*)([.][0-9]+)?$'"


def spelt(value: str) -> str:
    """A value that is asked for, as it stands in terms."""
    number = NUMBER.fullmatch(value) if len(value) <= TERM_LONGEST else None
    if number is None:
        return value[:TERM_LONGEST]
    fraction = (number[3] or "").rstrip("0")
    written = f"{number[2]}.{fraction}" if fraction else number[2]
    return written if written == "0" else number[1] + written


def term_name(name: str) -> str:
    """The name of an attribute, as it stands in terms."""
    return name.replace("%", "%25").replace(":", "%3A")


def spelt_sql(value: str) -> str:
    """`spelt` of an SQL expression of type jsonb."""
    written = f"({value} #>> '{{}}')"
    return f"""
    left(CASE
        WHEN jsonb_typeof({value}) = 'number'
                OR (length({written}) <= {TERM_LONGEST} AND {written} ~ {_NUMBER_SQL})
            THEN trim_scale({written}::numeric)::text
        ELSE {written}
    END, {TERM_LONGEST})
    """


def term_name_sql(name: str) -> str:
    """`term_name` of an SQL expression of type text."""
    return f"replace(replace({name}, '%', '%25'), ':', '%3A')"


def name_sql(term_name: str) -> str:
    """The inverse of `term_name_sql`."""
    return f"replace(replace({term_name}, '%3A', ':'), '%25', '%')"
