"""Copies of a workspace: one file that holds everything, and a daily second copy on another disk where there is one.

Everything in a copy is encrypted as in the workspace, and opens with the same passphrases. A file is a tar of
`manifest.json`, `slots.json`, `store.db` and `blobs/ab/ab…`. The daily copy is a folder `hamlet-ID` with a folder for
each of the last 14 days (`2026-11-22/`: the first three) and one `blobs/` for all: photographs are copied once.
A copy counts only after it was read again: opened, every page authentic, every file there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from forms.errors import Fault, Kind
from sync.store import access, settings, status
from sync.store.context import Context
from sync.store.copy_reading import (
    BLOBS,
    DATABASE,
    MANIFEST,
    SLOTS,
    copy_bytes,
    digest_of,
    prove,
    prove_database,
    read_copy,
)
from sync.store.record_rows import named_files
from sync.vault import audit, files, platform, slots
from sync.vault.blobs import Blob, Blobs
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest

KEPT_DAYS = 14
BRANCH = "backup.branch"  # setting: what tells the copies of a restored workspace from those of the first
GONE = "gone.json"  # files that the workspace names no more, and since which day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Step = Callable[[int, int], None]


def quiet(_done: int, _all: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Made:
    """A copy that was written and read again."""

    path: Path
    manifest: Manifest
    new_files: int


# ---- written


def to_file(context: Context, key: DataKey, target: Path, *, step: Step = quiet) -> Made:
    """Everything in one file; it stands at `target` when it was read again and found whole.

    Faults: vault.not_empty (a file is there), vault.disk_full, vault.unwritable, vault.damaged.
    """
    if target.exists():
        raise Fault("vault.not_empty", Kind.USAGE, path=str(target))
    blobs = _there(context)
    files.require_space(target.parent, 2 * _size(context.folder / DATABASE) + sum(blob.size for blob in blobs))
    with files.beside(target) as beside:
        found = _describe(context, key, beside, step=step)
        written = beside / "whole"
        with files.world(target), written.open("xb") as out:
            _write_tar(out, beside, context, blobs, step=step)
            out.flush()
            os.fsync(out.fileno())
        with read_copy(written) as copy:
            prove(copy, key, beside / "again")
        with files.world(target):
            written.replace(target)
            platform.sync_folder(target.parent)
    return Made(target, found, len(blobs))


def to_place(context: Context, key: DataKey, place: Path, *, today: str, step: Step = quiet) -> Made:
    """The copy of this day in the folder `place`; an earlier one of the day is replaced, those past 14 days go.

    Faults as `to_file`.
    """
    home = home_of(context, place)
    with files.world(home):
        platform.private_folder(home)
    blobs = _there(context)
    held = Blobs(home / BLOBS, key.file_names(), entropy=context.entropy)
    there = set(held.names())
    missing = [blob for blob in blobs if blob.name not in there]
    files.require_space(home, _size(context.folder / DATABASE) + sum(blob.size for blob in missing))
    for done, blob in enumerate(missing):
        step(done, len(missing))
        _copy_blob(context.blobs.path(blob.name), held.path(blob.name))
    with files.beside(home / today) as beside:
        found = _describe(context, key, beside, step=step)
        prove_database(beside / DATABASE, key, found, held.path)
        files.swap_folder(beside, home / today)
    _expire(home, {blob.name for blob in blobs}, held, today=today)
    return Made(home / today, found, len(missing))


def _describe(context: Context, key: DataKey, beside: Path, *, step: Step) -> Manifest:
    """Lay down database, slots and manifest in `beside`."""
    context.database.copy_to(beside / DATABASE, key.database(), step=step)
    known = access.read(context.folder)
    slots.write_copy(beside, known)
    database = Database.open(beside / DATABASE, key.database(), writer=False)
    try:
        copied = Context(
            folder=beside,
            database=database,
            blobs=context.blobs,
            clock=context.clock,
            entropy=context.entropy,
        )
        counts, chain, named = status.status(copied), _chain(copied), _named(copied)
        made = Manifest(
            workspace=known.id,
            device=copied.identity().device,
            made_at=context.now(),
            records=counts.records,
            waiting=counts.waiting,
            drafts=counts.drafts,
            blobs=len(named),
            lost=tuple(blob.name for blob in named if not context.blobs.path(blob.name).exists()),
            audit_entries=chain.entries,
            audit_head=chain.head.hex(),
            files={name: digest_of(beside / name) for name in (DATABASE, SLOTS)},
        )
    finally:
        database.close()
    files.write(beside / MANIFEST, made.encode(key))
    return made


def _write_tar(out: IO[bytes], beside: Path, context: Context, blobs: tuple[Blob, ...], *, step: Step) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in (MANIFEST, SLOTS, DATABASE):
            with (beside / name).open("rb") as file:
                archive.addfile(_entry(name, _size(beside / name)), file)
        for done, blob in enumerate(blobs):
            step(done, len(blobs))
            path = context.blobs.path(blob.name)
            with files.world(path), path.open("rb") as file:
                archive.addfile(_entry(f"{BLOBS}/{blob.name[:2]}/{blob.name}", _size(path)), file)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, platform.PRIVATE_FILE
    return made


def _copy_blob(source: Path, target: Path) -> None:
    with files.world(target):
        platform.private_folder(target.parent)
    with files.world(source), source.open("rb") as file, files.replacing(target) as out:
        copy_bytes(file, out)


def _expire(home: Path, wanted: set[str], held: Blobs, *, today: str) -> None:
    """Days past the 14 kept go at once; a file that the workspace names no more, 14 days after that was seen."""
    with files.world(home):
        days = sorted(path for path in home.iterdir() if _DAY.fullmatch(path.name))
    for path in days[:-KEPT_DAYS]:
        shutil.rmtree(path, ignore_errors=True)
    since = _gone(home)
    gone = {name: since.get(name, today) for name in held.names() if name not in wanted}
    for name in [name for name, day in gone.items() if _days_between(day, today) > KEPT_DAYS]:
        held.remove(name)
        del gone[name]
    files.write(home / GONE, json.dumps(gone).encode())


def _gone(home: Path) -> dict[str, str]:
    try:
        found = json.loads((home / GONE).read_bytes())
        return {str(name): str(day) for name, day in found.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _days_between(day: str, today: str) -> int:
    try:
        return (date.fromisoformat(today) - date.fromisoformat(day)).days
    except ValueError:
        return 0


def home_of(context: Context, place: Path) -> Path:
    """Where the second copies of a workspace lie on a disk or in a folder; a restored one does not write over those
    of the workspace from which it came."""
    branch = settings.Settings(context).get(BRANCH)
    return place / f"hamlet-{access.read(context.folder).id[:12]}{branch}"


def newest(home: Path) -> Path | None:
    """The newest day of a second copy."""
    days = sorted(path for path in home.iterdir() if _DAY.fullmatch(path.name)) if home.is_dir() else []
    return days[-1] if days else None


# ---- small things


def _named(context: Context) -> tuple[Blob, ...]:
    with context.database.read() as connection:
        return named_files(connection)


def _there(context: Context) -> tuple[Blob, ...]:
    """Files to be copied; one that is lost keeps nobody from copying the rest, and the manifest names it."""
    return tuple(blob for blob in _named(context) if context.blobs.path(blob.name).exists())


def _chain(context: Context) -> audit.Verified:
    with context.database.read() as connection:
        return audit.verify(connection)


def _size(path: Path) -> int:
    with files.world(path):
        return path.stat().st_size
