"""A workspace put back from a backup goes on under a new key, on a new chain, once its hub has agreed.

Until then it keeps its old key: with it the hub is asked. It is kept afterwards too, for a hub that was itself put
back to a time before it agreed.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import Connection

from forms.casework import numbers
from sync import crypto
from sync.store import settings
from sync.store.api import Identity, Succession
from sync.store.context import Context, dump
from sync.succession import Given

OWN_LETTERS = 4  # of a device that nobody gave letters; a hub never gives as many
WANTED = "succession.wanted"  # the new key's seed, in hexadecimal, until the hub has agreed
FORMER = "succession.former"  # device and seed of the one before


def begin(context: Context) -> None:
    """The workspace was put back to an earlier time: what its chain holds since then is known to the hub alone.

    Numbers given until the hub has agreed carry letters that no other device has, so that none comes twice.
    """
    identity, key = context.identity(), context.entropy(crypto.KEY_SIZE)
    with context.database.write():
        settings.Settings(context).put(WANTED, key.hex())
        settings.enrol(context, replace(identity, letters=own_letters(identity.letters, key)))


def enrol(context: Context, identity: Identity) -> None:
    """Take on an identity; another device, by a code of its own, takes nobody's place, whatever was wanted before."""
    with context.database.write() as connection:
        former = context.identity().device
        if identity.device != former:
            _know_as_own(connection, former)
            kept = settings.Settings(context)
            kept.put(WANTED, "")
            kept.put(FORMER, "")
        settings.enrol(context, identity)


def own_letters(letters: str, key: bytes) -> str:
    """The village's two letters and four that follow from the device's new key: one backup put back twice, without a
    network, gives two that differ, but for one case in some 230,000."""
    drawn, base = int.from_bytes(crypto.digest(b"hamlet/letters\0" + key)), len(numbers.LETTERS)
    return letters[:2] + "".join(numbers.LETTERS[drawn // base**place % base] for place in range(OWN_LETTERS))


def wanted(context: Context, *, again: bool = False) -> Succession | None:
    """What is still to be asked of the hub; with `again` what was agreed, for a hub that has forgotten it."""
    identity = context.identity()
    kept = settings.Settings(context)
    seed, former = kept.get(WANTED), kept.get(FORMER)
    if seed:
        return Succession(identity, bytes.fromhex(seed), _seq(context, identity.device))
    if not again or not former:
        return None
    before = json.loads(former)
    known = replace(identity, device=before["device"], key=bytes.fromhex(before["key"]))
    return Succession(known, identity.key, _seq(context, known.device))


def succeed(context: Context, succession: Succession, given: Given) -> None:
    """The hub has agreed: be another device from now on. What has no receipt goes again on the new chain."""
    former = succession.former
    identity = replace(context.identity(), device=given.device, letters=given.letters, key=succession.key)
    with context.database.write() as connection:
        _know_as_own(connection, former.device)
        kept = settings.Settings(context)
        kept.put(WANTED, "")
        kept.put(FORMER, dump({"device": former.device, "key": former.key.hex()}))
        settings.enrol(context, identity)


def _know_as_own(connection: Connection, device: str) -> None:
    """Records of a device that this laptop was are its own when they come back, though it has forgotten all of them."""
    connection.exec_driver_sql(
        "INSERT INTO chain (device, seq, link) VALUES (?, 0, ?) ON CONFLICT (device) DO NOTHING",
        (device, crypto.NO_LINK),
    )


def _seq(context: Context, device: str) -> int:
    with context.database.read() as connection:
        found = connection.exec_driver_sql("SELECT seq FROM chain WHERE device = ?", (device,)).scalar()
    return int(found or 0)
