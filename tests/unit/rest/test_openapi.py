from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from marketplace.presentation.rest.api import openapi_document
from tests.documented import undocumented
from tests.unit.rest import toy


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return openapi_document(app)


def operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/api/v1" + path][method]
    return found


def headers(operation: dict[str, Any], status: str) -> set[str]:
    return set(operation["responses"][status]["headers"])


def names(operation: dict[str, Any]) -> set[str]:
    return {item.get("name") or item["$ref"].rpartition("/")[2] for item in operation["parameters"]}


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_it_is_served_and_made_once_per_application(app: Flask, document: dict[str, Any]) -> None:
    served = app.test_client().get("/openapi.json")
    assert served.json == document
    assert openapi_document(toy.create_app()) == document


def test_operation_ids(document: dict[str, Any]) -> None:
    found = {
        item["operationId"]
        for path in document["paths"].values()
        for method, item in path.items()
        if method != "parameters"
    }
    assert found == {
        "listToys",
        "createToy",
        "getToy",
        "updateToy",
        "deleteToy",
        "getOrderPart",
        "listColours",
        "buyToy",
        "getRefusals",
        "signInByForm",
        "uploadFile",
        "pingToys",
        "paintToy",
    }


def test_security_follows_the_policy(document: dict[str, Any]) -> None:
    tokens: list[dict[str, Any]] = [{"bearer": []}, {"password": []}]
    assert operation(document, "get", "/toys/{id}")["security"] == []
    assert operation(document, "get", "/toys")["security"] == [{}, *tokens]
    assert operation(document, "delete", "/toys/{id}")["security"] == tokens
    assert operation(document, "delete", "/toys/{id}")["x-policy"] == "administrator"
    flows = document["components"]["securitySchemes"]["password"]["flows"]
    assert flows["password"]["tokenUrl"] == "/api/v1/auth/openapi"


def test_headers_stand_where_they_apply(document: dict[str, Any]) -> None:
    buy = operation(document, "post", "/buy")
    [key] = [item for item in buy["parameters"] if item.get("name") == "Idempotency-Key"]
    assert key["required"]
    assert key["example"]
    assert headers(buy, "201") >= {"Location", "ETag", "Idempotent-Replayed", "X-Request-ID"}
    assert "IdempotencyKey" in names(operation(document, "post", "/toys"))
    assert not names(operation(document, "post", "/auth/form")) & {
        "IdempotencyKey",
        "Idempotency-Key",
    }
    assert "IfMatch" in names(operation(document, "delete", "/toys/{id}"))
    toy_read = operation(document, "get", "/toys/{id}")
    assert "IfNoneMatch" in names(toy_read)
    assert "ETag" in headers(toy_read, "304")
    assert "Link" in headers(operation(document, "get", "/toys"), "200")
    assert "WWW-Authenticate" in headers(operation(document, "post", "/toys"), "401")


def test_problem_codes_are_listed(document: dict[str, Any]) -> None:
    responses = operation(document, "patch", "/toys/{id}")["responses"]
    codes = {
        status: response["x-problem-codes"]
        for status, response in responses.items()
        if "x-problem-codes" in response
    }
    assert codes == {
        "400": ["bad_request", "malformed_header", "malformed_json", "malformed_query"],
        "401": ["invalid_token", "token_expired", "unauthenticated"],
        "403": ["forbidden"],
        "404": ["not_found"],
        "412": ["stale"],
        "413": ["body_too_large"],
        "415": ["unsupported_media_type"],
        "422": ["invalid_request"],
        "428": ["precondition_required"],
        "503": ["database_busy", "database_unavailable"],
    }
    ping = operation(document, "post", "/pings")["responses"]
    assert ping["413"]["x-problem-codes"] == ["body_too_large"]
    assert "malformed_json" in ping["400"]["x-problem-codes"]
    assert "409" in operation(document, "post", "/toys/{id}/paint")["responses"]
    assert (
        "payment_declined" in operation(document, "post", "/buy")["responses"]["402"]["description"]
    )


def test_schemas(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    asked, answered = schemas["ToyInput"], schemas["Toy"]
    assert asked["additionalProperties"] is False
    assert asked["required"] == ["name"]
    assert "additionalProperties" not in answered
    assert set(answered["required"]) == set(answered["properties"])
    assert asked["properties"]["colour"] == {"type": "string", "enum": ["red", "blue"]}
    assert answered["properties"]["colour"] == {
        "anyOf": [{"type": "string", "enum": ["red", "blue"]}, {"type": "string"}]
    }
    assert asked["properties"]["note"]["type"] == ["string", "null"]
    assert answered["properties"]["soldAt"]["type"] == ["string", "null"]
    assert answered["properties"]["was"]["anyOf"] == [
        {"$ref": "#/components/schemas/Money"},
        {"type": "null"},
    ]
    assert asked["properties"]["price"] == {"$ref": "#/components/schemas/MoneyInput"}
    assert asked["properties"]["quantity"]["maximum"] == 99
    assert asked["properties"]["parts"]["items"] == {"$ref": "#/components/schemas/PartInput"}
    assert schemas["ToyPage"]["properties"]["page"] == {"$ref": "#/components/schemas/Page"}
    assert not [name for name in schemas if name[-1].isdigit()]


def test_clients_can_be_generated_from_it(document: dict[str, Any]) -> None:
    """No deepObject, no explode: false, path parameters once each."""

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            assert node.get("style") != "deepObject"
            assert node.get("explode") is not False
            for item in node.values():
                visit(item)
        elif isinstance(node, list):
            for item in node:
                visit(item)

    visit(document)
    for path, item in document["paths"].items():
        listed = [parameter["name"] for parameter in item.get("parameters", [])]
        assert sorted(listed) == sorted(set(listed)), path
        for parameter in item.get("parameters", []):
            assert "{" + parameter["name"] + "}" in path
            assert parameter["schema"]["pattern"]
        for method in ("get", "post", "patch", "delete"):
            own = item.get(method, {}).get("parameters", [])
            assert not [one for one in own if one.get("in") == "path"]


def test_an_unlisted_problem_is_noticed(document: dict[str, Any]) -> None:
    def ask(method: str, path: str, status: int, code: str) -> str | None:
        return undocumented(document, method, path, status, {"code": code})

    assert ask("GET", "/api/v1/toys/x", 404, "not_found") is None
    assert ask("GET", "/api/v1/toys/x", 409, "stale") == "getToy does not list 409 stale"
    assert ask("POST", "/api/v1/toys/x/paint", 409, "stale") is None
    assert ask("POST", "/api/v1/toys/x/paint", 412, "stale")
    assert ask("POST", "/api/v1/toys/x", 405, "method_not_allowed") is None
    assert ask("GET", "/api/v1/nothing", 404, "not_found") is None
