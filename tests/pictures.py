"""Pictures to send: good ones, and what attackers make of them."""

import io
import zlib
from collections.abc import Mapping
from functools import cache
from struct import pack
from typing import Any

from PIL import Image, ImageDraw

SIZE = (320, 200)


def drawn(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Something with edges and colours: red on the left, blue on the right."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((0, 0, width // 2, height), fill=(220, 20, 20))
    draw.rectangle((width // 2, 0, width, height), fill=(20, 20, 220))
    draw.ellipse((width // 4, height // 4, width // 2, height // 2), fill=(240, 240, 90))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = SIZE) -> bytes:
    return encoded(drawn(size), kind)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, idat: bytes = b"") -> bytes:
    """A PNG of RGBA pixels whose header says so; `idat` is what they are compressed into."""
    header = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + b"".join(more) + png_chunk(b"IDAT", idat)
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def png_bomb(side: int) -> bytes:
    """Rows of zeros, a thousand times smaller than what they become."""
    packer = zlib.compressobj(1)
    row = bytes(1 + 4 * side)
    idat = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png(side, side, idat=idat)


def text_bomb(megabytes: int) -> bytes:
    """A small picture with compressed texts that nobody asked for."""
    packed = zlib.compress(bytes(1_000_000), 9)
    texts = [png_chunk(b"zTXt", b"k%d\0\0" % number + packed) for number in range(megabytes)]
    return png(16, 16, *texts, idat=zlib.compress(bytes((1 + 4 * 16) * 16)))


def webp_claim(width: int, height: int) -> bytes:
    """A WebP whose header claims a size and whose picture is one pixel."""
    inner = encoded(Image.new("RGB", (1, 1)), "WEBP")[12:]
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + pack("<I", 10) + bytes(4) + size + inner
    return b"RIFF" + pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def gif_frames(count: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """An animation of `count` frames, all but the first of one pixel."""
    first = encoded(drawn(size, "P"), "GIF")
    frame = b"\x2c" + pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return first[:-1] + frame * (count - 1) + b"\x3b"


def avif_claim(count: int) -> bytes:
    """An animation of two frames, in AVIF, that claims to have `count`."""
    first, second = drawn((64, 64)), drawn((64, 64)).transpose(Image.Transpose.ROTATE_180)
    data = bytearray(encoded(first, "AVIF", save_all=True, append_images=[second]))
    at = data.index(b"stsz") + 12
    assert data[at : at + 4] == pack(">I", 2)
    data[at : at + 4] = pack(">I", count)
    return bytes(data)


def jpeg_claim(width: int, height: int) -> bytes:
    """A JPEG whose frame header claims a size."""
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = pack(">HH", height, width)
    return bytes(data)


SVG = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>"""
HTML = b"<!doctype html><html><script>alert(document.domain)</script></html>"
ZIP = b"PK\x03\x04" + bytes(26) + b"a" + b"PK\x05\x06" + bytes(18)


@cache
def attacks() -> Mapping[str, tuple[bytes, str | None]]:
    """What has to be refused, and as what it is sent."""
    good, jpeg = picture(), picture("JPEG")
    return {
        "empty": (b"", None),
        "text": (b"Hello", "image/png"),
        "svg with a script": (SVG, "image/svg+xml"),
        "svg said to be png": (SVG, "image/png"),
        "html": (HTML, "text/html"),
        "png said to be jpeg": (good, "image/jpeg"),
        "png said to be a page": (good, "text/html"),
        "jpeg said to be webp": (jpeg, "image/webp"),
        "bmp": (encoded(drawn(), "BMP"), "image/bmp"),
        "tiff": (encoded(drawn(), "TIFF"), None),
        "icon": (encoded(drawn(), "ICO"), None),
        "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", None),
        "header alone": (good[:8], "image/png"),
        "truncated png": (good[: len(good) // 2], "image/png"),
        "truncated jpeg": (jpeg[: len(jpeg) // 2], "image/jpeg"),
        "truncated gif": (picture("GIF")[:200], "image/gif"),
        "truncated webp": (picture("WEBP")[:-40], "image/webp"),
        "broken checksum": (good.replace(b"IDAT", b"IDAU", 1), "image/png"),
        "png and page": (good + HTML, "image/png"),
        "jpeg and page": (jpeg + HTML, "image/jpeg"),
        "page in a jpeg's comment": (encoded(drawn(), "JPEG", comment=HTML), "image/jpeg"),
        "png and something": (good + b"MZ\x90", "image/png"),
        "gif and archive": (picture("GIF") + ZIP, "image/gif"),
        "jpeg and archive": (jpeg + ZIP, "image/jpeg"),
        "gif and script": (picture("GIF") + b"/*" + b"*/=1;alert(1)", "image/gif"),
        "webp and something": (picture("WEBP") + b"=1;alert(1)//", "image/webp"),
        "jpeg and document": (encoded(drawn(), "JPEG", comment=b"%PDF-1.7"), "image/jpeg"),
        "jpeg and php": (jpeg + b"<?php system($_GET['c']);", "image/jpeg"),
        "png bomb": (png_bomb(7_500), "image/png"),
        "png bomb below the cap": (png_bomb(6_000), "image/png"),
        "png claim": (png(2**31 - 1, 2**31 - 1), "image/png"),
        "text bomb": (text_bomb(200), "image/png"),
        "jpeg claim": (jpeg_claim(65_500, 65_500), "image/jpeg"),
        "webp claim": (webp_claim(16_383, 16_383), "image/webp"),
        "gif of thousands of frames": (gif_frames(5_000), "image/gif"),
        "avif of thousands of frames": (avif_claim(5_000), "image/avif"),
        "avif and something": (picture("AVIF") + b"=1;alert(1)//", "image/avif"),
        "gif of a large screen": (b"GIF89a" + pack("<HH", 65_535, 65_535) + b"\0\0\0;", None),
    }
