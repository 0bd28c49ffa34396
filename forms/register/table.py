"""A register as it arrives: its rows below the headings, without the titles, subtotals and headings in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.foreign.layout import Layout, is_total_or_note, plain, read_layout
from forms.foreign.sheet import Sheet

MAX_ROWS = 200_000
_LEAST_HEADINGS = 3
_LONGEST_NAME = 8


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell holds: its text, a day as ISO 8601; `number`: the spreadsheet keeps it as a number."""

    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of people's data by heading (`村组/村`); `number` as the spreadsheet shows it."""

    number: int
    cells: Mapping[str, Written]

    def text(self, heading: str) -> str:
        """The cell's text without blanks around it; "" where there is none."""
        found = self.cells.get(heading)
        return found.text.strip() if found else ""


def read_rows(sheet: Sheet) -> tuple[Layout, tuple[Row, ...]]:
    """The layout and the rows of data. Raises Fault where no headings can be found."""
    layout = read_layout(sheet)
    return layout, tuple(_rows(sheet, layout))


def _rows(sheet: Sheet, layout: Layout) -> Iterator[Row]:
    names = {plain(part) for heading in layout.headings for part in heading.path}
    columns = {heading.text: heading.column for heading in reversed(layout.headings)}
    beside = [heading for heading in layout.headings if columns[heading.text] != heading.column]
    for number in range(layout.first, min(sheet.last_row, layout.first + MAX_ROWS) + 1):
        again = _headings_again(sheet, number, columns)
        if again:
            columns, beside = again, []
        for places in (columns, {heading.text: heading.column for heading in beside}):
            cells = _cells(sheet, number, places)
            if cells and not _is_aside(cells, names, len(layout.headings)):
                yield Row(number, cells)


def _cells(sheet: Sheet, number: int, columns: Mapping[str, int]) -> dict[str, Written]:
    """By heading; what is merged downwards counts for each of its rows."""
    cells = {}
    for heading, column in columns.items():
        top, left = sheet.anchor(number, column)
        row = top if left == column else number
        value = sheet.shown(row, column)
        if value.strip():
            cells[heading] = Written(value, sheet.is_number(row, column))
    return cells


def _headings_again(sheet: Sheet, number: int, columns: Mapping[str, int]) -> dict[str, int]:
    """The columns of a second table below the first, whose headings stand in another order; else nothing."""
    leaves = {plain(heading.rpartition("/")[2]): heading for heading in columns}
    texts = (
        {plain(sheet.value(number, at)): at for at in range(1, sheet.last_column + 1)} if number in sheet.rows else {}
    )
    texts.pop("", None)
    found = {leaves[text]: at for text, at in texts.items() if text in leaves}
    if len(found) < _LEAST_HEADINGS or len(found) * 2 <= len(texts):
        return {}
    return {} if all(columns[heading] == at for heading, at in found.items()) else found


def _is_aside(cells: Mapping[str, Written], names: set[str], columns: int) -> bool:
    """A total, a remark, a note across the sheet, the headings once more, or a running number alone."""
    texts = [plain(each.text) for each in cells.values()]
    if any(is_total_or_note(each.text) for each in list(cells.values())[:2]) and len(texts) * 2 <= columns:
        return True
    if sum(text in names for text in texts) * 2 > len(texts):
        return True
    if len(texts) > 1 or columns <= _LEAST_HEADINGS:
        return False
    return bool(
        re.fullmatch(r"\d+", texts[0])
        or len(texts[0]) > _LONGEST_NAME
        or re.search("[:：。；;，,、《]", next(iter(cells.values())).text)
    )
