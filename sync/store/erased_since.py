"""What was erased after a copy was made: newer copies beside it say so, and the workspace whose place it takes."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from forms.errors import Fault
from sync.store.access import DATABASE
from sync.store.erasure import erased
from sync.vault.database import Database
from sync.vault.keys import DataKey

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def find(copy: Path, key: DataKey, *, instead_of: Path | None, scratch: Path) -> dict[str, str]:
    """Keys of entities and records, each with its reason. `scratch` is a folder that is there; nothing stays in it.

    What cannot be opened, or belongs to another workspace, says nothing.
    """
    found: dict[str, str] = {}
    for path in _newer(copy):
        there = scratch / "newer.db"
        with contextlib.suppress(Fault, OSError):
            shutil.copyfile(path, there)
            found |= _told_by(there, key)
        for left in scratch.glob("newer.db*"):
            left.unlink()
        if found:
            break
    if instead_of is not None and (instead_of / DATABASE).exists():
        with contextlib.suppress(Fault):
            found |= _told_by(instead_of / DATABASE, key)
    return found


def _newer(copy: Path) -> Iterator[Path]:
    """Databases of later days, the last one first: it knows of everything before it."""
    if not copy.is_dir() or not _DAY.fullmatch(copy.name):
        return
    days = [path for path in copy.parent.iterdir() if _DAY.fullmatch(path.name) and path.name > copy.name]
    yield from (path / DATABASE for path in sorted(days, reverse=True))


def _told_by(path: Path, key: DataKey) -> dict[str, str]:
    database = Database.open(path, key.database(), writer=False)
    try:
        with database.read() as connection:
            return erased(connection)
    finally:
        database.close()
