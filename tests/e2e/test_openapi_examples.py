"""Every example of the OpenAPI document runs on a fresh demo, unedited.

All of them run on one demo, in the order of the document and backwards on another: no example
needs what another one has made, or is hurt by it.
"""

import itertools
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from sqlalchemy import URL

from marketplace.infrastructure.demo.people import ACCOUNTS
from tests.api import Api
from tests.databases import Server
from tests.processes import CLI, ROOT, environment, free_port, run, serving

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
METHODS = ("get", "post", "put", "patch", "delete")
FILES = ROOT / "http"
PREPARE = "import sys, pathlib; from marketplace.main import PROGRAM; PROGRAM.demo.prepare({})"

# Whoever is named first in `x-allowed` runs the example.
LOGINS = {
    "public": None,
    "signed in": "buyer",
    "seller's member": "seller",
    "administrator": "admin",
    "holder of the order's token": None,
}
# Their bodies hold a refresh token, and nobody knows one before signing in.
WITHOUT_BODY = {"refresh", "signOut", "receivePaymentEvent", "receiveCarrierEvent"}

Json = dict[str, Any]


def resolve(node: Json) -> Json:
    while "$ref" in node:
        found: Any = DOCUMENT
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


OPERATIONS: dict[str, tuple[str, str, Json, list[Json]]] = {
    operation["operationId"]: (method, path, operation, item.get("parameters", []))
    for path, item in DOCUMENT["paths"].items()
    for method in METHODS
    if (operation := item.get(method))
}
RUNNING = [name for name in OPERATIONS if name not in WITHOUT_BODY]


def strict_components() -> Json:
    """Components in which an answer has no more than it is said to have."""
    components: Json = deepcopy(DOCUMENT["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return components


COMPONENTS = strict_components()


def faults(value: object, schema: Json) -> list[str]:
    validator = OAS31Validator({**schema, "components": COMPONENTS})
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(value)]


def examples_of(holder: Json) -> list[Any]:
    """The examples of a parameter or of a body."""
    named = [resolve(item)["value"] for item in holder.get("examples", {}).values()]
    return [holder["example"]] if "example" in holder else named


def parameters_of(name: str) -> list[Json]:
    """Those of the operation go before those of the path."""
    _, _, operation, shared = OPERATIONS[name]
    found = {(each["in"], each["name"]): each for each in map(resolve, shared)}
    own = map(resolve, operation["parameters"])
    return list((found | {(each["in"], each["name"]): each for each in own}).values())


def required_headers(name: str) -> set[str]:
    found = [each for each in parameters_of(name) if each["in"] == "header"]
    return {each["name"] for each in found if each.get("required")}


def body_to_send(media: str, schema: Json, example: Any) -> Json:
    """What httpx is told of a body. An example names files by their names in `http/`."""
    if media == "application/json":
        return {"json": example}
    uploads = [key for key, each in schema["properties"].items() if each.get("format") == "binary"]
    files = {key: (example[key], (FILES / example[key]).read_bytes()) for key in uploads}
    data = {key: form_value(value) for key, value in example.items() if key not in files}
    return {"data": data, "files": files} if media == "multipart/form-data" else {"data": data}


def form_value(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def requests_of(name: str) -> Iterator[Json]:
    """What httpx has to send: once with each combination of the operation's examples."""
    method, path, operation, _ = OPERATIONS[name]
    choices: list[list[tuple[str, str, Any]]] = []
    for parameter in parameters_of(name):
        given = [(parameter["in"], parameter["name"], one) for one in examples_of(parameter)]
        left_out = [] if parameter.get("required") else [("", "", None)]
        assert given or left_out, f"{name}: {parameter['name']} has no example"
        choices.append(given + left_out)
    body = operation.get("requestBody", {})
    bodies = [
        ("body", "", body_to_send(media, resolve(holder["schema"]), one))
        for media, holder in body.get("content", {}).items()
        for one in examples_of(holder)
    ]
    assert bodies or not body.get("required"), f"{name}: the body has no example"
    # Under one Idempotency-Key there is one request.
    once = body.get("required") or (bodies and "Idempotency-Key" in required_headers(name))
    choices.append(bodies if once else [*bodies, ("", "", None)])
    for chosen in itertools.product(*choices):
        url = path
        request: Json = {"headers": {}, "params": {}}
        for where, key, value in chosen:
            if where == "path":
                url = url.replace(f"{{{key}}}", quote(str(value), safe=""))
            elif where in ("header", "query"):
                request["headers" if where == "header" else "params"][key] = value
            elif where:
                request |= value
        yield {"method": method.upper(), "url": url, **request}


@pytest.fixture(scope="module")
def prepared(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """The database of a fresh demo, to be copied."""
    with postgres.database() as url:
        shown = url.render_as_string(hide_password=False)
        command = PREPARE.format("sys.argv[1], pathlib.Path(sys.argv[2])")
        folder = str(tmp_path_factory.mktemp("demo"))
        done = run(sys.executable, "-c", command, shown, folder, env=environment(shown))
        assert done.returncode == 0, done.stdout + done.stderr
        yield url


@contextmanager
def running(url: URL, log: Path) -> Iterator[Mapping[str | None, Api]]:
    """A demo, as everybody sees it who can sign in to it, and as anybody else does (None)."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = environment(
        url.render_as_string(hide_password=False),
        MARKETPLACE__SERVER__PORT=str(port),
        MARKETPLACE__SERVER__WORKERS="1",
    )
    with (
        serving(*CLI, "serve", ready=f"{base}/health/ready", env=settings, log=log),
        httpx.Client(base_url=base, timeout=30) as http,
    ):
        anybody = Api(http)
        yield {None: anybody} | {
            name: anybody.sign_in(account.login, account.password)
            for name, account in ACCOUNTS.items()
        }


@pytest.fixture(scope="module")
def demos(
    postgres: Server, prepared: URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Mapping[str | None, Api]]]:
    """A demo for each order."""
    logs = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:
        made = {}
        for order in ("forwards", "backwards"):
            url = stack.enter_context(postgres.database(template=prepared))
            made[order] = stack.enter_context(running(url, logs / order))
        yield made


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_is_said_whom_an_operation_is_for(name: str) -> None:
    operation = OPERATIONS[name][2]
    assert operation["x-allowed"]
    assert set(operation["x-allowed"]) <= set(LOGINS)
    assert operation["description"].endswith(f"For: {', '.join(operation['x-allowed'])}.")


@pytest.mark.parametrize("name", OPERATIONS)
def test_examples_fit_their_schemas(name: str) -> None:
    operation = OPERATIONS[name][2]
    answers = [answer for code, answer in operation["responses"].items() if code < "300"]
    holders = [
        holder
        for part in [operation.get("requestBody", {}), *map(resolve, answers)]
        for holder in part.get("content", {}).values()
    ]
    for holder in [*holders, *parameters_of(name)]:
        for example in examples_of(holder):
            assert faults(example, holder["schema"]) == []


def test_answers_are_shown() -> None:
    without = [
        name
        for name, (_, _, operation, _) in OPERATIONS.items()
        for code, answer in operation["responses"].items()
        if code < "300"
        for holder in answer.get("content", {}).values()
        if not examples_of(holder)
    ]
    # The countries and currencies of the world are too long an example.
    assert without == ["getMeta"]


@pytest.mark.parametrize("name", sorted(WITHOUT_BODY))
def test_nothing_is_given_that_cannot_run(name: str) -> None:
    content = OPERATIONS[name][2]["requestBody"]["content"]
    assert [one for holder in content.values() for one in examples_of(holder)] == []


@pytest.mark.parametrize(
    ("order", "name"),
    [
        *(("forwards", name) for name in RUNNING),
        *(("backwards", name) for name in reversed(RUNNING)),
    ],
)
def test_examples_run(demos: Mapping[str, Mapping[str | None, Api]], order: str, name: str) -> None:
    operation = OPERATIONS[name][2]
    who = demos[order][LOGINS[operation["x-allowed"][0]]]
    for request in requests_of(name):
        headers = request.pop("headers")
        if who.token:
            headers["Authorization"] = f"Bearer {who.token}"
        answer = who.http.request(headers=headers, **request)

        assert answer.is_success, f"{request}: {answer.status_code} {answer.text}"
        documented = operation["responses"][str(answer.status_code)]
        if content := documented.get("content"):
            [(media, holder)] = content.items()
            assert answer.headers["Content-Type"].partition(";")[0] == media
            value = answer.json() if media == "application/json" else answer.text
            assert faults(value, holder["schema"]) == []
