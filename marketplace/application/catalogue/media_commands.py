"""What can be asked for about the pictures of products."""

from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.domain.shared.ids import MediumId, ProductId, VariantId


@dataclass(frozen=True, kw_only=True)
class AddMedium:
    """`data` is the file, `media_type` what it is said to be, if anything."""

    actor: Actor
    product: ProductId | str
    medium_id: MediumId
    data: bytes
    media_type: str | None = None
    alt: str | None = None
    variant_id: VariantId | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeMedium:
    """None leaves a field as it is. `position` counts from 1."""

    actor: Actor
    product: ProductId | str
    medium_id: MediumId
    alt: str | None = None
    clear_alt: bool = False
    variant_id: VariantId | None = None
    clear_variant_id: bool = False
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class RemoveMedium:
    actor: Actor
    product: ProductId | str
    medium_id: MediumId
