"""References after lines were put into a sheet: what lay below moves down, what ended at the last line grows.

That a range which ends at the last line takes the new lines in is the difference from inserting by hand: the totals
of a department's sheet stand right below its lines, and must count all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

_CELL = re.compile(r"(\$?[A-Za-z]{1,3})(\$?)(\d{1,7})")
_ROW = re.compile(r"(\$?)(\d{1,7})")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!")


@dataclass(frozen=True, slots=True)
class Insertion:
    """`count` lines put below row `last` of `sheet`, the last of the lines that begin at row `first`.

    Where there are no lines yet, `last` is the row above `first`, and no range takes the new ones in.
    """

    sheet: str
    first: int
    last: int
    count: int

    def row(self, row: int) -> int:
        """Where a row stands afterwards."""
        return row + self.count if row > self.last else row

    def end(self, top: int, bottom: int, *, runs: bool = False) -> int:
        """The last row of a range afterwards; `runs`: its end follows the line that it is written in."""
        grows = bottom == self.last >= self.first and top < bottom and not runs
        return bottom + self.count if grows or bottom > self.last else bottom

    def whole(self, top: int, bottom: int) -> tuple[int, int]:
        """A rectangle's rows afterwards; one that ends with the lines, even a single one, takes the new ones in."""
        grows = bottom == self.last >= self.first
        return self.row(top), bottom + self.count if grows or bottom > self.last else bottom


def formula(text: str, sheet: str, insertion: Insertion, *, row: int = 0) -> str:
    """A formula (without `=`) written in `row` of `sheet`, after the insertion; what is no formula stays as it is."""
    try:
        tokens = Tokenizer("=" + text).items
    except (TokenizerError, IndexError):
        return text
    return "".join(_token(each, sheet, insertion, row) for each in tokens)


def _token(token: Token, sheet: str, insertion: Insertion, row: int) -> str:
    value = str(token.value)
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return value
    prefix, reference = "", value
    named = _SHEET.match(value)
    if named:
        prefix, reference = value[: named.end()], value[named.end() :]
        sheet = (named[1] or "").replace("''", "'") or named[2]
    return prefix + _reference(reference, insertion, row) if sheet == insertion.sheet else value


def _reference(reference: str, insertion: Insertion, row: int) -> str:
    start, colon, end = reference.partition(":")
    cells = _CELL.fullmatch(start), _CELL.fullmatch(end)
    if cells[0] and not colon:
        return f"{cells[0][1]}{cells[0][2]}{insertion.row(int(cells[0][3]))}"
    if cells[0] and cells[1]:
        top, bottom = int(cells[0][3]), int(cells[1][3])
        ended = insertion.end(top, bottom, runs=row == bottom and not cells[1][2])
        return f"{cells[0][1]}{cells[0][2]}{insertion.row(top)}:{cells[1][1]}{cells[1][2]}{ended}"
    rows = _ROW.fullmatch(start), _ROW.fullmatch(end)
    if rows[0] and rows[1]:
        top, bottom = int(rows[0][2]), int(rows[1][2])
        return f"{rows[0][1]}{insertion.row(top)}:{rows[1][1]}{insertion.end(top, bottom)}"
    return reference


def area(reference: str, insertion: Insertion) -> str:
    """A plain rectangle or cell (`B5:D29`), after the insertion; of a drop-down, a merged area, a table."""
    start, colon, end = reference.partition(":")
    first, last = _CELL.fullmatch(start), _CELL.fullmatch(end or start)
    if first is None or last is None:
        return reference
    top, bottom = insertion.whole(int(first[3]), int(last[3]))
    if not colon and top == bottom:
        return f"{first[1]}{first[2]}{top}"
    return f"{first[1]}{first[2]}{top}:{last[1]}{last[2]}{bottom}"


def areas(references: str, insertion: Insertion) -> str:
    """Several parted by blanks, as `sqref` has them."""
    return " ".join(area(each, insertion) for each in references.split())
