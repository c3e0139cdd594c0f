"""Which event has which handlers, of the classes in the domain and the table of subscriptions."""

from functools import partial
from typing import Any

import marketplace.domain as domain
from docs.generators.states import modules_of
from marketplace.application.ports import Mail
from marketplace.application.subscriptions import subscriptions
from marketplace.domain.shared.events import Event


class _NoMailer:
    """The table is read here, no handler runs."""

    def send(self, mail: Mail) -> None:
        raise NotImplementedError


def generate() -> str:
    table = subscriptions(mailer=_NoMailer())
    lines = ["", "| event | tells | handled by |", "|---|---|---|"]
    for kind in _events():
        handlers = ", ".join(f"`{_name(handler)}`" for handler in table.get(kind, ())) or "nobody"
        names = [name for name in kind.__dataclass_fields__ if name != "occurred_at"]
        told = ", ".join(f"`{name}`" for name in names)
        area = kind.__module__.split(".")[2]
        lines.append(f"| `{area}.{kind.__name__}` | {told} | {handlers} |")
    return "\n".join(lines)


def _events() -> list[type[Event]]:
    found = {
        value
        for module in modules_of(domain)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def _name(handler: Any) -> str:
    return str((handler.func if isinstance(handler, partial) else handler).__name__)
