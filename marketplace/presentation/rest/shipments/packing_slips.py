"""The packing slip: a page to be printed, whole in itself, that loads and runs nothing."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from flask import Response, render_template

from marketplace.application.shipping.shipment_queries import PackingSlipView
from marketplace.domain.shared.address import Address

HTML = "text/html"
_STYLE = (Path(__file__).parents[1] / "templates" / "packing_slip.css").read_text(encoding="utf-8")
_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def packing_slip(slip: PackingSlipView) -> Response:
    page = render_template(
        "packing_slip.html",
        slip=slip,
        address=list(_lines(slip.shipping_address)),
        style=_STYLE,
    )
    response = Response(page, content_type=f"{HTML}; charset=utf-8")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(address: Address) -> Iterator[str]:
    """As it is written on a parcel."""
    place = f"{address.postal_code} {address.city}"
    for line in (address.name, address.line1, address.line2, place, address.region):
        if line:
            yield line
    yield address.country
