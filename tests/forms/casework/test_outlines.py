"""Outlines of areas: what is wrong is told with its place, and what fits is fitted with north upwards."""

import json
import math
from importlib.resources import files
from typing import Any

import pytest

from forms.casework.areas import Areas
from forms.casework.outlines import LIMIT, classes, fitted, read
from forms.errors import Fault

SQUARE = [[105.0, 30.0], [105.2, 30.0], [105.2, 30.1], [105.0, 30.1], [105.0, 30.0]]


def feature(code: object = "A", rings: object = None, **changes: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [SQUARE] if rings is None else rings}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry, **changes}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def ring(*points: object) -> list[object]:
    return [[points[0], *points[1:], points[0]]]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b'{"type":\n x}', "not_json", {"line": 2, "column": 2}),
        (b"\xff\xfe", "not_json", {"line": 1}),
        (b"[" * 100_000, "not_json", {"line": 1}),
        (b'{"features": [NaN]}', "not_json", {"line": 1}),
        (b"[]", "no_features", {}),
        (collection(), "no_features", {}),
        (collection(feature(), 7), "no_code", {"feature": 2}),
        (collection(feature(code=None)), "no_code", {"feature": 1}),
        (collection(feature("Z")), "unknown_area", {"feature": 1, "area": "Z"}),
        (collection(feature(), feature()), "twice", {"feature": 2, "area": "A"}),
        (collection(feature(geometry=None)), "geometry", {"feature": 1}),
        (collection(feature(geometry={"type": "Point", "coordinates": [1, 2]})), "geometry", {"area": "A"}),
        (collection(feature(rings=[SQUARE, SQUARE[:-1]])), "ring", {"ring": 2}),
        (collection(feature(rings=[SQUARE[:2]])), "ring", {"ring": 1}),
        (collection(feature(rings=ring([1, 2], [3, 4], ["x", 5]))), "position", {"ring": 1, "point": 3}),
        (collection(feature(rings=ring([1, 2], [400_000, 4], [3, 5]))), "position", {"point": 2}),
        (collection(feature(rings=ring([1, 2], [True, 4], [3, 5]))), "position", {"point": 2}),
        (b" " * (LIMIT + 1), "too_large", {"most": LIMIT // 1024}),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: bytes, code: str, where: dict[str, object]) -> None:
    with pytest.raises(Fault) as refused:
        read(data, known={"A", "B"}.__contains__)
    assert refused.value.code == f"outlines.{code}"
    assert where.items() <= dict(refused.value.values).items()


def test_several_parts_holes_and_ids() -> None:
    parts = {"type": "MultiPolygon", "coordinates": [[SQUARE, SQUARE], [SQUARE]]}
    found = read(collection(feature(properties=None, id=990, geometry=parts)))
    assert [len(rings) for rings in found.values()] == [3]
    assert list(found) == ["990"]


def test_north_is_up_and_a_degree_east_is_shorter() -> None:
    picture = fitted(read(collection(feature())), ["A", "B"])
    (shape,) = picture.shapes["A"]
    assert picture.height == pytest.approx(0.1 / (0.2 * math.cos(math.radians(30.05))))
    assert shape[0] == pytest.approx((0.0, picture.height))
    assert shape[2] == pytest.approx((1.0, 0.0))
    assert fitted({}, ["A"]).shapes == {}


def test_the_pack_has_an_outline_for_every_village() -> None:
    pack = files("resources") / "pack"
    areas = Areas.read((pack / "areas.csv").read_bytes())
    found = read((pack / "outlines.geojson").read_bytes(), known=areas.__contains__)
    villages = {code for town in ("990621101", "990621102", "990621201") for code in areas.children(town)}
    assert found.keys() == villages


@pytest.mark.parametrize(
    ("values", "bounds"), [((), ()), ((0, 0), ()), ((1, 0), (1,)), ((2, 3), (1, 2, 3)), ((88, 21), (22, 44, 66, 88))]
)
def test_classes_rise_to_the_largest(values: tuple[int, ...], bounds: tuple[int, ...]) -> None:
    assert classes(values) == bounds
