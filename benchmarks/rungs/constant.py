"""WSGI alone: an answer of the size of a page that is always the same."""

from collections.abc import Iterable
from typing import Any

_BODY = b'{"result":"' + b"x" * 24_000 + b'"}'
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_BODY)))]


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", _HEADERS)
    return [_BODY]
