"""Idempotency-Key: one effect per key, and the same answer to every repeat.

The unit of work writes the key down with the effect. Here the header is read, what happened
before is turned into an answer, and the answer is kept.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import cast

from flask import Response, g, request

from marketplace.application.idempotency import (
    Answer,
    Effect,
    EffectAnswered,
    EffectInFlight,
    IdempotencyMismatch,
)
from marketplace.domain.errors import MarketplaceError
from marketplace.presentation.rest import context, problems
from marketplace.presentation.rest.multipart import MEDIA_TYPE
from marketplace.presentation.rest.multipart import digest as multipart_digest
from marketplace.presentation.rest.parser import require_type
from marketplace.presentation.rest.problems import Entry, RequestRefused

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Link", "Cache-Control", "Retry-After")


def read_key(*, required: bool, multipart: bool = False) -> None:
    """Note the key of this request.

    :param multipart: the operation takes such a body and no other.
    :raises RequestRefused: 400 if it is malformed, or missing although required; under a key also
        for a multipart body that is none.
    """
    key = request.headers.get(HEADER)
    if key is None:
        if required:
            raise RequestRefused(
                "idempotency_key_required",
                "Send an Idempotency-Key, such as a fresh UUID, and the same one when retrying.",
                [Entry("header", HEADER, "required", "This header is required.")],
            )
        return
    if not _KEY.fullmatch(key):
        message = "Send 1 to 255 visible ASCII characters."
        entry = Entry("header", HEADER, "invalid_format", message)
        raise RequestRefused("malformed_header", message, [entry])
    g.claim = context.Claim(key, fingerprint(multipart=multipart))


def fingerprint(*, multipart: bool = False) -> str:
    """A hash of what the key is bound to: method, path and body."""
    if multipart:
        require_type(request, MEDIA_TYPE)
        body = multipart_digest(request)
    else:
        body = request.get_data(cache=True)
    digest = sha256()
    for part in (request.method.encode(), request.full_path.encode("utf-8", "replace"), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def answer_once(respond: Callable[[], Response]) -> Response:
    """Answer by `respond`, or as the first request with this key was answered."""
    try:
        response = respond()
    except EffectAnswered as answered:
        return _replay(answered.answer)
    except (EffectInFlight, IdempotencyMismatch):
        # The lease is another request's: it must not be given back here.
        raise
    except MarketplaceError as error:
        response = problems.refusal(error)
    except Exception:
        _give_back()
        raise
    effect = _effect()
    if effect is None:
        return response
    if 200 <= response.status_code < 300 or response.status_code == 402:
        headers = {
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        }
        answer = Answer(status=response.status_code, headers=headers, body=response.get_data())
        context.dependencies().answers.store(effect, answer)
    else:
        _give_back()
    return response


def _effect() -> Effect | None:
    return cast(Effect | None, g.get("effect"))


def _give_back() -> None:
    if effect := _effect():
        context.dependencies().answers.give_back(effect)


def _replay(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    response.headers["Idempotent-Replayed"] = "true"
    return response
