"""`workspace user`, `workspace backup`, `workspace restore`, `workspace recover`: who can open it, and its copies."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from desktop.cli.hub import opened
from desktop.cli.invocation import Invocation, read_passphrase
from desktop.services.given_file import read_given
from desktop.services.keeping import backup as copies
from desktop.services.keeping import users
from desktop.services.keeping.backup import Backups, Preview
from desktop.services.keeping.users import Users
from forms.errors import Fault, Kind
from sync.vault import audit, recovery


def user(call: Invocation) -> int:
    """add, remove, list."""
    action, name = call.args.action, call.args.name
    if action != "list" and not name:
        raise Fault("cli.needs", Kind.USAGE, what="NAME")
    with call.workspace() as workspace:
        people = Users(workspace)
        if action == "add":
            people.add(name, _new_passphrase(call))
        elif action == "remove":
            people.remove(name)
        found = people.list()
    rows = [{"user": row.name, "me": row.me, "remembered": row.remembered} for row in found]
    call.out.result({"users": rows}, "\n".join(row.name for row in found))
    return 0


def backup(call: Invocation) -> int:
    """Everything in one file; without one, the second copy of the day."""
    with call.workspace() as workspace:
        backups = Backups(workspace)
        made = backups.to_file(Path(call.args.file)) if call.args.file else backups.run()
    found = made.manifest
    shown = {
        "path": str(made.path),
        "records": found.records,
        "drafts": found.drafts,
        "attachments": found.blobs,
        "lost": len(found.lost),
        "made_at": found.made_at,
    }
    call.out.result(shown, call.out.text("cli.backed_up", path=str(made.path), records=found.records))
    return 0


def restore(call: Invocation) -> int:
    """Bring a copy back in a new folder; with --preview only say what it holds."""
    args = call.args
    source, folder = Path(args.file), Path(args.folder)
    passphrase = call.passphrase()
    name = args.user or _only(copies.users_of(source))
    seen = copies.preview(source, user=name, passphrase=passphrase, clock=call.clock)
    if not args.preview:
        copies.restore(source, folder, user=name, passphrase=passphrase, clock=call.clock).close()
    key = "cli.restore_preview" if args.preview else "cli.restored"
    words = call.out.text(key, folder=str(folder), records=seen.records, at=seen.made_at.isoformat(timespec="minutes"))
    call.out.result({"workspace": str(folder), **_preview(seen), "restored": not args.preview}, words)
    return 0


def recover(call: Invocation) -> int:
    """Where every passphrase is forgotten: two officials' codes, or a file for the township and its answer."""
    args = call.args
    folder = call.folder()
    if args.codes:
        open_one = users.open_shared(
            folder, codes=tuple(args.codes), user=_named(call), passphrase=_new_passphrase(call), clock=call.clock
        )
    elif args.ask:
        data = users.ask_township(folder, passphrase=_new_passphrase(call))
        _write(Path(args.ask), data)
        call.out.result({"file": args.ask}, call.out.text("cli.recovery_asked", file=args.ask))
        return 0
    elif args.answer:
        answer = read_given(Path(args.answer))
        open_one = users.open_answered(
            folder, answer=answer, user=_named(call), passphrase=_new_passphrase(call), clock=call.clock
        )
    elif args.share:
        with call.workspace() as workspace:
            halves = Users(workspace).share()
        call.out.result({"codes": list(halves)}, "\n".join(halves))
        return 0
    else:
        raise Fault("cli.needs", Kind.USAGE, what="--share | --codes A B | --ask FILE | --answer FILE")
    open_one.close()
    call.out.result({"user": open_one.user}, call.out.text("cli.recovered", user=open_one.user))
    return 0


def hub_recover(call: Invocation) -> int:
    """The township answers a village that has forgotten every passphrase: its file in, the answer out."""
    with opened(call) as hub:
        request = recovery.read_request(read_given(Path(call.args.request)))
        answer = recovery.answer(request, hub.identity.recovery, entropy=os.urandom)
        now, actor = hub.now(), hub.identity.hub
        hub.write(lambda to: audit.add(to, "recovery.answered", at=now, actor=actor, subject=request.workspace))
    _write(Path(call.args.to), answer)
    call.out.result({"file": call.args.to}, call.out.text("cli.hub_recovered", file=call.args.to))
    return 0


def _new_passphrase(call: Invocation) -> str:
    if call.args.new_passphrase_file:
        return read_passphrase(Path(call.args.new_passphrase_file))
    return call.asked(new=True)


def _named(call: Invocation) -> str:
    if not call.args.user:
        raise Fault("cli.needs", Kind.USAGE, what="--user")
    return str(call.args.user)


def _only(names: tuple[str, ...]) -> str:
    if len(names) != 1:
        raise Fault("services.which_user", Kind.USAGE, users=", ".join(names))
    return names[0]


def _preview(seen: Preview) -> dict[str, object]:
    shown = asdict(seen)
    del shown["newer"]
    return {**shown, "made_at": seen.made_at.isoformat()}


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
