"""Cells of a sheet as XML, by their kind: what a value of each looks like, made for a column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
_FEW = 4
"""Values that come this often on average are made once: choices, names of villages, days."""
_REMEMBERED = 1024
"""Days whose cells are kept."""

_EPOCH = date(1899, 12, 30)
_FIRST_SOUND = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
_WHOLES = re.compile(r"(?:(?:-?(?:0|[1-9][0-9]{0,14}))?+\n)*+").fullmatch
_DECIMALS = re.compile(r"(?:(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?+)?+\n)*+").fullmatch
_MOST_DIGITS = 15
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_FIRST = RISKY | {" "}
_APART = "¦"
"""Between values that are looked at together; where it stands in one, that only makes the look more careful."""
_ENDS_BLANK = f" {_APART}"
_TEXT = f'<c s="{Style.TEXT}" t="inlineStr"><is><t>'
_WHOLE_START = f'<c s="{Style.WHOLE}"><v>'
_DECIMAL_START = f'<c s="{Style.DECIMAL}"><v>'
_END = "</t></is></c>"


class Cells:
    """Cells of a column of texts; other kinds give a text for what does not fit them."""

    def column(self, values: Sequence[str]) -> list[str]:
        """A cell for each of some values, none of them longer than a cell may be; "" is blank."""
        distinct = set(values)
        if len(distinct) * _FEW <= len(values):
            made = dict(zip(distinct, self.unlike(list(distinct)), strict=True))
            return [made[value] for value in values]
        return self.unlike(values)

    def unlike(self, values: Sequence[str]) -> list[str]:
        """The same for values that hardly repeat."""
        return self.texts(values)

    def texts(self, values: Sequence[str]) -> list[str]:
        if _are_plain(values):
            return [f"{_TEXT}{value}{_END}" if value else BLANK for value in values]
        return [_text(value) for value in values]


def _are_plain(values: Sequence[str]) -> bool:
    """Whether nothing is to be escaped, trimmed or read as a formula; any other blank is not printable."""
    joined = _APART.join(values)
    return (
        joined.isprintable()
        and "&" not in joined
        and "<" not in joined
        and ">" not in joined
        and "_" not in joined
        and _ENDS_BLANK not in joined
        and joined[-1:] != " "
        and _NOT_FIRST.isdisjoint([value[:1] for value in values])
    )


def _text(value: str) -> str:
    if not value:
        return BLANK
    if _are_plain((value,)):
        return f"{_TEXT}{value}{_END}"
    style = Style.QUOTED if is_risky(value) else Style.TEXT
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{inside(value)}{_END}'


class WholeCells(Cells):
    def unlike(self, values: Sequence[str]) -> list[str]:
        if _all(_WHOLES, values):
            return [f"{_WHOLE_START}{value}</v></c>" if value else BLANK for value in values]
        return [self.unlike([value])[0] if _all(_WHOLES, [value]) else _text(value) for value in values]


class DecimalCells(Cells):
    def unlike(self, values: Sequence[str]) -> list[str]:
        if _all(_DECIMALS, values) and max(map(_digits, values)) <= _MOST_DIGITS:
            return [f"{_DECIMAL_START}{value}</v></c>" if value else BLANK for value in values]
        return [self.unlike([value])[0] if _is_decimal(value) else _text(value) for value in values]


def _all(look: Callable[[str], object], values: Sequence[str]) -> bool:
    joined = "\n".join(values) + "\n"
    return look(joined) is not None and joined.count("\n") == len(values)


def _is_decimal(value: str) -> bool:
    return _digits(value) <= _MOST_DIGITS and _all(_DECIMALS, [value])


def _digits(value: str) -> int:
    """As many as there can be at most, counted where it matters."""
    return len(value) if len(value) <= _MOST_DIGITS else sum(sign.isdigit() for sign in value)


class DateCells(Cells):
    def __init__(self) -> None:
        self._days = _Days()

    def unlike(self, values: Sequence[str]) -> list[str]:
        days = self._days
        return [days[value] for value in values]


class _Days(dict[str, str]):
    """Day -> its cell."""

    def __missing__(self, value: str) -> str:
        made = _day(value)
        if len(self) < _REMEMBERED and len(value) < 32:
            self[value] = made
        return made


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return _text(value)
    return _text(value) if day < _FIRST_SOUND else f'<c s="{Style.DATE}"><v>{(day - _EPOCH).days}</v></c>'


class MomentCells(Cells):
    """The wall time as it was written, its zone left off: a spreadsheet knows none."""

    def unlike(self, values: Sequence[str]) -> list[str]:
        return [_moment(value) for value in values]


def _moment(value: str) -> str:
    try:
        at = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return _text(value)
    if at.date() < _FIRST_SOUND:
        return _text(value)
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
