"""One sheet of a department's workbook: its cells as people see them, its merged areas and drop-downs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string

from forms.xml import Element, local, printable

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_EPOCH = date(1899, 12, 30)
_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
"""Built-in number formats that show a day, the Chinese ones among them."""
TEXT_FORMAT = 49
_MOST_MERGED = 100_000
"""Cells of a merged area that are looked at: one over whole columns is none of a register."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def read(cls, reference: str) -> Area | None:
        """From `B5:D29` or `B5`; None for anything else, such as whole columns."""
        found = [_PLACE.fullmatch(each) for each in reference.split(":")]
        if not 1 <= len(found) <= 2 or any(each is None for each in found):
            return None
        places = [(int(each[2]), column_index_from_string(each[1])) for each in found if each]
        (top, left), (bottom, right) = places[0], places[-1]
        return cls(top, left, bottom, right)

    def __contains__(self, cell: tuple[int, int]) -> bool:
        return self.top <= cell[0] <= self.bottom and self.left <= cell[1] <= self.right


class Styles:
    """What the number formats of the cells' styles mean."""

    def __init__(self, tree: Element | None) -> None:
        self._formats: list[int] = []
        self._codes: dict[int, str] = {}
        for each in tree if tree is not None else ():
            if local(each.tag) == "numFmts":
                self._codes = {int(one.get("numFmtId") or 0): one.get("formatCode") or "" for one in each}
            elif local(each.tag) == "cellXfs":
                self._formats = [int(one.get("numFmtId") or 0) for one in each]

    def _format(self, style: int) -> int:
        return self._formats[style] if 0 <= style < len(self._formats) else 0

    def is_text(self, style: int) -> bool:
        number = self._format(style)
        return number == TEXT_FORMAT or self._codes.get(number) == "@"

    def is_date(self, style: int) -> bool:
        number = self._format(style)
        if number in _DATE_FORMATS:
            return True
        code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", self._codes.get(number, "")).lower()
        return "y" in code or ("d" in code and "m" in code)


class Sheet:
    """Cells by row and column from 1. Reading never changes the XML; `put` changes one cell and keeps its style."""

    def __init__(self, name: str, root: Element, strings: tuple[str, ...], styles: Styles) -> None:
        self.name, self.root, self.styles = name, root, styles
        self.namespace = str(etree.QName(root).namespace or "")
        self._strings = strings
        self.data = next(each for each in root if local(each.tag) == "sheetData")
        self._index()

    def _index(self) -> None:
        self.rows: dict[int, Element] = {}
        self.cells: dict[tuple[int, int], Element] = {}
        row_number = 0
        for row in self.data:
            row_number = int(row.get("r") or row_number + 1)
            self.rows[row_number] = row
            column = 0
            for cell in row:
                if local(cell.tag) != "c":
                    continue
                place = _PLACE.fullmatch(cell.get("r") or "")
                column = column_index_from_string(place[1]) if place else column + 1
                self.cells[row_number, column] = cell
        self.merged = tuple(self._areas("mergeCell", "ref"))
        self._merged_at = {
            (row, column): area
            for area in self.merged
            if (area.bottom - area.top + 1) * (area.right - area.left + 1) <= _MOST_MERGED
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        }
        written = (column for (row, column) in self.cells if self.value(row, column))
        self.last_column = max((*written, *(area.right for area in self.merged)), default=0)
        """The last column in which anything is written or merged."""

    def reindex(self) -> None:
        """Read the rows anew, after they were moved."""
        self._index()

    def _areas(self, tag: str, attribute: str) -> Iterator[Area]:
        for each in self.root.iter(f"{{{self.namespace}}}{tag}"):
            area = Area.read(each.get(attribute) or "")
            if area is not None:
                yield area

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    def value(self, row: int, column: int) -> str:
        """What the cell holds: a text, a number as it is stored, "" where blank or a formula without a result."""
        cell = self.cells.get((row, column))
        if cell is None:
            return ""
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return "".join(each.text or "" for each in cell.iter() if local(each.tag) == "t")
        stored = next((each.text or "" for each in cell if local(each.tag) == "v"), "")
        if kind == "s":
            at = int(stored) if stored.isdigit() else -1
            return self._strings[at] if 0 <= at < len(self._strings) else ""
        return stored

    def shown(self, row: int, column: int) -> str:
        """The value, a day as ISO 8601 where the cell's style shows one."""
        value = self.value(row, column)
        if not value or not self.styles.is_date(self.style(row, column)):
            return value
        try:
            return date.fromordinal(_EPOCH.toordinal() + int(float(value))).isoformat()
        except (ValueError, OverflowError):
            return value

    def is_number(self, row: int, column: int) -> bool:
        """Whether the cell is kept as a number and not as text."""
        cell = self.cells.get((row, column))
        return cell is not None and (cell.get("t") or "n") == "n" and len(cell) > 0

    def is_formula(self, row: int, column: int) -> bool:
        cell = self.cells.get((row, column))
        return cell is not None and any(local(each.tag) == "f" for each in cell)

    def is_hidden(self, row: int) -> bool:
        return row in self.rows and self.rows[row].get("hidden") in ("1", "true")

    def style(self, row: int, column: int) -> int:
        cell = self.cells.get((row, column))
        return int(cell.get("s") or 0) if cell is not None else 0

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that a merged area shows, the cell itself where nothing is merged."""
        area = self.area(row, column)
        return (area.top, area.left) if area else (row, column)

    def area(self, row: int, column: int) -> Area | None:
        return self._merged_at.get((row, column))

    def put(self, row: int, column: int, value: str | float) -> None:
        """Set a cell that holds no formula; texts stay texts whatever they look like."""
        cell = self.cells.get((row, column))
        if cell is None:
            cell = self._new_cell(row, column)
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, self._tag("is")), self._tag("t"))
            text.text = printable(value)
            if value != value.strip():
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        cell.attrib.pop("t", "")
        etree.SubElement(cell, self._tag("v")).text = f"{value:.15g}"

    def put_day(self, row: int, column: int, day: date) -> None:
        self.put(row, column, float(day.toordinal() - _EPOCH.toordinal()))

    def forget_results(self) -> None:
        """Stored results of formulas go; what is not computed anew would be stale."""
        for cell in self.cells.values():
            if any(local(each.tag) == "f" for each in cell):
                for each in [one for one in cell if local(one.tag) == "v"]:
                    cell.remove(each)
                cell.attrib.pop("t", "")

    def _tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"

    def _new_cell(self, row: int, column: int) -> Element:
        line = self.rows.get(row)
        if line is None:
            line = etree.Element(self._tag("row"), r=str(row))
            before = sum(1 for number in self.rows if number < row)
            self.data.insert(before, line)
            self.rows[row] = line
        cell = etree.Element(self._tag("c"), r=f"{get_column_letter(column)}{row}")
        before = sum(1 for (number, at) in self.cells if number == row and at < column)
        line.insert(before, cell)
        self.cells[row, column] = cell
        return cell
