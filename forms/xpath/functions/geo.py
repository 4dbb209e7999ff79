"""Geographic functions (https://getodk.github.io/xforms-spec/#fn:Geographic-Functions), altitude ignored."""

from __future__ import annotations

import math
from itertools import pairwise

from forms.xpath.context import Env
from forms.xpath.functions.kinds import Eager
from forms.xpath.values import NAN, Value, texts

_RADIUS = 6_378_100.0
"""Metres, at the Equator; the figure the ODK clients use."""

Point = tuple[float, float]


def read_points(value: Value) -> list[Point] | None:
    """Points in radians of a geopoint, trace, shape or of nodes of geopoints; None when one is unreadable."""
    found: list[Point] = []
    for text in texts(value):
        for part in text.split(";"):
            if part.strip():
                point = read_point(part)
                if point is None:
                    return None
                found.append(point)
    return found


def read_point(text: str) -> Point | None:
    """``latitude longitude altitude accuracy`` in degrees and metres; the last two are optional."""
    parts = text.split()
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if not 2 <= len(numbers) <= 4 or not all(math.isfinite(number) for number in numbers):
        return None
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return None
    return math.radians(numbers[0]), math.radians(numbers[1])


def between(one: Point, other: Point) -> float:
    """Metres over the great circle (haversine: exact also for neighbours)."""
    half_lat, half_lon = (other[0] - one[0]) / 2, (other[1] - one[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(one[0]) * math.cos(other[0]) * math.sin(half_lon) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def distance(env: Env, *values: Value) -> Value:
    points: list[Point] = []
    for value in values:
        found = read_points(value)
        if found is None:
            return NAN
        points.extend(found)
    if len(points) < 2:
        return NAN if not points else 0.0
    return sum(between(one, other) for one, other in pairwise(points))


def area(env: Env, value: Value) -> Value:
    """Square metres inside the points, in their order."""
    points = read_points(value)
    if points is None:
        return NAN
    if len(points) < 3:
        return 0.0
    total = 0.0
    for one, other in zip(points, [*points[1:], points[0]], strict=True):
        total += (other[1] - one[1]) * (2 + math.sin(one[0]) + math.sin(other[0]))
    return abs(total) * _RADIUS * _RADIUS / 2


GEO: dict[str, Eager] = {"distance": distance, "area": area}
