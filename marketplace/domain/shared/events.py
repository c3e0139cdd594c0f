"""Domain events: facts in the past tense, written down with the change that they tell of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses hold ids and plain values, never aggregates."""

    occurred_at: datetime
