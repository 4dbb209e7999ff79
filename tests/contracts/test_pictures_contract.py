"""Every picture codec keeps the same promises: Pillow here, the browser's in tests/browser."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from app.platform.errors import PlatformError
from app.platform.native.pictures import PillowPictureCodec
from app.platform.ports import Picture
from domain.dhash import dhash


def scene(width: int = 1200, height: int = 900) -> Image.Image:
    """A picture with a red upper left quarter, a bright right side and some drawing."""
    image = Image.linear_gradient("L").rotate(90).resize((width, height)).convert("RGB")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width // 4, height // 4), fill="#C01010")
    pen.ellipse((width // 2, height // 3, width * 3 // 4, height * 2 // 3), fill="#3060A0")
    return image


def jpeg(image: Image.Image, *, turned: int = 1, quality: int = 92) -> bytes:
    """Encoded with an orientation and a place in its EXIF, as phones do."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "SecretMaker"
    exif[0x8825] = {1: "N", 2: (30.0, 40.0, 0.0)}
    done = io.BytesIO()
    image.save(done, "JPEG", quality=quality, exif=exif)
    return done.getvalue()


def png(image: Image.Image) -> bytes:
    done = io.BytesIO()
    image.save(done, "PNG")
    return done.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    assert (image.format, image.size) == ("JPEG", (picture.width, picture.height))
    return image.convert("RGB")


#: Where the red quarter lies after each EXIF orientation has been undone.
CORNERS = {
    1: (0, 0),
    2: (1, 0),
    3: (1, 1),
    4: (0, 1),
    5: (0, 0),
    6: (1, 0),
    7: (1, 1),
    8: (0, 1),
}


class PictureContract:
    """``codec`` has the seam's methods, called synchronously."""

    def test_a_large_picture_becomes_small(self, codec):
        """A photo of the camera shrinks to the asked size in its own proportions."""
        small = codec.shrink(jpeg(scene(2400, 1800)), 800)
        assert (small.width, small.height) == (800, 600)
        assert len(small.data) < 120_000
        opened(small)

    def test_a_small_picture_is_not_enlarged(self, codec):
        """Nothing is gained by blowing a picture up."""
        small = codec.shrink(jpeg(scene(200, 150)), 1600)
        assert (small.width, small.height) == (200, 150)

    @pytest.mark.parametrize("turned", range(1, 9))
    def test_all_eight_ways_to_hold_a_phone(self, codec, turned):
        """However the phone was held, the picture stands upright (R12)."""
        small = codec.shrink(jpeg(scene(), turned=turned), 400)
        image = opened(small)
        assert image.size == ((300, 400) if turned > 4 else (400, 300))
        for corner in ((0, 0), (1, 0), (0, 1), (1, 1)):
            red, green, _ = image.getpixel(
                (20 + corner[0] * (image.width - 40), 20 + corner[1] * (image.height - 40))
            )
            assert (red > 150 and green < 70) == (corner == CORNERS[turned]), corner

    def test_no_metadata_survive(self, codec):
        """Place, maker and time of the camera's file never leave the phone with the picture (R16)."""
        for picture in (
            codec.shrink(jpeg(scene(), turned=6), 640),
            codec.watermark(jpeg(scene()), ["青山县"]),
        ):
            image = Image.open(io.BytesIO(picture.data))
            assert not image.getexif()
            assert b"SecretMaker" not in picture.data
            # Browsers add the colour profile that everybody has (sRGB, 0.5 KB); nothing else may be there.
            told = set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "icc_profile"}
            assert not told
            assert len(image.info.get("icc_profile", b"")) < 700

    def test_a_transparent_picture_gets_white_paper(self, codec):
        """A PNG without background does not turn black."""
        image = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
        assert opened(codec.shrink(png(image), 100)).getpixel((50, 40)) > (245, 245, 245)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\0" * 5000,
            b"%PDF-1.7 not a picture",
            b"\xff\xd8\xff",
            os.urandom(3000),
            "不是照片".encode() * 90,
        ],
        ids=["empty", "zeros", "pdf", "start of a jpeg", "noise", "text"],
    )
    def test_what_is_no_picture_is_refused(self, codec, data):
        """A file that is no picture gives a clear error, and nothing is kept of it."""
        for work in (lambda: codec.shrink(data, 800), lambda: codec.watermark(data, ["x"])):
            with pytest.raises(PlatformError) as error:
                work()
            assert error.value.code == "not_a_picture"

    @pytest.mark.parametrize("kind", [jpeg, png])
    @pytest.mark.parametrize("part", [0.3, 0.7, 0.98])
    def test_a_truncated_picture_is_refused(self, codec, kind, part):
        """Half a photo would be shown as half grey: the person is asked for another one instead."""
        data = kind(scene())
        with pytest.raises(PlatformError) as error:
            codec.shrink(data[: int(len(data) * part)], 800)
        assert error.value.code == "not_a_picture"

    def test_a_moving_picture_is_a_picture(self, codec):
        """Phones append a short film to the JPEG: that does no harm."""
        assert codec.shrink(jpeg(scene()) + b"\0\0\0\x18ftypmp42" + os.urandom(5000), 300).width == 300

    def test_a_bomb_is_refused_before_it_is_unpacked(self, codec):
        """A tiny file that claims billions of pixels does not take the phone down."""
        with pytest.raises(PlatformError) as error:
            codec.shrink(bomb(60_000, 60_000), 800)
        assert error.value.code == "picture_too_large"

    def test_the_limit_is_64_megapixels(self, codec):
        """The largest ordinary phone cameras pass by their header, more does not."""
        with pytest.raises(PlatformError) as error:
            codec.luminance_9x8(bomb(8001, 8000))
        assert error.value.code == "picture_too_large"

    def test_a_watermark_is_written_at_the_lower_left(self, codec):
        """Time, place and number stand readable on a dark band; the rest of the picture is as before."""
        plain = png(Image.new("RGB", (1200, 900), "#808080"))
        image = opened(codec.watermark(plain, ["2026-01-20 19:05 青山县石桥镇", "户号 QS-0042 走访人 李明"]))
        assert image.size == (1200, 900)
        band = image.crop((0, 780, 300, 900)).convert("L")
        shades = band.getextrema()
        assert shades[0] < 80, "no dark band"
        assert shades[1] > 220, "no white letters"
        top = image.crop((0, 0, 1200, 700)).convert("L").getextrema()
        assert top[0] > 120 < 136 > top[1], "the picture itself has changed"

    def test_chinese_is_drawn_and_not_boxes(self, codec):
        """Two different names of the same length give different pictures."""
        plain = png(Image.new("RGB", (600, 400), "#808080"))
        one, two = (
            opened(codec.watermark(plain, [name])).tobytes() for name in ("走访人 龘頔喆", "走访人 镕堃翀")
        )
        assert one != two

    def test_a_long_line_is_broken_and_not_lost(self, codec):
        """An address longer than the picture is wide goes on in the next line."""
        plain = png(Image.new("RGB", (480, 640), "#808080"))
        short, long = (
            opened(codec.watermark(plain, ["青山县石桥镇" * times]))
            .convert("L")
            .point(lambda v: 255 * (v < 90))
            for times in (1, 12)
        )
        assert short.getbbox()[3] == long.getbbox()[3] == 640
        assert long.getbbox()[1] < short.getbbox()[1] - 40

    def test_no_lines_no_band(self, codec):
        """Without text the picture stays as it is."""
        image = opened(codec.watermark(png(Image.new("RGB", (300, 200), "#808080")), []))
        assert image.convert("L").getextrema()[0] > 120

    def test_the_fingerprint_sees_brightness_from_left_to_right(self, codec):
        """72 grey values, brighter to the right as the picture is (R12)."""
        ramp = Image.linear_gradient("L").rotate(90).resize((900, 800))
        grey = codec.luminance_9x8(png(ramp))
        assert len(grey) == 72
        for row in range(8):
            values = list(grey[9 * row : 9 * row + 9])
            assert values == sorted(values)
            assert values[0] < 30 < 225 < values[-1]

    def test_the_fingerprint_survives_recompressing_and_watermark(self, codec):
        """The same photo, saved again and stamped, is recognised; another one is not (R12)."""
        image = scene()
        first = int(dhash(codec.luminance_9x8(jpeg(image))), 16)
        again = int(dhash(codec.luminance_9x8(jpeg(image.resize((700, 525)), quality=55))), 16)
        other = int(dhash(codec.luminance_9x8(jpeg(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))), 16)
        assert (first ^ again).bit_count() <= 3
        assert (first ^ other).bit_count() >= 15

    def test_editions_agree_on_the_fingerprint(self, codec):
        """A photo that was taken on one edition is recognised by the other: within 4 of 64 bits (R12)."""
        data = jpeg(scene())
        with Image.open(io.BytesIO(data)) as image:
            plain = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
        here, there = (int(dhash(grey), 16) for grey in (plain, codec.luminance_9x8(data)))
        assert (here ^ there).bit_count() <= 4

    def test_strokes_become_a_picture(self, codec):
        """A signature is black on white where the finger went, a short touch is a dot (R9)."""
        still = [(40.0, 80.0)] * 4
        data = codec.draw_strokes([[(20.0, 20.0), (180.0, 20.0)], [(100.0, 70.0)], still], 200, 100)
        image = Image.open(io.BytesIO(data))
        assert (image.format, image.size) == ("PNG", (200, 100))
        grey = image.convert("L")
        assert grey.getpixel((100, 20)) < 40
        assert max(grey.getpixel((100, 70)), grey.getpixel((40, 80))) < 90
        assert grey.getpixel((100, 45)) == grey.getpixel((5, 95)) == 255

    def test_a_photo_is_drawn_on_in_red(self, codec):
        """Strokes lie where they were drawn, on the picture as a person sees it; the rest stays as it was."""
        turned = jpeg(Image.new("RGB", (400, 300), "#808080"), turned=6)
        drawn = codec.draw_over(turned, [[(50.0, 100.0), (250.0, 100.0)], [(150.0, 300.0)], []])
        image = opened(drawn)
        assert image.size == (300, 400)
        for point in ((150, 100), (60, 100), (150, 300)):
            red, green, blue = image.getpixel(point)
            assert red > 140, point
            assert max(green, blue) < red - 60, point
        assert all(abs(value - 128) < 12 for value in image.getpixel((150, 200)))
        assert all(abs(value - 128) < 12 for value in image.getpixel((20, 100)))

    def test_strokes_outside_the_paper_do_no_harm(self, codec):
        """A finger that slips off the pad is no error; no strokes give white paper."""
        codec.draw_strokes([[(-50.0, 10.0), (900.0, 10.0)], []], 200, 100)
        blank = Image.open(io.BytesIO(codec.draw_strokes([], 40, 30))).convert("L")
        assert blank.getextrema() == (255, 255)

    def test_paper_of_absurd_size_is_refused(self, codec):
        """No pad is that large."""
        with pytest.raises(PlatformError) as error:
            codec.draw_strokes([], 100_000, 100_000)
        assert error.value.code == "picture_too_large"


class Now:
    """Calls the asynchronous methods of ``thing`` and waits."""

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __getattr__(self, name: str):
        return lambda *given: asyncio.run(getattr(self._thing, name)(*given))


class TestPillow(PictureContract):
    @pytest.fixture
    def codec(self):
        return Now(PillowPictureCodec())

    def test_forty_megabytes_are_the_limit(self, codec):
        """A film given as a photo is refused by its size alone."""
        with pytest.raises(PlatformError) as error:
            codec.shrink(b"\xff\xd8" + b"\0" * (40 * 1024 * 1024), 800)
        assert error.value.code == "picture_too_large"
