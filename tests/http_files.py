"""Reads and runs `.http` files, as far as those of `http/` go: the syntax of the REST Client of
Visual Studio Code, with one addition, the comment `# Expect STATUS` where no 2xx is meant. In a
multipart body `< ./NAME` on a line of its own stands for a file beside the `.http` files."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

_REFERENCE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
FOLDER = Path(__file__).resolve().parents[1] / "http"
_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"


@dataclass(frozen=True)
class Request:
    """One request as it is written, with its references in it. `expect` is None for any 2xx."""

    title: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    name: str | None = None
    expect: int | None = None


@dataclass(frozen=True)
class HttpFile:
    variables: Mapping[str, str]
    requests: tuple[Request, ...]


class Malformed(Exception):
    """What stands in the file is no request."""


def parse(text: str) -> HttpFile:
    """Raises Malformed."""
    top, *blocks = re.split(r"^###", text, flags=re.MULTILINE)
    variables = {}
    for line in top.splitlines():
        if match := re.fullmatch(r"@(\w+) = (.+)", line):
            variables[match[1]] = match[2]
        elif line and not line.startswith("#"):
            raise Malformed(line)
    return HttpFile(variables, tuple(map(_request, blocks)))


def _request(block: str) -> Request:
    title, _, rest = block.partition("\n")
    head, _, body = rest.strip().partition("\n\n")
    lines = head.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    written = [line for line in lines if not line.startswith("#")]
    first = re.fullmatch(rf"({_METHODS}) (\S+)", written[0] if written else "")
    headers = [re.fullmatch(r"([\w-]+): (.+)", line) for line in written[1:]]
    if not title.strip() or first is None or None in headers:
        raise Malformed(block)
    return Request(
        title=title.strip(),
        method=first[1],
        url=first[2],
        headers=tuple((header[1], header[2]) for header in headers if header),
        body=body.strip(),
        name=_comment(r"# @name (\w+)", comments),
        expect=int(_comment(r"# Expect (\d{3})", comments) or 0) or None,
    )


def _comment(pattern: str, comments: list[str]) -> str | None:
    return next((match[1] for line in comments if (match := re.fullmatch(pattern, line))), None)


@dataclass
class Run:
    """Runs the requests of a file in their order. `given` replaces variables of the file."""

    file: HttpFile
    http: httpx.Client
    given: Mapping[str, str] = field(default_factory=dict)
    answers: dict[str, httpx.Response] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[Request, httpx.Response]]:
        for request in self.file.requests:
            answer = self.http.request(
                request.method,
                self.fill(request.url),
                headers={name: self.fill(value) for name, value in request.headers},
                content=self._content(request) or None,
            )
            if request.name:
                self.answers[request.name] = answer
            yield request, answer

    def _content(self, request: Request) -> bytes:
        body = self.fill(request.body).encode()
        if not dict(request.headers).get("Content-Type", "").startswith("multipart/"):
            return body
        lines = [
            (FOLDER / line[2:].decode()).read_bytes() if line.startswith(b"< ") else line
            for line in body.split(b"\n")
        ]
        return b"\r\n".join([*lines, b""])

    def fill(self, text: str) -> str:
        """Put values in the place of references."""
        return _REFERENCE.sub(lambda match: self.fill(self._value(match[1])), text)

    def _value(self, reference: str) -> str:
        if reference == "$guid":
            return str(uuid.uuid4())
        name, _, rest = reference.partition(".response.")
        if not rest:
            return self.given[name] if name in self.given else self.file.variables[name]
        answer = self.answers[name]
        part, _, path = rest.partition(".")
        if part == "headers":
            return answer.headers[path]
        if part != "body" or not path.startswith("$"):
            raise Malformed(reference)
        value: Any = answer.json()
        for step in _STEP.finditer(path):
            value = value[step[1]] if step[1] else value[int(step[2])]
        return str(value)


def read(path: Path) -> HttpFile:
    return parse(path.read_text("utf-8"))
