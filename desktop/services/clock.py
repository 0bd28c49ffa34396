"""Where use cases get the time, chance and fresh identifiers from: passed in, never asked of the machine elsewhere."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def _uuid4() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Clock:
    """`zone` is where dates are meant; `instant` gives aware UTC; `steady` seconds that only ever grow."""

    zone: tzinfo = CHINA
    instant: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    uuid: Callable[[], str] = _uuid4
    random: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)
    steady: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """This moment in the zone in which dates are meant."""
        return self.instant().astimezone(self.zone)

    def utc(self) -> str:
        """This moment as records keep it: ISO 8601, UTC, milliseconds, `Z`."""
        return kept(self.instant())

    def begins(self, day: date) -> str:
        """When a day begins in the zone, as records keep moments."""
        return kept(datetime.combine(day, time_of_day(), tzinfo=self.zone))

    def meant(self, written: str) -> str:
        """A moment or day in ISO 8601 as records keep moments; without an offset in the zone. ValueError for others."""
        moment = datetime.fromisoformat(written)
        return kept(moment if moment.tzinfo is not None else moment.replace(tzinfo=self.zone))


def kept(moment: datetime) -> str:
    """An aware moment as records keep it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fixed(now: str, *, zone: tzinfo = CHINA) -> Clock:
    """A clock that stands still at `now` (ISO 8601; without an offset it is meant in `zone`)."""
    moment = datetime.fromisoformat(now)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    return Clock(zone=zone, instant=lambda: moment)


def seeded(seed: str, *, now: Callable[[], datetime], zone: tzinfo = CHINA) -> Clock:
    """A clock whose chance and identifiers follow from `seed`: demo data comes out the same each time."""
    source = random.Random(seed)  # noqa: S311 - invented people, no secrets
    return Clock(
        zone=zone,
        instant=now,
        uuid=lambda: str(uuid.UUID(int=source.getrandbits(128), version=4)),
        random=source.random,
    )
