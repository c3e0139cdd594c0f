"""The tokens that the sandbox knows, and what each of them makes it do."""

from enum import StrEnum


class Token(StrEnum):
    """Any other is declined."""

    OK = "tok_ok"
    """Pays."""

    DECLINED = "tok_declined"
    """Is declined."""

    SLOW = "tok_slow"
    """Pays, after a second."""

    TIMEOUT = "tok_timeout"
    """Keeps the caller waiting, says nothing and has done nothing; so does every repeat."""

    LOST_REPLY = "tok_lost_reply"
    """Pays; of the payment, each capture and each refund the first reply is lost."""

    REFUND_FAILS = "tok_refund_fails"
    """Pays; nothing can be refunded."""

    PENDING = "tok_pending"
    """Is pending, and pays later."""

    PENDING_FAILS = "tok_pending_fails"
    """Is pending, and is declined later."""

    ACTION = "tok_action"
    """Is pending until the buyer answers on a page."""


PAYING = frozenset({Token.OK, Token.SLOW, Token.LOST_REPLY, Token.REFUND_FAILS})
DELAYED = frozenset({Token.PENDING, Token.PENDING_FAILS})
