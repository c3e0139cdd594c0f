"""Pictures are made anew, whatever they were; attacks are refused and cost little."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageCms

from marketplace.domain.catalogue.media import PictureSize
from marketplace.domain.errors import RuleViolated
from marketplace.infrastructure.storage.containers import inspect
from marketplace.infrastructure.storage.pictures import LONGEST_SIDE, PillowPictures
from tests.pictures import attacks, avif_claim, drawn, encoded, gif_frames, jpeg_claim, picture

ATTACKS = attacks()
PIXELS = 50_000_000


@pytest.fixture(scope="module")
def pictures() -> PillowPictures:
    return PillowPictures(most_pixels=PIXELS)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "WEBP"
    return image


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[0] > 150 and pixel[2] < 100)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_format_becomes_webp_in_three_sizes(pictures: PillowPictures, kind: str) -> None:
    made = pictures.render(picture(kind, (2400, 1200)), media_type=f"image/{kind.lower()}")

    assert (made.width, made.height) == (1600, 800)
    assert {size: opened(data).size for size, data in made.files.items()} == {
        size: (side, side // 2) for size, side in LONGEST_SIDE.items()
    }
    large = opened(made.files[PictureSize.LARGE]).convert("RGB")
    assert is_red(large.getpixel((100, 700)))
    assert not is_red(large.getpixel((1500, 700)))


def test_small_pictures_are_not_blown_up(pictures: PillowPictures) -> None:
    made = pictures.render(picture(size=(30, 400)), media_type=None)

    assert (made.width, made.height) == (30, 400)
    assert opened(made.files[PictureSize.SMALL]).size == (12, 160)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png(pictures: PillowPictures, mode: str) -> None:
    image = drawn(mode="L").convert("I;16") if mode == "I;16" else drawn(mode=mode)

    made = pictures.render(encoded(image), media_type="image/png")

    assert opened(made.files[PictureSize.LARGE]).size == image.size


def test_a_print_jpeg(pictures: PillowPictures) -> None:
    made = pictures.render(encoded(drawn(mode="CMYK"), "JPEG"), media_type="image/jpeg")

    assert is_red(opened(made.files[PictureSize.LARGE]).convert("RGB").getpixel((20, 180)))


def test_transparency_stays(pictures: PillowPictures) -> None:
    image = Image.new("RGBA", (20, 20), (200, 0, 0, 0))

    made = pictures.render(encoded(image), media_type=None)

    assert opened(made.files[PictureSize.LARGE]).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (320, 200), (20, 100)),
        (3, (320, 200), (300, 100)),
        (6, (200, 320), (100, 20)),
        (8, (200, 320), (100, 300)),
        (2, (320, 200), (300, 100)),
        (99, (320, 200), (20, 100)),
    ],
)
def test_the_camera_may_have_lain_on_its_side(
    pictures: PillowPictures, orientation: int, size: tuple[int, int], red: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation

    made = pictures.render(encoded(drawn(), "JPEG", exif=exif), media_type="image/jpeg")

    large = opened(made.files[PictureSize.LARGE])
    assert (made.width, made.height) == large.size == size
    assert is_red(large.convert("RGB").getpixel(red))


def test_nothing_is_left_of_what_the_camera_told(pictures: PillowPictures) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "SecretCam", "SecretWord"
    exif.get_ifd(0x8825)[1] = "SecretPlace"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = encoded(drawn(), "JPEG", exif=exif, comment=b"SecretComment", icc_profile=profile)
    assert b"SecretCam" in sent

    made = pictures.render(sent, media_type="image/jpeg")

    for data in made.files.values():
        assert b"Secret" not in data
        assert {"EXIF", "ICCP", "XMP "}.isdisjoint(chunks(data))
        assert dict(opened(data).getexif()) == {}


def chunks(data: bytes) -> Iterator[str]:
    at = 12
    while at < len(data):
        yield data[at : at + 4].decode()
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "little") + 1 & ~1


def test_what_is_behind_a_jpeg_may_be_another_of_the_same_camera(pictures: PillowPictures) -> None:
    made = pictures.render(picture("JPEG") + picture("JPEG"), media_type="image/jpeg")

    assert made.width == 320


def test_of_an_animation_the_first_frame_is_kept(pictures: PillowPictures) -> None:
    made = pictures.render(gif_frames(20), media_type="image/gif")

    assert getattr(opened(made.files[PictureSize.LARGE]), "n_frames", 1) == 1


def test_of_an_animated_avif_too(pictures: PillowPictures) -> None:
    assert inspect(avif_claim(2), "AVIF").frames == 2
    assert inspect(avif_claim(5_000), "AVIF").frames == 5_000

    made = pictures.render(avif_claim(2), media_type="image/avif")

    assert (made.width, made.height) == (64, 64)


def test_the_same_picture_makes_the_same_files(pictures: PillowPictures) -> None:
    sent = picture("JPEG", (2000, 1000))

    assert pictures.render(sent, media_type=None) == pictures.render(sent, media_type=None)


@pytest.mark.parametrize("told", [None, "", "application/octet-stream", "image/jpg", "IMAGE/JPEG"])
def test_what_is_said_of_it_may_be_little(pictures: PillowPictures, told: str | None) -> None:
    assert pictures.render(picture("JPEG"), media_type=told).width == 320


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused(pictures: PillowPictures, attack: str) -> None:
    data, told = ATTACKS[attack]

    with pytest.raises(RuleViolated) as refused:
        pictures.render(data, media_type=told)

    assert refused.value.code in {"invalid_image", "image_too_large"}
    assert refused.value.params["field"] == "/file"


def test_too_many_pixels_are_told_before_they_are_decoded() -> None:
    with pytest.raises(RuleViolated) as refused:
        PillowPictures(most_pixels=1000).render(picture(), media_type=None)
    assert refused.value.code == "image_too_large"
    with pytest.raises(RuleViolated) as refused:
        PillowPictures(most_pixels=PIXELS).render(jpeg_claim(9000, 9000), media_type=None)
    assert refused.value.code == "image_too_large"
