"""A register as it arrives: its rows below the headings, without the titles, subtotals and headings in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.foreign.layout import Layout, is_total_or_note, plain, read_layout
from forms.foreign.sheet import Sheet

MAX_ROWS = 200_000


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
    for number in range(layout.first, min(sheet.last_row, layout.first + MAX_ROWS) + 1):
        cells = {}
        for heading in layout.headings:
            value = sheet.shown(number, heading.column)
            if value.strip():
                cells[heading.text] = Written(value, sheet.is_number(number, heading.column))
        if cells and not _is_aside(cells, names, len(layout.headings)):
            yield Row(number, cells)


def _is_aside(cells: Mapping[str, Written], names: set[str], columns: int) -> bool:
    """A total, a remark, the headings once more, or a running number alone."""
    texts = [plain(each.text) for each in cells.values()]
    if any(is_total_or_note(each.text) for each in list(cells.values())[:2]) and len(texts) * 2 < columns:
        return True
    if sum(text in names for text in texts) * 2 > len(texts):
        return True
    return len(texts) == 1 and re.fullmatch(r"\d+", texts[0]) is not None
