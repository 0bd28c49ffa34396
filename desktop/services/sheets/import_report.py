"""The workbook of what a register's import did not take in, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from desktop.services.sheets.import_values import Refused, Same
from forms.export.place import placed
from forms.export.types import Cell
from forms.export.xlsx import Header, Workbook
from forms.text import Text


def write_report(
    path: Path,
    refused: Sequence[Refused],
    same: Sequence[Same],
    asides: Sequence[tuple[int, str, str]],
    text: Text,
) -> None:
    """Three sheets: refused rows with every reason, whole so that they can be mended and brought again; second
    writings of a person; what was kept as a remark. The file appears whole or not at all."""
    shown = [each.cells for each in refused] + [each.cells for each in same]
    headings = tuple(dict.fromkeys(key for cells in shown for key in cells))
    again = [(str(each.row), _of(each.of, text), *_cells(each.cells, headings)) for each in same]
    kept = [(str(row), name, aside) for row, name, aside in sorted(asides)]
    with placed([path]) as (file,), Workbook(file, title=text("register.report")) as book:
        sheets = (
            ("refused", ("row", "column", "why", "remedy"), headings, list(_reasons(refused, headings, text))),
            ("same", ("row", "same_as"), headings, again),
            ("kept", ("row", "name", "remark"), (), kept),
        )
        for name, own, theirs, rows in sheets:
            words = [text(f"register.{each}") for each in own]
            _sheet(book, text(f"register.{name}"), (*words, *theirs), rows)


def _reasons(refused: Sequence[Refused], headings: Sequence[str], text: Text) -> Iterator[tuple[str, ...]]:
    for each in sorted(refused, key=lambda each: each.row):
        for problem in each.problems:
            yield (
                str(each.row),
                problem.heading,
                text(f"register.{problem.flaw}", value=problem.value),
                text(f"register.{problem.flaw}.remedy"),
                *_cells(each.cells, headings),
            )


def _of(of: str, text: Text) -> str:
    """A row of the file, a record that says the same, or a resident."""
    if of.isdigit():
        return text("register.same_row", row=of)
    return text("register.same_record" if of.startswith("uuid:") else "register.same_known", uuid=of)


def _cells(cells: Mapping[str, str], headings: Sequence[str]) -> list[str]:
    return [cells.get(heading, "").strip() for heading in headings]


def _sheet(book: Workbook, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet = book.sheet(name, [Header(heading, Cell.TEXT, 16) for heading in headings])
    try:
        for row in rows:
            sheet.row(row)
    except BaseException:
        sheet.abandon()
        raise
    sheet.close()
