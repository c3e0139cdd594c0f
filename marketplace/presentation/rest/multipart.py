"""Multipart bodies, read strictly: what is no such body, or no UTF-8, is refused."""

from hashlib import sha256
from typing import IO, Any, Final

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.formparser import FormDataParser, MultiPartParser

from marketplace.presentation.rest.fields import UNPRINTABLE
from marketplace.presentation.rest.problems import Entry, RequestRefused, escape_pointer

MEDIA_TYPE: Final = "multipart/form-data"
_CHUNK: Final = 65_536
_KEEPS_BYTES: Final = "latin-1"


class _Parts(MultiPartParser):
    def get_part_charset(self, headers: object) -> str:
        # Every byte is some character in it, so that nothing is replaced before we have looked.
        return _KEEPS_BYTES


class StrictFormParser(FormDataParser):
    """Raises `RequestRefused` (`malformed_multipart`) where the one of werkzeug finds nothing."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype != MEDIA_TYPE:
            return super().parse(stream, mimetype, content_length, options)
        boundary = (options or {}).get("boundary", "")
        if not boundary or not boundary.isascii():
            raise _malformed("Its content type names no boundary.")
        opened: list[IO[bytes]] = []

        def open_file(
            total_content_length: int | None,
            content_type: str | None,
            filename: str | None,
            content_length: int | None = None,
        ) -> IO[bytes]:
            file = self.stream_factory(total_content_length, content_type, filename, content_length)
            opened.append(file)
            return file

        parts = _Parts(
            stream_factory=open_file,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        try:
            form, files = parts.parse(stream, boundary.encode(), content_length)
            # A part may come without a name, whatever the types say.
            if any(name is None for name in (*form, *files)):
                raise _malformed("A part of it has no name.")
            pairs = form.items(multi=True)
            return stream, self.cls([(name, _decoded(name, text)) for name, text in pairs]), files
        except BaseException as error:
            # The request closes only what it is given.
            for each in opened:
                each.close()
            if isinstance(error, ValueError | BadRequestKeyError):
                raise _malformed("It cannot be read up to its end.") from None
            raise


def read_strictly(request: Request) -> None:
    """Have `request.form` and `request.files` read by `StrictFormParser`; they are not read yet."""
    request.form_data_parser_class = StrictFormParser


def digest(request: Request) -> bytes:
    """A hash of what a multipart body says: names, texts and files, but not its boundary, for
    clients choose another for each try. Files are not held in memory.

    :raises RequestRefused: `malformed_multipart`.
    """
    whole = sha256()

    def add(*values: Any) -> None:
        for value in values:
            data = b"" if value is None else str(value).encode("utf-8", "surrogatepass")
            whole.update(len(data).to_bytes(8, "big") + data)

    for name, text in request.form.items(multi=True):
        add("text", name, text)
    for name, file in request.files.items(multi=True):
        add("file", name, file.filename, file.content_type, _hash_of(file.stream))
    return whole.digest()


def _hash_of(file: IO[bytes]) -> str:
    content = sha256()
    while chunk := file.read(_CHUNK):
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()


def _decoded(name: str, text: str) -> str:
    try:
        return text.encode(_KEEPS_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        shown = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", name)
        message = "This is not UTF-8."
        entry = Entry("body", f"/{escape_pointer(shown)}", "invalid_characters", message)
        raise _malformed(f"{shown} is not UTF-8.", entry) from None


def _malformed(detail: str, *entries: Entry) -> RequestRefused:
    return RequestRefused("malformed_multipart", f"This is no multipart body: {detail}", entries)
