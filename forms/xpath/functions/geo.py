"""Geography: area, distance, geofence, on a sphere as ODK counts (radius 6,378,100 m)."""

from __future__ import annotations

import math
from itertools import pairwise

from forms.xpath.functions.library import plain
from forms.xpath.values import NAN

_RADIUS = 6_378_100.0
Point = tuple[float, float]  # latitude, longitude in degrees


def point_of(text: str) -> Point | None:
    """Latitude and longitude of a geopoint; None for anything else."""
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def points_of(texts: list[str]) -> list[Point] | None:
    """The points of a trace, of a shape, or of several geopoints; None where one is none."""
    pieces = [piece for text in texts for piece in text.split(";") if piece.strip()]
    points = [point_of(piece) for piece in pieces]
    if any(point is None for point in points):
        return None
    return [point for point in points if point is not None]


def _area(texts: list[str]) -> float:
    points = points_of(texts)
    if not points or len(points) < 3:
        return 0.0
    if points[0] != points[-1]:
        points = [*points, points[0]]
    total = 0.0
    for (lat0, lon0), (lat1, lon1) in pairwise(points):
        total += math.radians(lon1 - lon0) * (2 + math.sin(math.radians(lat0)) + math.sin(math.radians(lat1)))
    return abs(total * _RADIUS * _RADIUS / 2)


def _apart(one: Point, other: Point) -> float:
    turn = math.radians(one[1] - other[1])
    north, south = math.radians(one[0]), math.radians(other[0])
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * _RADIUS


def _distance(*sets: list[str]) -> float:
    points = points_of([text for texts in sets for text in texts])
    if points is None or len(points) < 2:
        return NAN if points is None else 0.0
    return sum(_apart(a, b) for a, b in pairwise(points))


def _geofence(point: str, shape: str) -> bool:
    inside, corners = point_of(point), points_of([shape])
    if inside is None or not corners or len(corners) < 2 or corners[0] != corners[-1]:
        return False
    result = False
    y, x = inside
    for (y1, x1), (y2, x2) in pairwise(corners):
        if (y2 > y) != (y1 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2:
            result = not result
    return result


FUNCTIONS = (
    plain("area", "number", "S", _area),
    plain("enclosed-area", "number", "S", _area),
    plain("distance", "number", "S*", _distance, least=1),
    plain("geofence", "boolean", "ss", _geofence),
)
