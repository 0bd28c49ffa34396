"""Tables of counts that leave the office: small groups merged, small cells suppressed with their complements.

Every total that is published counts at least `LEAST` records: values with fewer are merged into one line. Inside a
table a cell of 1 to 4 is suppressed, and with it others, until every suppressed cell lies on a closed path of
suppressed cells (so that linear algebra on the totals finds none) and the suppressed of each row and column sum to
`LEAST` at least beyond their number (so that none follows from being positive). All totals stay as they are, so
tables that share them cannot be played against each other. Zero is left blank. Beside what left before
(`Order.earlier`), and beside the other tables of the same export, more is hidden, and where a total would give a small
group away the table is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.casework.disclosure import Level, mask_text
from forms.export.disclose import in_words
from forms.export.releases import Release, fit, together
from forms.export.seen import VILLAGE, Seen, Watched
from forms.export.suppress import LEAST
from forms.export.types import Cell, Column, Order, Table
from forms.text import Text

HIDDEN = "…"
MERGED = "\0merged"
"""Stands for the values merged into one line, which no value of a form can be."""


@dataclass(frozen=True, slots=True)
class Counted:
    """`suppressed` counts cells hidden in all tables; `release` is what is to be remembered of them."""

    tables: tuple[Table, ...]
    suppressed: int
    release: Release = field(default_factory=lambda: Release({}, ()))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One way to count: the column, and which line each value belongs to."""

    column: Column
    line: Mapping[str, str]

    @property
    def lines(self) -> tuple[str, ...]:
        """In the order of the choices, else of the alphabet, never of size; the merged line last."""
        order = {value: at for at, value in enumerate(self.column.choices)}
        lines = dict.fromkeys(self.line.values())
        return tuple(
            sorted(lines, key=lambda value: (value == MERGED, value == "", order.get(value, len(order)), value))
        )


def counts(tables: Sequence[Table], order: Order, watched: Watched) -> Counted:
    """Count the rows of each table that is no history: by village (or its first column) and by every other.

    A column in which all say the same makes no table; where none is left, the villages are counted alone.
    """
    text = Text(order.language)
    made: list[Made] = []
    for table in tables:
        if not table.history:
            made += _count(table, order, watched, text)
    whole = together(each.release for each in made)
    return Counted(tuple(each.table for each in made), sum(each.hidden for each in made), whole)


@dataclass(frozen=True, slots=True)
class Made:
    table: Table
    hidden: int = 0
    release: Release = field(default_factory=lambda: Release({}, ()))


def _count(table: Table, order: Order, watched: Watched, text: Text) -> Iterator[Made]:
    seen = Seen.of(table, watched(table.rows()), order.zone)
    chosen = [
        column for column in seen.columns if not order.columns or column.key in order.columns or column.key == VILLAGE
    ]
    if seen.total < LEAST or not chosen:
        yield Made(_said(table, text("export.too_few", least=LEAST)))
        return
    down, *others = (_Axis(column, _merged(seen.margin(column))) for column in chosen)
    telling = [axis for axis in others if len(axis.lines) > 1]
    if not telling:
        yield _simple(table, down, seen, order, text)
    made: dict[str, Made] = {}
    for axis in sorted(telling, key=lambda axis: len(axis.lines)):  # what is coarse is worth more, and tells less
        earlier = (*order.earlier, *(each.release for each in made.values()))
        made[axis.column.key] = _crossed(table, down, axis, seen, replace(order, earlier=earlier), text)
    yield from (made[axis.column.key] for axis in telling)


def _merged(margin: Mapping[str, int]) -> dict[str, str]:
    """Value -> its line, the largest first; those below `LEAST` share one, with more until it is large enough."""
    ordered = sorted(margin, key=lambda value: (-margin[value], value))
    small = [value for value in ordered if margin[value] < LEAST]
    large = [value for value in ordered if margin[value] >= LEAST]
    while small and sum(margin[value] for value in small) < LEAST and large:
        small.insert(0, large.pop())
    if len(small) == 1:
        large, small = large + small, []
    return {value: value for value in large} | dict.fromkeys(small, MERGED)


def _crossed(table: Table, down: _Axis, across: _Axis, seen: Seen, order: Order, text: Text) -> Made:
    rows, columns = down.lines, across.lines
    row_of = {value: rows.index(line) for value, line in down.line.items()}
    column_of = {value: columns.index(line) for value, line in across.line.items()}
    cells = [[0] * len(columns) for _ in rows]
    for (one, other), count in seen.crossed(down.column, across.column).items():
        cells[row_of[one]][column_of[other]] += count
    named = text("export.by", table=table.name, column=across.column.label)
    fitted = fit(cells, seen.parts(down.column, row_of, across.column, column_of), order.earlier)
    if fitted is None:
        return Made(
            _said(table, text("export.follows", least=LEAST), key=f"{table.key}_{across.column.key}", name=named)
        )
    hidden, release = fitted
    name_down, name_across = _namer(down.column, order, text), _namer(across.column, order, text)
    lines = [
        [name_down(row), *(_cell(cells, hidden, at, to) for to in range(len(columns))), str(sum(cells[at]))]
        for at, row in enumerate(rows)
    ]
    lines.append([text("export.total"), *(str(sum(column)) for column in zip(*cells, strict=True)), str(_sum(cells))])
    labels = [down.column.label, *(name_across(column) for column in columns), text("export.total")]
    return Made(_table(f"{table.key}_{across.column.key}", named, labels, lines), len(hidden), release)


def _simple(table: Table, axis: _Axis, seen: Seen, order: Order, text: Text) -> Made:
    lines = axis.lines
    row_of = {value: lines.index(line) for value, line in axis.line.items()}
    sums = [[0] for _ in lines]
    for value, count in seen.margin(axis.column).items():
        sums[row_of[value]][0] += count
    fitted = fit(sums, (seen.lines(axis.column, row_of),), order.earlier)
    if fitted is None:
        return Made(_said(table, text("export.follows", least=LEAST)))
    name = _namer(axis.column, order, text)
    written = [[name(line), str(row[0])] for line, row in zip(lines, sums, strict=True)]
    written.append([text("export.total"), str(_sum(sums))])
    return Made(_table(table.key, table.name, [axis.column.label, text("export.count")], written), 0, fitted[1])


def _said(table: Table, words: str, *, key: str = "", name: str = "") -> Table:
    """A sheet that only says why it has no numbers."""
    return _table(key or table.key, name or table.name, [name or table.name], [[words]])


def _table(key: str, name: str, labels: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    columns = [
        Column(f"c{at}", label, Cell.WHOLE if at else Cell.TEXT, Level.STATISTICS) for at, label in enumerate(labels)
    ]
    return Table(key, name, tuple(columns), lambda: lines, len(lines))


def _cell(cells: Sequence[Sequence[int]], hidden: set[tuple[int, int]], at: int, to: int) -> str:
    if (at, to) in hidden:
        return HIDDEN
    return str(cells[at][to]) if cells[at][to] else ""


def _namer(column: Column, order: Order, text: Text) -> Callable[[str], str]:
    worded = in_words(column, order.lookup, "、", lambda value: mask_text(value).text)

    def name(line: str) -> str:
        if line == MERGED:
            return text("export.merged", least=LEAST)
        if not line:
            return column.blank or text("export.blank")
        return worded(line) if worded else line

    return name


def _sum(cells: Sequence[Sequence[int]]) -> int:
    return sum(map(sum, cells))
