"""The OpenAPI document: what `Operation` knows, written down for clients."""

import re
from collections import defaultdict
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from apispec import APISpec

from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.components import PARAMETERS, Converter, header_references
from marketplace.presentation.rest.operation import BODY_TYPES, Answer, Operation
from marketplace.presentation.rest.problems import MEDIA_TYPE
from marketplace.presentation.rest.schema import Json, ResponseSchema, component_name, describe


def describe_operation(operation: Operation, spec: APISpec, converter: Converter) -> Json:
    """The operation object, without summary and tags."""
    assert operation.policy is not None  # noqa: S101 - the registration saw to it
    document: Json = {
        "operationId": operation.operation_id,
        "x-policy": operation.policy.name,
        "x-allowed": operation.policy.names,
        "security": operation.policy.security,
        "parameters": _parameters(operation, converter),
        "responses": {**_success(operation, spec, converter), **_problems(operation)},
        **operation.extra,
    }
    if body := operation.body:
        media: Json = {"schema": converter.reference(body.schema)}
        if body.example is not None:
            media["example"] = body.example
        document["requestBody"] = {
            "required": body.required,
            "content": {BODY_TYPES[body.location]: media},
        }
    return document


def description(operation: Operation, text: str | None) -> str:
    """What the operation does, and whom it is for."""
    assert operation.policy is not None  # noqa: S101 - the registration saw to it
    return "\n\n".join(filter(None, [text, f"For: {operation.policy.name}."]))


def path_parameters(path_fields: Mapping[str, Any], examples: Json) -> list[Json]:
    """The parameters of a path, which all its operations share."""
    result = []
    for name, field in path_fields.items():
        parameter: Json = {
            "in": "path",
            "name": name,
            "required": True,
            "schema": dict(describe(field) or {}),
        }
        if "description" in field.metadata:
            parameter["description"] = field.metadata["description"]
        if name in examples:
            parameter["example"] = examples[name]
        result.append(parameter)
    return result


def problem_codes(operation: Operation) -> list[str]:
    """All codes that the operation declares, or that come with what it declares."""
    codes = ["bad_request", "malformed_query", "invalid_request", "database_unavailable"]
    codes += [*operation.problems, *_codes_of_policy(operation)]
    if not operation.reads:
        codes += ["unsupported_media_type", "body_too_large", "database_busy"]
        if operation.body is None or operation.body.location == "json":
            codes.append("malformed_json")
        elif operation.body.location == "multipart":
            codes.append("malformed_multipart")
    if operation.acts:
        codes.append("stale")
    if operation.path_fields:
        codes.append("not_found")
    if operation.answer and operation.answer.kind == "page":
        codes.append("invalid_cursor")
    if operation.key_required is not None:
        codes += ["malformed_header", "idempotency_in_flight", "idempotency_mismatch"]
        if operation.key_required:
            codes.append("idempotency_key_required")
    if operation.versioned:
        codes += ["malformed_header", "precondition_required", "stale"]
    return sorted(set(codes))


def _codes_of_policy(operation: Operation) -> list[str]:
    policy = operation.policy
    if policy is None or not policy.reads_token:
        return []
    codes = ["invalid_token", "token_expired"]
    if not policy.lets_anonymous_in:
        codes.append("unauthenticated")
    if policy.forbids:
        codes.append("forbidden")
    return codes


def _parameters(operation: Operation, converter: Converter) -> list[Json]:
    """All but those of the path, which stand there; with an example of its own the operation
    has even these, and they go before the path's."""
    examples = operation.examples
    own = {name: field for name, field in operation.path_fields.items() if name in examples}
    parameters: list[Any] = path_parameters(own, examples)
    if operation.query:
        for parameter in converter.schema2parameters(operation.query.schema, location="query"):
            shown = parameter["schema"].pop("examples", None)
            field = _field_on_wire(operation.query.schema, parameter["name"])
            if parameter["name"] in examples:
                parameter["example"] = examples[parameter["name"]]
            elif shown and shown[0] != getattr(field, "default_example", None):
                parameter["example"] = shown[0]
            parameters.append(parameter)
    headers: list[Any] = []
    if operation.key_required:
        # One for each operation: no key serves for two different requests.
        key = uuid5(NAMESPACE_URL, f"{operation.operation_id}")
        headers.append(_header("RequiredIdempotencyKey", str(key)))
    elif operation.key_required is not None:
        headers.append("IdempotencyKey")
    if operation.versioned:
        tag = examples.get("If-Match")
        headers.append(_header("IfMatch", tag) if tag else "IfMatch")
    if operation.reads and operation.has_etag:
        headers.append("IfNoneMatch")
    return [*parameters, *headers, "RequestId"]


def _header(component: str, example: str) -> Json:
    """A header written out, because a reference has no room for an example."""
    return {"in": "header", **PARAMETERS[component], "example": example}


def _field_on_wire(schema: Any, name: str) -> Any:
    return next(field for key, field in schema.fields.items() if (field.data_key or key) == name)


def _success(operation: Operation, spec: APISpec, converter: Converter) -> Json:
    answer = operation.answer
    assert answer is not None  # noqa: S101 - the registration saw to it
    names = []
    if answer.status == HTTPStatus.CREATED:
        names.append("Location")
    if operation.has_etag:
        names += ["ETag", *_caching(operation)]
    if answer.kind == "page":
        names.append("Link")
    if operation.key_required is not None:
        names.append("Idempotent-Replayed")
    described: Json = {
        "description": answer.description or HTTPStatus(answer.status).phrase,
        "headers": header_references(*names),
    }
    if content := _content(answer, spec, converter):
        described["content"] = {answer.content_type: content}
    responses: Json = {str(answer.status): described}
    if operation.repeats is not None:
        responses["200"] = {**described, "description": operation.repeats}
    if operation.redirects is not None:
        responses["301"] = {
            "description": operation.redirects,
            "headers": header_references("Location"),
        }
    if operation.reads and operation.has_etag:
        responses["304"] = {
            "description": "The ETag of If-None-Match still holds",
            "headers": header_references("ETag", *_caching(operation)),
        }
    return responses


def _content(answer: Answer, spec: APISpec, converter: Converter) -> Json:
    """Nothing where the answer has no body."""
    if answer.schema is not None:
        schema, example = _envelope(answer, answer.schema, spec, converter), _in_envelope(answer)
    elif answer.content_type != "application/json":
        schema, example = {"type": "string"}, answer.example
    else:
        return {}
    return {"schema": schema, **({} if answer.example is None else {"example": example})}


def _caching(operation: Operation) -> list[str]:
    return ["Cache-Control", "Vary"] if operation.is_public else ["Cache-Control"]


def _envelope(
    answer: Answer, schema: type[ResponseSchema], spec: APISpec, converter: Converter
) -> Json:
    inner = converter.reference(schema)
    if answer.raw:
        return inner
    suffix = {"one": "Result", "many": "List", "page": "Page"}[answer.kind]
    name = component_name(schema) + "".join(map(str.capitalize, answer.beside)) + suffix
    if name not in spec.components.schemas:
        result = inner if answer.kind == "one" else {"type": "array", "items": inner}
        properties: Json = {"result": result}
        if answer.kind == "page":
            properties["page"] = {"$ref": "#/components/schemas/Page"}
        beside = {
            each: {"type": "array", "items": converter.reference(found.schema)}
            for each, found in answer.beside.items()
        }
        spec.components.schema(
            name,
            {
                "type": "object",
                "required": list(properties),
                "properties": {**properties, **beside},
            },
        )
    return {"$ref": f"#/components/schemas/{name}"}


def _in_envelope(answer: Answer) -> object:
    if answer.raw:
        return answer.example
    if answer.kind == "one":
        return {"result": answer.example}
    page = {"page": {"next": None, "previous": None, "limit": 20}}
    return {"result": [answer.example], **(page if answer.kind == "page" else {})}


def _problems(operation: Operation) -> Json:
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in problem_codes(operation):
        by_status[_status(code, operation)].append(code)
    responses: Json = {}
    for status, codes in sorted(by_status.items()):
        names = ["WWW-Authenticate"] if status == HTTPStatus.UNAUTHORIZED else []
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            names.append("Retry-After")
        responses[str(status)] = {
            "description": "; ".join(f"`{code}`: {CODES[code].title}" for code in codes),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "headers": header_references(*names),
            "x-problem-codes": codes,
        }
    responses["default"] = "UnexpectedProblem"
    return responses


def _status(code: str, operation: Operation) -> int:
    """`stale` is a failed condition only where one is read; else a change came in between."""
    if code == "stale" and not operation.versioned:
        return HTTPStatus.CONFLICT
    return CODES[code].status


def derive_operation_id(method: str, resource: str, operation: Operation) -> str:
    """`Orders.get` -> listOrders, `Order.get` -> getOrder, `Orders.post` -> createOrder,
    `SubmitProduct.post` -> submitProduct; a plural is taken for a collection."""
    answer = operation.answer
    lists = answer is not None and answer.kind != "one"
    if method == "get":
        return ("list" if lists else "get") + resource
    if method == "post":
        if answer is not None and answer.status == HTTPStatus.CREATED and resource.endswith("s"):
            singular = re.sub(r"s$", "", re.sub(r"ies$", "y", resource))
            return "create" + singular
        return resource[0].lower() + resource[1:]
    return {"patch": "update", "put": "set", "delete": "delete"}[method] + resource
