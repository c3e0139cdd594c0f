"""What can be asked for about imports."""

from dataclasses import dataclass
from typing import BinaryIO

from marketplace.application.actor import Actor
from marketplace.domain.shared.ids import ImportId, SellerId


@dataclass(frozen=True, kw_only=True)
class RequestImport:
    """`seller_id` None: the caller's only seller. `currency` is that of the prices, which has so
    many `decimals`. `source` can be read twice."""

    actor: Actor
    import_id: ImportId
    source: BinaryIO
    currency: str
    decimals: int
    seller_id: SellerId | None = None
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestImportAsOperator:
    """The same from the command line, in the name of the seller's first owner; `seller` is the
    slug."""

    import_id: ImportId
    source: BinaryIO
    currency: str
    decimals: int
    seller: str
    dry_run: bool = False
