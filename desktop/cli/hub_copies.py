"""`hub backup` and `hub restore`: the hub in one file, and a hub again."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.hub import opened
from desktop.cli.invocation import Invocation
from sync.hub import copies, opening, restoring


def backup(call: Invocation) -> int:
    """Works beside a running hub; its laptops hear with their next hand-over how far the backup reaches.

    Backups of this hub that lie there for more than 90 days are taken away.
    """
    folder, target = Path(call.args.folder), Path(call.args.file)
    with opened(call) as hub:
        key = opening.unlock(folder, call.hub_passphrase(folder), user=call.args.user or opening.USER)
        made = copies.to_file(hub, folder, key, target)
        copies.expire(target.parent, key, hub.identity.hub, now=call.clock.instant())
    found = made.manifest
    shown = {
        "path": str(made.path),
        "n": made.n,
        "records": found.records,
        "attachments": found.blobs,
        "lost": len(found.lost),
        "made_at": found.made_at,
    }
    call.out.result(shown, call.out.text("cli.backed_up", path=str(made.path), records=found.records))
    return 0


def restore(call: Invocation) -> int:
    """Into a new folder; what came after the backup comes again from the laptops."""
    folder = Path(call.args.folder)
    passphrase, user = call.hub_passphrase(folder), call.args.user or opening.USER
    done = restoring.restore(Path(call.args.file), folder, passphrase, clock=call.clock.instant, user=user)
    shown = {"hub": done.hub, "folder": str(folder), "n": done.n, "records": done.records, "made_at": done.made_at}
    words = call.out.text("cli.hub_restored", folder=str(folder), records=done.records, at=done.made_at)
    call.out.result(shown, words)
    return 0
