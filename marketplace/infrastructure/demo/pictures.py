"""Pictures for some of the demo's products, drawn here: the same every time."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw, ImageFont

from marketplace.application.actor import Actor
from marketplace.application.catalogue.media_commands import AddMedium
from marketplace.application.catalogue.media_services import add_medium
from marketplace.application.ports import FileStorage, Pictures
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.product import Product
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import MediumId, ProductId, RefreshFamilyId, UserId
from marketplace.infrastructure.demo.catalogue import known_id

SIDE = 480
NUMBERS: Sequence[int] = (*range(1, 320, 11), *range(1001, 1006))
"""One product of each shelf, and the books that the documentation points at."""


def add_pictures(
    new_uow: Callable[[], UnitOfWork], *, pictures: Pictures, storage: FileStorage
) -> None:
    """Give the products of `NUMBERS` a picture, but for those that have one."""
    for number, product in _products_without(new_uow):
        command = AddMedium(
            actor=_owner(product),
            product=product.id,
            medium_id=MediumId(known_id("medium", number)),
            data=draw(product.name),
            media_type="image/png",
            alt=f"A drawing that stands for {product.name}",
        )
        add_medium(new_uow(), command, pictures=pictures, storage=storage)


def draw(name: str) -> bytes:
    """A PNG of coloured shapes above the words of `name`."""
    seed = hashlib.blake2b(name.encode(), digest_size=16).digest()
    hue = seed[0] * 360 // 256
    image = Image.new("RGB", (SIDE, SIDE), _colour(hue, 25, 92))
    canvas = ImageDraw.Draw(image)
    for place, (x, y, size, kind) in enumerate(_shapes(seed)):
        box = (x - size, y - size, x + size, y + size)
        colour = _colour((hue + 20 + 35 * place) % 360, 45, 45 + 8 * place)
        if kind == 0:
            canvas.ellipse(box, fill=colour)
        elif kind == 1:
            canvas.rounded_rectangle(box, radius=size // 4, fill=colour)
        else:
            canvas.regular_polygon((x, y, size), 3 + kind, rotation=17 * place, fill=colour)
    font = ImageFont.load_default(SIDE / 14)
    words = name.replace(" ", "\n", 1) if len(name) > 22 else name
    anchor = (SIDE / 2, SIDE * 0.86)
    canvas.text(anchor, words, fill=_colour(hue, 60, 22), font=font, anchor="mm", align="center")
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _shapes(seed: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Middle, radius and kind of each shape, from the largest on."""
    for place in range(4):
        across, down, kind = seed[1 + 3 * place : 4 + 3 * place]
        x = SIDE // 4 + across * SIDE // 512
        y = SIDE // 5 + down * SIDE // 640
        yield x, y, SIDE // (5 + 2 * place), kind % 5


def _colour(hue: int, saturation: int, lightness: int) -> tuple[int, ...]:
    return ImageColor.getrgb(f"hsl({hue}, {saturation}%, {lightness}%)")


def _products_without(new_uow: Callable[[], UnitOfWork]) -> Iterator[tuple[int, Product]]:
    for number in NUMBERS:
        with new_uow() as uow:
            product = uow.products.get(ProductId(known_id("product", number)))
            shown = uow.galleries.get(product.id).media
        if not shown:
            yield number, product


def _owner(product: Product) -> Actor:
    nobody = known_id("user", 0)
    return Actor(
        user_id=UserId(nobody),
        email="demo@example.com",
        name="The demo",
        roles=frozenset(),
        sellers={product.seller_id: MemberRole.OWNER},
        family_id=RefreshFamilyId(nobody),
    )
