"""A second person's consent, without which not everything leaves."""

from __future__ import annotations

from desktop.services.context import Context
from desktop.services.values import Level
from forms.errors import Fault, Kind
from sync.store.opening import unlock


def approve(context: Context, level: Level, reason: str, approver: str, passphrase: str) -> None:
    """Level full needs a reason and the passphrase of another user of this workspace; raises Fault without them."""
    if level is not Level.FULL:
        return
    if not (reason.strip() and approver and passphrase):
        raise Fault("services.approval", Kind.DENIED)
    if approver == context.actor.user:
        raise Fault("services.same_person", Kind.DENIED)
    unlock(context.store.folder, user=approver, secret=passphrase)
