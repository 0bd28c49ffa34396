"""Wrong passphrases in a row, and how long one waits after them. Kept on disk, so that a restart forgets nothing.

Five tries, then 1, 2, 4 ... 60 minutes. A try is counted before it is made and taken back when it opens, so that
ending the process does not undo it. Within one start of the machine the wait is measured by the clock that only grows,
whatever becomes of the date; after a restart by the date, and a date that was set back begins the wait anew. Who sets
the date forward *and* restarts, or removes the file, is stopped by Argon2id alone: such a person could copy the disk.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from forms.errors import Fault, Kind
from sync.vault import files, platform

FILE = "tries.json"
FREE_TRIES = 5
MOST_MINUTES = 60
EVERYBODY = ""  # stands for a file that cannot be read

_PATIENCE = 5.0  # seconds that another process may hold the file


@dataclass(frozen=True, slots=True)
class Tries:
    """`wall` and `steady` are the seconds at which the last wrong try was made, in the start `boot` of the machine."""

    count: int = 0
    wall: float = 0.0
    steady: float = 0.0
    boot: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """This moment: seconds since 1970, seconds that only grow, and which start of the machine they belong to."""

    wall: float
    steady: float
    boot: str


def minutes_after(tries: int) -> int:
    """How long one waits after so many wrong tries in a row."""
    return 0 if tries < FREE_TRIES else min(MOST_MINUTES, 2 ** min(tries - FREE_TRIES, 10))


def seconds_left(tries: Tries, now: Now) -> float:
    """What is left of the wait."""
    whole = minutes_after(tries.count) * 60.0
    if tries.boot == now.boot and now.steady >= tries.steady:
        passed = now.steady - tries.steady
    else:
        passed = now.wall - tries.wall
    return max(0.0, whole - passed) if passed >= 0 else whole


class Throttle:
    """The tries of one folder. `now` is asked at each use."""

    def __init__(self, folder: Path, now: Callable[[], Now]) -> None:
        self._path = folder / FILE
        self._now = now

    def left(self, who: str) -> float:
        """Seconds that `who` still has to wait."""
        return seconds_left(self._of(who, self._read()), self._now())

    @contextmanager
    def attempt(self, who: str) -> Iterator[None]:
        """One try of `who`: counted, and forgotten where the block ends well. Faults vault.wait, vault.unwritable."""
        with self._held():
            known, now = self._read(), self._now()
            tries = self._of(who, known)
            left = seconds_left(tries, now)
            if left > 0:
                if EVERYBODY in known or _set_back(tries, now):
                    self._write({**known, who: replace(tries, wall=now.wall, steady=now.steady, boot=now.boot)})
                raise Fault("vault.wait", Kind.DENIED, user=who, minutes=int(-(-left // 60)))
            self._write({**known, who: Tries(tries.count + 1, now.wall, now.steady, now.boot)})
        yield
        with self._held():
            self._write({name: tries for name, tries in self._read().items() if name not in (who, EVERYBODY)})

    @contextmanager
    def _held(self) -> Iterator[None]:
        until = time.monotonic() + _PATIENCE
        lock = self._path.with_name(self._path.name + ".lock")
        with ExitStack() as stack:
            while True:
                try:
                    with files.world(lock):
                        stack.enter_context(platform.locked(lock))
                    break
                except Fault as fault:
                    if fault.code != "vault.busy" or time.monotonic() > until:
                        raise
                time.sleep(0.02)
            yield

    def _of(self, who: str, known: Mapping[str, Tries]) -> Tries:
        return known.get(who) or known.get(EVERYBODY) or Tries()

    def _read(self) -> dict[str, Tries]:
        try:
            found: Any = json.loads(self._path.read_bytes())
            return {str(who): _tries(**values) for who, values in found.items()}
        except FileNotFoundError:
            return {}
        except (
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            RecursionError,
        ):  # somebody wrote into it: as if five had been wrong
            now = self._now()
            return {EVERYBODY: Tries(FREE_TRIES, now.wall, now.steady, now.boot)}

    def _write(self, tries: Mapping[str, Tries]) -> None:
        kept = {who: asdict(each) for who, each in tries.items() if who != EVERYBODY}
        files.write(self._path, json.dumps(kept, ensure_ascii=False).encode())


def _tries(*, count: object, wall: object, steady: object, boot: object) -> Tries:
    """Raises TypeError for what nobody counted so, ValueError for what is no number."""
    if type(count) is not int or not isinstance(boot, str):
        raise TypeError
    if not isinstance(wall, int | float) or not isinstance(steady, int | float):
        raise TypeError
    if not math.isfinite(wall) or not math.isfinite(steady):
        raise ValueError
    return Tries(count, float(wall), float(steady), boot)


def _set_back(tries: Tries, now: Now) -> bool:
    """A date before the last try: the wait begins anew from it, or it would last until the date has caught up."""
    other_start = tries.boot != now.boot or now.steady < tries.steady
    return other_start and now.wall < tries.wall
