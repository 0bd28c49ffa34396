"""A store that was restored from a copy: another device, with a chain of its own."""

from __future__ import annotations

import uuid
from dataclasses import replace

from forms.errors import Fault
from sync import crypto
from sync.store import settings, succession
from sync.store.context import Context
from sync.store.copies import BRANCH
from sync.store.countersigned import RESTORED
from sync.vault import slots
from sync.vault.manifest import Manifest


def newer_than(context: Context, found: Manifest) -> int | None:
    """How many records of this workspace the copy lacks; None where it is a copy of another one."""
    if _workspace_of(context) != found.workspace:
        return None
    return max(0, own_records(context) - found.records)


def own_records(context: Context) -> int:
    """How many records were finalised here."""
    with context.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM record WHERE state <> 'pulled'").scalar_one())


def begin_chain(context: Context, *, actor: str, made_at: str) -> None:
    """Make this store another device. Where there is a hub that takes its consent, at the next contact.

    The computer from which the copy came may have gone on, or still go on: so no place of a chain and no short number
    is given twice. Without a hub the device's letters follow from its new key.
    """
    old = context.identity()
    with context.database.write():
        settings.Settings(context).put(BRANCH, "-" + context.entropy(3).hex())
        context.audit(RESTORED, actor=actor, subject=old.device, detail={"made_at": made_at})
        if old.enrolled:
            succession.begin(context)
        else:
            device, key = str(uuid.UUID(bytes=context.entropy(16), version=4)), context.entropy(crypto.KEY_SIZE)
            made = replace(old, device=device, key=key, letters=succession.own_letters(old.letters, key))
            settings.enrol(context, made)


def _workspace_of(context: Context) -> str:
    try:
        return slots.load(context.folder).id
    except Fault:
        return ""
