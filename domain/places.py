"""Places: WGS-84 degrees as text with six decimals, because sealed records hold no floats."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Annotated

from msgspec import Meta, Struct

Latitude = Annotated[str, Meta(pattern=r"^-?[0-9]{1,2}\.[0-9]{6}$")]
Longitude = Annotated[str, Meta(pattern=r"^-?[0-9]{1,3}\.[0-9]{6}$")]

_EARTH_M = 6_371_008.8


class Place(Struct, frozen=True, kw_only=True):
    """A point with its accuracy radius in metres, and whether the system says the place is mocked."""

    latitude: Latitude
    longitude: Longitude
    accuracy_m: Annotated[int, Meta(ge=0)]
    mocked: bool = False


def degrees(value: float) -> str:
    """``29.5`` → ``"29.500000"`` (about 0.1 m)."""
    return f"{value + 0.0:.6f}"


def distance_m(one: Place, other: Place) -> int:
    """Great-circle distance in whole metres."""
    lat1, lon1, lat2, lon2 = (
        radians(float(d)) for d in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * _EARTH_M * asin(min(1.0, sqrt(half))))
