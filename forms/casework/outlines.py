"""Outlines of areas as a township gives them: GeoJSON, checked with the place of every error, fitted to a picture.

Source: RFC 7946. A feature names its area in the property `code`, or in its `id`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.errors import Fault, Kind

NAME = "outlines.geojson"
LIMIT = 1024 * 1024
LEAST = 4  # positions of a ring, the last one being the first

Position = tuple[float, float]
Ring = tuple[Position, ...]
Outlines = Mapping[str, tuple[Ring, ...]]
"""Area's code -> its rings of longitude and latitude; what lies in an even number of them is outside."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in a box 1 wide and `height` high, y downwards; empty where none of the areas has an outline."""

    height: float
    shapes: Outlines


def read(data: bytes, *, known: Callable[[str], bool] = lambda _: True) -> Outlines:
    """Faults outlines.too_large, .not_json, .no_features, and for a feature .no_code, .unknown_area, .twice,
    .geometry, .ring, .position."""
    if len(data) > LIMIT:
        raise Fault("outlines.too_large", Kind.USAGE, most=LIMIT // 1024)
    found: dict[str, tuple[Ring, ...]] = {}
    for number, feature in enumerate(_features(data), 1):
        code = _code(feature)
        if not code:
            raise Fault("outlines.no_code", Kind.USAGE, feature=number)
        if not known(code):
            raise Fault("outlines.unknown_area", Kind.USAGE, feature=number, area=code)
        if code in found:
            raise Fault("outlines.twice", Kind.USAGE, feature=number, area=code)
        rings = _rings(feature.get("geometry"))
        if not rings:
            raise Fault("outlines.geometry", Kind.USAGE, feature=number, area=code)
        found[code] = tuple(_ring(ring, number, code, at) for at, ring in enumerate(rings, 1))
    return found


def fitted(outlines: Outlines, codes: Collection[str]) -> Picture:
    """The areas of `codes` in one picture, north upwards; a degree of longitude is as long as it is half way."""
    wanted = {code: outlines[code] for code in codes if code in outlines}
    if not wanted:
        return Picture(1.0, {})
    points = [point for rings in wanted.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = max(0.01, math.cos(math.radians((south + north) / 2)))
    wide, high = (east - west) * narrow or 1e-9, north - south
    return Picture(
        high / wide,
        {
            code: tuple(tuple(((x - west) * narrow / wide, (north - y) / wide) for x, y in ring) for ring in rings)
            for code, rings in wanted.items()
        },
    )


def _features(data: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        whole = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise Fault("outlines.not_json", Kind.USAGE, line=problem.lineno, column=problem.colno) from None
    except (ValueError, RecursionError):
        raise Fault("outlines.not_json", Kind.USAGE, line=1, column=1) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or not features:
        raise Fault("outlines.no_features", Kind.USAGE)
    for feature in features:
        yield feature if isinstance(feature, dict) else {}


def _no_number(name: str) -> float:
    raise ValueError(name)


def _code(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties")
    code = properties.get("code") if isinstance(properties, dict) else None
    code = feature.get("id") if code is None else code
    return str(code).strip() if isinstance(code, (str, int)) and not isinstance(code, bool) else ""


def _rings(geometry: object) -> list[Any]:
    """Of a polygon or of several; empty where it is neither."""
    match geometry:
        case {"type": "Polygon", "coordinates": [*rings]}:
            return rings
        case {"type": "MultiPolygon", "coordinates": [*polygons]} if all(isinstance(each, list) for each in polygons):
            return [ring for polygon in polygons for ring in polygon]
    return []


def _ring(ring: object, feature: int, code: str, number: int) -> Ring:
    where = {"feature": feature, "area": code, "ring": number}
    if not isinstance(ring, list) or len(ring) < LEAST or ring[0] != ring[-1]:
        raise Fault("outlines.ring", Kind.USAGE, **where)
    return tuple(_position(point, {**where, "point": at}) for at, point in enumerate(ring, 1))


def _position(point: object, where: Mapping[str, Any]) -> Position:
    match point:
        case [int() | float() as x, int() | float() as y, *_] if _number(x, 180) and _number(y, 90):
            return float(x), float(y)
    raise Fault("outlines.position", Kind.USAGE, **where)


def _number(value: float, most: int) -> bool:
    return not isinstance(value, bool) and -most <= value <= most


def classes(values: Sequence[int], *, most: int = 4) -> tuple[int, ...]:
    """Upper bounds of up to `most` classes of counts above 0, equally wide, rising; the last is the largest count."""
    top = max(values, default=0)
    if top <= 0:
        return ()
    bounds = [math.ceil(top * (at + 1) / most) for at in range(most)]
    return tuple(dict.fromkeys(bounds))
