"""A hub's backup becomes a hub again, in a new folder and a new epoch, by which laptops notice that it went back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from forms.casework import numbers
from sync.hub import copies, erased_since, opening, sql
from sync.hub.accounts import stamp
from sync.hub.opening import USER, Entropy
from sync.hub.service import Clock
from sync.vault import audit, files, manifest, slots
from sync.vault.database import Database

FORGOTTEN = len(numbers.LETTERS)  # devices of one area at most that the hub may have admitted since the backup


@dataclass(frozen=True, slots=True)
class Restored:
    """The hub's log ends at `n`; `made_at` is from when the backup is, ISO 8601 in UTC."""

    hub: str
    n: int
    records: int
    made_at: str


def restore(
    source: Path, folder: Path, passphrase: str, *, clock: Clock, user: str = USER, entropy: Entropy = os.urandom
) -> Restored:
    """Lay the backup down at `folder`, which is new or empty; it stands there whole and proven, or not at all.

    Who was erased since, as far as newer backups beside it know, is erased again before the hub can serve.
    Letters that may have been given since the backup are given to nobody again. What laptops have and this hub has
    not comes with their next hand-over. Faults: vault.not_empty, vault.missing, vault.damaged, vault.newer,
    vault.no_user, vault.wrong_passphrase, vault.disk_full.
    """
    with files.new_folder(folder) as made:
        copies.unpack(source, made)
        key = slots.load(made).unlock(user, passphrase)  # which writes their second copy, too
        held = copies.prove(made, key, path=source)
        found = manifest.verified((made / copies.MANIFEST).read_bytes(), key, path=str(source))
        erased = erased_since.find(source, found, key, scratch=made / "newer")
        database = Database.open(made / opening.DATABASE, key.database(), writer=True)
        try:
            with database.write() as connection:
                epoch = entropy(16).hex()
                opening.begin_epoch(connection, key, epoch, entropy=entropy)
                sql.run(connection, "UPDATE area_letters SET given = given + :more", more=FORGOTTEN)
                gone = erased_since.again(connection, erased)
                now = stamp(clock())
                detail = {"made_at": found.made_at, "n": str(held.n), "erased": str(gone)}
                audit.add(connection, "backup.restored", at=now, actor=found.device, detail=detail)
        finally:
            database.close()
        (made / copies.MANIFEST).unlink()
    return Restored(found.device, held.n, held.records, found.made_at)
