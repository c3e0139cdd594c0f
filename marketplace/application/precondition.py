"""Optimistic concurrency as a client states it: which version it changes."""

from dataclasses import dataclass
from typing import Protocol

from marketplace.domain.errors import Stale, VersionRequired


class Versioned(Protocol):
    version: int


@dataclass(frozen=True, kw_only=True)
class Precondition:
    """The versions that the client would change; any version where `anything` is set."""

    versions: frozenset[int] = frozenset()
    anything: bool = False
    given: bool = True

    @classmethod
    def missing(cls) -> "Precondition":
        return cls(given=False)

    def check(self, what: str, aggregate: Versioned) -> None:
        """Call it once the actor is known to be allowed: a stranger learns nothing of versions.

        Raises:
            VersionRequired: the client named no version.
            Stale: it named another one.
        """
        if not self.given:
            raise VersionRequired(what)
        if not self.anything and aggregate.version not in self.versions:
            raise Stale(what)
