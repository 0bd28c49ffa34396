"""What of a table leaves at a level: which columns, in which words, with which numbers starred."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import islice

from forms.casework.disclosure import Level, mask_number, mask_text, masked_among
from forms.export.types import Cell, Choices, Column, Guard, Lookup, Order, Table, Words
from forms.sealed import is_sealed
from forms.text import Text

Turn = Callable[[str], str]


@dataclass(slots=True)
class Tally:
    """Cells in which something was starred so far."""

    masked: int = 0


@dataclass(slots=True)
class Shown:
    """A table as it leaves: `columns` kept, `rows()` in the words of the export's language."""

    table: Table
    columns: tuple[Column, ...]
    _turns: tuple[tuple[int, Turn | None], ...] = field(repr=False)
    _scanned: tuple[int, ...] = field(default=(), repr=False)
    _tally: Tally = field(default_factory=Tally, repr=False)

    @classmethod
    def whole(cls, table: Table) -> Shown:
        """A table whose values are what leaves, as they stand."""
        return cls(table, table.columns, tuple((at, None) for at in range(len(table.columns))))

    def blocks(self) -> Iterator[list[Sequence[str]]]:
        """Some rows at a time, by columns: a column's values are worded and scanned in one go."""
        rows = iter(self.table.rows())
        while some := list(islice(rows, _BLOCK)):
            given = list(zip(*some, strict=True))
            block: list[Sequence[str]] = []
            for at, turn in self._turns:
                column = given[at]
                block.append(column if turn is None else [turn(value) if value else value for value in column])
            for at in self._scanned:
                block[at] = self._masked(block[at])
            yield block

    def rows(self) -> Iterator[Sequence[str]]:
        for block in self.blocks():
            yield from zip(*block, strict=True)

    def _masked(self, values: Sequence[str]) -> Sequence[str]:
        found = masked_among(values)
        if not found:
            return values
        texts = list(values)
        for at, masked in found.items():
            texts[at] = masked.text
            self._tally.masked += masked.count > 0
        return texts


_BLOCK = 256
"""Rows that are looked at together."""


def shown(table: Table, order: Order, tally: Tally) -> Shown:
    """`table` at the level of `order`, which is handling or full."""
    kept: list[Column] = []
    turns: list[tuple[int, Turn | None]] = []
    scanned: list[int] = []
    for at, column in enumerate(table.columns):
        if not table.history and order.columns and column.key not in order.columns:
            continue
        if not visible(column, order.level):
            continue
        column = replace(column, label=column.key) if order.words is Words.NAMES else column
        kept.append(replace(column, cell=Cell.TEXT) if _is_starred(column, order.level) else column)
        turn = _turn(column, order, tally)
        if column.sealed:
            turn = _unless_sealed(column, order, turn, tally)
        if turn is None and _is_scanned(column, order.level):
            scanned.append(len(turns))
        turns.append((at, turn))
        if column.several and order.choices is Choices.COLUMNS:
            kept += [_of_choice(column, value, order) for value in column.choices]
            turns += [(at, _is_chosen(value)) for value in column.choices]
    return Shown(table, tuple(kept), tuple(turns), tuple(scanned), tally)


def _unless_sealed(column: Column, order: Order, turn: Turn | None, tally: Tally) -> Turn:
    """Words in place of what only one department reads; what was left open goes as it would."""
    shut = Text(order.language)("seal.in_table")
    if turn is None and _is_scanned(column, order.level):
        turn = _scan(tally)
    return lambda value: shut if is_sealed(value) else value if turn is None else turn(value)


def _of_choice(column: Column, value: str, order: Order) -> Column:
    """The column of 1 and 0 that says whether `value` was chosen; blank where nothing was answered."""
    named = order.words is Words.NAMES
    label = f"{column.key}/{value}" if named else f"{column.label}: {column.choices[value] or value}"
    return replace(
        column, key=f"{column.key}/{value}", label=label, cell=Cell.WHOLE, guard=Guard.NONE, choices={}, several=False,
        list="", type="",
    )  # fmt: skip


def _is_chosen(wanted: str) -> Turn:
    return lambda value: "1" if wanted in value.split() else "0"


def visible(column: Column, level: Level) -> bool:
    """Whether a column leaves at `level`: what is marked higher does not, but for numbers that are starred."""
    return level.covers(column.level) or (column.guard is Guard.NUMBER and level is Level.HANDLING)


def treatment(column: Column, level: Level) -> str:
    """Key of the words for what happens to a column: plain, starred, scanned."""
    if level is Level.FULL or column.guard is Guard.NONE:
        return "export.treatment_plain"
    return "export.treatment_starred" if column.guard is Guard.NUMBER else "export.treatment_scanned"


def in_words(
    column: Column, lookup: Lookup | None, joint: str, scan: Turn | None, *, names: bool = False
) -> Turn | None:
    """What turns a stored value into its label, or with `names` leaves it; None where values are not chosen.

    What is no choice of the form, and what a list says, passes `scan`: either may be any text.
    """
    if not column.choices and not column.list:
        return None
    labels = {value: value for value in column.choices} if names else dict(column.choices)

    def one(value: str) -> str:
        label = labels.get(value)
        if label is None:
            known = lookup is not None and column.list and not names
            said = (lookup(column.list, value) if known and lookup else value) or value
            label = said if scan is None else scan(said)
            if len(labels) < _REMEMBERED and label == said:
                labels[value] = label
        return label or value

    if column.several:
        joint = " " if names else joint
        return lambda value: joint.join([one(each) for each in value.split()])
    return one


_REMEMBERED = 50_000


def _is_starred(column: Column, level: Level) -> bool:
    return level is not Level.FULL and column.guard is Guard.NUMBER


def _is_scanned(column: Column, level: Level) -> bool:
    return level is not Level.FULL and column.guard is Guard.SCAN and column.cell is not Cell.MOMENT


def _turn(column: Column, order: Order, tally: Tally) -> Turn | None:
    if column.cell is Cell.MOMENT:
        return None if order.zone is None else _local(order.zone)
    full = order.level is Level.FULL
    scan = None if full else _star(tally) if column.guard is Guard.NUMBER else _scan(tally)
    joint = "、" if order.language == "zh" else "; "
    worded = in_words(column, order.lookup, joint, scan, names=order.words is Words.NAMES)
    if worded is not None:
        return worded
    return scan if column.guard is Guard.NUMBER else None  # free text is scanned row by row


def _local(zone: tzinfo) -> Turn:
    """A moment with an offset as the clock on the wall of `zone` shows it."""

    def local(value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return value if moment.tzinfo is None else moment.astimezone(zone).isoformat(timespec="seconds")

    return local


def _star(tally: Tally) -> Turn:
    def star(value: str) -> str:
        tally.masked += 1
        return mask_number(value)

    return star


def _scan(tally: Tally) -> Turn:
    def scan(value: str) -> str:
        masked = mask_text(value)
        if masked.count:
            tally.masked += 1
        return masked.text

    return scan


def keys(tables: Sequence[Table]) -> frozenset[str]:
    """Every column key of the tables, for checking what a person asked for."""
    return frozenset(column.key for table in tables for column in table.columns)
