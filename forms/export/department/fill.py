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
from forms.foreign.layout import Block, Layout, plain, read_layout
from forms.foreign.mapping import ColumnMap, WorkbookMap
from forms.foreign.sheet import Sheet
from forms.sealed import is_sealed

_STEP = 100


class Why(StrEnum):
    """Why a cell stayed blank."""

    UNKNOWN = "unknown"  # nobody wrote it down yet
    ASK = "ask"  # no fact of ours
    LEVEL = "level"  # known, but not to leave at this level
    WORD = "word"  # none of the drop-down's words says it
    PLACE = "place"  # the sheet parts its lines by village, and has no part for this one


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
    placed = [(line, row) for line, row in zip(lines, rows, strict=True) if row]
    for at, (line, row) in enumerate(placed):
        if at % _STEP == 0:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(at, len(placed))
        filling.write(line, row)
    book.recalculate()
    changes = sorted(filling.changes, key=attrgetter("row"))
    missing = sorted(filling.missing, key=attrgetter("row"))
    return Filled(len(placed), added, tuple(changes), tuple(missing))


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
        self._words = {at: allowed(book, sheet, layout.first, at) for at, _, _ in columns}
        self._number = next((each.column for each in layout.headings if each.is_running_number), None)
        self._alike = self._same_in_all()
        self._firsts: list[int] = []
        self.changes: list[Change] = []
        self.missing: list[Gap] = []

    def rows(self, lines: Sequence[Line]) -> tuple[list[int], int]:
        """The row for each line, new rows made where there are too few; and how many were.

        0 for a line whose village has no block in a sheet that is parted by village.
        """
        blocks, homes = self._homes(lines)
        taken = {row for block in blocks for row in _span(block) if self._is_taken(row)}
        known = self._known(taken)
        same = [rows.pop(0) if (rows := known.get(self._key(line))) else 0 for line in lines]
        found, added = [0] * len(lines), 0
        for number, block in enumerate(blocks):
            waiting = [at for at, home in enumerate(homes) if home == number and not same[at]]
            free = [row + added for row in _span(block) if row not in taken and not self._sheet.is_hidden(row)]
            new, first, last = max(len(waiting) - len(free), 0), block.first + added, block.last + added
            if new:
                insert_lines(self._book, Insertion(self._sheet.name, first, last, new))
            for at, row in zip(waiting, [*free, *range(last + 1, last + 1 + new)], strict=False):
                found[at] = row
            for at, row in enumerate(same):
                if row in _span(block):
                    found[at] = row + added
            self._firsts.append(first)
            added += new
        return found, added

    def _homes(self, lines: Sequence[Line]) -> tuple[Sequence[Block], list[int | None]]:
        """The blocks to fill, and the number of that of each line: by villages where the sheet names these."""
        layout = self._layout
        homes = [_home(line, layout.blocks) for line in lines] if len(layout.blocks) > 1 else []
        if not any(home is not None for home in homes):
            return (Block(layout.first, layout.last),), [0] * len(lines)
        for line, home in zip(lines, homes, strict=True):
            if home is None and self._columns:
                at, each, _ = self._columns[0]
                row = layout.blocks[-1].last
                gap = Gap(row, get_column_letter(at), each.heading, line.label, line.whom, Why.PLACE)
                self.missing.append(gap)
        return layout.blocks, homes

    def _is_taken(self, row: int) -> bool:
        """Whether somebody wrote into a line; its running number and what every line has alike are no writing."""
        return any(
            self._sheet.value(row, each.column).strip()
            for each in self._layout.headings
            if each.column not in self._alike and not self._sheet.is_formula(row, each.column)
        )

    def _same_in_all(self) -> frozenset[int]:
        lines = [row for block in self._layout.blocks for row in _span(block)]
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
        self._count(row)
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

    def _count(self, row: int) -> None:
        """Number the line: one more than the line above has, else its place among those that people see."""
        at, sheet = self._number, self._sheet
        if at is None or at in self._layout.computed or sheet.value(row, at) or sheet.is_formula(row, at):
            return
        first = max((first for first in self._firsts if first <= row), default=row)
        above = sheet.value(row - 1, at) if row > first else ""
        seen = sum(not sheet.is_hidden(each) for each in range(first, row + 1))
        sheet.put(row, at, float(int(above) + 1 if above.isdigit() else seen))

    def _said(self, line: Line, at: int, each: ColumnMap, column: Column | None) -> tuple[str, Why]:
        """What goes into the cell, and where nothing does, why."""
        if column is None:
            return "", Why.ASK
        value = line.facts.get(each.fact, "")
        if not value or is_sealed(value):
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


def _span(block: Block) -> range:
    return range(block.first, block.last + 1)


def _home(line: Line, blocks: Sequence[Block]) -> int | None:
    """The block that names the line's village."""
    village = plain(line.whom)
    return next((at for at, block in enumerate(blocks) if village and village in plain(block.label)), None)


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
