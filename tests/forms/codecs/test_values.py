"""Normal forms of values by type."""

import pytest

from forms.codecs.values import is_valid, normal

CASES = [
    ("int", "12", "12"),
    ("int", "12.9", "12"),
    ("int", "-3.9", "-3"),
    ("int", "abc", ""),
    ("int", "99999999999", ""),
    ("int", "2026-03-04", "20516"),
    ("decimal", "12", "12.0"),
    ("decimal", "12.50", "12.5"),
    ("decimal", "1e3", "1000.0"),
    ("decimal", "x", ""),
    ("date", "2026-03-04", "2026-03-04"),
    ("date", "2026-02-30", ""),
    ("date", "2026-03-04T10:00:00.000+08:00", "2026-03-04"),
    ("date", "yesterday", ""),
    ("time", "10:30:00.000+08:00", "10:30:00.000+08:00"),
    ("time", "25:00", ""),
    ("dateTime", "2026-03-04T10:00:00.000Z", "2026-03-04T10:00:00.000Z"),
    ("dateTime", "2026-13-04T10:00:00.000Z", ""),
    ("geopoint", "26.5 106.7", "26.5 106.7 0 0"),
    ("geopoint", "126.5 106.7 0 0", ""),
    ("geopoint", "north south", ""),
    ("geotrace", "0 1 0 0; 0 2 0 0", "0 1 0 0;0 2 0 0"),
    ("geotrace", "0 1 0 0", ""),
    ("geoshape", "0 1 0 0; 0 2 0 0; 0 1 0 0;", "0 1 0 0;0 2 0 0;0 1 0 0"),
    ("geoshape", "0 1 0 0; 0 2 0 0; 0 3 0 0;", ""),
    ("string", " as written ", " as written "),
    ("barcode", "007", "007"),
]


@pytest.mark.parametrize(("type_", "text", "expected"), CASES)
def test_normal_form(type_: str, text: str, expected: str) -> None:
    assert normal(type_, text) == expected
    assert is_valid(type_, text) is bool(expected)


@pytest.mark.parametrize("type_", ["int", "decimal", "date", "geopoint", "string"])
def test_blank_is_valid_and_stays_blank(type_: str) -> None:
    assert normal(type_, "") == ""
    assert is_valid(type_, "")


@pytest.mark.parametrize(("type_", "text", "expected"), CASES)
def test_normal_forms_stay_as_they_are(type_: str, text: str, expected: str) -> None:
    assert normal(type_, normal(type_, text)) == expected
