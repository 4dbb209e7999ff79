"""Build .mo catalogues from .po ones: ``python -m app.lang.build``. Needs Babel; never runs on a phone."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.lang import LANGUAGES, reload_catalogues

FOLDER = Path(__file__).parent


def build(folder: Path = FOLDER) -> list[Path]:
    """Write each stale .mo beside its .po; return those written."""
    written = [
        _compile(po, po.with_suffix(".mo"))
        for name in LANGUAGES
        for po in sorted((folder / name / "LC_MESSAGES").glob("*.po"))
        if _stale(po, po.with_suffix(".mo"))
    ]
    reload_catalogues()
    return written


def _stale(po: Path, mo: Path) -> bool:
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _compile(po: Path, mo: Path) -> Path:
    with po.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    partial = mo.with_suffix(".mo.part")
    with partial.open("wb") as target:
        write_mo(target, catalogue)
    partial.replace(mo)
    return mo


if __name__ == "__main__":
    if count := len(build()):
        print(f"Compiled {count} language files.")
