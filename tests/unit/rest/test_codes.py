"""Every code that the domain or a use case refuses with is explained to clients."""

import ast
from collections.abc import Iterator
from pathlib import Path

import marketplace
from marketplace.application.paging import InvalidCursor
from marketplace.domain.errors import MarketplaceError
from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.problems import STATUS

ROOT = Path(marketplace.__file__).parent
KINDS = {"Conflict", "RuleViolated", "Unauthenticated", "Unavailable", "MarketplaceError"}


def raised_codes() -> Iterator[tuple[str, str]]:
    for layer in ("domain", "application", "infrastructure"):
        for path in sorted((ROOT / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and is_refusal(node) and node.args:
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value, str(path.relative_to(ROOT))


def is_refusal(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in KINDS
    # super().__init__("code", ...) of the errors that are classes of their own
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "__init__"
        and isinstance(call.func.value, ast.Call)
        and isinstance(call.func.value.func, ast.Name)
        and call.func.value.func.id == "super"
    )


def test_the_scan_sees_both_ways_of_refusing() -> None:
    codes = {code for code, _ in raised_codes()}
    assert {"out_of_stock", "payment_declined", "idempotency_in_flight", "email_taken"} <= codes


def test_every_code_is_explained() -> None:
    missing = {f"{code} ({path})" for code, path in raised_codes() if code not in CODES}
    assert not missing


def test_every_error_has_a_status() -> None:
    def subclasses(kind: type[MarketplaceError]) -> Iterator[type[MarketplaceError]]:
        for child in kind.__subclasses__():
            yield child
            yield from subclasses(child)

    for kind in subclasses(MarketplaceError):
        assert kind is InvalidCursor or any(parent in STATUS for parent in kind.__mro__), kind
