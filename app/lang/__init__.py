"""Texts people read, by an English-coded msgid: ``t("home.coverage.title", reached=3, total=10)``.

Catalogues are gettext: ``app/lang/<language>/LC_MESSAGES/<room>.po``, one per room, merged when loaded.
``zh_Hans`` is the source language; a msgid missing in another language falls back to it, and one missing
everywhere is shown as it is (tests/unit/test_lang_catalogues.py keeps that from happening).
``.mo`` files are built by ``python -m app.lang.build`` and never committed.
"""

from __future__ import annotations

import gettext
from pathlib import Path

SOURCE = "zh_Hans"
LANGUAGES = ("zh_Hans", "zh_Hant", "en")
"""What the language switch offers, in its order."""

_FOLDER = Path(__file__).parent
_catalogues: dict[str, dict[str, str]] = {}
_current = SOURCE


def t(msgid: str, /, **params: object) -> str:
    """The text of ``msgid`` in the current language, its ``{named}`` placeholders filled from ``params``.

    Never raises: a text whose placeholders do not fit is shown unfilled rather than losing the screen.
    """
    text = _lookup(msgid)
    if not params:
        return text
    try:
        return text.format(**params)
    except (KeyError, IndexError, ValueError):
        return text


def has_text(msgid: str) -> bool:
    """True when the msgid exists in the current or the source language."""
    return msgid in _catalogue(_current) or msgid in _catalogue(SOURCE)


def set_language(language: str) -> None:
    """Switch for the whole app; an unknown one means the source language."""
    global _current
    _current = language if language in LANGUAGES else SOURCE


def language() -> str:
    """The current language, one of LANGUAGES."""
    return _current


def reload_catalogues() -> None:
    """Forget what was loaded (after the catalogues were rebuilt)."""
    _catalogues.clear()


def _lookup(msgid: str) -> str:
    found = _catalogue(_current).get(msgid)
    if found is None:
        found = _catalogue(SOURCE).get(msgid, msgid)
    return found


def _catalogue(name: str) -> dict[str, str]:
    if name not in _catalogues:
        _catalogues[name] = _load(_FOLDER / name / "LC_MESSAGES")
    return _catalogues[name]


def _load(folder: Path) -> dict[str, str]:
    merged: dict[str, str] = {}
    for path in sorted(folder.glob("*.mo")):
        with path.open("rb") as file:
            merged.update(_texts(gettext.GNUTranslations(file)))
    return merged


def _texts(catalogue: gettext.GNUTranslations) -> dict[str, str]:
    # The standard library offers no listing; the private name is stable since 1997 and covered by a test.
    texts: dict[object, str] = catalogue._catalog  # type: ignore[attr-defined]
    return {key: text for key, text in texts.items() if isinstance(key, str) and key and text}
