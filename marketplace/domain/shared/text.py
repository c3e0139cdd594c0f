"""Plain text rules that several areas share."""

from marketplace.domain.errors import RuleViolated


def require_text(value: str, field: str, *, longest: int) -> str:
    """Return `value`, as it is, unless it is blank or too long."""
    if not value.strip() or len(value) > longest:
        raise RuleViolated(
            "invalid_text",
            f"{field} must have 1 to {longest} characters, and more than white space.",
            field=f"/{field}",
        )
    return value
