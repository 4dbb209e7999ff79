"""A font file with Chinese for the watermark: ours when packaged, else the system's."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.platform.errors import PlatformError

_OURS = Path(__file__).parents[3] / "assets" / "fonts"
_SYSTEM = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",  # Debian
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",  # Arch, Alpine
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",  # Fedora
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/system/fonts/NotoSansCJK-Regular.ttc",  # Android 7 and later
    "/system/fonts/NotoSansSC-Regular.otf",
    "/system/fonts/HarmonyOS_Sans_SC.ttf",
    "/system/fonts/DroidSansFallback.ttf",
    "/System/Library/Fonts/PingFang.ttc",  # Apple
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/System/Library/Fonts/LanguageSupport/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)


@cache
def chinese_font() -> Path:
    """The first that exists; raises PlatformError("font_missing")."""
    ours = sorted(_OURS.glob("*.otf")) + sorted(_OURS.glob("*.ttf"))
    for path in [*ours, *map(Path, _SYSTEM)]:
        if path.is_file():
            return path
    raise PlatformError("font_missing")
