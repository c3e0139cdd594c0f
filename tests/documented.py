"""Whether what the API answers is what its OpenAPI document says."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx

PROBLEM = "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")


def undocumented(
    document: dict[str, Any], method: str, path: str, status: int, body: Any
) -> str | None:
    """What is wrong with a problem that was answered: its code is not listed for the operation.

    What no operation stands for (an unknown path or method) and 500 are for nobody to list.
    """
    operation = _operation(document, method, path)
    if operation is None or status == 500:
        return None
    response = operation["responses"].get(str(status), {})
    if body["code"] in response.get("x-problem-codes", ()):
        return None
    return f"{operation['operationId']} does not list {status} {body['code']}"


def checking(fetch: Callable[[], dict[str, Any]]) -> Callable[[httpx.Response], None]:
    """A hook for httpx clients; `fetch` gives the document, and is asked once."""
    document = cache(fetch)

    def check(response: httpx.Response) -> None:
        if response.headers.get("Content-Type") != PROBLEM:
            return
        response.read()
        asked = response.request
        fault = undocumented(
            document(), asked.method, asked.url.path, response.status_code, response.json()
        )
        assert fault is None, fault

    return check


def _operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    # A path without parameters goes first, as it does in the server.
    for template in sorted(document["paths"], key=lambda each: each.count("{")):
        if re.fullmatch(re.sub(r"\\?\{[^}]*\\?\}", "[^/]+", re.escape(template)), path):
            found: dict[str, Any] | None = document["paths"][template].get(method.lower())
            return found if method.lower() in METHODS else None
    return None
