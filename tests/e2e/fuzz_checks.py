"""A check of ours beside those of schemathesis, which loads this module."""

from typing import Any

import schemathesis


@schemathesis.check
def problem_code_is_listed(ctx: Any, response: Any, case: Any) -> None:
    """A problem has a code that the document lists for the operation and the status."""
    if "application/problem+json" not in response.headers.get("content-type", ()):
        return
    if response.status_code in (405, 414, 431, 500):
        # The last fails another check; the others are said before an operation is known.
        return
    listed = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    code = response.json()["code"]
    assert code in listed.get("x-problem-codes", ()), f"{response.status_code} {code} is not listed"
