"""A client of the marketplace's REST API, with nothing but the standard library.

Every POST carries an Idempotency-Key that is derived from what it says. A lost answer can so be
asked for again, and a whole run repeated: within 24 hours the server answers as it did before,
and nothing happens twice.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

Json = dict[str, Any]


class Refused(Exception):
    """The server's problem details: `code` is the stable name of what went wrong."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status = status
        self.code: str = problem.get("code", "unknown")
        where = [entry.get("pointer") or entry.get("parameter") for entry in problem["errors"]]
        self.detail = "; ".join(
            f"{name}: {entry['message']}"
            for name, entry in zip(where, problem["errors"], strict=True)
        ) or problem.get("detail", "")
        super().__init__(f"{status} {self.code}: {self.detail}")


class Client:
    """Requests in the name of one account, or of nobody before `sign_in`."""

    def __init__(self, base_url: str, patience: float = 20.0) -> None:
        """`patience` is for how many seconds a request is repeated that got no answer.

        Longer than the 10 seconds for which the server keeps a key to a request that died.
        """
        if not base_url.startswith(("http://", "https://")):
            raise ValueError(f"not an http address: {base_url}")
        self.base = base_url.rstrip("/") + "/api/v1"
        self.patience = patience
        self.token: str | None = None
        self.replayed = 0

    def sign_in(self, login: str, password: str) -> "Client":
        answer = self._send("POST", "/auth/token", {"login": login, "password": password}, {})
        self.token = answer["result"]["access"]
        return self

    def get(self, path: str, **query: str) -> Any:
        return self._page(path, query)["result"]

    def pages(self, path: str, **query: str) -> Iterator[Json]:
        """Every item of a paged list."""
        while True:
            answer = self._page(path, {"limit": "100", **query})
            yield from answer["result"]
            if answer["page"]["next"] is None:
                return
            query["cursor"] = answer["page"]["next"]

    def post(self, path: str, body: Json | None = None) -> Json:
        """Create or change something, once for each account, path and body."""
        said = json.dumps([path, body], sort_keys=True).encode()
        key = "books-" + hashlib.sha256(said).hexdigest()
        result: Json = self._send("POST", path, body, {"Idempotency-Key": key})["result"]
        return result

    def _page(self, path: str, query: dict[str, str]) -> Json:
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, None, {})

    def _send(self, method: str, path: str, body: Json | None, headers: dict[str, str]) -> Json:
        """All requests made here may be repeated: reads, logins, and POSTs that have a key."""
        headers = {"Accept": "application/json", **headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        # __init__ has seen to the scheme.
        request = Request(self.base + path, data, headers, method=method)  # noqa: S310
        deadline = time.monotonic() + self.patience
        while True:
            try:
                with urlopen(request, timeout=30) as response:  # noqa: S310
                    self.replayed += response.headers["Idempotent-Replayed"] == "true"
                    answer: Json = json.load(response)
                    return answer
            except HTTPError as error:
                problem = _problem(error)
                passing = error.code in (429, 503) or problem["code"] == "idempotency_in_flight"
                wait = float(error.headers["Retry-After"] or 1)
                if not passing or time.monotonic() + wait > deadline:
                    raise Refused(error.code, problem) from None
            except (URLError, HTTPException, OSError):
                wait = 0.5
                if time.monotonic() + wait > deadline:
                    raise
            time.sleep(wait)


def _problem(error: HTTPError) -> Json:
    try:
        problem = json.load(error)
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    return {"code": "unknown", "detail": error.reason, "errors": [], **problem}
