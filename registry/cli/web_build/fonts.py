"""Noto Sans SC for the browser edition: no CDN, and no blank where a rare name stands.

Regular covers GBK (20,902 hanzi); Bold covers GB2312 plus nothing rarer, and a character that it lacks
is drawn from Regular. Licence: SIL Open Font License 1.1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from registry.cli.web_build.cache import BuildError

_DEBIAN = Path("/usr/share/fonts/opentype/noto")
_FACES = {"regular": "NotoSansCJK-Regular.ttc", "bold": "NotoSansCJK-Bold.ttc"}

#: Beyond the hanzi: signs that our screens and reports use.
_EXTRA = "℃㎡①②③④⑤⑥⑦⑧⑨⑩⑪⑫✓✔✗←→↑↓●○■□▲△◆◇★☆〇々〆·–—‘’“”…‰′″※№￥¥€"
_RANGES = ((0x20, 0x180), (0x2010, 0x2070), (0x3000, 0x3040), (0xFF01, 0xFF61), (0x1C4, 0x1DD))


def characters(hanzi: str) -> set[int]:
    """Code points of ``hanzi`` ("gbk" or "gb2312") with Latin and punctuation."""
    points = {point for first, last in _RANGES for point in range(first, last)} | set(map(ord, _EXTRA))
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                points.add(ord(bytes([high, low]).decode(hanzi)))
            except (UnicodeDecodeError, TypeError):
                continue
    return points


def source(face: str) -> Path:
    """The system's Noto Sans CJK; installed by apt-get when it is missing and we may."""
    path = _DEBIAN / _FACES[face]
    if not path.exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--no-install-recommends", "fonts-noto-cjk"]
        subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    if not path.exists():
        raise BuildError("the font is missing: apt-get install fonts-noto-cjk")
    return path


def subset(face: str, hanzi: str, target: Path) -> None:
    """Write the woff2 subset of ``face`` ("regular" or "bold")."""
    from fontTools import subset as tool

    path = source(face)
    options = tool.Options()
    options.font_number = _simplified(path)
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "liga", "ccmp", "locl"]
    options.name_IDs = [1, 2, 3, 4, 6, 13]
    options.drop_tables += ["vhea", "vmtx", "VORG"]
    font = tool.load_font(str(path), options)
    work = tool.Subsetter(options)
    work.populate(unicodes=characters(hanzi))
    work.subset(font)
    tool.save_font(font, str(target), options)


def _simplified(path: Path) -> int:
    from fontTools.ttLib import TTCollection

    with TTCollection(str(path), lazy=True) as collection:
        for number, font in enumerate(collection.fonts):
            if str(font["name"].getDebugName(1)).startswith("Noto Sans CJK SC"):
                return number
    raise BuildError(f"{path} holds no simplified Chinese face")
