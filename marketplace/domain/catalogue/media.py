"""The pictures of a product, in the order in which they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplace.domain.catalogue.events import MediumAdded, MediumChanged, MediumRemoved
from marketplace.domain.errors import Conflict, NotFound
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import MediumId, ProductId, VariantId

ALT_LONGEST = 300
MOST_MEDIA = 50


class PictureSize(StrEnum):
    """Each picture is kept in all of them."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(eq=False, kw_only=True)
class Medium:
    """A picture. `folder` is where its files lie; `width` and `height` are those of the large one,
    in pixels."""

    id: MediumId
    folder: str
    width: int
    height: int
    alt: str | None = None
    variant_id: VariantId | None = None
    created_at: datetime

    def file(self, size: PictureSize) -> str:
        return picture_file(self.folder, size)


def picture_file(folder: str, size: PictureSize) -> str:
    """The name of one file of a picture."""
    return f"{folder}/{size}.webp"


@dataclass(eq=False, kw_only=True)
class Gallery(AggregateRoot):
    """All pictures of one product. The first one stands for it in lists."""

    product_id: ProductId
    media: list[Medium] = field(default_factory=list)

    @property
    def cover(self) -> Medium | None:
        return self.media[0] if self.media else None

    def require_room(self) -> None:
        """Raises `Conflict` (`too_many_media`)."""
        if len(self.media) >= MOST_MEDIA:
            raise Conflict("too_many_media", f"A product has at most {MOST_MEDIA} pictures.")

    def add(self, medium: Medium, now: datetime) -> None:
        """Append it. Raises as `require_room`."""
        self.require_room()
        self.media.append(medium)
        self.record(MediumAdded(product_id=self.product_id, medium_id=medium.id, occurred_at=now))

    def change(
        self,
        medium_id: MediumId,
        *,
        alt: str | None,
        variant_id: VariantId | None,
        position: int | None,
        now: datetime,
    ) -> None:
        """Describe and link a picture anew; `position`, from 1 on, moves it, beyond the last one
        to the end.

        Raises:
            NotFound
        """
        medium = self.medium(medium_id)
        medium.alt, medium.variant_id = alt, variant_id
        if position is not None:
            self.media.remove(medium)
            self.media.insert(position - 1, medium)
        self.record(MediumChanged(product_id=self.product_id, medium_id=medium_id, occurred_at=now))

    def remove(self, medium_id: MediumId, now: datetime) -> None:
        """Raises `NotFound`."""
        self.media.remove(self.medium(medium_id))
        self.record(MediumRemoved(product_id=self.product_id, medium_id=medium_id, occurred_at=now))

    def find(self, medium_id: MediumId) -> Medium | None:
        return next((medium for medium in self.media if medium.id == medium_id), None)

    def medium(self, medium_id: MediumId) -> Medium:
        """Raises `NotFound`."""
        found = self.find(medium_id)
        if found is None:
            raise NotFound("medium", medium_id)
        return found


@dataclass(frozen=True, kw_only=True)
class UnusedPicture:
    """A picture that no gallery shows: an upload that was not finished, or one that was removed."""

    medium_id: MediumId
    folder: str

    @property
    def files(self) -> Sequence[str]:
        return [picture_file(self.folder, size) for size in PictureSize]
