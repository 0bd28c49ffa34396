"""What an office is offered when it assigns or answers a request: types only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SameRequest:
    """Another request that may be about the same: who asked, and when."""

    uuid: str
    ref: str
    who: str
    asked_on: date | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """To whom it would be assigned: the matter's department, how many like it that one has (`alike`, at most
    ALIKE_MOST), by when each number of working days would end, and open ones of its matter in its village (`same`).
    """

    department: str
    department_label: str
    alike: int
    days: int | None
    limits: tuple[tuple[int, date], ...]
    same: tuple[SameRequest, ...] = ()
