"""When a workspace hands over by itself: soon where something waits or the line was gone, seldom where all is done.

Nothing here runs by itself. A window that is unlocked asks `due` every few seconds; where it is, it starts a hand-over
as if its person had, and says how that ended. One that the person has stopped is not begun again for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

FIRST = 20.0  # seconds after unlocking: the page of the day comes first
SOON = 60.0  # after something was finished that waits
SELDOM = 30 * 60.0  # to hear of answers, where nothing waits
LONGEST = 60 * 60.0
AGAIN = 60.0  # after a line that is not there; doubles
STOPPED = 15 * 60.0


class Ended(StrEnum):
    """How a hand-over ended."""

    THROUGH = "through"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"  # by its person
    REFUSED = "refused"  # the hub does not want this computer, or is another: only a person can mend that


@dataclass(slots=True)
class ByItself:
    """`seconds` is a steady clock, `chance` in [0, 1) keeps the laptops of a township from calling all at once."""

    seconds: Callable[[], float]
    chance: Callable[[], float]
    _next: float = field(init=False)
    _waited_since: float | None = field(init=False, default=None)
    _failures: int = field(init=False, default=0)
    _ended: Ended = field(init=False, default=Ended.THROUGH)

    def __post_init__(self) -> None:
        self._next = self.seconds() + self._spread(FIRST)

    def due(self, *, waiting: int, running: bool = False) -> bool:
        """Whether to begin now, `waiting` records being finished and not handed over."""
        now = self.seconds()
        if not waiting:
            self._waited_since = None
        elif self._waited_since is None:
            self._waited_since = now
            if self._ended is Ended.THROUGH:
                self._next = min(self._next, now + self._spread(SOON))
        return not running and self._ended is not Ended.REFUSED and now >= self._next

    def ended(self, how: Ended) -> None:
        """A hand-over has ended, whoever began it."""
        self._ended = how
        self._failures = self._failures + 1 if how is Ended.UNREACHABLE else 0
        self._waited_since = None
        pause = {
            Ended.THROUGH: SELDOM,
            Ended.STOPPED: STOPPED,
            Ended.REFUSED: LONGEST,
            Ended.UNREACHABLE: min(LONGEST, AGAIN * 2 ** max(0, self._failures - 1)),
        }[how]
        self._next = self.seconds() + self._spread(pause)

    def link_appeared(self) -> None:
        """The system says that there is a network again."""
        self._failures = 0
        if self._ended is Ended.UNREACHABLE:
            self._next = min(self._next, self.seconds() + self._spread(FIRST))

    def _spread(self, pause: float) -> float:
        return pause * (0.5 + self.chance())
