"""A geopoint as numbers and as typed degrees. Plain Python.

Lexical form: ``latitude longitude altitude accuracy`` (https://getodk.github.io/xforms-spec/#data-types),
degrees of WGS-84 and metres.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.views.form.controls.typed_state import lexical


def answer_of(latitude: float, longitude: float, accuracy_m: float) -> str:
    """Seven decimals are a centimetre. The height is not known: 0, as ODK's clients write it."""
    return f"{latitude:.7f} {longitude:.7f} 0 {max(0.0, accuracy_m):.1f}"


def read(answer: str) -> tuple[str, str, float | None] | None:
    """(latitude, longitude, accuracy in metres if it is known; 0 is not) for the screen."""
    words = answer.split()
    try:
        accuracy = float(words[3]) if len(words) > 3 else None
        return f"{float(words[0]):.6f}", f"{float(words[1]):.6f}", accuracy or None
    except (IndexError, ValueError):
        return None


@dataclass
class Typed:
    """Two fields; both together are an answer."""

    latitude: str = ""
    longitude: str = ""

    @classmethod
    def of(cls, answer: str) -> Typed:
        point = read(answer)
        return cls(point[0], point[1]) if point else cls()

    @property
    def answer(self) -> str:
        """``39.0012 83.0031 0 0``; "" while it is no place on Earth."""
        north, east = lexical("decimal", self.latitude), lexical("decimal", self.longitude)
        if not north or not east or abs(float(north)) > 90 or abs(float(east)) > 180:
            return ""
        return f"{north} {east} 0 0"
