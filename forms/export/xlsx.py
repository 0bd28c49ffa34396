"""A stream of rows as an xlsx workbook: constant memory, no temporary files, no formulas.

Every text is an inline string; one that might become a formula when somebody types over it or saves it as csv also
carries `quotePrefix`. Parts that follow ECMA-376: workbook, styles, one sheet after the other.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import BinaryIO, Protocol

from forms.errors import Fault, Kind
from forms.export.cells import (
    MOST_SIGNS,
    Cells,
    DateCells,
    DecimalCells,
    MomentCells,
    WholeCells,
    cut,
    inside,
    letters,
)
from forms.export.charts import Chart, relations
from forms.export.charts import chart as write_chart
from forms.export.charts import drawing as write_drawing
from forms.export.charts import table as write_table
from forms.export.parts import CORE, RELATIONS, STYLES, Style, content_types, sheet_start, workbook, workbook_relations
from forms.export.types import Cell
from forms.xml import printable

MOST_ROWS = 1_048_576
"""Rows of a sheet: Excel's limit (support.microsoft.com, Excel specifications and limits)."""
_NAME_SIGNS = 31
_RESERVED = frozenset({"history"})
"""Names that Excel keeps for its own sheets."""

_BATCH = 256
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MAKERS: dict[Cell, type[Cells]] = {
    Cell.TEXT: Cells,
    Cell.WHOLE: WholeCells,
    Cell.DECIMAL: DecimalCells,
    Cell.DATE: DateCells,
    Cell.MOMENT: MomentCells,
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table over a sheet: its name for formulas and pivot tables, its headers, and how many rows lie below them."""

    name: str
    headers: Sequence[str]
    rows: int


class Part(Protocol):
    """A part of the package that is being written."""

    def write(self, data: bytes, /) -> object: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Header:
    """A column of a sheet: its header, what its cells are, and its width in signs."""

    label: str
    cell: Cell
    width: int


class Workbook:
    """Writes sheets one after the other; the file is a workbook once it is closed without an exception."""

    def __init__(self, file: BinaryIO, *, title: str = "", subject: str = "", long_mark: str = "…") -> None:
        """`long_mark` ends a cell whose text is longer than a cell may be; `long_texts` then gives all of it."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._names: list[str] = []
        self._ranges: list[str] = []
        self._core = CORE.format(title=inside(title), subject=inside(subject))
        self._long: list[tuple[str, str, bytes]] = []
        self._long_mark = long_mark
        self._parts = {"charts": 0, "drawings": 0, "tables": 0}

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
        return Sheet(self._names[-1], part, headers, self)

    def closed(self, span: str, charts: Sequence[Chart] = (), table: Table | None = None) -> None:
        """The sheet that was just closed has a filter over `span`, "" for none, and these beside or around its rows."""
        self._ranges.append(span)
        related = []
        if charts:
            related.append(("drawing", f"../drawings/drawing{self._draw(charts)}.xml"))
        if table is not None:
            self._parts["tables"] += 1
            number = self._parts["tables"]
            self._add(f"xl/tables/table{number}.xml", write_table(number, table.name, table.headers, table.rows))
            related.append(("table", f"../tables/table{number}.xml"))
        if related:
            self._add(f"xl/worksheets/_rels/sheet{len(self._names)}.xml.rels", relations(related))

    def _draw(self, charts: Sequence[Chart]) -> int:
        self._parts["drawings"] += 1
        number, first = self._parts["drawings"], self._parts["charts"] + 1
        self._parts["charts"] += len(charts)
        for at, each in enumerate(charts, first):
            self._add(f"xl/charts/chart{at}.xml", write_chart(each, self._names[-1]))
        self._add(f"xl/drawings/drawing{number}.xml", write_drawing(charts))
        targets = [("chart", f"../charts/chart{at}.xml") for at in range(first, first + len(charts))]
        self._add(f"xl/drawings/_rels/drawing{number}.xml.rels", relations(targets))
        return number

    def _add(self, name: str, content: str) -> None:
        self._zip.writestr(_part(name), content)

    def keep_long(self, sheet: str, place: str, text: str) -> str:
        """Keep a text that is too long for its cell, packed; returns what ends the cell."""
        self._long.append((sheet, place, zlib.compress(text.encode("utf-8", "surrogatepass"))))
        return self._long_mark

    @property
    def has_long_texts(self) -> bool:
        return bool(self._long)

    def long_texts(self) -> Iterator[tuple[str, str, str, str]]:
        """Rows of (sheet, cell, number of the piece, piece): all of every text that was too long for its cell."""
        for sheet, place, packed in self._long:
            text = printable(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
            number = 0
            while text:
                piece, number = cut(text, MOST_SIGNS), number + 1
                yield sheet, place, str(number), piece
                text = text[len(piece) :]

    def _unlike(self, name: str) -> str:
        plain = cut(_BAD_NAME.sub(" ", printable(name)).strip("' "), _NAME_SIGNS).strip("' ") or "Sheet"
        taken = {each.lower() for each in self._names} | _RESERVED
        found, number = plain, 2
        while found.lower() in taken:
            found = f"{cut(plain, _NAME_SIGNS - len(f' ({number})'))} ({number})"
            number += 1
        return found

    def _finish(self) -> None:
        names = [inside(name).replace('"', "&quot;") for name in self._names]
        for part, content in (
            ("[Content_Types].xml", content_types(len(names), **self._parts)),
            ("_rels/.rels", RELATIONS),
            ("docProps/core.xml", self._core),
            ("xl/workbook.xml", workbook(names, self._ranges)),
            ("xl/_rels/workbook.xml.rels", workbook_relations(len(names))),
            ("xl/styles.xml", STYLES),
        ):
            self._add(part, content)


class Sheet:
    """One sheet being written: a frozen header, rows, a filter over all of it.

    Cells stand in their order without a reference of their own, which ECMA-376 leaves out at will: so a value's cell
    is the same wherever it stands.
    """

    def __init__(self, name: str, part: Part, headers: Sequence[Header], book: Workbook) -> None:
        self.name = name
        self.rows = 0
        self._part, self._book = part, book
        self._cells = [_MAKERS[header.cell]() for header in headers]
        self._labels = [header.label for header in headers]
        self._last = letters(len(headers)) if headers else "A"
        self._batch = [sheet_start([header.width for header in headers])]
        self._batch.append(f'<row r="1">{"".join(_header(header.label) for header in headers)}</row>')

    def row(self, values: Sequence[str]) -> None:
        """Write one row; a blank value leaves its cell blank."""
        self.block([[value] for value in values])

    def extend(self, rows: Iterable[Sequence[str]]) -> None:
        """Write many rows."""
        left = iter(rows)
        while some := list(islice(left, _BATCH)):
            self.block(list(zip(*some, strict=True)))

    def block(self, columns: Sequence[Sequence[str]]) -> None:
        """Write some rows, given by columns: cells of a kind are made together."""
        if len(columns) != len(self._cells):
            raise ValueError(f"{len(columns)} values for {len(self._cells)} columns")
        first = self.rows + 2
        self.rows += len(columns[0])
        if self.rows >= MOST_ROWS:
            raise Fault("export.too_many_rows", Kind.DAMAGED, sheet=self.name, most=MOST_ROWS - 1)
        made = [
            cells.column(self._fitting(at, first, values))
            for at, (cells, values) in enumerate(zip(self._cells, columns, strict=True))
        ]
        self._batch += [
            f'<row r="{number}">{"".join(cells)}</row>' for number, cells in enumerate(zip(*made, strict=True), first)
        ]
        if len(self._batch) >= _BATCH:
            self._flush()

    def _fitting(self, column: int, first: int, values: Sequence[str]) -> Sequence[str]:
        """A text that no cell holds gives its beginning, and where all of it stands."""
        if max(map(len, values)) * 2 <= MOST_SIGNS:
            return values
        found = list(values)
        for at, value in enumerate(map(printable, values)):
            if len(value) * 2 > MOST_SIGNS and cut(value, MOST_SIGNS) != value:
                mark = self._book.keep_long(self.name, f"{letters(column + 1)}{first + at}", values[at])
                found[at] = cut(value, MOST_SIGNS - len(mark)) + mark
        return found

    def close(self, *, charts: Sequence[Chart] = (), table: str = "") -> None:
        """Charts stand to the right of the rows; `table` names a table over all of them, which brings its filter."""
        named = Table(table, self._labels, self.rows) if table and self.rows else None
        span = "" if named else f"A1:{self._last}{self.rows + 1}"
        self._batch.append("</sheetData>")
        if span:
            self._batch.append(f'<autoFilter ref="{span}"/>')
        if charts:
            self._batch.append('<drawing r:id="rId1"/>')
        if named:
            self._batch.append(f'<tableParts count="1"><tablePart r:id="rId{2 if charts else 1}"/></tableParts>')
        self._batch.append("</worksheet>")
        self._flush()
        self._part.close()
        self._book.closed(span, charts, named)

    def abandon(self) -> None:
        """Close the part as it stands: the workbook will not be finished."""
        with suppress(OSError):
            self._part.close()

    def _flush(self) -> None:
        self._part.write("".join(self._batch).encode())
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


def _header(label: str) -> str:
    text = inside(cut(label, MOST_SIGNS))
    return f'<c s="{Style.HEADER}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
