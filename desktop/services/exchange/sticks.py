"""Sticks and further disks that are plugged in now, as a person knows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync.vault import files, platform


@dataclass(frozen=True, slots=True)
class Stick:
    """`free` bytes can be written on it."""

    path: Path
    free: int

    @property
    def name(self) -> str:
        return self.path.name or str(self.path)


def plugged_in(folder: Path) -> tuple[Stick, ...]:
    """What this account may write on and is another disk than that of `folder`. A dying stick may take seconds."""
    found = []
    for path in platform.other_disks(folder):
        try:
            found.append(Stick(path, files.free(path)))
        except OSError:  # pulled out meanwhile
            continue
    return tuple(found)
