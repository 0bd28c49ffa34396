"""The ways into a workspace: create, unlock, open. What can't be opened is refused, never made anew.

A workspace is a folder: `slots.json` and its copy, `tries.json`, `store.db` with its WAL, `blobs/`, `logs/`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from importlib.resources import files as resources
from pathlib import Path

from forms.errors import Fault, Kind
from sync.store import settings
from sync.store.access import DATABASE, add_user, is_workspace, remove_user, unlock, users
from sync.store.api import Identity
from sync.store.context import Context
from sync.store.migrating import migrate
from sync.store.store import Store
from sync.vault import files, migrations, passphrase, platform, slots
from sync.vault.blobs import Blobs
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.migrations import Migration

__all__ = ["DATABASE", "add_user", "create", "is_workspace", "open_store", "remove_user", "unlock", "users"]

BLOBS = "blobs"
LOGS = "logs"

Clock = Callable[[], datetime]
Entropy = Callable[[int], bytes]
Furnish = Callable[[Store], None]


def create(
    folder: Path,
    *,
    user: str,
    secret: str,
    identity: Identity,
    clock: Clock,
    entropy: Entropy = os.urandom,
    furnish: Furnish = lambda _store: None,
) -> DataKey:
    """Lay out a new workspace beside its place and move it there whole; returns its data key.

    `furnish` puts in what a workspace has from its first day, before it stands in its place.
    Faults: vault.not_empty, vault.weak_passphrase, vault.unwritable, vault.disk_full.
    """
    passphrase.check(secret)
    with files.new_folder(folder) as made:
        return _lay_out(
            made, user=user, secret=secret, identity=identity, clock=clock, entropy=entropy, furnish=furnish
        )


def _lay_out(
    folder: Path, *, user: str, secret: str, identity: Identity, clock: Clock, entropy: Entropy, furnish: Furnish
) -> DataKey:
    made, key = slots.new(entropy(16).hex(), user, secret, entropy=entropy)
    slots.save(folder, made)
    platform.private_folder(folder / BLOBS)
    platform.private_folder(folder / LOGS)
    database = Database.open(folder / DATABASE, key.database(), writer=True, create=True)
    try:
        context = context_of(folder, database, key, clock, entropy)
        migrations.apply(database, known_migrations(), now=context.now())
        context.audit("workspace.created", actor=user, subject=made.id)
        settings.enrol(context, identity)
        furnish(Store(context))
    finally:
        database.close()
    return key


def open_store(folder: Path, key: DataKey, *, writer: bool, clock: Clock, entropy: Entropy = os.urandom) -> Store:
    """The store on a connection of its own, for the thread that calls. The writer brings the schema up to date.

    Faults: store.no_workspace, vault.missing, vault.wrong_key, vault.damaged, vault.newer, vault.older,
    vault.not_encrypted, vault.busy, vault.disk_full.
    """
    if not is_workspace(folder):
        raise Fault("store.no_workspace", Kind.USAGE, path=str(folder))
    database = Database.open(folder / DATABASE, key.database(), writer=writer)
    try:
        context = context_of(folder, database, key, clock, entropy)
        if writer:
            migrate(database, known_migrations(), key, now=context.now())
        else:
            migrations.require(database, known_migrations())
    except BaseException:
        database.close()
        raise
    return Store(context)


@lru_cache(maxsize=1)
def known_migrations() -> tuple[Migration, ...]:
    """The schema that this program writes."""
    return migrations.read(resources("sync.store.migrations"))


def context_of(folder: Path, database: Database, key: DataKey, clock: Clock, entropy: Entropy) -> Context:
    """What the parts of a store share, on one connection."""
    blobs = Blobs(folder / BLOBS, key.file_names(), entropy=entropy)
    return Context(folder=folder, database=database, blobs=blobs, clock=clock, entropy=entropy)
