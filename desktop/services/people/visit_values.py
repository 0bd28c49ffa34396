"""What the window is told about visits; no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.store.api import Unseen

__all__ = ["Coverage", "House", "Reason", "Saying", "Unheard", "Unseen", "VisitsDue"]


class Reason(StrEnum):
    """Why a household is in the list; the value is its key in visits.json."""

    NEVER = "never"
    UNSEEN = "unseen"
    APPOINTED = "appointed"
    IN_VAIN = "in_vain"
    OLD = "old"
    AGED = "aged"
    NO_PHONE = "no_phone"


@dataclass(frozen=True, slots=True)
class Saying:
    """A reason with its number (days, times, years) and whom it is about."""

    reason: Reason
    number: int = 0
    who: str = ""
    label: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class House:
    """A household as one picks it for a visit: `through` is who of it was found, "" where it was the head."""

    uuid: str
    head_name: str
    area: str
    area_label: str
    house_no: str
    phone: str
    living: int | None
    last_visit: date | None
    reasons: tuple[Saying, ...] = ()
    through: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Households visited within the last months, of all."""

    visited: int
    households: int
    target: int  # per cent

    @property
    def percent(self) -> int:
        return round(100 * self.visited / self.households) if self.households else 0


@dataclass(frozen=True, slots=True)
class VisitsDue:
    """What the page of the day says of it: households with old people to visit, of them the one unseen longest."""

    old: int
    first: House | None
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Unheard:
    """A page of it: `counts` are for the whole area asked for, `next` continues."""

    rows: tuple[House, ...]
    next: str | None
    counts: Mapping[Unseen, int]
    coverage: Coverage
