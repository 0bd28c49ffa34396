"""What the store gives to a bundle. Types only."""

from __future__ import annotations

from dataclasses import dataclass

from sync.protocol import Anchor, Run
from sync.store.rows import StoredFile


@dataclass(frozen=True, slots=True)
class Above:
    """A hub above the own one."""

    hub: str
    name: str
    identity: bytes


@dataclass(frozen=True, slots=True)
class ToCarry:
    """All that has no end-to-end receipt: `lowest` is the first place of the chain among it."""

    runs: tuple[Run, ...]
    lowest: int
    anchor: Anchor
    cursor: bytes
    files: tuple[StoredFile, ...]
    above: tuple[Above, ...]
    written_at: str

    @property
    def records(self) -> int:
        return sum(len(run.envelopes) for run in self.runs)
