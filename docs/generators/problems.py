"""The list of problem codes, of the table that the API answers by."""

from http import HTTPStatus

from marketplace.presentation.rest.codes import CODES


def generate() -> str:
    """A section for each status, a row for each code."""
    lines: list[str] = []
    for status in sorted({code.status for code in CODES.values()}):
        lines += ["", f"## {status} {HTTPStatus(status).phrase}", ""]
        lines += ["| code | title | what to do |", "|---|---|---|"]
        lines += [
            f'| <span id="{name}">`{name}`</span> | {code.title} | {code.advice} |'
            for name, code in sorted(CODES.items())
            if code.status == status
        ]
    return "\n".join(lines)
