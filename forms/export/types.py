"""What an export is made of: tables of lexical values, columns that know what they hold and who may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum
from pathlib import Path

from forms.casework.course import Course
from forms.casework.disclosure import Level
from forms.entities import EntityRow
from forms.export.releases import Release

Lookup = Callable[[str, str], str]
"""(list name such as `areas.csv` or `residents.csv`, value) -> its label in the export's language, or the value."""

Progress = Callable[[int, int], None]
"""(rows done, rows in all; 0 where nobody counted)."""


class Cell(StrEnum):
    """How a column's cells are written. A value that does not fit is written as text, never lost."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"  # date and time


class Guard(StrEnum):
    """What masking does to a column below level full."""

    NONE = "none"
    NUMBER = "number"  # an identity number or telephone: all but the last signs
    SCAN = "scan"  # text that may hold such numbers


class Choices(StrEnum):
    """How a question with several answers leaves: one column, or behind it one of 1 and 0 for each choice."""

    ONE = "one"
    COLUMNS = "columns"


class Words(StrEnum):
    """Headers and choices in people's words, or as the form's names, which programs read."""

    LABELS = "labels"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` is the question's or property's name, or that of a computed column (`due`).

    `choices` maps stored values to labels; `several` says that a value is several of them parted by spaces;
    `list` names the external list whose labels `Lookup` gives. `path`, `type` are for the codebook.
    `counted` says that statistics may count by it: one choice of few, at level statistics. `codes` are what values
    in people's words stand for, the same in every language. `blank` is what no value means where rows are counted.
    """

    key: str
    label: str
    cell: Cell = Cell.TEXT
    level: Level = Level.HANDLING
    guard: Guard = Guard.NONE
    choices: Mapping[str, str] = field(default_factory=dict)
    several: bool = False
    list: str = ""
    path: str = ""
    type: str = ""
    counted: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    blank: str = ""
    sealed: bool = False  # its form seals it: what was sealed leaves in no table
    width: int = 0  # signs; 0: from kind and label


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `rows` starts anew at every call and gives values in the order of `columns`; "" is blank.

    `period` is the key of the day by which its rows are asked for; `finest` are those of the columns by which other
    tables that leave count the same things.
    """

    key: str
    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Sequence[str]]]
    total: int = 0
    history: bool = False  # left out of statistics
    period: str = ""
    finest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A finalised submission on its way into a table; `state` and `author` as people read them."""

    xml: bytes
    instance_id: str
    ref: str = ""
    area: str = ""  # code
    finalised: str = ""  # ISO 8601
    state: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Current:
    """An entity as it stands today, and of a request its course; `days_left` is None while no clock runs."""

    entity: EntityRow
    course: Course | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history sheet: what happened to which entity, and when.

    `what` and `by` are words for people; `text` is what was said or changed; `late` marks an event that came too
    late and changed nothing.
    """

    ref: str
    uuid: str
    on: str  # ISO 8601 date or date and time
    what: str
    by: str = ""
    text: str = ""
    late: bool = False
    instance_id: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """How to write: `target` ends with .xlsx or .csv; `columns` are keys to keep, all where empty.

    `made_on` and `title` head the codebook. `reason` is printed there too, with the level. `zone` is the one in which
    a moment with an offset is shown; None leaves it as written.
    """

    target: Path
    level: Level = Level.HANDLING
    language: str = "zh"
    columns: tuple[str, ...] = ()
    lookup: Lookup | None = None
    title: str = ""
    made_on: date | None = None
    reason: str = ""
    zone: tzinfo | None = None
    choices: Choices = Choices.ONE
    words: Words = Words.LABELS
    earlier: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """`sheets` counts data rows by sheet name, `masked` cells with something starred, `suppressed` cells hidden.

    `release` is what tables of counts gave away, to be remembered.
    """

    path: Path
    sheets: Mapping[str, int]
    masked: int
    suppressed: int
    release: Release | None = None


class Cancelled(Exception):
    """The person stopped it: nothing was left behind."""
