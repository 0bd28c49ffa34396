"""Bringing an older workspace up to date: first on a copy, and where that is sound, on the workspace itself.

Each migration is one transaction with its record, so a power cut leaves the step before or the step after. The copy
shows beforehand that the steps run through and leave every page sound; it goes away again. Where the disk has no room
for it, a second copy of exactly this state must exist, or nothing is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from forms.errors import Fault, Kind
from sync.vault import audit, files, manifest, migrations
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.migrations import Migration

PLACE = "backup.place"  # setting: where the second copy lies
ROOM = 2.2  # of the database's size: the copy, and what the steps add


def migrate(database: Database, known: Sequence[Migration], key: DataKey, *, now: str) -> int:
    """Returns how many steps ran. Faults: vault.newer, store.migration_failed, store.migration_space."""
    migrations.refuse_newer(database, known)
    before = migrations.current(database)
    if before == len(known):
        return 0
    if before:
        _rehearse(database, known, key, now=now)
    return migrations.apply(database, known, now=now)


def _rehearse(database: Database, known: Sequence[Migration], key: DataKey, *, now: str) -> None:
    path = database.path
    if files.free(path.parent) < ROOM * path.stat().st_size + files.SPARE:
        if not _copied(database, key):
            raise Fault("store.migration_space", Kind.DAMAGED, path=str(path))
        return
    with files.beside(path) as scratch:
        database.copy_to(scratch / path.name, key.database())
        copy = Database.open(scratch / path.name, key.database(), writer=True)
        try:
            problem = _tried(copy, known, now=now)
        finally:
            copy.close()
        if problem:
            raise Fault("store.migration_failed", Kind.DAMAGED, path=str(path), problem=problem)


def _tried(copy: Database, known: Sequence[Migration], *, now: str) -> str:
    """What is wrong with the copy after all steps, or with a step; "" where nothing is."""
    try:
        migrations.apply(copy, known, now=now)
    except DatabaseError as error:
        return str(error.orig)
    return next(iter(copy.check()), "")


def _copied(database: Database, key: DataKey) -> bool:
    """Whether a second copy, proven when it was made, holds this very state: its audit log ends alike."""
    with database.read() as connection:
        chain = audit.verify(connection)
        row = connection.exec_driver_sql("SELECT value FROM setting WHERE name = ?", (PLACE,)).scalar()
    folder = database.path.parent.absolute()
    place = Path(str(row)) if row else folder.with_name(f"{folder.name}-copy")
    for path in sorted(place.glob("hamlet-*/*/manifest.json"), reverse=True):
        try:
            found = manifest.verified(path.read_bytes(), key, path=str(path))
        except (Fault, OSError):
            continue
        if found.audit_head == chain.head.hex():
            return True
    return False
