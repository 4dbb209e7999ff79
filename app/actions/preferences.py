"""Language, text size and light or dark: what a person set on this phone. Stays on this phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.lang import LANGUAGES, SOURCE

ThemeChoice = Literal["system", "light", "dark"]
TEXT_SCALES = (1.0, 1.15, 1.3, 1.5)
"""On top of what the phone's own setting does."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """``text_scale`` is one of TEXT_SCALES, ``language`` one of app.lang.LANGUAGES."""

    language: str = SOURCE
    theme: ThemeChoice = "system"
    text_scale: float = 1.0


def decode(document: dict[str, Any] | None) -> Preferences:
    """From the stored document; what this version does not know falls back to the default."""
    stored = document or {}
    language = stored.get("language")
    theme = stored.get("theme")
    scale = stored.get("text_scale")
    return Preferences(
        language=language if language in LANGUAGES else SOURCE,
        theme=theme if theme in ("system", "light", "dark") else "system",
        text_scale=float(scale) if scale in TEXT_SCALES else 1.0,
    )


def encode(preferences: Preferences) -> dict[str, Any]:
    """As stored: three plain values."""
    return {
        "language": preferences.language,
        "theme": preferences.theme,
        "text_scale": preferences.text_scale,
    }
