"""Noto Sans SC for the browser edition: no CDN, and no blank where a rare name stands.

Regular carries every hanzi of the typeface (27,000: GBK and the rarer ones of the official list that
names are taken from); Bold carries GB2312, and what it lacks is drawn from Regular, thickened.
Licence: SIL Open Font License 1.1.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from registry.cli.web_build import npm

#: Our names for the faces, and the typeface's files.
FACES = {"regular": "400Regular/NotoSansSC_400Regular.ttf", "bold": "700Bold/NotoSansSC_700Bold.ttf"}

#: Beyond the hanzi: signs that our screens and reports use.
_EXTRA = "℃㎡①②③④⑤⑥⑦⑧⑨⑩⑪⑫←→↑↓●○■□▲△◆◇★☆〇々〆·–—‘’“”…‰′″※№￥¥€"
_LATIN = ((0x20, 0x180), (0x2010, 0x2070), (0x3000, 0x3040), (0xFF01, 0xFF61), (0x1C4, 0x1DD))
_HANZI = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))


def fetch(locked: Path, folder: Path) -> None:
    """The typeface's files that FACES names, into ``folder`` as <face>.ttf."""
    (package,) = npm.packages(locked, "typeface")
    folder.mkdir()
    with tempfile.TemporaryDirectory() as given:
        unpacked = npm.fetch(package, Path(given), only=frozenset(FACES.values()))
        for face, name in FACES.items():
            shutil.copyfile(unpacked / name, folder / f"{face}.ttf")


def characters(wide: bool) -> set[int]:
    """Code points: Latin, punctuation and the hanzi of GB2312, or with ``wide`` every hanzi there is."""
    ranges = _LATIN + _HANZI if wide else _LATIN
    points = {point for first, last in ranges for point in range(first, last)} | set(map(ord, _EXTRA))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            text = bytes([high, low]).decode("gb2312", errors="ignore")
            points.update(map(ord, text))
    return points


def subset(source: Path, target: Path, *, wide: bool, flavour: str | None = "woff2") -> None:
    """Write ``source`` cut down to ``characters(wide)``; ``flavour`` None writes plain TrueType."""
    from fontTools import subset as tool

    options = tool.Options()
    options.flavor = flavour
    options.hinting = False
    options.layout_features = ["kern", "liga", "ccmp", "locl"]
    options.name_IDs = [1, 2, 3, 4, 6, 13]
    options.drop_tables += ["vhea", "vmtx", "BASE", "STAT"]
    font = tool.load_font(str(source), options)
    work = tool.Subsetter(options)
    work.populate(unicodes=characters(wide))
    work.subset(font)
    tool.save_font(font, str(target), options)
