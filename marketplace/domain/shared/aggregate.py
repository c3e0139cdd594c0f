"""The base of every aggregate: a version, and the events that wait for the commit."""

from dataclasses import dataclass, field

from marketplace.domain.shared.events import Event


@dataclass(eq=False, kw_only=True)
class AggregateRoot:
    """A consistency boundary: loaded, changed and stored as a whole.

    `version` counts the recorded changes, those of children included, and is what concurrent
    writers are compared by.
    """

    version: int = 0
    _events: list[Event] = field(default_factory=list, init=False, repr=False)

    def record(self, event: Event) -> None:
        """Note that `event` happened, and that this aggregate is no longer what it was."""
        self.pending_events().append(event)
        self.version += 1

    def pending_events(self) -> list[Event]:
        # An aggregate that was loaded did not pass through __init__.
        if "_events" not in self.__dict__:
            self._events = []
        return self._events

    def drain_events(self) -> list[Event]:
        """Hand over the events recorded so far, once."""
        events = self.pending_events()
        self._events = []
        return events
