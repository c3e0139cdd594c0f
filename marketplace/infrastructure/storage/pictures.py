"""Pictures by Pillow: whatever somebody sends is decoded once, within bounds, and encoded anew."""

from collections.abc import Mapping
from io import BytesIO
from threading import Lock

from PIL import Image, ImageCms, PngImagePlugin

from marketplace.application.ports import Picture
from marketplace.domain.catalogue.media import PictureSize
from marketplace.domain.errors import RuleViolated, Unavailable
from marketplace.infrastructure.storage.containers import inspect

MEMORY = 92_000_000
"""What decoding a picture may take, in bytes, by the worst that was measured of each format."""

LONGEST_SIDE: Mapping[PictureSize, int] = {
    PictureSize.SMALL: 160,
    PictureSize.MEDIUM: 640,
    PictureSize.LARGE: 1600,
}
FORMATS: Mapping[str, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}
MOST_FRAMES = 1000
_UNTOLD = {None, "", "application/octet-stream"}
_ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png"}
_QUALITY = 82
_PATIENCE = 20.0
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# The texts in a PNG may be compressed a thousandfold, and nobody reads them.
PngImagePlugin.MAX_TEXT_MEMORY = 8 * PngImagePlugin.MAX_TEXT_CHUNK


class PillowPictures:
    """Implements `application.ports.Pictures`.

    One picture at a time in each process, so that what one takes is what all take.
    """

    def __init__(self, *, most_pixels: int) -> None:
        self._most_pixels = most_pixels
        self._turn = Lock()

    def render(self, data: bytes, *, media_type: str | None) -> Picture:
        """Decode what somebody sent, once, and encode it anew without anything else that was in
        it.

        Only the first picture of an animation is kept.

        Raises:
            RuleViolated: `invalid_image`, `image_too_large`.
            Unavailable: too many pictures at once.
        """
        if not self._turn.acquire(timeout=_PATIENCE):
            raise Unavailable("unavailable", "Too many pictures at once: try again.")
        try:
            return self._render(data, media_type)
        except (RuleViolated, MemoryError):
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large("This picture has too many pixels.") from None
        except Exception as error:
            # Decoders raise whatever strikes them about hostile bytes, whose fault it is.
            raise _invalid("This is no intact picture.") from error
        finally:
            self._turn.release()

    def _render(self, data: bytes, media_type: str | None) -> Picture:
        with Image.open(BytesIO(data), formats=tuple(FORMATS)) as image:
            kind = str(image.format)
            _require_honest(data, kind, media_type)
            self._require_bearable(image)
            turn = _TURNS.get(_orientation(image))
            profile = image.info.get("icc_profile")
            shrunk = _shrink(image)
        large = _plain(shrunk, profile)
        if turn is not None:
            large = large.transpose(turn)
        files = {}
        for size, side in LONGEST_SIDE.items():
            files[size] = _encode(large, side)
        return Picture(width=large.width, height=large.height, files=files)

    def _require_bearable(self, image: Image.Image) -> None:
        pixels = image.width * image.height
        if pixels > self._most_pixels:
            raise _too_large(
                f"This picture has {pixels} pixels, and at most {self._most_pixels} are accepted."
            )
        if _memory(image) > MEMORY:
            raise _too_large(
                f"{pixels} pixels are too many for this kind of {image.format}: make it smaller, "
                "or send a JPEG that is not progressive."
            )


def _memory(image: Image.Image) -> int:
    """What decoding will take, in bytes, about. A JPEG is told to come out smaller, if it can."""
    pixels = image.width * image.height
    match image.format:
        case "JPEG":
            whole = pixels * 7 if image.info.get("progressive") else 0
            side = LONGEST_SIDE[PictureSize.LARGE]
            image.draft(None, (side, side))
            return max(whole, image.width * image.height * 8)
        case "WEBP":
            # All of it is held while a copy is scaled.
            return pixels * 16 + 25_000_000
        case "AVIF":
            return pixels * 13
        case _:
            transparent = image.mode in ("RGBA", "LA", "P", "PA") or image.has_transparency_data
            return pixels * (11 if transparent else 7)


def _require_honest(data: bytes, kind: str, media_type: str | None) -> None:
    told = (media_type or "").partition(";")[0].strip().lower()
    if told not in _UNTOLD and _ALIASES.get(told, told) != FORMATS[kind]:
        raise _invalid(f"This is said to be {told}, but it is {FORMATS[kind]}.")
    contents = inspect(data, kind)
    if contents.frames > MOST_FRAMES:
        raise _invalid(f"An animation has at most {MOST_FRAMES} frames; only the first is kept.")
    if contents.foreign:
        raise _invalid("This file is a picture and something else too.")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        # Many a camera writes what no parser understands; the picture is good all the same.
        return 1


def _shrink(image: Image.Image) -> Image.Image:
    """A copy within the largest size, in a mode that can be scaled."""
    side = LONGEST_SIDE[PictureSize.LARGE]
    image.load()
    source = image
    if image.mode.startswith("I"):
        source = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        source = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if max(source.size) > side:
        ratio = side / max(source.size)
        fitting = [max(1, round(length * ratio)) for length in source.size]
        return source.resize((fitting[0], fitting[1]), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return source.copy() if source is image else source


def _plain(image: Image.Image, profile: object) -> Image.Image:
    """In the colours that browsers assume, with transparency only where there is some."""
    if isinstance(profile, bytes) and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _to_srgb(image, profile)
    if image.mode == "LA" or image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        made = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A profile that does not fit its picture: other programs show it without, too.
        return image
    return image if made is None else made


def _encode(image: Image.Image, side: int) -> bytes:
    fitting = image.copy()
    fitting.thumbnail((side, side), Image.Resampling.LANCZOS)
    # What is copied into the file unless it is taken away.
    fitting.info.clear()
    out = BytesIO()
    fitting.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _invalid(detail: str) -> RuleViolated:
    return RuleViolated("invalid_image", detail, field="/file")


def _too_large(detail: str) -> RuleViolated:
    return RuleViolated("image_too_large", detail, field="/file")
