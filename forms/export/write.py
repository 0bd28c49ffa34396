"""Write tables as one workbook or csv: at a level of disclosure, whole or not at all."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, TypeVar

from forms.casework.disclosure import Level
from forms.errors import Fault, Kind
from forms.export import codebook
from forms.export.charts import Chart
from forms.export.columns import distinct
from forms.export.disclose import Shown, Tally, keys, shown
from forms.export.inert import inert_csv
from forms.export.place import beside, placed
from forms.export.statistics import counts
from forms.export.summary import Summary, pivot_cells
from forms.export.types import Cancelled, Cell, Order, Progress, Table, Written
from forms.export.xlsx import Header, Workbook, width
from forms.text import Text

T = TypeVar("T")

_STEP = 200
"""Rows between two looks at whether somebody cancelled."""

_SUMMARY = (("column", Cell.TEXT), ("value", Cell.TEXT), ("count", Cell.WHOLE))
_LONG = (("sheet", Cell.TEXT, 16), ("cell", Cell.TEXT, 10), ("piece", Cell.WHOLE, 8), ("text", Cell.TEXT, 60))


def write(
    order: Order,
    tables: Sequence[Table],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Written:
    """Write `tables` to `order.target` under a temporary name beside it, then rename; nothing partial remains.

    At level statistics the rows become tables of counts with small cells suppressed. A csv holds the first table;
    further tables lie beside it as `STEM-KEY.csv`, where no such file exists yet. Raises `Cancelled`, and Fault
    `export.*` for a full disk, a file in use, or a place that cannot be written.
    """
    unknown = set(order.columns) - keys(tables)
    if unknown:
        raise Fault("export.unknown_column", Kind.USAGE, columns=", ".join(sorted(unknown)))
    writer = {".xlsx": _write_xlsx, ".csv": _write_csv}.get(order.target.suffix.lower())
    if writer is None:
        raise Fault("export.suffix", Kind.USAGE, name=order.target.name)
    watch = _Watch(sum(table.total for table in tables), progress, cancelled)
    tally = Tally()
    release = None
    if order.level is Level.STATISTICS:
        counted = counts(tables, order, watch.rows)
        leaving, suppressed = [Shown.whole(table) for table in counted.tables], counted.suppressed
        release = counted.release
        watch = _Watch(0, None, cancelled)
    else:
        leaving, suppressed = [shown(table, order, tally) for table in tables], 0
    sheets = writer(order, [each for each in leaving if each.columns], watch)
    return Written(order.target, sheets, tally.masked, suppressed, release)


class _Watch:
    """Counts rows as they pass, tells how far it is, and stops where somebody cancelled."""

    def __init__(self, total: int, progress: Progress | None, cancelled: Callable[[], bool] | None) -> None:
        self._done, self._total = 0, total
        self._progress, self._cancelled = progress, cancelled

    def rows(self, rows: Iterable[T]) -> Iterator[T]:
        for row in rows:
            if self._done % _STEP == 0:
                self._look()
            self._done += 1
            yield row
        self._look()

    def blocks(self, blocks: Iterable[list[Sequence[str]]]) -> Iterator[list[Sequence[str]]]:
        for block in blocks:
            self._look()
            self._done += len(block[0])
            yield block
        self._look()

    def _look(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(self._done, self._total)


def _write_xlsx(order: Order, tables: Sequence[Shown], watch: _Watch) -> dict[str, int]:
    text = Text(order.language)
    sheets: dict[str, int] = {}
    subject = f"{text('export.level')}: {text(f'casework.level_{order.level}')}"
    mark = text("export.long_mark", sheet=text("export.long_texts"))
    long_headers = [Header(text(f"export.long_{key}"), cell, signs) for key, cell, signs in _LONG]
    summary = _summary(order, tables, text)
    with (
        placed([order.target]) as (file,),
        Workbook(file, title=order.title, subject=subject, long_mark=mark) as book,
    ):
        for at, table in enumerate(tables):
            blocks = watch.blocks(table.blocks())
            if summary is not None and not at:
                blocks = summary.counted(blocks)
            name, count = _sheet(book, table.table.name, _headers(table), blocks)
            sheets[name] = count
        if summary:
            sheets |= _summarised(book, summary, text)
        for title, headers, lines in (
            ("long_texts", long_headers, book.long_texts() if book.has_long_texts else None),
            ("codebook", codebook.headers(text), codebook.codebook(order, tables, text)),
        ):
            if lines is not None:
                name, count = _sheet(book, text(f"export.{title}"), headers, _blocks(lines))
                sheets[name] = count
    return sheets


def _summary(order: Order, tables: Sequence[Shown], text: Text) -> Summary | None:
    """Of the first table; none at level statistics, whose tables are counts already."""
    if order.level is Level.STATISTICS or not tables or tables[0].table.history:
        return None
    return Summary(tables[0], text)


def _summarised(book: Workbook, summary: Summary, text: Text) -> dict[str, int]:
    """The sheet with charts and the table to pivot."""
    lines, charts = summary.lines()
    words = [(text(f"export.summary_{key}"), cell) for key, cell in _SUMMARY]
    headers = [Header(label, cell, 24 if cell is Cell.TEXT else 10) for label, cell in words]
    first = _sheet(book, text("export.summary"), headers, _blocks(lines), charts=charts)
    names, rows = summary.pivot()
    cells = zip(names, pivot_cells(names), strict=True)
    headers = [Header(name, cell, width(name, cell)) for name, cell in cells]
    return dict([first, _sheet(book, text("export.pivot"), headers, _blocks(rows), table="Pivot")])


def _sheet(
    book: Workbook,
    name: str,
    headers: Sequence[Header],
    blocks: Iterable[list[Sequence[str]]],
    *,
    charts: Sequence[Chart] = (),
    table: str = "",
) -> tuple[str, int]:
    sheet = book.sheet(name, headers)
    try:
        for block in blocks:
            sheet.block(block)
    except BaseException:
        sheet.abandon()
        raise
    sheet.close(charts=charts, table=table)
    return sheet.name, sheet.rows


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """Rows by columns, some at a time."""
    left = iter(rows)
    while some := list(itertools.islice(left, _STEP)):
        yield list(zip(*some, strict=True))


def _headers(table: Shown) -> list[Header]:
    return [
        Header(label, column.cell, column.width or width(label, column.cell))
        for column, label in zip(table.columns, distinct(table.columns), strict=True)
    ]


def _unlike(keys: Sequence[str]) -> list[str]:
    """`keys` with a number behind those that a file system may take for the same: two repeats may share a name."""
    found: list[str] = []
    for key in keys:
        taken = {each.lower() for each in found}
        found.append(next(each for each in _numbered(key) if each.lower() not in taken))
    return found


def _numbered(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key}-{number}" for number in itertools.count(2))


def _write_csv(order: Order, tables: Sequence[Shown], watch: _Watch) -> dict[str, int]:
    if not tables:
        raise Fault("export.nothing", Kind.USAGE)
    targets = [order.target, *beside(order.target, _unlike([each.table.key for each in tables[1:]]))]
    sheets: dict[str, int] = {}
    with placed(targets) as files:
        for file, table, target in zip(files, tables, targets, strict=True):
            name = table.table.name
            sheets[target.stem if name in sheets else name] = _csv(file, table, watch)
    return sheets


def _csv(file: BinaryIO, table: Shown, watch: _Watch) -> int:
    """Rows written: UTF-8 with a byte order mark, by which Excel and WPS know it, and CRLF as RFC 4180 has it."""
    stream = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    out = csv.writer(stream, lineterminator="\r\n")
    out.writerow([inert_csv(label) for label in distinct(table.columns)])
    typed = [column.cell is not Cell.TEXT for column in table.columns]
    rows = 0
    for row in watch.rows(table.rows()):
        out.writerow([inert_csv(value, number=plain) for value, plain in zip(row, typed, strict=True)])
        rows += 1
    stream.flush()
    stream.detach()
    return rows
