"""What the store says of spreadsheets that were taken in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One spreadsheet taken in; `file` its name without folders, moments in UTC, `undone_at` "" while it stands."""

    id: int
    form_id: str
    file: str
    author: str
    at: str
    undone_at: str
    records: int


@dataclass(frozen=True, slots=True)
class Written:
    """A record that came of a spreadsheet; `xml` is empty where it was erased or let go."""

    form_id: str
    version: str
    xml: bytes


class Imports(Protocol):
    """Which records came of which spreadsheet."""

    def together(self) -> AbstractContextManager[None]:
        """Several records in one durable transaction: all of the block or nothing of it."""
        ...

    def begin(self, form_id: str, *, file: str, author: str) -> int: ...
    def note(self, run: int, instance_ids: Sequence[str]) -> None:
        """These records came of it."""
        ...

    def get(self, run: int) -> ImportRun | None: ...
    def list(self) -> tuple[ImportRun, ...]:
        """The newest first."""
        ...

    def records(self, run: int) -> tuple[str, ...]:
        """instanceIDs in the order of finalising."""
        ...

    def written(self, run: int) -> Sequence[Written]:
        """The records themselves, in the order of finalising."""
        ...

    def touched(self, run: int) -> frozenset[str]:
        """uuids of those whom they name and whom any other record has to do with too."""
        ...

    def undone(self, run: int) -> None: ...
