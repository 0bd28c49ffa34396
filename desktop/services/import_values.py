"""What goes into and comes out of taking in a register."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.services.import_report import Refused


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """`file` as records of `form`; without a map one is suggested. `report` is beside the file unless named."""

    form: str
    file: Path
    mapping: Path | None = None
    dry_run: bool = False
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows read, people registered (with `dry_run`: that would be), rows refused, rows offered as somebody who is
    registered already or stands in another row; `report` is the workbook that names them."""

    rows: int
    added: int
    refused: int
    duplicates: int
    households: int
    report: Path
    problems: tuple[Refused, ...]
