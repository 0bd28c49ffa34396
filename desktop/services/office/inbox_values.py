"""What an office sees of what came in: batches, what is wrong with a record, who is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Flaw(StrEnum):
    """What may be wrong with a record; the choices of the form batch_check."""

    MISSING = "missing"  # what its form requires is blank
    DATE = "date"  # a date that cannot be: in the future, before 1900, a clock that is wrong
    DUPLICATE = "duplicate"  # the same person asked for the same lately, or is registered already
    OTHER = "other"  # an answer that its form refuses


class Channel(StrEnum):
    NETWORK = "network"
    STICK = "stick"


class Verdict(StrEnum):
    OPEN = "open"  # nobody has looked yet
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw: the question's path and label where there is one, and a sentence that may go to the village."""

    flaw: Flaw
    said: str
    question: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """One record of a batch. `request` is the uuid of the request that it opened, "" for other records.

    `about` is the household or resident that it names, "" where it names none.
    """

    instance_id: str
    form_id: str
    form_title: str
    ref: str
    title: str
    author: str
    written: datetime | None
    verdict: Verdict
    request: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What one computer handed over at one time. `area` is the village's code."""

    key: str
    area: str
    village: str
    device: str
    came: datetime | None
    channel: Channel
    total: int
    open: int
    accepted: int
    returned: int
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SilentVillage:
    """A village from which nothing came for a while; `days` None where nothing ever did."""

    area: str
    village: str
    days: int | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class InboxView:
    """`batches` newest first, those that somebody has to look at before those that are done."""

    batches: tuple[BatchRow, ...]
    silent: tuple[SilentVillage, ...]


@dataclass(frozen=True, slots=True)
class BatchDetail:
    row: BatchRow
    records: tuple[Came, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Findings by instanceID; a sound record is not in it. `checked`: how many were looked at."""

    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    checked: int = 0

    def count(self, flaw: Flaw) -> int:
        """Records with this flaw."""
        return sum(any(each.flaw is flaw for each in found) for found in self.findings.values())


@dataclass(frozen=True, slots=True)
class Return:
    """Why a record goes back, and what the village is to add."""

    why: tuple[Flaw, ...]
    said: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch; `failed` are the words of what could not be written, by instanceID."""

    accepted: int
    returned: int
    failed: Mapping[str, str] = field(default_factory=dict)
    stopped: bool = False
