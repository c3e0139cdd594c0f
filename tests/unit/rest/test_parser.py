"""What clients send and must not get through."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.unit.rest.conftest import Send
from tests.unit.rest.toy import State

MALFORMED = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name": "x"}',
    "raw NUL": b'{"name": "a\x00b"}',
    "raw line break in a string": b'{"name": "a\nb"}',
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"weight": -Infinity}',
    "repeated key": b'{"name": "a", "name": "b"}',
    "deep": b'{"name":' + b"[" * 30 + b"]" * 30 + b"}",
    "deep beyond Python": b"[" * 4000 + b"]" * 4000,
    "two texts": b"{} {}",
}
INVALID: list[tuple[str, Any, str, str]] = [
    ("name", 1, "/name", "invalid_type"),
    ("name", None, "/name", "null"),
    ("name", "", "/name", "too_short"),
    ("name", "x" * 41, "/name", "too_long"),
    ("name", "a\0b", "/name", "invalid_characters"),
    ("name", "a\x85b", "/name", "invalid_characters"),
    ("name", "\ud800", "/name", "invalid_characters"),
    ("quantity", "1", "/quantity", "invalid_type"),
    ("quantity", 1.5, "/quantity", "invalid_type"),
    ("big", 1e300, "/big", "invalid_type"),
    ("quantity", True, "/quantity", "invalid_type"),
    ("quantity", 0, "/quantity", "out_of_range"),
    ("big", 10**24, "/big", "out_of_range"),
    ("big", -(2**63) - 1, "/big", "out_of_range"),
    ("price", 19.99, "/price", "invalid_type"),
    ("price", {"amount": 19.99, "currency": "EUR"}, "/price/amount", "invalid_type"),
    ("price", {"amount": -1, "currency": "EUR"}, "/price/amount", "out_of_range"),
    ("price", {"amount": 2**53, "currency": "EUR"}, "/price/amount", "out_of_range"),
    ("price", {"amount": 1, "currency": "eur"}, "/price/currency", "invalid_choice"),
    ("price", {"amount": 1}, "/price/currency", "required"),
    ("price", {"amount": 1, "currency": "EUR", "x": 1}, "/price/x", "unknown_field"),
    ("colour", "green", "/colour", "invalid_choice"),
    ("colour", ["red"], "/colour", "invalid_choice"),
    ("email", "ada", "/email", "invalid_format"),
    ("email", "ada@localhost", "/email", "invalid_format"),
    ("email", ".ada@example.com", "/email", "invalid_format"),
    ("email", "ada..king@example.com", "/email", "invalid_format"),
    ("email", f"{'a' * 65}@example.com", "/email", "invalid_format"),
    ("email", "ada@example.com\n", "/email", "invalid_format"),
    ("slug", "Oak Table", "/slug", "invalid_format"),
    ("slug", "01976f5e-7a3c-7b1e-9d55-0242ac120002", "/slug", "invalid_format"),
    ("site", "javascript:alert(1)", "/site", "invalid_format"),
    ("currency", "XXX", "/currency", "invalid_choice"),
    ("country", "de", "/country", "invalid_choice"),
    ("at", "2026-03-01", "/at", "invalid_format"),
    ("at", "2026-03-01T12:00:00", "/at", "invalid_format"),
    ("at", "2026-02-30T12:00:00Z", "/at", "invalid_format"),
    ("at", "2026-02-20T12:00:00+99:00", "/at", "invalid_format"),
    ("at", "1899-12-31T23:59:59Z", "/at", "out_of_range"),
    ("at", "0001-01-01T00:00:00+10:00", "/at", "out_of_range"),
    ("at", "2200-01-01T00:00:00Z", "/at", "out_of_range"),
    ("ready", "true", "/ready", "invalid_type"),
    ("ready", 1, "/ready", "invalid_type"),
    ("weight", 10**400, "/weight", "out_of_range"),
    ("weight", "1", "/weight", "invalid_type"),
    ("ownerId", "01976f5e7a3c7b1e9d550242ac120002", "/ownerId", "invalid_format"),
    ("ownerId", 5, "/ownerId", "invalid_format"),
    ("attributes", [], "/attributes", "invalid_type"),
    ("attributes", {"a": None}, "/attributes/a", "null"),
    ("attributes", {"a": []}, "/attributes/a", "invalid_type"),
    ("attributes", {"a": 10**20}, "/attributes/a", "out_of_range"),
    ("attributes", {"a/b~c": "\x07"}, "/attributes/a~1b~0c", "invalid_characters"),
    ("attributes", {"k" * 11: 1}, "/attributes/" + "k" * 11, "invalid_key"),
    ("attributes", dict.fromkeys("abcd", 1), "/attributes", "too_many_items"),
    ("parts", {}, "/parts", "invalid"),
    ("parts", [{}] * 4, "/parts", "too_many_items"),
    ("parts", [1], "/parts/0", "invalid_type"),
    (
        "parts",
        [{"name": "x", "price": {"amount": "1", "currency": "EUR"}}],
        "/parts/0/price/amount",
        "invalid_type",
    ),
    ("nope", 1, "/nope", "unknown_field"),
    ("owner_id", 1, "/owner_id", "unknown_field"),
    ("bad\0key", 1, "/bad\ufffdkey", "invalid_characters"),
    ("\udfff", 1, "/\ufffd", "invalid_characters"),
]


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_400(body: bytes, send: Send, state: State) -> None:
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_json")
    assert not state.made


@pytest.mark.parametrize(("name", "value", "pointer", "code"), INVALID)
def test_an_invalid_field_is_422_and_named(
    name: str, value: Any, pointer: str, code: str, send: Send, state: State
) -> None:
    body = json.dumps({"name": "x"} | {name: value})
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["code"] == "invalid_request"
    found = {(error["in"], error["pointer"], error["code"]) for error in answer.json["errors"]}
    assert ("body", pointer, code) in found
    assert not state.made


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
def test_a_body_that_is_no_object_is_422(body: bytes, send: Send) -> None:
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == ""


def test_an_integer_of_thousands_of_digits_is_422(send: Send) -> None:
    body = b'{"name": "x", "big": ' + b"9" * 6000 + b"}"
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert answer.json["errors"][0]["code"] == "out_of_range"


def test_where_nan_and_repeated_keys_stand_is_told(send: Send) -> None:
    for body, pointer in (
        (b'{"parts": [{"name": NaN}]}', "/parts/0/name"),
        (b'{"parts": [{"name": 1, "name": 2}]}', "/parts/0/name"),
    ):
        answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
        assert answer.json["errors"][0]["pointer"] == pointer


def test_text_with_tab_line_break_and_escapes_passes(send: Send) -> None:
    body = '{"name": "\\u00e4\\t\\n\\r\\ud83d\\ude00 \\\\b"}'
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert answer.json["result"]["name"] == "\u00e4\t\n\r\U0001f600 \\b"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_another_media_type_is_415(headers: dict[str, str], send: Send) -> None:
    answer = send("POST", "/toys", who="buyer", data=b'{"name": "x"}', headers=headers)
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/toys", "/pings", "/uploads"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413(path: str, chunked: bool, send: Send) -> None:
    body = b'{"name": "' + b"x" * 20_000 + b'"}'
    kind = "multipart/form-data; boundary=x" if path == "/uploads" else "application/json"
    sent: dict[str, Any] = {"data": body}
    if chunked:
        sent = {
            "input_stream": io.BytesIO(body),
            "environ_overrides": {"wsgi.input_terminated": True},
            "headers": {"Transfer-Encoding": "chunked"},
        }
    answer = send("POST", path, who="buyer", content_type=kind, **sent)
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")


QUERIES = [
    ("nope=1", "nope", "unknown_field"),
    ("limit=0", "limit", "out_of_range"),
    ("limit=101", "limit", "out_of_range"),
    ("limit=1e1", "limit", "invalid_type"),
    ("limit=" + "9" * 5000, "limit", "invalid_type"),
    ("limit=", "limit", "invalid_type"),
    ("limit=1&limit=1", "limit", "repeated"),
    ("minPrice=9223372036854775808", "minPrice", "out_of_range"),
    ("min_price=1", "min_price", "unknown_field"),
    ("inStock=yes", "inStock", "invalid_type"),
    ("colour=red,green", "colour", "invalid_choice"),
    ("seller=%00", "seller", "invalid_characters"),
    ("seller=A_B", "seller", "invalid_format"),
    ("cursor=", "cursor", "too_short"),
    ("limit[a]=1", "limit[a]", "unknown_field"),
    ("a%00b=1", "a\ufffdb", "invalid_characters"),
]


@pytest.mark.parametrize(("query", "parameter", "code"), QUERIES)
def test_an_invalid_argument_is_422_and_named(
    query: str, parameter: str, code: str, send: Send
) -> None:
    answer = send("GET", f"/toys?{query}")
    assert answer.status_code == 422
    error = answer.json["errors"][0]
    assert (error["in"], error["parameter"], error["code"]) == ("query", parameter, code)


@pytest.mark.parametrize("query", ["seller=%ff", "%80=1", "&".join(["colour=red"] * 300)])
def test_an_unreadable_query_is_400(query: str, send: Send) -> None:
    answer = send("GET", f"/toys?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_query")


def test_raw_bytes_in_the_query_are_400(client: FlaskClient) -> None:
    answer = client.get("/api/v1/toys", environ_overrides={"QUERY_STRING": "seller=\xff"})
    assert answer.status_code == 400


def test_lists_repeat_and_take_commas(send: Send, state: State) -> None:
    for query in ("colour=red&colour=blue", "colour=red,blue"):
        assert send("GET", f"/toys?{query}&inStock=true&minPrice=5").status_code == 200
        assert state.seen[-1]["colour"] == ["red", "blue"]
        assert state.seen[-1]["in_stock"] is True
        assert state.seen[-1]["min_price"] == 5


def test_arguments_where_none_are_known_are_422(send: Send) -> None:
    assert send("GET", "/colours?x=1").json["errors"][0]["parameter"] == "x"
    assert send("GET", "/toys/01976f5e-7a3c-7b1e-9d55-0242ac120002?x=1").status_code == 422


@pytest.mark.parametrize(
    "path", ["/toys/x", "/toys/01976f5e", "/toys/%00", "/toys/%ff", "/refusals/A%0a"]
)
def test_a_malformed_path_parameter_is_422(path: str, send: Send) -> None:
    answer = send("GET", path)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["in"] == "path"


def test_forms_are_read_strictly(send: Send) -> None:
    def post(data: bytes, kind: str = "application/x-www-form-urlencoded") -> Any:
        return send("POST", "/auth/form", data=data, content_type=kind)

    assert post(b"username=ada&password=p%20w").json == {"token": "ada"}
    assert post(b"username=ada&password=p&x=1").json["errors"][0]["pointer"] == "/x"
    assert post(b"username=%ff&password=p").status_code == 400
    assert post(b"username=a&username=b&password=p").status_code == 422
    assert post(b"{}", "application/json").status_code == 415


def test_files_come_as_multipart(send: Send) -> None:
    def post(**data: Any) -> Any:
        return send("POST", "/uploads", who="buyer", data=data, content_type="multipart/form-data")

    def file() -> tuple[io.BytesIO, str]:
        return io.BytesIO(b"abc"), "a.png"

    assert post(file=file(), alt="ä", dryRun="true").json["result"]["token"] == "3 ä True"
    assert post(alt="x").json["errors"][0] == {
        "in": "body",
        "pointer": "/file",
        "code": "required",
        "message": "This field is required.",
    }
    assert post(file="text").status_code == 422
    assert post(file=file(), alt="\0").status_code == 422


def test_whole_numbers_may_have_a_fraction_of_zero(send: Send) -> None:
    body = b'{"name": "x", "quantity": 40.0}'
    answer = send("POST", "/toys", who="buyer", data=body, content_type="application/json")
    assert answer.status_code == 201


def test_the_list_of_faults_is_bounded(send: Send) -> None:
    answer = send("POST", "/toys", who="buyer", json=dict.fromkeys(map(str, range(500)), 1))
    assert len(answer.json["errors"]) == 100
