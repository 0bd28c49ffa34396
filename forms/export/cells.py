"""Cells of a sheet as XML, by their kind: what a value of each looks like, remembered for values that come again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from xml.sax.saxutils import escape

from forms.export.inert import RISKY, is_risky
from forms.export.parts import Style
from forms.xml import printable

MOST_SIGNS = 32_767
"""Signs of a cell: Excel's limit (support.microsoft.com, Excel specifications and limits).

Excel counts signs as UTF-16 does: most emoji and rare characters are two.
"""

BLANK = "<c/>"
_REMEMBERED = 1024
"""Values of a column whose cells are kept: choices, names of villages, days."""

_EPOCH = date(1899, 12, 30)
_FIRST_SOUND = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})").fullmatch
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_FIRST = RISKY | {" "}
_TEXT = f'<c s="{Style.TEXT}" t="inlineStr"><is><t>'
_WHOLE_START = f'<c s="{Style.WHOLE}"><v>'
_DECIMAL_START = f'<c s="{Style.DECIMAL}"><v>'
_END = "</t></is></c>"

TooLong = Callable[[str], str]
"""Takes a text that no cell holds; returns what stands in the cell."""


class Cells(dict[str, str]):
    """Value -> its cell, of a column of texts; other kinds give a text for what does not fit them."""

    def __init__(self, too_long: TooLong) -> None:
        super().__init__({"": BLANK})
        self._too_long = too_long

    def __missing__(self, value: str) -> str:
        made = self.text(value)
        if len(self) < _REMEMBERED and len(value) < MOST_SIGNS // 2:
            self[value] = made
        return made

    def text(self, value: str) -> str:
        if (  # nothing that is escaped, trimmed, or read as a formula; any other blank is not printable
            value.isprintable()
            and value[0] not in _NOT_FIRST
            and value[-1] != " "
            and "&" not in value
            and "<" not in value
            and ">" not in value
            and "_" not in value
            and len(value) < MOST_SIGNS // 2
        ):
            return f"{_TEXT}{value}{_END}"
        style = Style.QUOTED if is_risky(value) else Style.TEXT
        value = printable(value)
        if len(value) * 2 > MOST_SIGNS and cut(value, MOST_SIGNS) != value:
            value = self._too_long(value)
        return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{inside(value)}{_END}'


class WholeCells(Cells):
    def __missing__(self, value: str) -> str:
        return f"{_WHOLE_START}{value}</v></c>" if _WHOLE(value) else self.text(value)


class DecimalCells(Cells):
    def __missing__(self, value: str) -> str:
        if _DECIMAL(value) and (len(value) <= 15 or sum(sign.isdigit() for sign in value) <= 15):
            return f"{_DECIMAL_START}{value}</v></c>"
        return self.text(value)


class DateCells(Cells):
    def text(self, value: str) -> str:
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            return super().text(value)
        if day < _FIRST_SOUND:
            return super().text(value)
        return f'<c s="{Style.DATE}"><v>{(day - _EPOCH).days}</v></c>'


class MomentCells(Cells):
    """The wall time as it was written, its zone left off: a spreadsheet knows none."""

    def text(self, value: str) -> str:
        try:
            at = datetime.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            return super().text(value)
        if at.date() < _FIRST_SOUND:
            return super().text(value)
        seconds = at.hour * 3600 + at.minute * 60 + at.second
        return f'<c s="{Style.MOMENT}"><v>{(at.date() - _EPOCH).days + seconds / 86400!r}</v></c>'


def inside(value: str) -> str:
    """`value` inside an element; what Excel would read as the escape `_xHHHH_` keeps its underscore."""
    value = printable(value)
    if "_x" in value:
        value = _ESCAPE.sub("_x005F_", value)
    return escape(value)


def cut(value: str, most: int) -> str:
    """The beginning of `value` that has at most `most` signs as Excel counts them."""
    return value.encode("utf-16-le", "surrogatepass")[: most * 2].decode("utf-16-le", errors="ignore")


def letters(number: int) -> str:
    """The letters of column `number`, from 1."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found
