"""Shapes of rows and the records that are made after them. Types only; see `shapes` and `bulk`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

NOW, WHO = "now", "who"

Values = Mapping[str, str]
Cell = Callable[[Values], str]


@dataclass(frozen=True, slots=True)
class Place:
    """An id that is only known when a row is written: the `offset`-th new row of a table, or a known entity's."""

    table: str
    offset: int = 0
    slot: str = ""


@dataclass(frozen=True, slots=True)
class RowShape:
    """A row: for each column a constant, a cell to be filled or a place."""

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


@dataclass(frozen=True, slots=True)
class Alike:
    """A record to be written: its shape and what stands in each slot."""

    shape: Shape
    values: Values
