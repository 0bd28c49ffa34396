"""What is made for others to see: values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.casework.publishing import Stage

__all__ = ["Draft", "DraftLine", "Form", "PublishOrder", "Released", "Said", "Stage"]


class Form(StrEnum):
    """What it is for; words under `publication.form_KEY`."""

    BOARD = "board"  # a sheet for the notice board
    OPEN = "open"  # a file for anybody


@dataclass(frozen=True, slots=True)
class PublishOrder:
    """Needs by village and category over whole months `first` to `last` (2026-11), and with it published opinions."""

    form: Form
    first: str
    last: str
    opinions: bool = True


@dataclass(frozen=True, slots=True)
class DraftLine:
    """`cells` are None where hidden."""

    label: str
    cells: tuple[int | None, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion with its answer, as people may read it."""

    topic: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Draft:
    """As it would leave. `hidden` counts cells that say nothing."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[DraftLine, ...]
    totals: tuple[int, ...]
    total: int
    hidden: int
    notes: tuple[str, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """A proposal, and what became of it. `public`: it stands on the page for everybody, and can be taken back."""

    id: str
    form: Form
    stage: Stage
    made_by: str
    made_on: date | None
    decided_by: str
    decided_on: date | None
    reason: str
    draft: Draft
    public: bool = False
