"""What the office sees of its counts and of what left it: frozen rows, and the store's parts that give them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from forms.export.releases import Release
from forms.insight.rows import DueCount, MonthCount, ToldCount, VisitCount, WaitCount

__all__ = [
    "DueCount",
    "MonthCount",
    "ReleaseItem",
    "Releases",
    "Reviewed",
    "Tallies",
    "Tally",
    "ToldCount",
    "VisitCount",
    "WaitCount",
]


@dataclass(frozen=True, slots=True)
class ReleaseItem:
    """One of them. `state`: proposed, approved, refused. `shown` is what people see of it, as JSON values."""

    id: str
    kind: str
    title: str
    state: str
    made_by: str
    made_at: str
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a person decided about an opinion: `text` may leave, with `answer` below it."""

    instance_id: str
    decision: str
    text: str
    answer: str
    decided_by: str
    decided_at: str


class Tally(StrEnum):
    """Counts that are kept by month."""

    MONTH = "month"
    WAIT = "wait"
    TOLD = "told"


class Tallies(Protocol):
    """Counts kept beside the requests; `area` (a path) narrows each, "" is all. See `sync.store.tallies`."""

    def version(self) -> int:
        """Another number after every change that somebody committed."""
        ...

    def changed(self) -> Mapping[tuple[Tally, str], int]:
        """(Tally, month) -> a number that is another after every change of that month's counts."""
        ...

    def months(self, months: Collection[str], *, area: str = "") -> tuple[MonthCount, ...]: ...
    def due(self, *, area: str = "") -> tuple[DueCount, ...]: ...
    def waits(self, months: Collection[str], *, area: str = "") -> tuple[WaitCount, ...]: ...
    def told(self, months: Collection[str], *, area: str = "") -> tuple[ToldCount, ...]: ...
    def visits(self, *, area: str = "") -> tuple[VisitCount, ...]: ...
    def newest(self) -> Mapping[str, str]:
        """Area (path) -> when its newest record was made, UTC."""
        ...


class Releases(Protocol):
    """What left the office, and what was decided about opinions. See `sync.store.releases`."""

    def propose(self, item: ReleaseItem) -> None: ...
    def decide(self, id: str, *, state: str, by: str, reason: str = "") -> ReleaseItem:
        """Approved or refused, once; Fault publication.decided where somebody was quicker."""
        ...

    def get(self, id: str) -> ReleaseItem | None: ...
    def list(self, *, kinds: Sequence[str] = (), limit: int = 200) -> tuple[ReleaseItem, ...]:
        """Newest first; all kinds where none is named."""
        ...

    def review(self, reviewed: Reviewed) -> None: ...
    def reviews(self) -> Mapping[str, Reviewed]: ...
