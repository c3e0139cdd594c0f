"""Envelope, pages, ETags, conditions and idempotency."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.rest.conftest import Send
from tests.unit.rest.toy import State

ID = "01976f5e-7a3c-7b1e-9d55-0242ac120002"
TOY = f"/toys/{ID}"
KEY = {"Idempotency-Key": "k-1"}


def test_a_page(send: Send) -> None:
    answer = send("GET", "/toys?limit=7&colour=red,blue&cursor=c&include=total")
    assert answer.json["page"] == {"next": "n&1", "previous": None, "limit": 7, "total": 7}
    assert [item["id"] for item in answer.json["result"]] == [ID]
    link, _, relation = answer.headers["Link"].partition(">; ")
    assert relation == 'rel="next"'
    arguments = parse_qs(urlsplit(link).query)
    assert arguments == {
        "limit": ["7"],
        "colour": ["red,blue"],
        "include": ["total"],
        "cursor": ["n&1"],
    }
    assert send("GET", "/toys").json["page"] == {"next": "n&1", "previous": None, "limit": 20}


def test_an_unpaged_list(send: Send) -> None:
    answer = send("GET", "/colours")
    assert answer.json == {"result": [{"name": "red", "price": {"amount": 0, "currency": "EUR"}}]}


def test_a_creation_has_location_and_etag(send: Send, state: State) -> None:
    answer = send("POST", "/toys", who="buyer", json={"name": "x"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/toys/{state.made[0]}"
    assert answer.headers["ETag"].startswith('"3.')


def test_path_parameters_arrive_typed(send: Send) -> None:
    answer = send("GET", f"/orders/ORD-2026-000123/parts/{ID}")
    assert answer.json["result"]["token"] == f"ORD-2026-000123 {ID}"
    assert send("GET", f"/orders/ORD-26-1/parts/{ID}").status_code == 422


def test_if_none_match(send: Send) -> None:
    etag = send("GET", TOY).headers["ETag"]
    for header in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = send("GET", TOY, headers={"If-None-Match": header})
        assert (answer.status_code, answer.data) == (304, b""), header
        assert answer.headers["ETag"] == etag
    for header in ('"3"', '"3.other"', "junk", ""):
        assert send("GET", TOY, headers={"If-None-Match": header}).status_code == 200, header


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"3"', 200),
        ('"3.anything"', 200),
        ('W/"3"', 200),
        ("*", 200),
        ('"1", "3"', 200),
        ('"a,b" ,W/"3"', 200),
        ('"2"', 412),
        ('"33"', 412),
        ('"x"', 412),
        ("3", 400),
        ("", 400),
        ('"3', 400),
        (None, 428),
    ],
)
def test_if_match(header: str | None, status: int, send: Send) -> None:
    headers = {} if header is None else {"If-Match": header}
    answer = send("PATCH", TOY, who="member", json={"name": "x"}, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["ETag"].startswith('"4.')


def test_delete_answers_204_without_body(send: Send) -> None:
    answer = send("DELETE", TOY, who="admin", headers={"If-Match": '"3"'})
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_repeat_gets_the_same_bytes(send: Send, state: State) -> None:
    first = send("POST", "/toys", who="buyer", json={"name": "x"}, headers=KEY)
    again = send("POST", "/toys", who="buyer", json={"name": "x"}, headers=KEY)
    assert (again.status_code, again.data) == (201, first.data)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert len(state.made) == 1


def test_another_body_or_path_under_the_key_is_422(send: Send) -> None:
    send("POST", "/toys", who="buyer", json={"name": "x"}, headers=KEY)
    for path, body in (("/toys", {"name": "y"}), ("/buy", {"name": "x"})):
        answer = send("POST", path, who="buyer", json=body, headers=KEY)
        assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")


def test_another_actor_may_use_the_same_key(send: Send, state: State) -> None:
    send("POST", "/buy", json={"name": "x", "email": "A@example.com"}, headers=KEY)
    send("POST", "/buy", json={"name": "x", "email": "b@example.com"}, headers=KEY)
    again = send("POST", "/buy", json={"name": "x", "email": "b@example.com"}, headers=KEY)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert {actor for actor, _ in state.keys} == {"a@example.com", "b@example.com"}


def test_while_the_first_runs_the_answer_is_409(send: Send, state: State) -> None:
    send("POST", "/toys", who="buyer", json={"name": "bug"}, headers=KEY)
    state.running.add("k-1")
    state.given_back.clear()
    answer = send("POST", "/toys", who="buyer", json={"name": "bug"}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_in_flight")
    assert answer.headers["Retry-After"] == "1"
    assert not state.given_back, "the lease belongs to the first request"


def test_a_lost_answer_is_made_again(send: Send, state: State) -> None:
    first = send("POST", "/toys", who="buyer", json={"name": "x"}, headers=KEY)
    state.answers.clear()
    again = send("POST", "/toys", who="buyer", json={"name": "x"}, headers=KEY)
    assert again.data == first.data
    assert "Idempotent-Replayed" not in again.headers
    assert len(state.made) == 1
    assert state.answers


def test_402_is_kept_and_other_refusals_give_the_lease_back(send: Send, state: State) -> None:
    declined = send("POST", "/buy", who="buyer", json={"name": "declined"}, headers=KEY)
    again = send("POST", "/buy", who="buyer", json={"name": "declined"}, headers=KEY)
    assert (again.status_code, again.data) == (402, declined.data)
    assert again.content_type == "application/problem+json"
    other = {"Idempotency-Key": "k-2"}
    assert (
        send("POST", "/buy", who="buyer", json={"name": "refused"}, headers=other).status_code
        == 422
    )
    third = {"Idempotency-Key": "k-3"}
    assert send("POST", "/buy", who="buyer", json={"name": "bug"}, headers=third).status_code == 500
    assert state.given_back == ["k-2", "k-3"]


def test_a_key_is_demanded_after_401_and_before_the_body(send: Send) -> None:
    answer = send("POST", "/buy", data=b"{", content_type="text/plain")
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_required")
    assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\xe4"])
def test_a_malformed_key_is_400(key: str, send: Send) -> None:
    answer = send(
        "POST", "/toys", who="buyer", json={"name": "x"}, headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_header")


def test_a_change_in_between_is_409_where_no_condition_is_read(send: Send) -> None:
    for headers in ({}, {"If-Match": '"3"'}):
        answer = send("POST", f"{TOY}/paint", who="buyer", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (409, "stale")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 204, None),
        ({"data": b"", "content_type": "application/json"}, 204, None),
        ({"data": b"{}", "content_type": "application/json"}, 204, None),
        ({"data": b"{", "content_type": "application/json"}, 400, "malformed_json"),
        ({"data": b"{}", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"data": b"{}"}, 415, "unsupported_media_type"),
        ({"data": b"[]", "content_type": "application/json"}, 422, "invalid_request"),
        ({"data": b'{"a": 1}', "content_type": "application/json"}, 422, "invalid_request"),
    ],
)
def test_where_no_body_is_asked_for_only_nothing_is_one(
    sent: dict[str, Any], status: int, code: str | None, send: Send
) -> None:
    answer = send("POST", "/pings", who="buyer", **sent)
    assert (answer.status_code, (answer.json or {}).get("code")) == (status, code)


@pytest.mark.parametrize("token", ["Bearer nobody", "Basic YQ==", "Bearer"])
def test_where_anybody_may_come_in_a_bad_token_is_401_before_all_else(
    token: str, send: Send
) -> None:
    bad = {"Authorization": token}
    for path, sent in (("/toys?colour=%FF", {}), ("/buy", {"data": b"{"})):
        method = "POST" if sent else "GET"
        assert send(method, path, headers=bad, **sent).status_code == 401
