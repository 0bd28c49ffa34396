"""Shapes of rows and the records that are made after them. Types only; see `shapes`, `rendering` and `bulk`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

NOW, WHO = "now", "who"
PARTED = "\x1e"  # between the texts of a pattern; no value may hold it

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A text of a record, by its place in the shape's pattern."""

    index: int


Cell = str | Part
"""A text that is the same in all records of a shape, or one with gaps."""


@dataclass(frozen=True, slots=True)
class Place:
    """An id that is only known when a row is written: the `offset`-th new row of a table, or a known entity's."""

    table: str
    offset: int = 0
    slot: str = ""


@dataclass(frozen=True, slots=True)
class RowShape:
    """A row: for each column a constant, a part or a place."""

    table: str
    cells: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SubjectShape:
    """What of a new entity is searched; see `search_keys.Subject`."""

    offset: int
    dataset: str
    label: Cell
    properties: tuple[tuple[str, Cell], ...]
    area: Cell
    door: Cell
    who: Cell


@dataclass(frozen=True, slots=True)
class Shape:
    pattern: str  # every text with gaps, parted by `PARTED`; a gap is %s
    slots: tuple[str, ...]  # what stands in each gap
    xml: Cell
    rows: tuple[RowShape, ...]
    born: Mapping[str, int]  # new rows of each table that gives ids
    subjects: tuple[SubjectShape, ...]
    named: tuple[tuple[str, int], ...]  # slots of known entities, and how many requests each gains
    numbers: tuple[tuple[str, str], ...]  # kind and slot of each short number
    instance: Cell
    author: str
    audit: Mapping[str, Cell]


class NotAlike(Exception):
    """The example did what a shape cannot say: its records are to be made one by one."""


@dataclass(slots=True)
class Sheaf:
    """Rows of some records as they are to be written; new ids count from 0 in each table that gives them."""

    rows: dict[str, list[object]] = field(default_factory=dict)  # by table, the cells of one row after another
    links: list[tuple[str, int]] = field(default_factory=list)  # known entities by uuid, and the record that names each
    keys: dict[str, list[int]] = field(default_factory=dict)  # what entities are found by, and which
    numbered: list[object] = field(default_factory=list)  # the same of short numbers: key, entity, key, entity
    gains: Counter[str] = field(default_factory=Counter)  # requests of known entities, by uuid
    numbers: dict[str, list[str]] = field(default_factory=dict)
    said: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)  # author, instanceID, detail
    born: Counter[str] = field(default_factory=Counter)
