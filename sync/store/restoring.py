"""A copy becomes a workspace again: in a new folder, proven first, and as another device (restored.py)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from forms.errors import Fault, Kind
from sync.store import erased_since
from sync.store.copy_reading import BLOBS, DATABASE, SLOTS, Copy, digest_of
from sync.store.opening import Clock, Entropy, open_store
from sync.store.record_rows import named_files
from sync.vault import files, slots
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.manifest import Manifest

Step = Callable[[int, int], None]


def unlock(copy: Copy, *, user: str, secret: str) -> DataKey:
    """The data key of a copy, by one of its passphrases. Faults: vault.no_user, vault.wrong_passphrase."""
    return copy.slots().unlock(user, secret)


def restore(
    copy: Copy,
    key: DataKey,
    folder: Path,
    *,
    actor: str,
    clock: Clock,
    entropy: Entropy = os.urandom,
    step: Step = lambda _done, _all: None,
    instead_of: Path | None = None,
) -> Manifest:
    """Lay the copy down at `folder`, which is new or empty; it stands there whole and checked, or not at all.

    What was erased since, as far as newer copies beside it and the workspace `instead_of` know, is erased again.
    Faults: vault.not_empty, vault.damaged, vault.newer, vault.disk_full, vault.unwritable.
    """
    found = copy.proven(key)
    with files.new_folder(folder) as made:
        _lay_down(copy, key, found, made, step=step)
        erased = erased_since.find(copy.path, key, instead_of=instead_of, scratch=made)
        store = open_store(made, key, writer=True, clock=clock, entropy=entropy)
        try:
            store.begin_chain(actor=actor, made_at=found.made_at)
            store.erasure.again(erased, actor=actor)
            problems = store.check()
        finally:
            store.close()
        if [problem for problem in problems if problem.removeprefix("blob ") not in found.lost]:
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(copy.path))
    return found


def _lay_down(copy: Copy, key: DataKey, found: Manifest, made: Path, *, step: Step) -> None:
    for name in (SLOTS, DATABASE):
        copy.take(name, made / name)
        if digest_of(made / name) != found.files.get(name):
            raise Fault("vault.damaged", Kind.DAMAGED, path=str(copy.path))
    slots.load(made)  # which writes the second copy
    database = Database.open(made / DATABASE, key.database(), writer=False)
    try:
        with database.read() as connection:
            wanted = [blob for blob in named_files(connection) if blob.name not in found.lost]
    finally:
        database.close()
    for done, blob in enumerate(wanted):
        step(done, len(wanted))
        name = f"{BLOBS}/{blob.name[:2]}/{blob.name}"
        copy.take(name, made / name)
