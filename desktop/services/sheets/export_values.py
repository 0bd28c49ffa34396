"""What an export is ordered with and gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from forms.casework.disclosure import Level
from forms.export.types import Choices, Words


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """`what` is requests, residents, households or a form id; `to` ends with .xlsx or .csv."""

    what: str
    to: Path
    level: Level = Level.HANDLING
    reason: str = ""
    approver: str = ""
    approver_passphrase: str = field(default="", repr=False)
    since: date | None = None
    until: date | None = None
    area: str = ""
    columns: tuple[str, ...] = ()
    choices: Choices = Choices.ONE
    words: Words = Words.LABELS


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column as it can leave: whole from `level` on; `starred`: masked below `full`, but not left out."""

    name: str
    label: str
    level: Level
    starred: bool = False


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """The first rows as the file would have them, under `columns`; `total`: how many rows there are, 0 unknown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    sheets: Mapping[str, int]
    masked: int
    suppressed: int
