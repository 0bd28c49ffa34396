"""Secondary instances as columns: csv, xml and geojson files, with an index per column built when first asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from forms.definition.instance import content_of, seed_of
from forms.definition.model import FlatList, Seed
from forms.errors import Fault, Kind
from forms.xml import Element, local, parse

MAX_ROWS = 1_000_000
_BATCH = 1_000
_NONE: Sequence[int] = ()


class Columns:
    """Rows held as one list of strings a column; equality indexes are made on first use and then kept.

    Safe to share between threads: an index is complete before it can be seen.
    """

    __slots__ = ("_columns", "_indexes", "_length", "gaps")

    def __init__(
        self,
        columns: Mapping[str, list[str]],
        length: int | None = None,
        gaps: Mapping[str, Collection[int]] | None = None,
    ) -> None:
        self.gaps = gaps or {}  # rows that have no such element at all, which is not the same as an empty one
        self._columns = dict(columns)
        self._length = length if length is not None else max((len(c) for c in self._columns.values()), default=0)
        # A value that one row has, which most keys are, is kept as that row: a list for each would cost more than all
        # else, and keep the garbage collector busy.
        self._indexes: dict[str, dict[str, list[int] | int]] = {}

    @property
    def columns(self) -> Sequence[str]:
        return tuple(self._columns)

    def __len__(self) -> int:
        return self._length

    def where(self, column: str, value: str) -> Sequence[int]:
        """Row numbers, ascending, in which `column` equals `value`."""
        index = self._indexes.get(column)
        if index is None:
            index = self._index(column)
        found = index.get(value, _NONE)
        return (found,) if isinstance(found, int) else found

    def cell(self, row: int, column: str) -> str:
        """The value; "" where the row or column has none."""
        found = self._columns.get(column)
        return found[row] if found is not None and 0 <= row < self._length else ""

    def column(self, name: str) -> Sequence[str] | None:
        """The whole column, or None where there is none."""
        return self._columns.get(name)

    def _index(self, column: str) -> dict[str, list[int] | int]:
        index: dict[str, list[int] | int] = {}
        for row, value in enumerate(self._columns.get(column, ())):
            found = index.get(value)
            if found is None:
                index[value] = row
            elif isinstance(found, int):
                index[value] = [found, row]
            else:
                found.append(row)
        self._indexes[column] = index
        return index


EMPTY = Columns({}, 0)


def from_elements(records: Iterable[Mapping[str, str]]) -> Columns:
    """Rows from the children of elements; a child that one lacks is remembered as a gap."""
    kept = list(records)
    made = from_records(kept)
    gaps = {
        name: frozenset(at for at, record in enumerate(kept) if name not in record)
        for name in made.columns
        if any(name not in record for record in kept)
    }
    return Columns({name: list(made.column(name) or ()) for name in made.columns}, len(kept), gaps) if gaps else made


def from_records(records: Iterable[Mapping[str, str]], columns: Sequence[str] = ()) -> Columns:
    """Rows from mappings; a key that a record lacks is "". `columns` come first and exist even without rows."""
    table: dict[str, list[str]] = {name: [] for name in columns}
    length = 0
    for record in records:
        for name, value in record.items():
            column = table.get(name)
            if column is None:
                column = table[name] = []
            if len(column) < length:
                column.extend([""] * (length - len(column)))
            column.append(value)
        length += 1
    return _squared(table, length)


def _squared(table: dict[str, list[str]], length: int) -> Columns:
    for column in table.values():
        if len(column) < length:
            column.extend([""] * (length - len(column)))
    return Columns(table, length)


def read_csv(content: bytes) -> Columns:
    """A csv file: UTF-8 with or without byte order mark, comma, semicolon, tab or bar, first line the column names.

    Raises Fault `forms.list_unreadable` where it is no such file.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault("forms.list_unreadable", Kind.DAMAGED, reason=f"UTF-8: {error.reason}") from error
    first, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), skipinitialspace=False)
    rows = (row for row in reader if row and not (len(row) == 1 and not row[0]))
    try:
        header = [name.strip() for name in next(rows, ())]
        columns, length = _transposed(rows, len(header))
    except csv.Error as error:
        raise Fault("forms.list_unreadable", Kind.DAMAGED, reason=str(error)) from error
    return Columns({name: column for name, column in zip(header, columns, strict=True) if name}, length)


def _transposed(rows: Iterator[list[str]], width: int) -> tuple[list[list[str]], int]:
    """Rows as columns, a batch at a time: a list for every row at once would keep the garbage collector busy."""
    columns: list[list[str]] = [[] for _ in range(width)]
    length = 0
    while batch := list(islice(rows, _BATCH)):
        length += len(batch)
        if length > MAX_ROWS:
            raise Fault("forms.list_unreadable", Kind.DAMAGED, reason=f"> {MAX_ROWS}")
        if min(map(len, batch)) < width:
            batch = [row + [""] * (width - len(row)) for row in batch]
        for column, cells in zip(columns, zip(*batch, strict=False), strict=False):
            column.extend(cells)
    return columns, length


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


class Tree(Columns):
    """An xml document of any shape; expressions see `seed`, its children seen as rows serve those who want a table."""

    __slots__ = ("seed",)

    def __init__(self, seed: Seed, columns: Mapping[str, list[str]], length: int) -> None:
        super().__init__(columns, length)
        self.seed = seed


def read_xml(content: bytes) -> Columns:
    """An xml instance: `<root><item><name>..</name>..</item>..</root>` as columns, any other shape as a Tree.

    In a Tree the attributes of a child of the root are columns too.
    """
    root = parse(content)
    found = content_of(root)
    if isinstance(found, FlatList):
        if (found.root, found.item) == ("root", "item"):
            return Columns(found.columns, found.length, {name: frozenset(rows) for name, rows in found.gaps.items()})
        found = seed_of(root, templates=True)
    made = from_records(_record(item) for item in root if isinstance(item.tag, str))
    return Tree(found, {name: list(made.column(name) or ()) for name in made.columns}, len(made))


def _record(item: Element) -> dict[str, str]:
    record = {local(str(name)): str(value) for name, value in item.attrib.items()}
    for child in item:
        if isinstance(child.tag, str):
            record.setdefault(local(child.tag), "".join(str(part) for part in child.itertext()))
    return record


def read_geojson(content: bytes) -> Columns:
    """A geojson feature collection: properties as columns, `geometry` as an ODK geopoint, geotrace or geoshape."""
    try:
        loaded: Any = json.loads(content.decode("utf-8-sig"))
        features = loaded["features"]
        return from_elements(_feature(feature) for feature in features)
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Fault("forms.list_unreadable", Kind.DAMAGED, reason=f"GeoJSON: {error}") from error


def _feature(feature: Any) -> dict[str, str]:
    record = {"geometry": _geometry(feature.get("geometry"))}
    if feature.get("id") is not None:
        record["id"] = _scalar(feature["id"])
    for name, value in (feature.get("properties") or {}).items():
        if value is not None:
            record[name] = _scalar(value)
    return record


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _geometry(geometry: Any) -> str:
    if not geometry:
        return ""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        return _point(coordinates)
    if geometry["type"] == "LineString":
        return "; ".join(_point(c) for c in coordinates)
    if geometry["type"] == "Polygon":
        return "; ".join(_point(c) for c in coordinates[0])
    raise ValueError(f"geometry {geometry['type']}")


def _point(coordinates: Any) -> str:
    longitude, latitude, *rest = coordinates
    altitude = rest[0] if rest else 0
    return f"{latitude} {longitude} {altitude} 0"


def read(name: str, content: bytes) -> Columns:
    """By the file name's ending: .csv, .geojson, else xml."""
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "csv":
        return read_csv(content)
    if ending in ("geojson", "json"):
        return read_geojson(content)
    return read_xml(content)
