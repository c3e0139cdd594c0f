"""The request files as they stand: what they need is in them, and no operation is left out."""

import json
import re
from pathlib import Path

import pytest

from marketplace.infrastructure.demo.catalogue import slug_of
from marketplace.infrastructure.demo.people import ACCOUNTS, SELLERS
from marketplace.infrastructure.demo.sample import BOOKS
from tests.http_files import HttpFile, Malformed, parse, read

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "http").glob("*.http"))
# What others have to sign, and what there is only where money is not captured at once.
ONLY_REFUSED = ("/webhooks/", "/capture")
DEMO = {
    "baseUrl": "http://127.0.0.1:8000",
    "api": "{{baseUrl}}/api/v1",
    "category": "books",
    "password": "correct horse battery staple",
    **{f"{role}Login": account.login for role, account in ACCOUNTS.items()},
    **{f"{role}Password": account.password for role, account in ACCOUNTS.items()},
    "seller": slug_of(SELLERS["Books"][0]),
    "product": slug_of(next(iter(BOOKS))),
}


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> HttpFile:
    return read(request.param)


def test_there_is_a_file_for_every_area() -> None:
    areas = {
        "meta",
        "auth",
        "sellers",
        "categories",
        "products",
        "shipments",
        "imports",
        "shipping",
        "cart",
        "checkout",
        "orders",
        "payments",
        "analytics",
    }

    assert {path.stem for path in FILES} == areas


def test_variables_are_those_of_the_demo(file: HttpFile) -> None:
    assert file.requests
    assert file.variables == {name: DEMO[name] for name in file.variables}


def test_references_are_known_when_they_are_used(file: HttpFile) -> None:
    known = {"$guid", *file.variables}
    for request in file.requests:
        written = " ".join([request.url, request.body, *(value for _, value in request.headers)])
        for reference in re.findall(r"\{\{(.*?)\}\}", written):
            assert reference.partition(".response.")[0] in known, request.title
        if request.name:
            assert request.name not in known, request.title
            known.add(request.name)


def test_variables_and_names_are_used(file: HttpFile) -> None:
    written = " ".join(
        " ".join([request.url, request.body, *(value for _, value in request.headers)])
        for request in file.requests
    )
    written += " ".join(file.variables.values())
    used = {name.partition(".")[0] for name in re.findall(r"\{\{(.*?)\}\}", written)}
    named = {request.name for request in file.requests if request.name}

    assert {*file.variables, *named} - used == set()


def test_bodies_are_json(file: HttpFile) -> None:
    for request in file.requests:
        if dict(request.headers).get("Content-Type") == "application/json":
            # A number may be a reference, too.
            json.loads(re.sub(r"\{\{.*?\}\}", "0", request.body))


def test_every_operation_is_called() -> None:
    document = json.loads((ROOT / "docs/openapi.json").read_text("utf-8"))
    called = {
        (request.method, request.url.partition("?")[0].removeprefix("{{api}}"))
        for path in FILES
        for request in read(path).requests
        if request.expect is None or any(each in request.url for each in ONLY_REFUSED)
    }

    def is_called(method: str, path: str) -> bool:
        template = path.removeprefix("/api/v1")
        pattern = re.sub(r"\\\{\w+\\\}", r"(?:\\{\\{[^/]+\\}\\}|sandbox)", re.escape(template))
        return any(
            method.upper() == sent and re.fullmatch(pattern, address) for sent, address in called
        )

    left_out = [
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"} and not is_called(method, path)
    ]
    assert left_out == []


@pytest.mark.parametrize(
    "text",
    ["what\n### a\nGET /\n", "### a\nGOT /\n", "### a\nGET /\nno header\n", "###\nGET /\n", "###"],
)
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_requests_are_read_as_they_are_written() -> None:
    text = (
        "# Top\n@a = b\n\n"
        "### One\n# @name one\n# Expect 304\nPOST /x\nH: v\n\n{\n\n}\n\n"
        "### Two\nGET /y\n"
    )
    first, second = parse(text).requests

    assert parse(text).variables == {"a": "b"}
    assert (first.title, first.method, first.url, first.name) == ("One", "POST", "/x", "one")
    assert (first.headers, first.body, first.expect) == ((("H", "v"),), "{\n\n}", 304)
    assert (second.method, second.url, second.expect, second.body) == ("GET", "/y", None, "")
