"""The page on which a buyer approves or declines a payment, as a bank's would be.

Nobody signs in here and no cookie is set: whoever knows the address of a page may answer. Nobody
can guess it, so no other site can have it answered either.
"""

from decimal import Decimal

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.application.ports import SandboxActions
from marketplace.domain.shared.money import Money
from marketplace.presentation.rest.docs import CONTENT_SECURITY_POLICY
from marketplace.presentation.rest.money_fields import decimals_of

_ANSWERS = {"approve": True, "decline": False}


def install(app: Flask, actions: SandboxActions) -> None:
    """Serve the page. It is no part of the API."""
    pages = Blueprint(
        "sandbox",
        __name__,
        url_prefix="/sandbox",
        template_folder="templates",
        static_folder="static",
    )

    @pages.get("/actions/<reference>")
    def action(reference: str) -> str:
        asked = actions.look_up(reference)
        return render_template(
            "sandbox_action.html", amount=_shown(asked.amount), approved=asked.approved
        )

    @pages.post("/actions/<reference>")
    def answer(reference: str) -> BaseResponse:
        chosen = _ANSWERS.get(request.form.get("answer", ""))
        if chosen is None:
            abort(400, "Send `answer`: approve or decline.")
        actions.answer(reference, approve=chosen)
        return redirect(url_for("sandbox.action", reference=reference), 303)

    pages.after_request(_protect)
    app.register_blueprint(pages)


def _shown(amount: Money) -> str:
    exponent = decimals_of(amount.currency)
    return f"{Decimal(amount.amount).scaleb(-exponent):f} {amount.currency}"


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
