from flask.testing import FlaskClient

from tests.unit.rest.conftest import Send
from tests.unit.rest.toy import State

TOY = "/toys/01976f5e-7a3c-7b1e-9d55-0242ac120002"


def test_a_problem_has_all_members(send: Send, client: FlaskClient) -> None:
    answer = send("GET", "/refusals/transition", headers={"X-Request-ID": "mine-1"})
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Request-ID"] == "mine-1"
    assert answer.json == {
        "type": "/docs/problems#invalid_transition",
        "title": "The state does not allow this",
        "status": 409,
        "detail": "This toy is draft and cannot become sold. Allowed from here: pending.",
        "instance": "/api/v1/refusals/transition",
        "code": "invalid_transition",
        "requestId": "mine-1",
        "current": "draft",
        "allowed": ["pending"],
    }
    page, _, code = answer.json["type"].partition("#")
    assert f'id="{code}"' in client.get(page).text


def test_a_rule_names_its_field(send: Send) -> None:
    answer = send("GET", "/refusals/rule")
    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"in": "body", "pointer": "/items/0/price", "code": "too_dear", "message": "Too dear."}
    ]


def test_waiting_times_are_headers(send: Send) -> None:
    throttled, unavailable = (
        send("GET", "/refusals/throttled"),
        send("GET", "/refusals/unavailable"),
    )
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "30")
    assert (unavailable.status_code, unavailable.headers["Retry-After"]) == (503, "5")


def test_a_bug_is_opaque(send: Send) -> None:
    answer = send("GET", "/refusals/bug")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


def test_a_missing_or_bad_token_is_401(send: Send) -> None:
    missing = send("POST", "/toys", json={"name": "x"})
    assert (missing.status_code, missing.json["code"]) == (401, "unauthenticated")
    assert missing.headers["WWW-Authenticate"] == "Bearer"
    bad = send("POST", "/toys", who="nobody", json={"name": "x"})
    assert (bad.status_code, bad.json["code"]) == (401, "invalid_token")
    assert "invalid_token" in bad.headers["WWW-Authenticate"]
    for header in ("Basic YTpi", "Bearer", "Bearer \xe4", ""):
        answer = send("POST", "/toys", headers={"Authorization": header}, json={"name": "x"})
        assert answer.status_code == 401, header


def test_the_order_of_checks(send: Send) -> None:
    junk = {"data": b"{", "content_type": "text/plain"}
    assert send("PATCH", TOY + "?x=1", **junk).status_code == 401
    assert send("PATCH", TOY + "?x=1", who="buyer", **junk).status_code == 403
    assert send("PATCH", TOY + "?x=1", who="member", **junk).status_code == 415
    as_json = {"data": b"{", "content_type": "application/json"}
    assert send("PATCH", TOY + "?x=1", who="member", **as_json).status_code == 400
    assert send("PATCH", TOY + "?x=1", who="member", json={"name": "x"}).status_code == 422
    assert send("PATCH", TOY, who="member", json={"name": "x"}).status_code == 428


def test_unknown_paths_and_methods(send: Send, client: FlaskClient) -> None:
    for path in ("/nope", "/toys/", "//toys", "/toys//"):
        answer = send("GET", path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), path
    answer = send("DELETE", "/toys")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.open("/api/v1/toys", method="BREW").status_code == 405


def test_head_and_options(send: Send) -> None:
    head, get = send("HEAD", TOY), send("GET", TOY)
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert send("HEAD", TOY, headers={"If-None-Match": get.headers["ETag"]}).status_code == 304
    options = send("OPTIONS", TOY)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) >= {"GET", "PATCH", "DELETE"}


def test_an_invalid_cursor_is_400(send: Send) -> None:
    answer = send("GET", "/toys?cursor=bad")
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_cursor")
    assert answer.json["errors"][0]["parameter"] == "cursor"


def test_hostile_headers_do_no_harm(send: Send, state: State) -> None:
    for name in ("X-Request-ID", "traceparent", "If-None-Match", "If-Match", "Idempotency-Key"):
        for value in ("\xff\xfe", "a" * 5000, '"', 'W/"', ",", "00-0-0-0", "%00"):
            for method in ("GET", "PATCH", "POST"):
                answer = send(method, TOY, who="admin", headers={name: value}, json={"name": "x"})
                assert answer.status_code < 500, (name, value, method)


def test_rate_limits_are_told(send: Send) -> None:
    answer = send("POST", "/pings", who="buyer")
    assert answer.status_code == 204
    assert answer.headers["X-RateLimit-Limit"] == "10"
    assert answer.headers["X-RateLimit-Remaining"] == "9"
    assert answer.headers["X-RateLimit-Reset"].isdigit()


def test_the_instance_is_an_address(send: Send) -> None:
    assert send("GET", "/n\u00f6 pe").json["instance"] == "/api/v1/n%C3%B6%20pe"


def test_a_foreign_host_is_400(client: FlaskClient) -> None:
    answer = client.get("/api/v1/toys", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
