"""When an untouched window locks itself: after 3, 5 or 10 minutes by the clock or by the date, whichever says so first.

The date counts the time that a laptop slept, which the steady clock of some systems does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.services.clock import Clock

MINUTES = (3, 5, 10)
SETTING = "lock.minutes"


def minutes_of(setting: str) -> int:
    """The chosen minutes; what is no choice is the longest, never more."""
    return int(setting) if setting in map(str, MINUTES) else MINUTES[-1]


@dataclass(slots=True)
class Idle:
    """Call `touched` at every key and click, and `due` every few seconds."""

    clock: Clock
    minutes: int = MINUTES[-1]
    _steady: float = field(default=0.0)
    _wall: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.touched()

    def touched(self) -> None:
        self._steady, self._wall = self.clock.steady(), self.clock.instant().timestamp()

    def due(self) -> bool:
        """Whether to lock now."""
        limit = min(self.minutes, MINUTES[-1]) * 60.0
        passed = self.clock.steady() - self._steady, self.clock.instant().timestamp() - self._wall
        return max(passed) >= limit
