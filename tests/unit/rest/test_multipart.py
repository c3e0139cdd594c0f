"""Multipart bodies: read strictly, and the same whatever boundary a client takes."""

from typing import Any

import pytest

from tests.unit.rest.conftest import Send

FILE = b'Content-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc'
ALT = b'Content-Disposition: form-data; name="alt"\r\n\r\n'


def multipart(boundary: bytes, *parts: bytes) -> bytes:
    lines = b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts)
    return lines + b"--%b--\r\n" % boundary


def upload(send: Send, body: bytes, *, boundary: str | None = "x", key: str | None = None) -> Any:
    kind = "multipart/form-data" + (f"; boundary={boundary}" if boundary is not None else "")
    headers = {"Idempotency-Key": key} if key else {}
    return send("POST", "/uploads", who="buyer", data=body, content_type=kind, headers=headers)


def test_a_repeat_may_have_another_boundary(send: Send) -> None:
    first = upload(send, multipart(b"x", FILE, ALT + b"cat"), key="k")
    again = upload(send, multipart(b"another", FILE, ALT + b"cat"), boundary="another", key="k")
    assert (first.status_code, first.json["result"]["token"]) == (200, "3 cat False")
    assert (again.status_code, again.data) == (200, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "parts",
    [
        (FILE,),
        (FILE, ALT + b"dog"),
        (FILE + b"d", ALT + b"cat"),
        (FILE.replace(b"a.png", b"b.png"), ALT + b"cat"),
        (FILE.replace(b"\r\n\r\n", b"\r\nContent-Type: image/png\r\n\r\n"), ALT + b"cat"),
    ],
)
def test_another_text_file_name_or_type_is_another_request(
    parts: tuple[bytes, ...], send: Send
) -> None:
    upload(send, multipart(b"x", FILE, ALT + b"cat"), key="k")
    answer = upload(send, multipart(b"x", *parts), key="k")
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (multipart(b"x", FILE), None),
        (multipart(b"x", FILE), ""),
        (multipart(b"x", FILE), "y"),
        (multipart(b"x", FILE)[:-12], "x"),
        (b"\0\1 garbage", "x"),
        (multipart(b"x", b"\r\nabc"), "x"),
        (multipart(b"x", b"Content-Disposition: form-data\r\n\r\nabc"), "x"),
        (multipart(b"x", FILE, FILE.replace(b'name="file"; ', b"")), "x"),
        (multipart(b"x", FILE.replace(b"a.png", b"\xe9.png")), "x"),
    ],
)
def test_what_is_no_multipart_body_is_400(
    body: bytes, boundary: str | None, key: str | None, send: Send
) -> None:
    answer = upload(send, body, boundary=boundary, key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_multipart")


@pytest.mark.parametrize("charset", [b"", b"Content-Type: text/plain; charset=iso-8859-1\r\n"])
def test_text_that_is_not_utf8_is_400(charset: bytes, send: Send) -> None:
    alt = ALT.replace(b"\r\n\r\n", b"\r\n" + charset + b"\r\n")
    answer = upload(send, multipart(b"x", FILE, alt + b"caf\xe9"))
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_multipart")
    assert answer.json["errors"][0]["pointer"] == "/alt"


def test_text_in_utf8_stays_what_it_is(send: Send) -> None:
    body = multipart(b"x", FILE, ALT + "café \ufffd \N{CAT FACE}".encode())
    token = upload(send, body).json["result"]["token"]
    assert token == "3 café \ufffd \N{CAT FACE} False"


def test_another_type_under_a_key_is_415(send: Send) -> None:
    answer = send("POST", "/uploads", who="buyer", json={}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")
