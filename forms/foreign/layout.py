"""Where a department's sheet has its headings, its lines and its totals, found as a person finds them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from forms.errors import Fault, Kind
from forms.foreign.sheet import Area, Sheet

_MOST_TITLE_ROWS = 30
_TOTALS = re.compile(r"^(合计|总计|小计|累计|共计|总数|total|sum|subtotal|grandtotal)")
_ENDS = re.compile(r"^(说明|备注:|注[:1-9]|填表|填报|制表|审核|负责人|单位负责人|note|remarks?:|prepared|filledin)")
_RUNNING_NUMBER = frozenset({"序号", "编号", "no.", "no", "number", "#"})
_NUMBERING = re.compile(r"[(（]?\d{1,3}[)）]?|[甲乙丙丁戊己庚辛]|栏次|[a-z]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its letter, and its headings from the top down (`父亲`, `姓名`)."""

    column: int
    path: tuple[str, ...]

    @property
    def letter(self) -> str:
        return get_column_letter(self.column)

    @property
    def text(self) -> str:
        """The headings as one text, by which a column is known again: `父亲/姓名`."""
        return "/".join(self.path)

    @property
    def is_running_number(self) -> bool:
        """Whether the column only counts the lines."""
        return plain(self.text) in _RUNNING_NUMBER


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings in rows `header[0]` to `header[1]`, lines in rows `first` to `last`; `bounded`: something stands below.

    `computed` are columns with a formula in the first line.
    """

    title: str
    header: tuple[int, int]
    first: int
    last: int
    bounded: bool
    headings: tuple[Heading, ...]
    computed: frozenset[int]

    def column(self, heading: str) -> int | None:
        """The column of a heading, spaces and width of signs aside; of several alike the first; None for none."""
        wanted = plain(heading)
        return next((each.column for each in self.headings if plain(each.text) == wanted), None)


def plain(text: str) -> str:
    """A heading without what people vary: full-width signs, blanks, line breaks, stars of what is required."""
    return re.sub(r"[\s*＊:：]+", "", unicodedata.normalize("NFKC", text)).lower()


def read_layout(sheet: Sheet) -> Layout:
    """The layout of `sheet`. Raises Fault where no row of headings can be found."""
    top = _header_top(sheet)
    if top is None:
        raise Fault("foreign.layout", Kind.DAMAGED, sheet=sheet.name)
    bottom = _header_bottom(sheet, top)
    columns = range(1, sheet.last_column + 1)
    headings = tuple(Heading(column, path) for column in columns if (path := _path(sheet, column, top, bottom)))
    first = bottom + 1
    while _is_numbering(sheet, first):
        first += 1
    last, bounded = _last_line(sheet, first, headings)
    computed = frozenset(each.column for each in headings if sheet.is_formula(first, each.column))
    title = next((text for row in range(1, top) for _, text in _texts(sheet, row)), "")
    return Layout(title, (top, bottom), first, last, bounded, headings, computed)


def is_total_or_note(text: str) -> bool:
    """Whether a text begins a row of totals, or the notes and signatures below the lines."""
    word = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return bool(_TOTALS.match(word) or _ENDS.match(word))


def _texts(sheet: Sheet, row: int) -> list[tuple[int, str]]:
    """Columns of a row that hold something which begins there, and what."""
    found = []
    for column in range(1, sheet.last_column + 1):
        value = sheet.value(row, column).strip()
        if value and sheet.anchor(row, column) == (row, column):
            found.append((column, value))
    return found


def _header_top(sheet: Sheet) -> int | None:
    """The first row in which at least three short texts stand side by side over a good part of the sheet."""
    for row in range(1, min(sheet.last_row, _MOST_TITLE_ROWS) + 1):
        texts = _texts(sheet, row)
        words = [(column, text) for column, text in texts if not _is_number(text) and len(text) <= 60]
        if any(sheet.is_formula(row, column) for column, _ in texts) or len(words) < 3:
            continue
        covered = sum(_width(sheet, row, column) for column, _ in words)
        if covered * 2 >= sheet.last_column:
            return row
    return None


def _width(sheet: Sheet, row: int, column: int) -> int:
    area = sheet.area(row, column)
    return area.right - area.left + 1 if area else 1


def _header_bottom(sheet: Sheet, top: int) -> int:
    """The last row that headings merged over several rows, or groups over several columns, reach."""
    bottom = top
    row = top
    while row <= bottom:
        for area in sheet.merged:
            if area.top == row and _is_heading(sheet, area):
                bottom = max(bottom, area.bottom)
                if area.right > area.left and _has_headings_below(sheet, area):
                    bottom = max(bottom, area.bottom + 1)
        row += 1
    return bottom


def _is_heading(sheet: Sheet, area: Area) -> bool:
    return bool(sheet.value(area.top, area.left).strip())


def _has_headings_below(sheet: Sheet, area: Area) -> bool:
    """Whether a group has names of its columns right below: several texts, no formulas, no numbers."""
    below = [
        sheet.value(area.bottom + 1, column).strip()
        for column in range(area.left, area.right + 1)
        if not sheet.is_formula(area.bottom + 1, column)
    ]
    written = [text for text in below if text]
    return len(written) >= 2 and not any(_is_number(text) for text in written) and len(set(written)) == len(written)


def _path(sheet: Sheet, column: int, top: int, bottom: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in range(top, bottom + 1):
        text = " ".join(sheet.value(*sheet.anchor(row, column)).split())
        if text and (not found or found[-1] != text):
            found.append(text)
    return tuple(found)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text) is not None


def _is_numbering(sheet: Sheet, row: int) -> bool:
    """A row below the headings that only numbers the columns: (1) (2) (3), 甲 乙 1 2."""
    texts = [text for _, text in _texts(sheet, row)]
    return (
        len(texts) >= 3
        and len(texts) * 2 > sheet.last_column
        and all(_NUMBERING.fullmatch(plain(text)) for text in texts)
    )


def _last_line(sheet: Sheet, first: int, headings: tuple[Heading, ...]) -> tuple[int, bool]:
    """The last row before totals, notes or the end of what was drawn; and whether something stands below."""
    for row in range(first, sheet.last_row + 1):
        if _ends(sheet, row, first, len(headings)):
            return max(row - 1, first), True
    return max(sheet.last_row, first), False


def _ends(sheet: Sheet, row: int, first: int, columns: int) -> bool:
    texts = _texts(sheet, row)
    for column, text in texts:
        if is_total_or_note(text):
            return True
        if 2 * _width(sheet, row, column) > columns > 2:
            return True
    return row > first and _sums_lines(sheet, row, first)


def _sums_lines(sheet: Sheet, row: int, first: int) -> bool:
    """Whether formulas of the row reach over lines above it: a row of totals without a word that says so."""
    for column in range(1, sheet.last_column + 1):
        cell = sheet.cells.get((row, column))
        if cell is None or not sheet.is_formula(row, column):
            continue
        formula = "".join(each.text or "" for each in cell)
        if re.search(rf"\$?[A-Z]+\$?{first}:\$?[A-Z]+\$?{row - 1}\b", formula):
            return True
    return False
