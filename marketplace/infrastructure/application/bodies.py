"""Request bodies end where they end: over the limit is an error, however they are sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import flask
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream


class BoundedRequest(flask.Request):
    """A request whose body is never cut short.

    werkzeug reads a body without Content-Length up to the limit and takes that for all of it.
    """

    @cached_property
    def stream(self) -> IO[bytes]:
        limit = self.max_content_length
        stream = get_input_stream(self.environ, max_content_length=limit)
        if isinstance(stream, LimitedStream) and limit is not None and self.content_length is None:
            return cast(IO[bytes], _WholeStream(self.environ["wsgi.input"], limit, is_max=True))
        return stream


class _WholeStream(LimitedStream):
    def readinto(self, b: bytearray) -> int | None:  # type: ignore[override]
        with _chunks():
            return super().readinto(b)

    def readall(self) -> bytes:
        with _chunks():
            data = super().readall()
            if self.is_exhausted and self._stream.read(1):
                raise RequestEntityTooLarge
            return data


@contextmanager
def _chunks() -> Iterator[None]:
    """The server reads chunks as they are asked for, and so finds their faults only then."""
    try:
        yield
    except ParseException as error:
        raise BadRequest("The chunks of the body cannot be read.") from error
