"""What happens to imports."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import ImportId, SellerId


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    import_id: ImportId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Event):
    """To its end, or given up: `status` says which."""

    import_id: ImportId
    seller_id: SellerId
    status: str
