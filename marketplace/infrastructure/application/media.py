"""Serves the files of pictures where no other server does."""

import re
from collections.abc import Callable
from typing import BinaryIO

from flask import Flask, Response, request

from marketplace.domain.errors import NotFound

# Opens a file by its name; raises `NotFound`.
OpenFile = Callable[[str], BinaryIO]

PREFIX = "/media/"
FOR_EVER = "public, max-age=31536000, immutable"
# Names that we give to pictures; whatever else may lie in the storage is not for everybody.
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f-]{57}/(?:small|medium|large)\.webp")


def serve(app: Flask, open_file: OpenFile) -> None:
    """`/media/...` answers with pictures. What is under a name never changes."""

    def picture(name: str) -> Response:
        if not _NAME.fullmatch(name):
            raise NotFound("file", name)
        with open_file(name) as file:
            response = Response(file.read(), content_type="image/webp")
        response.headers["Cache-Control"] = FOR_EVER
        response.set_etag(name.removesuffix(".webp").replace("/", "-"))
        response.make_conditional(request)
        return response

    app.add_url_rule(f"{PREFIX}<path:name>", "media", picture, methods=["GET"])
