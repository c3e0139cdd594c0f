"""Plain text rules that several areas share."""

from collections.abc import Mapping

from marketplace.domain.errors import RuleViolated


def require_text(value: str, field: str, *, longest: int) -> str:
    """Return `value`, as it is, unless it is blank or too long; `field` is the pointer to it."""
    if not value.strip() or len(value) > longest:
        raise RuleViolated(
            "invalid_text",
            f"{field[1:]} must have 1 to {longest} characters, and more than white space.",
            field=field,
        )
    return value


def require_entries(
    entries: Mapping[str, object], field: str, *, longest_name: int, longest: int
) -> None:
    """Hold the names of `entries`, and their values as far as they are text, as `require_text`."""
    for name, value in entries.items():
        at = f"{field}/{escaped(name)}"
        require_text(name, at, longest=longest_name)
        if isinstance(value, str):
            require_text(value, at, longest=longest)


def escaped(name: str) -> str:
    """As a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
