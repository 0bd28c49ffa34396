"""What a person is shown of what is kept about them, and why somebody is erased."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.services.filling.filling_values import RecordRow
from desktop.services.values import Fact, Person, TimelineEntry


class Reason(StrEnum):
    """Why somebody is erased; goes into the audit log, which holds no words of people."""

    ASKED = "asked"  # the person asked for it
    CONSENT = "consent"  # a guardian does not agree
    WRONG = "wrong"  # should never have been recorded
    MOVED = "moved"  # no longer of this place, and nothing is left to do
    OVER = "over"  # the time for which it was needed is over


@dataclass(frozen=True, slots=True)
class OwnRecord:
    row: RecordRow
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is known of one resident, nothing covered: the register, what happened, and every record."""

    person: Person
    timeline: tuple[TimelineEntry, ...]
    records: tuple[OwnRecord, ...]


@dataclass(frozen=True, slots=True)
class Expired:
    """Records of a form that lost their bytes because their time was over."""

    form_id: str
    records: int
