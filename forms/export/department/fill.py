"""Write what is known into a department's workbook: only blank data cells change, and every gap is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter

from openpyxl.utils import get_column_letter

from forms.casework.disclosure import Level, mask_text
from forms.errors import Fault, Kind
from forms.export.department.insert import insert_lines
from forms.export.department.moved import Insertion
from forms.export.department.words import allowed, choose, yes_or_no
from forms.export.types import Cancelled, Cell, Column, Guard, Lookup, Progress
from forms.foreign.book import Book
from forms.foreign.layout import Layout, plain, read_layout
from forms.foreign.mapping import ColumnMap, WorkbookMap
from forms.foreign.sheet import Sheet

_STEP = 100


class Why(StrEnum):
    """Why a cell stayed blank."""

    UNKNOWN = "unknown"  # nobody wrote it down yet
    ASK = "ask"  # no fact of ours
    LEVEL = "level"  # known, but not to leave at this level
    WORD = "word"  # none of the drop-down's words says it


@dataclass(frozen=True, slots=True)
class Line:
    """What is known for one line: fact -> stored value, "" or absent where unknown; `label` for people to find it,
    `whom` to ask for what is missing."""

    facts: Mapping[str, str]
    label: str
    whom: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that stayed blank: its place in the filled sheet, what belongs there, whom to ask."""

    row: int
    column: str
    heading: str
    label: str
    whom: str
    why: Why


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that was filled: its place in the filled sheet, for whom, and what stands there now."""

    row: int
    column: str
    heading: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Filled:
    """`lines` written or completed, `added` rows that were put in, the cells that changed, and the gaps."""

    lines: int
    added: int
    changes: tuple[Change, ...]
    missing: tuple[Gap, ...]

    @property
    def cells(self) -> int:
        return len(self.changes)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """At which level facts leave, and in which words; `lookup` as in `forms.export.types`."""

    level: Level
    lookup: Lookup | None = None
    joint: str = "、"


def fill(
    book: Book,
    mapping: WorkbookMap,
    columns: Mapping[str, Column],
    lines: Sequence[Line],
    disclosure: Disclosure,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Filled:
    """Fill `lines` into the sheet of `mapping`; `columns` tells of each fact what it holds and who may see it.

    A line that the sheet has already, known again by the key columns, is completed where blank; others go into the
    blank lines, and into new ones above the totals. Raises Fault for headings or facts that are not there.
    """
    sheet = book.sheet(mapping.sheet or book.names[0])
    layout = read_layout(sheet)
    filling = _Filling(book, sheet, layout, _placed(mapping, layout, columns), disclosure)
    rows, added = filling.rows(lines)
    for at, (line, row) in enumerate(zip(lines, rows, strict=True)):
        if at % _STEP == 0:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(at, len(lines))
        filling.write(line, row)
    book.recalculate()
    changes = sorted(filling.changes, key=attrgetter("row"))
    missing = sorted(filling.missing, key=attrgetter("row"))
    return Filled(len(lines), added, tuple(changes), tuple(missing))


def _placed(
    mapping: WorkbookMap, layout: Layout, columns: Mapping[str, Column]
) -> tuple[tuple[int, ColumnMap, Column | None], ...]:
    """The map's columns at their places, and the fact of each."""
    found = []
    for each in mapping.columns:
        at = layout.column(each.heading)
        if at is None:
            known = ", ".join(heading.text for heading in layout.headings)
            raise Fault("foreign.map_heading", Kind.USAGE, heading=each.heading, known=known)
        if each.fact and each.fact not in columns:
            raise Fault("foreign.map_fact", Kind.USAGE, fact=each.fact, known=", ".join(sorted(columns)))
        if at not in layout.computed:
            found.append((at, each, columns.get(each.fact)))
    return tuple(found)


class _Filling:
    """One sheet while it is filled."""

    def __init__(
        self,
        book: Book,
        sheet: Sheet,
        layout: Layout,
        columns: Sequence[tuple[int, ColumnMap, Column | None]],
        disclosure: Disclosure,
    ) -> None:
        self._book, self._sheet, self._layout, self._columns = book, sheet, layout, columns
        self._disclosure = disclosure
        self._last = layout.last
        self._words = {at: allowed(book, sheet, layout.first, at) for at, _, _ in columns}
        self._number = next((each.column for each in layout.headings if each.is_running_number), None)
        self._alike = self._same_in_all()
        self.changes: list[Change] = []
        self.missing: list[Gap] = []

    def rows(self, lines: Sequence[Line]) -> tuple[list[int], int]:
        """The row for each line, new rows made where there are too few; and how many were."""
        taken = {row for row in range(self._layout.first, self._last + 1) if self._is_taken(row)}
        known = self._known(taken)
        rows = []
        for line in lines:
            same = known.get(self._key(line))
            rows.append(same.pop(0) if same else 0)
        free = [row for row in range(self._layout.first, self._last + 1) if row not in taken]
        added = max(rows.count(0) - len(free), 0)
        if added:
            insert_lines(self._book, Insertion(self._sheet.name, self._layout.first, self._last, added))
            free += range(self._last + 1, self._last + added + 1)
            self._last += added
        return [row or free.pop(0) for row in rows], added

    def _is_taken(self, row: int) -> bool:
        """Whether somebody wrote into a line; its running number and what every line has alike are no writing."""
        return any(
            self._sheet.value(row, each.column).strip()
            for each in self._layout.headings
            if each.column not in self._alike and not self._sheet.is_formula(row, each.column)
        )

    def _same_in_all(self) -> frozenset[int]:
        lines = range(self._layout.first, self._layout.last + 1)
        found = {self._number} if self._number else set()
        for each in self._layout.headings:
            values = {self._sheet.value(row, each.column).strip() for row in lines}
            if len(lines) > 1 and len(values) == 1 and "" not in values:
                found.add(each.column)
        return frozenset(found)

    def _known(self, taken: set[int]) -> dict[tuple[str, ...], list[int]]:
        found: dict[tuple[str, ...], list[int]] = {}
        keys = [at for at, each, _ in self._columns if each.key]
        for row in sorted(taken):
            key = tuple(plain(self._sheet.shown(row, at)) for at in keys)
            if any(key):
                found.setdefault(key, []).append(row)
        return found

    def _key(self, line: Line) -> tuple[str, ...]:
        return tuple(plain(self._said(line, at, each, column)[0]) for at, each, column in self._columns if each.key)

    def write(self, line: Line, row: int) -> None:
        if self._number and self._number not in self._layout.computed:
            number = row - self._layout.first + 1
            if not self._sheet.value(row, self._number) and not self._sheet.is_formula(row, self._number):
                self._sheet.put(row, self._number, float(number))
        for at, each, column in self._columns:
            if self._sheet.anchor(row, at) != (row, at) or self._sheet.is_formula(row, at):
                continue
            if self._sheet.value(row, at).strip():
                continue
            said, why = self._said(line, at, each, column)
            if said:
                self._put(row, at, said, column if not each.has else None)
                self.changes.append(Change(row, get_column_letter(at), each.heading, line.label, said))
            elif not each.optional:
                whom = each.ask or line.whom
                self.missing.append(Gap(row, get_column_letter(at), each.heading, line.label, whom, why))

    def _said(self, line: Line, at: int, each: ColumnMap, column: Column | None) -> tuple[str, Why]:
        """What goes into the cell, and where nothing does, why."""
        if column is None:
            return "", Why.ASK
        value = line.facts.get(each.fact, "")
        if not value:
            return "", Why.UNKNOWN
        if not self._disclosure.level.covers(_needs(column)):
            return "", Why.LEVEL
        if each.has:
            return yes_or_no(each.has in value.split(), self._words[at]) or "", Why.WORD
        if column.choices or column.list or each.words:
            return self._worded(value, at, each, column), Why.WORD
        if column.cell is Cell.TEXT and self._words[at]:
            return choose(value, value, self._words[at], each.words) or "", Why.WORD
        if column.guard is Guard.SCAN and self._disclosure.level is not Level.FULL:
            return mask_text(value).text, Why.UNKNOWN
        return value, Why.UNKNOWN

    def _worded(self, value: str, at: int, each: ColumnMap, column: Column) -> str:
        words = self._words[at]
        values = value.split() if column.several else [value]
        found = [choose(one, self._label(one, column), words, each.words) for one in values]
        said = [one for one in found if one]
        return (said[0] if said else "") if words else self._disclosure.joint.join(said)

    def _label(self, value: str, column: Column) -> str:
        label = column.choices.get(value)
        if label is None and column.list and self._disclosure.lookup is not None:
            label = self._disclosure.lookup(column.list, value)
        return label or value

    def _put(self, row: int, at: int, said: str, column: Column | None) -> None:
        style = self._sheet.style(row, at)
        day = _day(said) if column is not None and column.cell in (Cell.DATE, Cell.MOMENT) else None
        number = _number(said) if column is None or column.cell in (Cell.WHOLE, Cell.DECIMAL) else None
        if day is not None and self._sheet.styles.is_date(style):
            self._sheet.put_day(row, at, day)
        elif number is not None and not self._sheet.styles.is_text(style):
            self._sheet.put(row, at, number)
        else:
            self._sheet.put(row, at, said)


def _needs(column: Column) -> Level:
    """The level from which a fact leaves whole; a telephone or identity number in stars is of no use in a form."""
    return Level.FULL if column.guard is Guard.NUMBER else column.level


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 and len(text) <= 15 and not (text[:1] == "0" and text[1:2].isdigit()) else None
