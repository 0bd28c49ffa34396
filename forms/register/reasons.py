"""Why a cell of somebody's spreadsheet cannot be taken in."""

from __future__ import annotations

from dataclasses import dataclass

from forms.register.lenient import Flaw


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be taken in: where, why, and what stood there."""

    heading: str
    flaw: Flaw
    value: str
