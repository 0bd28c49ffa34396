"""Where a department's sheet has its headings, its lines and its totals, found as a person finds them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from forms.errors import Fault, Kind
from forms.foreign.sheet import Area, Sheet

_MOST_TITLE_ROWS = 30
_TOTALS = re.compile(
    r"^(合计|总计|小计|累计|共计|总数|total|sum|subtotal|grandtotal)|^.{1,8}(合计|总计|小计|累计|共计)$"
)
_SUBTOTAL = re.compile(r"(小计|subtotal)$")
_LABELLED = re.compile(r"^(?!其中).{2,}[:：]")
"""`填报单位：…`: a blank of the form, and no heading."""
_LONGEST_BANNER = 20
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
class Block:
    """Lines that belong together, of one village say: rows `first` to `last`, and what stands over or below them."""

    first: int
    last: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings in rows `header[0]` to `header[1]`, lines in rows `first` to `last`; `bounded`: something stands below.

    Where `last` is above `first`, the sheet has no lines yet. `computed` are columns with a formula in the first line.
    `blocks` are more than one where subtotals, banners or cells merged downwards part the lines.
    """

    title: str
    header: tuple[int, int]
    first: int
    last: int
    bounded: bool
    headings: tuple[Heading, ...]
    computed: frozenset[int]
    blocks: tuple[Block, ...] = ()

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
    if _is_total_on_top(sheet, first):
        first += 1
    blocks, bounded = _blocks(sheet, first, len(headings))
    last = blocks[0].last if blocks else first - 1
    first = blocks[0].first if blocks else first
    computed = frozenset(each.column for each in headings if last >= first and sheet.is_formula(first, each.column))
    title = next((text for row in range(1, top) for _, text in _texts(sheet, row)), "")
    return Layout(title, (top, bottom), first, last, bounded, headings, computed, _merged_blocks(sheet, blocks))


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
        words = [
            (column, text)
            for column, text in texts
            if not _is_number(text) and len(text) <= 60 and not _LABELLED.match("".join(text.split()))
        ]
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
    return bottom + 1 if bottom == top and _names_groups(sheet, top) else bottom


def _names_groups(sheet: Sheet, top: int) -> bool:
    """Whether the row below has the columns of groups that nobody merged: words where, or right beside where, the
    headings above leave blanks, and nothing elsewhere."""
    below = _texts(sheet, top + 1)
    if len(below) < 2 or any(_is_number(text) or sheet.is_formula(top + 1, column) for column, text in below):
        return False
    under = {column for column, _ in below}
    blank = {column for column in under if not sheet.value(*sheet.anchor(top, column)).strip()}
    return bool(blank) and all(column in blank or column + 1 in blank for column in under)


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
        if not text and row == top < bottom and sheet.value(*sheet.anchor(bottom, column)).strip():
            text = _group_to_the_left(sheet, top, column)
        if text and (not found or found[-1] != text):
            found.append(text)
    return tuple(found)


def _group_to_the_left(sheet: Sheet, row: int, column: int) -> str:
    """The name of a group that was written over its first column only."""
    for at in range(column, 0, -1):
        text = " ".join(sheet.value(*sheet.anchor(row, at)).split())
        if text:
            return text
    return ""


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


def _is_total_on_top(sheet: Sheet, row: int) -> bool:
    """Whether the row right below the headings sums the lines that come after it."""
    if not any(is_total_or_note(text) for _, text in _texts(sheet, row)[:3]):
        return False
    below = [int(found) for text in _formulas(sheet, row) for found in re.findall(r"[A-Z]\$?(\d+):", text)]
    if below:
        return max(below) > row
    following = _texts(sheet, row + 1)
    return row + 1 in sheet.rows and len(sheet.rows[row + 1]) > 2 and not any(
        is_total_or_note(text) for _, text in following
    )  # fmt: skip


def _blocks(sheet: Sheet, first: int, columns: int) -> tuple[tuple[Block, ...], bool]:
    """The lines before totals, notes or the end of what was drawn; and whether something stands below."""
    blocks: list[Block] = []
    top, label = first, ""
    for row in range(first, sheet.last_row + 1):
        name = _parting(sheet, row, columns)
        ends = name is None and _ends(sheet, row, top, columns)
        if name is None and not ends:
            continue
        if row > top:
            blocks.append(Block(top, row - 1, label or name or ""))
        if ends:
            return tuple(blocks), True
        label = "" if name is None or _SUBTOTAL.search(plain(name)) else name
        top = row + 1
    if sheet.last_row >= top or not blocks:
        blocks.append(Block(top, max(sheet.last_row, top), label))
    return tuple(blocks), False


def _parting(sheet: Sheet, row: int, columns: int) -> str | None:
    """The words of a row that only parts the lines: a subtotal, or a village's name across the sheet."""
    texts = _texts(sheet, row)
    for column, text in texts[:2]:
        if _SUBTOTAL.search(plain(text)) and not _is_number(text) and len(text) <= _LONGEST_BANNER:
            return text
        wide = 2 * _width(sheet, row, column) > columns > 2
        if len(texts) == 1 and wide and len(text) <= _LONGEST_BANNER and not re.search("[:：。;；]", text):
            return None if is_total_or_note(text) else text
    return None


def _merged_blocks(sheet: Sheet, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The first block parted by what is merged downwards in one of its columns, as a village's name is."""
    if len(blocks) != 1:
        return blocks
    whole = blocks[0]
    found: dict[int, list[Area]] = {}
    for area in sheet.merged:
        within = whole.first <= area.top < area.bottom <= whole.last and area.left == area.right
        if within and _is_heading(sheet, area):
            found.setdefault(area.left, []).append(area)
    if not found:
        return blocks
    areas = sorted(found[min(found)], key=lambda area: area.top)
    parted = tuple(Block(area.top, area.bottom, sheet.value(area.top, area.left).strip()) for area in areas)
    return parted if len(parted) > 1 else blocks


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
    span = rf"\$?[A-Z]+\$?{first}:\$?[A-Z]+\$?{row - 1}\b"
    return any(re.search(span, formula) for formula in _formulas(sheet, row))


def _formulas(sheet: Sheet, row: int) -> list[str]:
    places = [(row, column) for column in range(1, sheet.last_column + 1) if sheet.is_formula(row, column)]
    return ["".join(each.text or "" for each in sheet.cells[place]) for place in places]
