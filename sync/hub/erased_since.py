"""Whom a hub erased after a backup of it was made: newer backups beside it say so."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from forms.errors import Fault
from sync.hub import copies, erasing, sql
from sync.hub.opening import DATABASE
from sync.vault import files, platform
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest
from sync.wire import cbor


def find(source: Path, made: Manifest, key: DataKey, *, scratch: Path) -> Mapping[str, str]:
    """Persons, each with their household, whom backups of the same hub beside `source` know as erased.

    The newest that opens knows of everything before it. `scratch` is made, and nothing stays of it; what is no backup,
    of another hub, or damaged says nothing.
    """
    known = copies.of_hub(source.parent, key, made.device)
    newer = sorted(((each.made_at, path) for each, path in known if each.made_at > made.made_at), reverse=True)
    try:
        for _, path in newer:
            with suppress(Fault, OSError, tarfile.TarError, EOFError):
                return _told_by(path, key, platform.private_folder(scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return {}


def again(connection: Connection, erased: Mapping[str, str]) -> int:
    """Erase these in a hub that was put back, before anybody asks it; how many it did not know of."""
    done = 0
    for uuid, household in erased.items():
        if sql.one(connection, "SELECT 1 FROM erasing WHERE uuid = :uuid", uuid=uuid) is None:
            erasing.order(connection, uuid, {"household": household, **_facts(connection, uuid)})
            done += 1
    return done


def _told_by(path: Path, key: DataKey, scratch: Path) -> Mapping[str, str]:
    there = scratch / DATABASE
    with tarfile.open(path, mode="r:") as archive, files.replacing(there) as out:
        entry = next(each for each in archive if each.name == DATABASE and each.isreg())
        content = archive.extractfile(entry)
        if content is not None:
            shutil.copyfileobj(content, out)
    database = Database.open(there, key.database(), writer=False)
    try:
        with database.read() as connection:
            rows = sql.run(connection, "SELECT uuid, household FROM erasing").all()
            return {row.uuid: row.household for row in rows}
    finally:
        database.close()


def _facts(connection: Connection, uuid: str) -> Mapping[str, str]:
    """What is on record of a person, blank facts left out."""
    query = "SELECT body FROM entity WHERE dataset = :dataset AND uuid = :uuid"
    body = sql.scalar(connection, query, dataset=erasing.RESIDENTS, uuid=uuid)
    known = cbor.loads(body)["row"]["properties"] if body is not None else {}
    return {name: value for name, value in known.items() if value}
