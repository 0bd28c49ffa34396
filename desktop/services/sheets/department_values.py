"""What goes into and comes out of filling a department's workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.services.values import Level
from forms.export.department.fill import Gap
from forms.foreign.layout import Layout
from forms.foreign.mapping import WorkbookMap


@dataclass(frozen=True, slots=True)
class WorkbookOrder:
    """Which workbook to fill by which map, and where the filled one goes; `level` as for an export."""

    workbook: Path
    mapping: Path | WorkbookMap
    to: Path
    level: Level = Level.HANDLING
    reason: str = ""
    approver: str = ""
    approver_passphrase: str = field(default="", repr=False)
    area: str = ""


@dataclass(frozen=True, slots=True)
class WorkbookFilled:
    """`lines` written or completed, `cells` set in them, rows `added`; `missing` names what stayed blank."""

    path: Path
    lines: int
    cells: int
    added: int
    missing: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class WorkbookLook:
    """A workbook before it is filled: its layout, a map to start from, and the facts to choose from with labels."""

    layout: Layout
    mapping: WorkbookMap
    kinds: tuple[str, ...]
    facts: dict[str, str]
