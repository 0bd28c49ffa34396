"""Where this computer's records are, and the numbers of one hand-over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandOverStatus:
    """Counts of records on this computer, all users' together. `silent_days` since the last contact."""

    records: int
    waiting: int
    sent: int
    acknowledged: int
    held: int
    rejected: int
    attachments: int
    waiting_bytes: int
    last_contact: datetime | None
    silent_days: int | None
    hub: str
    hub_name: str
    to_tell: int
    backup: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandOverResult:
    """The numbers of one hand-over, as `sync --json` prints them."""

    pushed: int
    duplicate: int
    held: int
    rejected: int
    pulled: int
    bytes_up: int
    bytes_down: int
    requests: int
    seconds: float
    stopped: bool = False
    unpublished: tuple[str, ...] = ()  # forms that were added here and that the hub refused
