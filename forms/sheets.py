"""A workbook from anywhere as plain rows, without being harmed by it: bounded size, no document types, no macros."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any
from xml.parsers import expat

from forms.errors import Fault, Kind

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_PARTS = 2_000
MAX_ROWS = 100_000
MAX_COLUMNS = 512
_END = 61
"""Rows from one to the next, beyond which pyxform takes the blank ones between for the end of the sheet."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an .xls, or an .xlsx under a password
_YES = ("yes", "true", "true()")
_XLS_BOOLEAN = 4  # xlrd.XL_CELL_BOOLEAN
_RATIO_MATTERS = 1024 * 1024
_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: `number` as the spreadsheet shows it, values by header, stripped text."""

    number: int
    values: Mapping[str, str]

    def get(self, header: str) -> str:
        """The value under `header`, in whichever case and with a blank for `_` as people write it."""
        found = self.values.get(header)
        if found is None:
            return next((value for written, value in self.values.items() if plain_header(written) == header), "")
        return found


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet by its name as it is written: headers in order ("" where blank), rows below them.

    `apart` is the first row below so many blank ones that the converter takes them for the end; 0 where none is.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    apart: int = 0


def plain_header(header: str) -> str:
    """A header without its language, in the one way of writing it: `Choice Filter` is `choice_filter`."""
    return header.partition("::")[0].strip().lower().replace(" ", "_")


def enabled(sheet: SheetRows) -> SheetRows:
    """The sheet without the rows that its author has switched off in a column `disabled`, as pyxform leaves them."""
    return replace(sheet, rows=tuple(row for row in sheet.rows if row.get("disabled").lower() not in _YES))


def looks_like_workbook(content: bytes) -> bool:
    """Whether the bytes begin as a workbook does, old or new."""
    return content.startswith((_ZIP, _OLE))


def is_old_workbook(content: bytes) -> bool:
    """Whether the bytes are those of an .xls (whatever the file is called), or of one under a password."""
    return content.startswith(_OLE)


def read_sheets(content: bytes, *, name: str = "") -> dict[str, SheetRows]:
    """Sheets of an .xlsx or .xls by lower-case name. Raises Fault `check.*` for what is none or would do harm."""
    if len(content) > MAX_BYTES:
        raise Fault("check.too_large", Kind.DAMAGED, name=name, limit=MAX_BYTES // 1024 // 1024)
    if is_old_workbook(content):
        return _old(content, name)
    bounded(content, name)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            lines = {sheet.title: _lines(sheet.iter_rows(values_only=True)) for sheet in book}
            return {title.strip().lower(): _sheet(title, each, name) for title, each in lines.items()}
        finally:
            book.close()
    except Fault:
        raise
    except Exception as error:
        # openpyxl answers a damaged part with whatever its parsing meets: KeyError, ValueError, ParseError, ...
        raise Fault("check.damaged", Kind.DAMAGED, name=name, cause=type(error).__name__) from error


def _old(content: bytes, name: str) -> dict[str, SheetRows]:
    import xlrd  # type: ignore[import-untyped]

    try:
        with xlrd.open_workbook(file_contents=content, on_demand=True, logfile=io.StringIO()) as book:
            return {
                sheet.name.strip().lower(): _sheet(sheet.name, _lines(_old_rows(sheet)), name)
                for sheet in (book.sheet_by_index(at) for at in range(book.nsheets))
            }
    except Fault:
        raise
    except xlrd.XLRDError as error:
        raise Fault("check.old_format", Kind.DAMAGED, name=name) from error
    except Exception as error:
        # As with openpyxl: a damaged file ends in any exception.
        raise Fault("check.damaged", Kind.DAMAGED, name=name, cause=type(error).__name__) from error


def _old_rows(sheet: Any) -> Iterator[list[object]]:
    for at in range(sheet.nrows):
        cells = sheet.row(at)[:MAX_COLUMNS]
        yield [bool(cell.value) if cell.ctype == _XLS_BOOLEAN else cell.value for cell in cells]


def bounded(content: bytes, name: str) -> None:
    """Raises Fault `check.*` where the bytes are no .xlsx, are damaged, or would unpack to more than is sound."""
    if not content.startswith(_ZIP):
        raise Fault("check.not_a_workbook", Kind.DAMAGED, name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _parts(archive, name)
    except _ZIP_ERRORS as error:
        raise Fault("check.damaged", Kind.DAMAGED, name=name, cause=type(error).__name__) from error


def _parts(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if "xl/workbook.xml" not in names:
        raise Fault("check.not_a_workbook", Kind.DAMAGED, name=name)
    unpacked = sum(info.file_size for info in infos)
    bloated = any(info.file_size > max(_RATIO_MATTERS, info.compress_size * MAX_RATIO) for info in infos)
    if bloated or unpacked > MAX_UNPACKED or len(infos) > MAX_PARTS or len(set(names)) < len(names):
        raise Fault("check.bomb", Kind.DAMAGED, name=name)
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            with archive.open(info) as part:
                if _declares_a_type(part):
                    raise Fault("check.bomb", Kind.DAMAGED, name=name)


class _Seen(Exception):
    """What is looked for has come; `args` says whether it was a document type."""


def _declares_a_type(part: IO[bytes]) -> bool:
    """Whether XML in any encoding has a document type, however far down: what comes before the first element says."""

    def seen(doctype: bool) -> None:
        raise _Seen(doctype)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen(True)
    parser.StartElementHandler = lambda *_: seen(False)
    try:
        while piece := part.read(4096):
            parser.Parse(piece, False)
    except _Seen as found:
        return bool(found.args[0])
    except expat.ExpatError:
        return False  # damaged: whoever reads it says so
    return False


def _sheet(title: str, lines: Iterator[tuple[int, list[str]]], name: str) -> SheetRows:
    headers = tuple(" ".join(text.split()) for text in next(lines, (0, []))[1])
    rows: list[Row] = []
    last, apart = 1, 0
    for number, values in lines:
        found = {header: value for header, value in zip(headers, values, strict=False) if header and value}
        if not found:
            continue
        if number - last > _END and not apart:
            apart = number
        last = number
        rows.append(Row(number, found))
        if len(rows) > MAX_ROWS:
            raise Fault("check.too_many_rows", Kind.DAMAGED, name=name, sheet=title, limit=MAX_ROWS)
    return SheetRows(title, headers, tuple(rows), apart)


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(rows, 1):
        yield number, [_value(cell) for cell in row[:MAX_COLUMNS]]


def _value(cell: object) -> str:
    """A cell as XLSForms mean it: 1.0 is 1, true is TRUE."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").strip()
