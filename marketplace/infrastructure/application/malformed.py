"""What is no HTTP never reaches the application; it is refused with a problem all the same."""

import re
import uuid
from http import HTTPStatus
from typing import Any

import orjson
from loguru import logger

# Status -> the API's code and what it tells. Transfer codings that nobody knows (501) are bad
# requests like others: the fault is the client's.
CODES = {
    400: ("bad_request", "The request cannot be read as HTTP."),
    403: ("forbidden", "This connection is not allowed."),
    414: ("uri_too_long", "Shorten the query string."),
    417: ("bad_request", "This expectation cannot be met."),
    431: ("headers_too_large", "Send fewer or shorter headers."),
    500: ("internal_error", "Something went wrong on our side."),
}


class Recorder:
    """Stands in for a socket, and notes the status of the answer that is written to it."""

    def __init__(self) -> None:
        self.status = 500

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        if found := re.match(rb"HTTP/1\.1 (\d{3}) ", data):
            self.status = int(found[1])


def refuse(client: Any, status: int) -> None:
    """Answer on the socket `client` with a problem, after which the connection ends."""
    request_id = uuid.uuid4().hex
    if status == HTTPStatus.NOT_IMPLEMENTED:
        status = 400
    status = status if status in CODES else 500
    code, detail = CODES[status]
    body = orjson.dumps(
        {
            "type": f"/docs/problems#{code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            # What was asked for is not known: it may not even have been read.
            "instance": "/",
            "code": code,
            "requestId": request_id,
        }
    )
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        "Content-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        f"X-Request-ID: {request_id}\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    )
    logger.bind(request_id=request_id, status=status).info("request refused before it was read")
    try:
        client.setblocking(True)
        client.settimeout(1.0)
        client.sendall(head.encode("ascii") + body)
    except OSError:
        # It has gone already.
        logger.debug("The refusal of a request could not be sent")
