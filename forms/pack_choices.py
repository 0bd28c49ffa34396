"""Forms of the pack whose choices are a township's lists: the same workbook with other matters and departments."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence, Set
from typing import Any

from forms.casework.lists import DEPARTMENTS, MATTERS

ZH, EN = "label::中文 (zh)", "label::English (en)"
Row = Mapping[str, str]

FORMS = ("request", "request_update", "hazard", "opinion")
"""Those that hold choices out of a list."""

_WHOLE = {"matter": MATTERS, "dept": DEPARTMENTS}
"""Choices that are the list itself."""
_MATTER = {"dept": "dept", "days": "days", "urg": "urgency", "sens": "sensitive", "emerg": "emergency"}
_COLUMNS = {"category": "category", "place": "place", "public": "public", **_MATTER}
"""Column of the choices -> column of matters.csv."""


def needed(workbooks: Sequence[bytes]) -> frozenset[str]:
    """Matters that other choices name, a kind of hazard for example: a township's list must keep them."""
    return frozenset(row["matter"] for book in workbooks for row in _rows(_sheet(_open(book))) if row.get("matter"))


def with_lists(workbook: bytes, lists: Mapping[str, bytes], *, version: str) -> bytes:
    """The XLSForm with its choices of matters and departments out of `lists` (by file name), as `version`."""
    book = _open(workbook)
    sheet = _sheet(book)
    tables = {name: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))) for name, data in lists.items()}
    rows = _rows(sheet)
    for list_name, file in _WHOLE.items():
        if file in tables and any(row["list_name"] == list_name for row in rows):
            rows = _replaced(rows, list_name, [_choice(list_name, each) for each in tables[file]])
    matters = {each["name"]: each for each in tables.get(MATTERS, ())}
    keys = {each["name"] for each in tables.get(DEPARTMENTS, ()) if each.get("seal")}
    _write(sheet, [_sealing(_following(row, matters), keys) for row in rows])
    settings = book["settings"]
    head = [cell.value for cell in settings[1]]
    settings.cell(2, head.index("version") + 1, version)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _open(workbook: bytes) -> Any:
    from openpyxl import load_workbook  # slow to import, and only wanted where lists are replaced

    return load_workbook(io.BytesIO(workbook))


def _sheet(book: Any) -> Any:
    return book["choices"]


def _rows(sheet: Any) -> list[Row]:
    head = [str(cell.value) for cell in sheet[1]]
    found = (dict(zip(head, values, strict=True)) for values in sheet.iter_rows(min_row=2, values_only=True))
    return [{key: str(value) for key, value in row.items() if value is not None} for row in found if row["list_name"]]


def _replaced(rows: Sequence[Row], list_name: str, own: Sequence[Row]) -> list[Row]:
    """`own` where the first of the list stood."""
    at = next(place for place, row in enumerate(rows) if row["list_name"] == list_name)
    after = [row for row in rows[at:] if row["list_name"] != list_name]
    return [*rows[:at], *own, *after]


def _choice(list_name: str, row: Row) -> Row:
    found = {"list_name": list_name, "name": row["name"], ZH: row["label"], EN: row.get("label_en") or row["label"]}
    if list_name == "matter":
        found |= {column: row[source] for column, source in _COLUMNS.items()}
    return found


def _following(row: Row, matters: Mapping[str, Row]) -> Row:
    """A choice that names a matter takes department and days from it."""
    matter = matters.get(row.get("matter", ""))
    if matter is None:
        return row
    return {**row, **{column: matter[source] for column, source in _MATTER.items() if column in row}}


def _sealing(row: Row, keys: Set[str]) -> Row:
    """A sensitive matter is sealed for its department once that has a key; until then nobody is turned away."""
    if row["list_name"] != "matter" or row.get("sens") != "1" or row.get("dept") not in keys:
        return row
    return {**row, "seal": row["dept"]}


def _write(sheet: Any, rows: Sequence[Row]) -> None:
    head = [str(cell.value) for cell in sheet[1]]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append([row.get(column) for column in head])
