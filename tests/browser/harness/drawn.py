"""Pictures that look like photographs but show nobody: a door-plate by a door, and what was brought."""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

SIZE = (1080, 1440)
_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
_SNOW, _INK = (238, 242, 245), (30, 34, 40)


def doorplate(village: str, number: str) -> bytes:
    """JPEG of a blue enamel plate on a brick wall beside a red door, in winter light."""
    dice = random.Random(number)
    wall = Image.new("RGB", SIZE, (120, 112, 106))
    pen = ImageDraw.Draw(wall)
    for line in range(24):
        for place in range(-1, 6):
            tint = dice.randint(-16, 16)
            left, top = place * 216 + (line % 2) * 108, line * 62
            pen.rectangle((left, top, left + 206, top + 52), fill=(150 + tint, 92 + tint, 74 + tint))
    pen.rectangle((820, 0, 1080, 1440), fill=(92, 74, 60))  # frame, then the leaf of the door
    pen.rectangle((856, 0, 1080, 1440), fill=(140, 32, 30))
    pen.rectangle((884, 120, 960, 1300), fill=(196, 42, 36))
    for at, word in enumerate("平安顺遂人家"):
        pen.text((890, 160 + at * 180), word, font=_font(64), fill=(240, 200, 96))
    wall = wall.filter(ImageFilter.GaussianBlur(2))
    _plate(wall, village, number)
    return _photograph(wall, dice)


def _plate(wall: Image.Image, village: str, number: str) -> None:
    pen = ImageDraw.Draw(wall)
    box = (120, 470, 740, 860)
    shade = Image.new("L", wall.size, 0)
    ImageDraw.Draw(shade).rounded_rectangle((132, 486, 756, 882), 28, fill=150)
    wall.paste((20, 16, 14), mask=shade.filter(ImageFilter.GaussianBlur(12)))
    pen.rounded_rectangle(box, 28, fill=(24, 72, 150))
    pen.rounded_rectangle((136, 486, 724, 844), 18, outline=(236, 240, 246), width=6)
    pen.text((430, 575), village, font=_font(78), fill=(246, 248, 252), anchor="mm")
    pen.text((430, 730), number, font=_font(150), fill=(246, 248, 252), anchor="mm")
    for x, y in ((160, 510), (700, 510), (160, 820), (700, 820)):
        pen.ellipse((x - 9, y - 9, x + 9, y + 9), fill=(190, 194, 200))


def goods() -> bytes:
    """JPEG of a sack of rice, a can of oil and a folded quilt on a table by the window."""
    dice = random.Random("goods")
    room = Image.new("RGB", SIZE, (214, 205, 188))
    pen = ImageDraw.Draw(room)
    pen.rectangle((90, 80, 640, 560), fill=(120, 92, 66))
    for left in (115, 375):
        pen.rectangle((left, 105, left + 240, 535), fill=(206, 222, 232))
        pen.rectangle((left, 440, left + 240, 535), fill=_SNOW)
    room = room.filter(ImageFilter.GaussianBlur(7))
    pen = ImageDraw.Draw(room)
    pen.rectangle((0, 1060, 1080, 1440), fill=(128, 84, 52))
    pen.rectangle((0, 1060, 1080, 1078), fill=(164, 112, 72))
    for left, right, top in ((90, 470, 620), (515, 725, 720), (690, 1040, 900)):  # their shadows
        pen.ellipse((left, 1130, right + 60, 1230), fill=(96, 60, 36))
        assert top < 1130
    pen.rounded_rectangle((90, 600, 470, 1190), 60, fill=(238, 232, 218))
    pen.rectangle((90, 760, 470, 960), fill=(186, 40, 36))
    pen.text((280, 860), "大米", font=_font(120), fill=(250, 240, 220), anchor="mm")
    pen.text((280, 1080), "10 kg", font=_font(64), fill=_INK, anchor="mm")
    pen.rounded_rectangle((520, 760, 720, 1190), 36, fill=(226, 170, 40))
    pen.rectangle((580, 690, 660, 770), fill=(190, 50, 40))
    pen.rectangle((520, 890, 720, 1050), fill=(248, 244, 230))
    pen.text((620, 970), "食用油", font=_font(58), fill=(40, 92, 52), anchor="mm")
    for at, tint in enumerate(((178, 56, 66), (206, 96, 92), (178, 56, 66))):
        pen.rounded_rectangle((735, 1000 + at * 68, 1035, 1066 + at * 68), 30, fill=tint)
    return _photograph(room, dice)


def _photograph(picture: Image.Image, dice: random.Random) -> bytes:
    """Light from one side, a little grain, JPEG."""
    width, height = picture.size
    light = Image.linear_gradient("L").rotate(90).resize((width, height))
    shaded = Image.composite(picture, picture.point(lambda v: int(v * 0.72)), light)
    grain = Image.effect_noise((width // 2, height // 2), 26).resize((width, height)).convert("RGB")
    seen = (
        Image.blend(shaded, grain, 0.06)
        .filter(ImageFilter.GaussianBlur(0.8))
        .rotate(dice.uniform(-1.2, 1.2), resample=Image.Resampling.BICUBIC, expand=False)
    )
    out = io.BytesIO()
    seen.crop((24, 24, width - 24, height - 24)).save(out, "JPEG", quality=88)
    return out.getvalue()


def as_video(jpeg: bytes, path: Path) -> Path:
    """What Chromium's fake camera plays: the same picture, again and again (.mjpeg).

    Mirrored: the fake camera faces nowhere, and what does not face away the camera plugin mirrors back.
    """
    out = io.BytesIO()
    ImageOps.mirror(Image.open(io.BytesIO(jpeg))).save(out, "JPEG", quality=92)
    path.write_bytes(out.getvalue() * 4)
    return path


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size, index=2)
