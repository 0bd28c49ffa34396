"""What goes on paper, as words in an order; how it looks is the window's business."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Paper(StrEnum):
    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True, slots=True)
class Heading:
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Plain words; `small` for explanations."""

    words: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do or to read out: a line in bold, what belongs to it, a box to tick where `tick`."""

    title: str
    lines: tuple[str, ...] = ()
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with their values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be answered by hand: `options` to tick, `boxes` for single digits, else `lines` to write on."""

    label: str
    hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    several: bool = False
    boxes: str = ""  # "    -  -  " : a blank is a box, any other sign stands between
    lines: int = 0


Block = Heading | Passage | Item | Pairs | Table | Asked


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name` is the file's without ending; `foot` stands under every page."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    second: str = ""
    foot: str = ""
    paper: Paper = Paper.A4
