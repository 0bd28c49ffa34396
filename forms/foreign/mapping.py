"""Which known fact goes into which column of a department's workbook: decided once by a person, kept as a file.

The file is JSON, so that it can be mended in any editor:
`{"sheet": "台账", "lines": "residents", "where": {"tags": ["left_child"]}, "columns": [{"heading": "儿童姓名",
"fact": "full_name", "key": true}, {"heading": "就学情况/年级", "ask": "学校"}]}`. A column is known by its
headings from the top down, so that the file still fits when the department moves a column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.errors import Fault, Kind

_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One column. `fact` is a key of what is known, "" where nothing is; then `ask` says whom to ask.

    `has`: the cell says whether this choice is among several chosen. `words` turn stored values into the workbook's
    words. `key`: lines that are there already are known again by it. `optional`: blank is no gap.
    """

    heading: str
    fact: str = ""
    has: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    key: bool = False
    optional: bool = False
    ask: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookMap:
    """`lines` names what one line is (residents, households, villages, or a form); `where` keeps those lines of which
    a fact has one of the values."""

    sheet: str
    lines: str
    columns: tuple[ColumnMap, ...]
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_map(content: bytes, *, name: str = "") -> WorkbookMap:
    """A map from its file. Raises Fault `export.map_*`, naming the place."""
    if len(content) > _MAX_BYTES:
        raise Fault("foreign.map_large", Kind.DAMAGED, name=name)
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        raise Fault("foreign.map_json", Kind.DAMAGED, name=name, line=line, column=column) from error
    reader = _Reader(name)
    top = reader.mapping(data, "")
    columns = reader.sequence(top.get("columns", []), "columns")
    where = reader.mapping(top.get("where", {}), "where")
    return WorkbookMap(
        sheet=reader.text(top, "sheet", ""),
        lines=reader.text(top, "lines", "", required=True),
        columns=tuple(_column(reader, each, f"columns[{at}]") for at, each in enumerate(columns, 1)),
        where={
            key: tuple(str(one) for one in reader.sequence(values, f"where.{key}")) for key, values in where.items()
        },
    )


def write_map(mapping: WorkbookMap) -> bytes:
    """The map as its file."""
    columns = [
        {key: value for key, value in _plain(each).items() if value or key == "heading"} for each in mapping.columns
    ]
    where = {key: list(values) for key, values in mapping.where.items()}
    data = {"sheet": mapping.sheet, "lines": mapping.lines, "where": where, "columns": columns}
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _plain(column: ColumnMap) -> dict[str, Any]:
    return {
        "heading": column.heading,
        "fact": column.fact,
        "has": column.has,
        "words": dict(column.words),
        "key": column.key,
        "optional": column.optional,
        "ask": column.ask,
    }


def _column(reader: _Reader, data: object, place: str) -> ColumnMap:
    each = reader.mapping(data, place)
    unknown = set(each) - set(_plain(ColumnMap("")))
    if unknown:
        raise Fault("foreign.map_place", Kind.DAMAGED, name=reader.name, place=f"{place}.{sorted(unknown)[0]}")
    words = reader.mapping(each.get("words", {}), f"{place}.words")
    return ColumnMap(
        heading=reader.text(each, "heading", place, required=True),
        fact=reader.text(each, "fact", place),
        has=reader.text(each, "has", place),
        words={key: str(value) for key, value in words.items()},
        key=each.get("key") is True,
        optional=each.get("optional") is True,
        ask=reader.text(each, "ask", place),
    )


class _Reader:
    """Takes values of the wanted kind out of JSON, and names the place where one is of another."""

    def __init__(self, name: str) -> None:
        self.name = name

    def mapping(self, data: object, place: str) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self._wrong(place)
        return data

    def sequence(self, data: object, place: str) -> list[Any]:
        if not isinstance(data, list):
            raise self._wrong(place)
        return data

    def text(self, data: Mapping[str, object], key: str, place: str, *, required: bool = False) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise self._wrong(f"{place}.{key}".strip("."))
        return value.strip()

    def _wrong(self, place: str) -> Fault:
        return Fault("foreign.map_place", Kind.DAMAGED, name=self.name, place=place or "{}")
