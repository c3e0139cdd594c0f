"""Reads bodies and query strings, and refuses whatever is not plainly what it should be.

JSON in UTF-8 only, bounded in depth, without repeated keys, NaN, control characters or halves of
surrogate pairs. All faults name where they are.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl

import marshmallow as ma
from flask import Request
from marshmallow.decorators import VALIDATES_SCHEMA
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from marketplace.presentation.rest.fields import UNPRINTABLE, List
from marketplace.presentation.rest.problems import Entry, RequestRefused, escape_pointer, flatten
from marketplace.presentation.rest.schema import WireText

MAX_DEPTH = 24
MAX_ARGUMENTS = 200
MAX_ENTRIES = 100
_SUSPECT = re.compile(r"\\[ubf]|[\x7f-\x9f]")
_WHERE = {"json": "body", "form": "body", "multipart": "body"}


class _Plan(NamedTuple):
    """How arguments that are right are read: the fields by their names on the wire, each with its
    name in Python, and what has to hold between them."""

    fields: Mapping[str, tuple[str, ma.fields.Field[Any]]]
    checks: Sequence[Callable[..., None]]


@cache
def _plan(schema: ma.Schema) -> _Plan | None:
    """None where a schema does more than to load and to check."""
    hooks = dict(schema._hooks)
    checks = hooks.pop(VALIDATES_SCHEMA, [])
    if any(hooks.values()) or any(options.get("pass_original") for *_, options in checks):
        return None
    fields = {
        field.data_key or name: (field.attribute or name, field)
        for name, field in schema.load_fields.items()
    }
    return _Plan(fields, [getattr(schema, name) for name, *_ in checks])


@cache
def _lists(schema: ma.Schema) -> Mapping[str, List]:
    """The fields that hold lists, by their names on the wire."""
    return {f.data_key or n: f for n, f in schema.fields.items() if isinstance(f, List)}


class _Repeated(dict[str, Any]):
    """An object that had a key twice."""

    key = ""


class _NotFinite:
    """Stands where NaN or Infinity stood."""


class StrictParser(FlaskParser):
    """One webargs parser for all operations; unknown names are refused in every location."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(
        ("json", "query", "form", "multipart", "path"), ma.RAISE
    )
    __location_map__ = {**FlaskParser.__location_map__, "multipart": "load_multipart"}

    def parse_arguments(self, schema: ma.Schema, req: Request, location: str) -> Any:
        """`parse` for query strings and paths, which nearly always hold what they should.

        marshmallow's own way, which also collects all faults, is taken where something is wrong.
        """
        load = self.load_querystring if location == "query" else self.load_view_args
        given = load(req, schema)
        values = _read_plainly(schema, given)
        return self.parse(schema, req, location=location) if values is None else values

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        body = req.get_data(cache=True)
        if not body and not req.mimetype:
            return missing
        require_type(req, "application/json")
        return read_json(body)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        return _collect(read_pairs(req.query_string, "malformed_query"), schema, "query")

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        require_type(req, "application/x-www-form-urlencoded")
        return _collect(read_pairs(req.get_data(cache=True), "bad_request"), schema, "body")

    def load_multipart(self, req: Request, schema: ma.Schema) -> Any:
        require_type(req, "multipart/form-data")
        pairs: list[tuple[str, Any]] = list(req.form.items(multi=True))
        return _collect([*pairs, *req.files.items(multi=True)], schema, "body")

    def load_view_args(self, req: Request, schema: ma.Schema) -> Any:
        return {name: WireText(value) for name, value in (req.view_args or {}).items()}

    def handle_error(
        self, error: ma.ValidationError, req: Request, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        location, messages = next(iter(error.messages_dict.items()))
        entries = flatten(messages, _WHERE.get(location, location))[:MAX_ENTRIES]
        names = ", ".join(dict.fromkeys(entry.name or "the body" for entry in entries[:5]))
        raise RequestRefused("invalid_request", f"Please correct {names}.", entries) from error


def _read_plainly(schema: ma.Schema, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `schema` makes of arguments that are right; None where anything is wrong."""
    plan = _plan(schema)
    if plan is None or not given.keys() <= plan.fields.keys():
        return None
    values: dict[str, Any] = {}
    try:
        for name, (attribute, field) in plan.fields.items():
            if name in given:
                values[attribute] = field.deserialize(given[name], name, given)
            elif field.required:
                return None
            elif (value := field.load_default) is not ma.missing:
                values[attribute] = value() if callable(value) else value
        for check in plan.checks:
            check(values, partial=None, many=False, unknown=ma.RAISE)
    except ma.ValidationError:
        return None
    return values


def require_type(req: Request, expected: str) -> None:
    """Refuse another media type, another charset or a compressed body: 415."""
    charset = req.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    encoding = req.headers.get("Content-Encoding", "identity").lower()
    if req.mimetype != expected or charset not in ("utf-8", "utf8") or encoding != "identity":
        raise RequestRefused("unsupported_media_type", f"Send {expected} in UTF-8, uncompressed.")


def read_json(body: bytes) -> Any:
    """Parse a JSON text.

    :raises RequestRefused: `malformed_json` (400), or `invalid_request` (422) for a string that
        no database should meet.
    """
    marks: list[object] = []

    def make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        repeated = _Repeated(made)
        names = [key for key, _ in pairs]
        repeated.key = next(key for key in names if names.count(key) > 1)
        marks.append(repeated)
        return repeated

    def make_constant(_: str) -> _NotFinite:
        marks.append(_NotFinite())
        return _NotFinite()

    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=make_object,
            parse_constant=make_constant,
            parse_int=_read_integer,
        )
    except UnicodeDecodeError:
        raise RequestRefused("malformed_json", "The body is not UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        detail = f"{error.msg} at line {error.lineno}, column {error.colno}."
        raise RequestRefused("malformed_json", detail) from None
    # Nearly every body is innocent, and one look at its text tells so.
    if marks or _SUSPECT.search(text) or text.count("[") + text.count("{") > MAX_DEPTH:
        _inspect(value)
    return value


def _read_integer(digits: str) -> int:
    # Cut, not refused: it is out of every field's range all the same, and the field says so.
    return int(digits[:40])


def _too_deep() -> RequestRefused:
    return RequestRefused("malformed_json", f"The body is nested deeper than {MAX_DEPTH}.")


def _inspect(value: Any) -> None:
    strings: list[Entry] = []
    for pointer, depth, item in _walk(value):
        if depth > MAX_DEPTH:
            raise _too_deep()
        if isinstance(item, _NotFinite):
            raise _malformed(pointer, "not_finite", "NaN and Infinity are not JSON.")
        if isinstance(item, _Repeated):
            at = f"{pointer}/{_printable(escape_pointer(item.key))}"
            raise _malformed(at, "duplicate_key", "This key appears twice.")
        if isinstance(item, str) and UNPRINTABLE.search(item):
            message = "This holds a control character or half a surrogate pair."
            strings.append(Entry("body", pointer, "invalid_characters", message))
    if strings:
        raise RequestRefused("invalid_request", strings[0].message, strings[:MAX_ENTRIES])


def _walk(value: Any) -> Iterator[tuple[str, int, Any]]:
    """Every value and every key, with pointer and depth; not recursive, so no depth harms it."""
    waiting: list[tuple[str, int, Any]] = [("", 0, value)]
    while waiting:
        pointer, depth, item = waiting.pop()
        yield pointer, depth, item
        if isinstance(item, dict):
            for key, inner in item.items():
                path = f"{pointer}/{_printable(escape_pointer(key))}"
                yield path, depth, key
                waiting.append((path, depth + 1, inner))
        elif isinstance(item, list):
            waiting += [(f"{pointer}/{i}", depth + 1, inner) for i, inner in enumerate(item)]


def _malformed(pointer: str, code: str, message: str) -> RequestRefused:
    entry = Entry("body", pointer, code, message)
    return RequestRefused("malformed_json", f"{pointer or 'The body'}: {message}", [entry])


def _printable(text: str) -> str:
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def read_pairs(raw: bytes, code: str) -> list[tuple[str, str]]:
    """Decode `a=1&b=2`, strictly; `code` is that of the refusal."""
    if not raw:
        return []
    try:
        return parse_qsl(
            raw.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_ARGUMENTS,
        )
    except UnicodeDecodeError:
        raise RequestRefused(code, "This is not UTF-8.") from None
    except ValueError:
        raise RequestRefused(code, f"There are more than {MAX_ARGUMENTS} arguments.") from None


def _collect(pairs: list[tuple[str, Any]], schema: ma.Schema, where: str) -> dict[str, Any]:
    """Bring pairs into the shape that `schema` loads: lists where it has lists, else one each."""
    lists = _lists(schema)
    result: dict[str, Any] = {}
    entries: list[Entry] = []

    def refuse(name: str, code: str, message: str) -> None:
        shown = _printable(name)
        pointer = "/" + escape_pointer(shown) if where == "body" else shown
        entries.append(Entry(where, pointer, code, message))

    for name, value in pairs:
        if (isinstance(value, str) and UNPRINTABLE.search(value)) or UNPRINTABLE.search(name):
            refuse(name, "invalid_characters", "This holds a control character.")
        elif name in lists:
            parts = lists[name].split(value)
            result.setdefault(name, []).extend(WireText(part) for part in parts)
        elif name in result:
            refuse(name, "repeated", "This can be given only once.")
        else:
            result[name] = WireText(value) if isinstance(value, str) else value
    if entries:
        raise RequestRefused("invalid_request", entries[0].message, entries)
    return result
