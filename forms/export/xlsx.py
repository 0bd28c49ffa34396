"""A stream of rows as an xlsx workbook: constant memory, no temporary files, no formulas.

Every text is an inline string; one that might become a formula when somebody types over it or saves it as csv also
carries `quotePrefix`. Parts that follow ECMA-376: workbook, styles, one sheet after the other.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import BinaryIO
from xml.sax.saxutils import escape

from forms.errors import Fault, Kind
from forms.export.inert import is_risky, printable
from forms.export.parts import CORE, RELATIONS, STYLES, Style, content_types, sheet_start, workbook, workbook_relations
from forms.export.types import Cell

MOST_ROWS = 1_048_576
"""Rows of a sheet, and signs of a cell: Excel's limits (support.microsoft.com, Excel specifications and limits).

Excel counts signs as UTF-16 does: most emoji and rare characters are two.
"""
MOST_SIGNS = 32_767
_NAME_SIGNS = 31
_RESERVED = frozenset({"history"})
"""Names that Excel keeps for its own sheets."""

_BATCH = 256
_EPOCH = date(1899, 12, 30)
_FIRST_SOUND = date(1900, 3, 1)  # before it Excel counts a 29 February 1900 that never was
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Header:
    """A column of a sheet: its header, what its cells are, and its width in signs."""

    label: str
    cell: Cell
    width: int


class Workbook:
    """Writes sheets one after the other; the file is a workbook once it is closed without an exception."""

    def __init__(self, file: BinaryIO, *, title: str = "", subject: str = "") -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._names: list[str] = []
        self._ranges: list[str] = []
        self._core = CORE.format(title=_text(title), subject=_text(subject))

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
            self._zip.close()
        else:
            self._zip.fp = None  # closed so, it writes nothing more: the file is thrown away

    def sheet(self, name: str, headers: Sequence[Header]) -> Sheet:
        """Begin a sheet; the one before must be closed. Its name is made one that Excel takes, unlike all others."""
        self._names.append(self._unlike(name))
        part = self._zip.open(_part(f"xl/worksheets/sheet{len(self._names)}.xml"), "w", force_zip64=True)
        return Sheet(self._names[-1], part.write, part.close, headers, self._ranges.append)

    def _unlike(self, name: str) -> str:
        plain = _cut(_BAD_NAME.sub(" ", printable(name)).strip("' "), _NAME_SIGNS).strip("' ") or "Sheet"
        taken = {each.lower() for each in self._names} | _RESERVED
        found, number = plain, 2
        while found.lower() in taken:
            found = f"{_cut(plain, _NAME_SIGNS - len(f' ({number})'))} ({number})"
            number += 1
        return found

    def _finish(self) -> None:
        names = [_text(name).replace('"', "&quot;") for name in self._names]
        for part, content in (
            ("[Content_Types].xml", content_types(len(names))),
            ("_rels/.rels", RELATIONS),
            ("docProps/core.xml", self._core),
            ("xl/workbook.xml", workbook(names, self._ranges)),
            ("xl/_rels/workbook.xml.rels", workbook_relations(len(names))),
            ("xl/styles.xml", STYLES),
        ):
            self._zip.writestr(_part(part), content)


class Sheet:
    """One sheet being written: a frozen header, rows, a filter over all of it."""

    def __init__(
        self,
        name: str,
        write: Callable[[bytes], int],
        close: Callable[[], None],
        headers: Sequence[Header],
        filtered: Callable[[str], None],
    ) -> None:
        self.name = name
        self.rows = 0
        self._write, self._close, self._filtered = write, close, filtered
        self._makers = [_MAKERS[header.cell] for header in headers]
        self._letters = [_letters(number) for number in range(1, len(headers) + 1)]
        self._batch = [sheet_start([header.width for header in headers])]
        cells = (_header(letters, header.label) for letters, header in zip(self._letters, headers, strict=True))
        self._batch.append(f'<row r="1">{"".join(cells)}</row>')

    def row(self, values: Sequence[str]) -> None:
        """Write one row; a blank value leaves its cell out."""
        self.rows += 1
        number = self.rows + 1
        if number > MOST_ROWS:
            raise Fault("export.too_many_rows", Kind.DAMAGED, sheet=self.name, most=MOST_ROWS - 1)
        cells = [
            make(f"{letters}{number}", value)
            for make, letters, value in zip(self._makers, self._letters, values, strict=True)
            if value
        ]
        self._batch.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(self._batch) >= _BATCH:
            self._flush()

    def close(self) -> None:
        span = f"A1:{self._letters[-1] if self._letters else 'A'}{self.rows + 1}"
        self._batch.append(f'</sheetData><autoFilter ref="{span}"/></worksheet>')
        self._flush()
        self._close()
        self._filtered(span)

    def abandon(self) -> None:
        """Close the part as it stands: the workbook will not be finished."""
        with suppress(OSError):
            self._close()

    def _flush(self) -> None:
        self._write("".join(self._batch).encode())
        self._batch.clear()


def width(label: str, cell: Cell) -> int:
    """A column's width in signs: enough for its header and what its kind usually holds."""
    needed = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in label) + 4
    usual = {Cell.TEXT: 16, Cell.WHOLE: 8, Cell.DECIMAL: 10, Cell.DATE: 12, Cell.MOMENT: 20}[cell]
    return min(max(needed, usual), 60)


def _part(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # its date is 1980: the same rows give the same bytes
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _text(value: str) -> str:
    """`value` inside an element; what Excel would read as the escape `_xHHHH_` keeps its underscore."""
    value = printable(value)
    if len(value) * 2 > MOST_SIGNS and _cut(value, MOST_SIGNS) != value:
        value = _cut(value, MOST_SIGNS - 1) + "…"
    if "_x" in value:
        value = _ESCAPE.sub("_x005F_", value)
    return escape(value)


def _cut(value: str, most: int) -> str:
    """The beginning of `value` that has at most `most` signs as Excel counts them."""
    return value.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")


def _text_cell(place: str, value: str) -> str:
    style = Style.QUOTED if is_risky(value) else Style.TEXT
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'


def _header(letters: str, label: str) -> str:
    return f'<c r="{letters}1" s="{Style.HEADER}" t="inlineStr"><is><t xml:space="preserve">{_text(label)}</t></is></c>'


def _whole_cell(place: str, value: str) -> str:
    if _WHOLE.fullmatch(value):
        return f'<c r="{place}" s="{Style.WHOLE}"><v>{value}</v></c>'
    return _text_cell(place, value)


def _decimal_cell(place: str, value: str) -> str:
    if _DECIMAL.fullmatch(value) and sum(sign.isdigit() for sign in value) <= 15:
        return f'<c r="{place}" s="{Style.DECIMAL}"><v>{value}</v></c>'
    return _text_cell(place, value)


def _date_cell(place: str, value: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return _text_cell(place, value)
    if day < _FIRST_SOUND:
        return _text_cell(place, value)
    return f'<c r="{place}" s="{Style.DATE}"><v>{(day - _EPOCH).days}</v></c>'


def _moment_cell(place: str, value: str) -> str:
    """The wall time as it was written, its zone left off: a spreadsheet knows none."""
    try:
        at = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return _text_cell(place, value)
    if at.date() < _FIRST_SOUND:
        return _text_cell(place, value)
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    return f'<c r="{place}" s="{Style.MOMENT}"><v>{(at.date() - _EPOCH).days + seconds / 86400!r}</v></c>'


_MAKERS: dict[Cell, Callable[[str, str], str]] = {
    Cell.TEXT: _text_cell,
    Cell.WHOLE: _whole_cell,
    Cell.DECIMAL: _decimal_cell,
    Cell.DATE: _date_cell,
    Cell.MOMENT: _moment_cell,
}


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
