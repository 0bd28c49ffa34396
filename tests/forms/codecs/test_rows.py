"""Lists from files: columns, lookups, and what is refused."""

import pytest

from forms.errors import Fault
from forms.rows import from_records, read, read_csv, read_geojson, read_xml


def test_csv_with_mark_quotes_and_short_lines() -> None:
    rows = read_csv('\ufeffname,label\r\na,"Anshun, west"\r\nb\r\n\r\nc,"line\nbreak"\r\n'.encode())
    assert list(rows.columns) == ["name", "label"]
    assert len(rows) == 3
    assert [rows.cell(row, "label") for row in range(3)] == ["Anshun, west", "", "line\nbreak"]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_csv_by_any_delimiter(sign: str) -> None:
    rows = read_csv(f"name{sign}label\na{sign}A\n".encode())
    assert rows.cell(0, "label") == "A"


def test_where_is_ascending_and_exact() -> None:
    rows = from_records([{"k": "a"}, {"k": "b"}, {"k": "a"}, {"k": "A"}])
    assert list(rows.where("k", "a")) == [0, 2]
    assert list(rows.where("k", "z")) == []
    assert list(rows.where("none", "a")) == []


def test_records_may_lack_columns() -> None:
    rows = from_records([{"a": "1"}, {"b": "2"}, {"a": "3", "b": "4"}], columns=("name",))
    assert [rows.cell(r, "a") for r in range(3)] == ["1", "", "3"]
    assert [rows.cell(r, "b") for r in range(3)] == ["", "2", "4"]
    assert rows.cell(0, "name") == ""
    assert rows.cell(9, "a") == ""


def test_xml_items_with_attributes() -> None:
    rows = read_xml(b"<root><item id='1'><name>a</name></item><item><name>b</name></item></root>")
    assert rows.cell(0, "id") == "1"
    assert list(rows.where("name", "b")) == [1]


def test_geojson_points_and_properties() -> None:
    rows = read_geojson(
        b'{"type":"FeatureCollection","features":[{"type":"Feature","id":"f1",'
        b'"geometry":{"type":"Point","coordinates":[106.5,26.5]},"properties":{"name":"well","deep":3,"dry":false}}]}'
    )
    assert rows.cell(0, "geometry") == "26.5 106.5 0 0"
    assert [rows.cell(0, c) for c in ("id", "name", "deep", "dry")] == ["f1", "well", "3", "false"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b"\xff\xfe\x00"), ("a.geojson", b"{"), ("a.geojson", b"{}"), ("a.xml", b"<root>"), ("a.xml", b"")],
)
def test_what_is_no_list_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Fault):
        read(name, content)
