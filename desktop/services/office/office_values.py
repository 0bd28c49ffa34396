"""What an office sees of its own computer, of those that belong to it, and of what it publishes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sync.protocol import Role


@dataclass(frozen=True, slots=True)
class OfficeState:
    """`addresses` are for the villages; `backup` when the last one was made here; `review` waits for a decision."""

    name: str
    area_label: str
    running: bool
    addresses: tuple[str, ...] = ()
    fingerprint: str = ""
    port: int = 0
    records: int = 0
    devices: int = 0
    review: int = 0
    alarms: int = 0
    backup: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A computer that belongs to this office. `here`: this one."""

    id: str
    letters: str
    person: str
    role: Role
    area: str
    area_label: str
    departments: tuple[str, ...]
    seen: datetime | None
    revoked: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that serves once, until `expires`. With `file` it serves without a network."""

    code: str
    expires: datetime | None
    fingerprint: str
    url: str
    role: Role
    area_label: str
    department_labels: tuple[str, ...] = ()
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class ToReview:
    """A record of a computer that was shut out, finished before: somebody decides whether it counts."""

    id: str
    device: str
    came: datetime | None
    person: str
    village: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the working calendar; `official` once the notice of its year is in."""

    day: date
    works: bool
    label: str
    official: bool


@dataclass(frozen=True, slots=True)
class FormCheck:
    """What a form came to be before it is published. `problems` and `warnings` are words with their places."""

    ok: bool
    form_id: str
    version: str
    title: str
    questions: int
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    known_version: str = ""  # that the villages have now
    xform: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a change of lists renewed."""

    lists: tuple[str, ...]
    forms: tuple[str, ...]
    own: tuple[str, ...] = ()
