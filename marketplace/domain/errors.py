"""What the marketplace refuses, in the words of commerce. No transport knows of it here."""

from collections.abc import Mapping, Sequence


class MarketplaceError(Exception):
    """A refusal.

    `code` is stable snake_case that clients may switch on; `title` is the same for every
    occurrence of a code; `detail` tells this occurrence; `params` carries values for machines,
    among them `field`, a JSON pointer to the field of the request that is at fault.
    """

    title = "The request was refused"

    def __init__(self, code: str, detail: str, **params: object) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.params: Mapping[str, object] = params


class NotFound(MarketplaceError):
    """The object does not exist, or this actor may not know that it does."""

    title = "Not found"

    def __init__(self, what: str, key: object) -> None:
        super().__init__("not_found", f"There is no {what} {key}.", resource=what)


class Conflict(MarketplaceError):
    """Stored state stands against a request that is well formed."""

    title = "Conflict with the current state"


class InvalidTransition(Conflict):
    """The state machine has no such step; `allowed` names the steps that it has."""

    title = "The state does not allow this"

    def __init__(self, what: str, current: str, wanted: str, allowed: Sequence[str]) -> None:
        choice = ", ".join(allowed) if allowed else "nothing: this state is final"
        super().__init__(
            "invalid_transition",
            f"This {what} is {current} and cannot become {wanted}. Allowed from here: {choice}.",
            current=current,
            allowed=list(allowed),
        )


class RuleViolated(MarketplaceError):
    """A value breaks a rule, whatever is stored."""

    title = "A field breaks a rule"


class Stale(MarketplaceError):
    """The object has changed since the caller read it."""

    title = "The object has changed"

    def __init__(self, what: str = "object") -> None:
        super().__init__("stale", f"This {what} has changed since you read it: read it again.")


class VersionRequired(MarketplaceError):
    """A change must say which version it was made from."""

    title = "The version is required"

    def __init__(self, what: str = "object") -> None:
        super().__init__(
            "precondition_required",
            f"Send If-Match with the ETag of the {what} that you read.",
        )


class Forbidden(MarketplaceError):
    """The actor may see the object, but not do this to it."""

    title = "Not allowed"

    def __init__(self, detail: str = "Your account may not do this.") -> None:
        super().__init__("forbidden", detail)


class Unauthenticated(MarketplaceError):
    """Nobody is signed in, or the proof of it does not hold."""

    title = "Sign in first"


class TooManyAttempts(MarketplaceError):
    """More than `limit` tries in too short a time; `retry_after` is in whole seconds."""

    title = "Too many attempts"

    def __init__(self, detail: str, *, limit: int, retry_after: int) -> None:
        super().__init__("too_many_attempts", detail, limit=limit, retry_after=retry_after)
        self.limit = limit
        self.retry_after = retry_after


class PaymentDeclined(MarketplaceError):
    """The provider refused the payment; nothing was charged and no order exists."""

    title = "Payment declined"

    def __init__(self, detail: str = "The payment was declined; nothing was charged.") -> None:
        super().__init__("payment_declined", detail)


class InvalidSignature(MarketplaceError):
    """Somebody else than the one who should have signed it sent this, or it was changed."""

    title = "The signature does not hold"

    def __init__(self, detail: str = "The signature is missing, wrong or too old.") -> None:
        super().__init__("invalid_signature", detail)


class Unavailable(MarketplaceError):
    """Try again in `retry_after` seconds: something that is needed does not answer now."""

    title = "Temporarily unavailable"

    def __init__(self, code: str, detail: str, retry_after: int = 1) -> None:
        super().__init__(code, detail, retry_after=retry_after)
