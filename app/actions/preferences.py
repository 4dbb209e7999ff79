"""Language, text size, light or dark, and what may be sent when: what a person set on this phone. Stays on
this phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.lang import LANGUAGES, SOURCE
from sync.plan import Policy

ThemeChoice = Literal["system", "light", "dark"]
TEXT_SCALES = (1.0, 1.15, 1.3, 1.5)
"""On top of what the phone's own setting does."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """``text_scale`` is one of TEXT_SCALES, ``language`` one of app.lang.LANGUAGES.

    ``wifi_photos``: originals only where data costs nothing; ``saver``: spare battery and data (S25)."""

    language: str = SOURCE
    theme: ThemeChoice = "system"
    text_scale: float = 1.0
    wifi_photos: bool = False
    saver: bool = False


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
        wifi_photos=stored.get("wifi_photos") is True,
        saver=stored.get("saver") is True,
    )


def encode(preferences: Preferences) -> dict[str, Any]:
    """As stored: plain values."""
    return {
        "language": preferences.language,
        "theme": preferences.theme,
        "text_scale": preferences.text_scale,
        "wifi_photos": preferences.wifi_photos,
        "saver": preferences.saver,
    }


def policy_of(preferences: Preferences) -> Policy:
    """What the road makes of it."""
    return Policy(photos_on_wifi_only=preferences.wifi_photos, saver=preferences.saver)
