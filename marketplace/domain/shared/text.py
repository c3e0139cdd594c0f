"""Plain text rules that several areas share."""

from marketplace.domain.errors import RuleViolated


def require_text(value: str, field: str, *, longest: int) -> str:
    """Return `value` without outer white space; refuse an empty or too long one."""
    text = value.strip()
    if not text or len(text) > longest:
        raise RuleViolated(
            "invalid_text", f"{field} must have 1 to {longest} characters.", field=f"/{field}"
        )
    return text
