"""What stands at the top: the work list of the day, and whether the log is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.services.exchange.sent_back import SentBack
from desktop.services.filling.filling_values import DraftRow
from desktop.services.people.visit_values import VisitsDue
from desktop.services.values import RequestRow


@dataclass(frozen=True, slots=True)
class Today:
    """The work list: answers to pass on first, then what is unfinished.

    `month_told` counts the requests that were answered this month and have been told.
    """

    to_tell: tuple[RequestRow, ...]
    returned: tuple[RequestRow, ...]
    drafts: tuple[DraftRow, ...]
    hand_over: HandOverStatus
    month_requests: int
    month_told: int
    overdue: int
    to_assign: int = 0
    open: int = 0
    next_due: tuple[RequestRow, ...] = ()  # of offices: open requests, the time of the first ends first
    fresh: tuple[RequestRow, ...] = ()  # of departments: given to them, and nothing happened since
    visits: VisitsDue | None = None  # None for roles that visit nobody
    sent_back: tuple[SentBack, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`broken` is the number of the first entry that does not fit; `countersigned` how many the next level signed.

    `restored` is from when the backup was that was put back: what was logged after it stands elsewhere.
    """

    ok: bool
    entries: int
    countersigned: int
    broken: int | None
    restored: datetime | None = None
