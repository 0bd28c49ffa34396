"""What goes into and comes out of taking in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from forms.foreign import WorkbookMap
from forms.register.reasons import Problem
from sync.store.import_values import ImportRun as ImportRun


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """`file` as records of `form`; without a map one is suggested. `report` is beside the file unless named."""

    form: str
    file: Path
    mapping: Path | WorkbookMap | None = None
    dry_run: bool = False
    report: Path | None = None

    @property
    def report_file(self) -> Path:
        return self.report or self.file.with_name(f"{self.file.stem}-report.xlsx")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken in, why, and what stood in it."""

    row: int
    problems: tuple[Problem, ...]
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Same:
    """A row that seems to be known: `of` is a row of the file, a resident's uuid or a record's instanceID."""

    row: int
    name: str
    of: str
    cells: Mapping[str, str]


@dataclass(slots=True)
class Sorted:
    """What became of the rows so far."""

    rows: int = 0
    refused: list[Refused] = field(default_factory=list)
    same: list[Same] = field(default_factory=list)
    asides: list[tuple[int, str, str]] = field(default_factory=list)


class Intake(Protocol):
    """The sound rows of a spreadsheet on their way into the store, a few at a time."""

    @property
    def sorted(self) -> Sorted: ...
    @property
    def total(self) -> int:
        """Records to be stored."""
        ...

    @property
    def new(self) -> int:
        """Rows that are new: people of a register, records of another form."""
        ...

    added: int
    households: int

    def take(self, filling: FillingDesk, start: int, count: int) -> Sequence[str]:
        """Store records `start` to `start + count`; their instanceIDs. What a form refuses goes to `sorted`."""
        ...


@dataclass(frozen=True, slots=True)
class Columns:
    """A map for a spreadsheet, and the facts that a column may be taken for, with words for people."""

    mapping: WorkbookMap
    facts: Mapping[str, str]


@dataclass(slots=True)
class Looked:
    """A spreadsheet that was read and sorted; `mapping` says what each column was taken for. `done` counts records
    stored so far, `run` is the import's number once something was."""

    order: ImportOrder
    mapping: WorkbookMap
    intake: Intake
    done: int = 0
    run: int = 0

    @property
    def finished(self) -> bool:
        return self.done >= self.intake.total


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows read, rows taken in (with `dry_run`: that would be), rows refused, rows offered as somebody who is
    registered already or stands in another row; `report` is the workbook that names them. `run` is what `undo`
    takes, 0 where nothing was added."""

    rows: int
    added: int
    refused: int
    duplicates: int
    households: int
    report: Path
    problems: tuple[Refused, ...]
    run: int = 0


@dataclass(slots=True)
class Undoing:
    """An import on its way out: one change of people for each household; `kept` people and households about whom
    something was written since. `batch` is the opened form with its lists, read once for all."""

    run: int
    homes: tuple[tuple[str, tuple[str, ...]], ...]
    kept: int
    done: int = 0
    batch: Batch | None = None

    @property
    def people(self) -> int:
        return sum(len(members) for _, members in self.homes)

    @property
    def finished(self) -> bool:
        return self.done >= len(self.homes)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many people and households were taken back, and how many stayed because somebody wrote about them since."""

    people: int
    households: int
    kept: int
