"""Request bodies end where they end: over the limit is an error, however they are sent."""

from typing import IO, cast

import flask
from werkzeug.exceptions import RequestEntityTooLarge
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
    def readall(self) -> bytes:
        data = super().readall()
        if self.is_exhausted and self._stream.read(1):
            raise RequestEntityTooLarge
        return data
