"""Who may call an operation. Declared beside each view method; one without is refused at import.

A policy looks at roles only. Whose object it is decide the query (what is not yours is 404) and
the aggregate (what is not yours to change is 403).
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from marketplace.application.actor import Actor, Caller, OrderAccess
from marketplace.domain.errors import Forbidden, Unauthenticated
from marketplace.domain.shared.ids import OrderId

Requirement = dict[str, list[str]]
_SOME_ORDER = OrderAccess(order_id=OrderId(UUID(int=0)))


@dataclass(frozen=True)
class Policy:
    """`allows` is asked with None for a caller without token. `name` is what `routes` prints."""

    name: str
    allows: Callable[[Caller | None], bool]
    reads_token: bool = True
    is_for_a_role: bool = False

    def __or__(self, other: "Policy") -> "Policy":
        """Whoever either of the two lets in."""
        return Policy(
            f"{self.name}, {other.name}",
            lambda actor: self.allows(actor) or other.allows(actor),
            self.reads_token or other.reads_token,
            self.is_for_a_role and other.is_for_a_role,
        )

    @property
    def names(self) -> list[str]:
        """Everybody whom it lets in, one by one."""
        return self.name.split(", ")

    @property
    def lets_anonymous_in(self) -> bool:
        return self.allows(None)

    @property
    def forbids(self) -> bool:
        """Whether some token is not enough."""
        return self.is_for_a_role or not self.allows(_SOME_ORDER)

    def check(self, current_caller: Callable[[], Caller | None]) -> None:
        """Raise `Unauthenticated` or `Forbidden`. Asks for the caller only where it matters: also
        where anybody may come in, a token that is no good is refused before all else."""
        if not self.reads_token:
            return
        caller = current_caller()
        if self.allows(caller):
            return
        if caller is None:
            raise Unauthenticated("unauthenticated", "This needs a signed-in account.")
        raise Forbidden(f"This is for: {self.name}.")

    @property
    def security(self) -> list[Requirement]:
        """The operation's `security` in the OpenAPI document."""
        if not self.reads_token:
            return []
        tokens: list[Requirement] = [{"bearer": []}, {"password": []}]
        return [{}, *tokens] if self.lets_anonymous_in else tokens


def _account(allows: Callable[[Actor], bool]) -> Callable[[Caller | None], bool]:
    return lambda caller: isinstance(caller, Actor) and allows(caller)


PUBLIC = Policy("public", lambda caller: not isinstance(caller, OrderAccess), reads_token=False)
SIGNED_IN = Policy("signed in", _account(lambda actor: True))
ADMIN = Policy("administrator", _account(lambda actor: actor.is_admin), is_for_a_role=True)
MEMBER = Policy("seller's member", _account(lambda actor: bool(actor.sellers)), is_for_a_role=True)
GUEST = Policy("holder of the order's token", lambda caller: isinstance(caller, OrderAccess))
