"""What is asked and told about visits to households; no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.store.rows import EntityItem, Slice


class Unseen(StrEnum):
    """Which households are asked for; the value is its key in visits.json."""

    ALL = "all"
    OLD = "old"  # with an old person who has nobody there to help
    NO_PHONE = "no_phone"
    IN_VAIN = "in_vain"  # nobody at home twice or more in a row
    APPOINTED = "appointed"  # the day that was agreed on has come


@dataclass(frozen=True, slots=True)
class UnseenQuery:
    """Households where nobody was since `before` (ISO date), never visited ones among them, in `area` (a path).

    Those of `APPOINTED` are the ones whose next visit is on `today` or was before it, whenever the last one was.
    """

    before: str
    today: str
    area: str = ""
    which: Unseen = Unseen.ALL


@dataclass(frozen=True, slots=True)
class VisitCoverage:
    """How many of the households were visited."""

    visited: int
    households: int


class Visits(Protocol):
    """Reads only; made to be cheap for many thousand households."""

    def unseen(self, query: UnseenQuery, *, after: str | None = None, limit: int = 50) -> Slice[EntityItem]:
        """Never visited ones first, then the longest ago."""
        ...

    def count(self, query: UnseenQuery) -> int: ...
    def coverage(self, *, since: str, area: str = "") -> VisitCoverage:
        """Households visited on the ISO date `since` or later."""
        ...

    def residents(self, households: Sequence[str]) -> tuple[EntityItem, ...]:
        """Everybody who belongs to these households."""
        ...
