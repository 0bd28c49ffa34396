"""Tables of counts that leave the office: small groups merged, small cells suppressed with their complements.

Every total that is published counts at least `LEAST` records: values with fewer are merged into one line. Inside a
table a cell of 1 to 4 is suppressed, and with it others, until every suppressed cell lies on a closed path of
suppressed cells (so that linear algebra on the totals finds none) and the suppressed of each row and column sum to
`LEAST` at least beyond their number (so that none follows from being positive). All totals stay as they are, so
tables that share them cannot be played against each other. Zero is left blank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.casework.disclosure import Level, mask_text
from forms.export.disclose import in_words
from forms.export.suppress import LEAST, suppress
from forms.export.types import Cell, Column, Order, Table
from forms.text import Text

HIDDEN = "…"
MERGED = "\0merged"
"""Stands for the values merged into one line, which no value of a form can be."""

VILLAGE = "village"

Watched = Callable[[Iterable[Sequence[str]]], Iterator[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Counted:
    """`suppressed` counts cells hidden in all tables."""

    tables: tuple[Table, ...]
    suppressed: int


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
    made: list[Table] = []
    suppressed = 0
    for table in tables:
        if table.history:
            continue
        for each, hidden in _count(table, order, watched, text):
            made.append(each)
            suppressed += hidden
    return Counted(tuple(made), suppressed)


def _count(table: Table, order: Order, watched: Watched, text: Text) -> Iterator[tuple[Table, int]]:
    chosen = [
        (at, column)
        for at, column in enumerate(table.columns)
        if column.counted and (not order.columns or column.key in order.columns or column.key == VILLAGE)
    ]
    chosen.sort(key=lambda each: each[1].key != VILLAGE)
    margins: list[Counter[str]] = [Counter() for _ in chosen]
    pairs: list[Counter[tuple[str, str]]] = [Counter() for _ in chosen]
    total = 0
    for row in watched(table.rows()):
        total += 1
        first = row[chosen[0][0]] if chosen else ""
        for number, (at, _) in enumerate(chosen):
            margins[number][row[at]] += 1
            pairs[number][first, row[at]] += 1
    if total < LEAST or not chosen:
        yield _too_few(table, text), 0
        return
    axes = [_Axis(column, _merged(margin)) for (_, column), margin in zip(chosen, margins, strict=True)]
    telling = [(axis, pair) for axis, pair in zip(axes[1:], pairs[1:], strict=True) if len(axis.lines) > 1]
    if not telling:
        yield _simple(table, axes[0], margins[0], order, text), 0
    for axis, pair in telling:
        yield _crossed(table, axes[0], axis, pair, order, text)


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


def _crossed(
    table: Table, down: _Axis, across: _Axis, pair: Mapping[tuple[str, str], int], order: Order, text: Text
) -> tuple[Table, int]:
    rows, columns = down.lines, across.lines
    cells = [[0] * len(columns) for _ in rows]
    for (one, other), count in pair.items():
        cells[rows.index(down.line[one])][columns.index(across.line[other])] += count
    hidden = suppress(cells)
    name_down, name_across = _namer(down.column, order, text), _namer(across.column, order, text)
    lines = [
        [name_down(row), *(_cell(cells, hidden, at, to) for to in range(len(columns))), str(sum(cells[at]))]
        for at, row in enumerate(rows)
    ]
    lines.append([text("export.total"), *(str(sum(column)) for column in zip(*cells, strict=True)), str(_sum(cells))])
    labels = [down.column.label, *(name_across(column) for column in columns), text("export.total")]
    name = text("export.by", table=table.name, column=across.column.label)
    return _table(f"{table.key}_{across.column.key}", name, labels, lines), len(hidden)


def _simple(table: Table, axis: _Axis, margin: Mapping[str, int], order: Order, text: Text) -> Table:
    name = _namer(axis.column, order, text)
    sums = dict.fromkeys(axis.lines, 0)
    for value, count in margin.items():
        sums[axis.line[value]] += count
    lines = [[name(line), str(count)] for line, count in sums.items()]
    lines.append([text("export.total"), str(sum(sums.values()))])
    return _table(table.key, table.name, [axis.column.label, text("export.count")], lines)


def _too_few(table: Table, text: Text) -> Table:
    return _table(table.key, table.name, [table.name], [[text("export.too_few", least=LEAST)]])


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
        return (worded(line) if worded else line) if line else text("export.blank")

    return name


def _sum(cells: Sequence[Sequence[int]]) -> int:
    return sum(map(sum, cells))
