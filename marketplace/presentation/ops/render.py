"""Pages out of templates."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from marketplace.presentation.ops.forms import Form


def show(
    template: str, status: int = 200, headers: Mapping[str, str] | None = None, /, **values: Any
) -> Response:
    """The page that `template` makes of `values`."""
    text = render_template(f"ops/{template}", address=_address, **values)
    return Response(text, status=status, headers=dict(headers or {}), mimetype="text/html")


def _address(form: Form, **changes: str | None) -> str:
    """This page with what the form was given, but for `changes`; None leaves an argument out."""
    kept = {name: value for name, value in {**form.given, **changes}.items() if value}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
