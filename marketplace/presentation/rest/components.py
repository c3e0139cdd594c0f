"""What all operations refer to in the OpenAPI document, and how fields become JSON Schema."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.pages import PAGE_COMPONENT
from marketplace.presentation.rest.problems import MEDIA_TYPE
from marketplace.presentation.rest.schema import Json, component_name, describe

VERSION = "3.1.0"
TOKEN_URL = "/api/v1/auth/openapi"  # noqa: S105 - an address
TAG = '(?:W/)?"[!#-~]*"'

PROBLEM_COMPONENT: Json = {
    "type": "object",
    "description": "RFC 9457. `type` leads to the explanation of `code` in this server's docs.",
    "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string", "description": "Stable; what programs should look at"},
        "requestId": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
    },
}
PROBLEM_ERROR_COMPONENT: Json = {
    "type": "object",
    "description": "One fault: `pointer` (RFC 6901) in a body, `parameter` elsewhere.",
    "required": ["in", "code", "message"],
    "properties": {
        "in": {"type": "string", "description": "body, query, path or header"},
        "pointer": {"type": "string"},
        "parameter": {"type": "string"},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
HEADERS: dict[str, tuple[str, str]] = {
    "ETag": ("string", "Version and digest of the result, for If-Match and If-None-Match"),
    "Cache-Control": (
        "string",
        "`no-cache`: ask again, with If-None-Match; `public` without a token, else `private`",
    ),
    "Vary": ("string", "What caches tell requests apart by"),
    "Location": ("string", "Path of what was created"),
    "Link": ("string", 'Neighbouring pages, rel="next" and rel="prev" (RFC 8288)'),
    "Retry-After": ("integer", "Seconds to wait before repeating the request"),
    "WWW-Authenticate": ("string", "The scheme that the operation wants: Bearer"),
    "X-Request-ID": ("string", "Identifies the request in the server's log"),
    "Idempotent-Replayed": ("string", '"true" where a stored answer is repeated'),
}
_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "description": "A fresh UUID for each new request, and the same one when retrying it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
PARAMETERS: dict[str, Json] = {
    "IdempotencyKey": _IDEMPOTENCY_KEY,
    "RequiredIdempotencyKey": {**_IDEMPOTENCY_KEY, "required": True},
    "IfMatch": {
        "name": "If-Match",
        "required": True,
        "description": "The ETag as it was read. Without it the answer is 428; `*` fits anything.",
        "schema": {"type": "string", "pattern": rf"^(?:\*|{TAG}(?:, ?{TAG})*)$"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "description": "An ETag that is at hand; 304 if it still holds.",
        "schema": {"type": "string"},
    },
    "RequestId": {
        "name": "X-Request-ID",
        "description": "Taken over into log and answer if it is sane, else replaced.",
        "schema": {"type": "string"},
    },
}


class Converter(OpenAPIConverter):
    """apispec's converter, with the descriptions that our fields have of themselves."""

    def init_attribute_functions(self) -> None:
        super().init_attribute_functions()  # type: ignore[no-untyped-call]
        self.attribute_functions.append(self.describe_field)

    def describe_field(self, field: Any, ret: Json) -> Json:
        if isinstance(field, fields.List):
            return {"items": self.field2property(field.inner), **field.bounds()}
        description = dict(describe(field) or {})
        if isinstance(field, fields.Mapping) and isinstance(field.values, fields.Nested):
            description["additionalProperties"] = self.field2property(field.values)
        if "$ref" in description:
            # The component has its example already.
            ret.pop("examples", None)
        return description

    def reference(self, schema: Any) -> Json:
        """A reference to the component of `schema`, which is made if need be."""
        return dict(self.resolve_nested_schema(schema))  # type: ignore[no-untyped-call]


class Plugin(MarshmallowPlugin):
    Converter = Converter

    def __init__(self) -> None:
        self._named: dict[str, type] = {}
        super().__init__(schema_name_resolver=self._name)

    def _name(self, schema: Any) -> str:
        kind = schema if isinstance(schema, type) else type(schema)
        name = component_name(schema)
        if self._named.setdefault(name, kind) is not kind:
            raise TypeError(f"two schemas are called {name}: {kind} and {self._named[name]}")
        return name


def prepare(spec: APISpec) -> None:
    """Add the components that every operation refers to."""
    components = spec.components
    components.schema("Problem", PROBLEM_COMPONENT)
    components.schema("ProblemError", PROBLEM_ERROR_COMPONENT)
    components.schema("Page", PAGE_COMPONENT)
    components.schema("Money", fields.money_schema(strict=False))
    components.schema("MoneyInput", fields.money_schema(strict=True))
    for name, (kind, text) in HEADERS.items():
        components.header(name, {"description": text, "schema": {"type": kind}})
    for name, parameter in PARAMETERS.items():
        components.parameter(name, "header", dict(parameter))
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components.response(
        "UnexpectedProblem",
        {"description": "Any other problem", "content": problem, "headers": header_references()},
    )
    components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    components.security_scheme(
        "password",
        {"type": "oauth2", "flows": {"password": {"tokenUrl": TOKEN_URL, "scopes": {}}}},
    )


def header_references(*names: str) -> Json:
    """The headers of a response: `names`, and the request id that every one has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-ID")}
