"""`workspace` and `audit`: made, enrolled, counted, checked."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.invocation import Invocation
from desktop.services.exchange.platform import described
from desktop.services.keeping.backup import Backups
from desktop.services.keeping.workspace import OpenWorkspace, check_workspace, create, enrol
from forms.errors import Fault, Kind
from sync.client.openrosa.address import is_app_user_link
from sync.protocol import Role
from sync.store.platform_values import Platform

TOP = "990621"
"""The area of a workspace whose platform knows none: the top of the pack's list."""


def init(call: Invocation) -> int:
    folder = Path(call.args.folder)
    if not call.args.user:
        raise Fault("cli.needs", Kind.USAGE, what="--user")
    made = _made(call, folder)
    desk = made.desk(language=call.language)
    me = desk.me
    desk.close()
    made.lock()
    found = {"workspace": str(folder), "role": me.role.value, "area": me.area, "device": me.device}
    words = call.out.text("cli.workspace_made", folder=str(folder), area=me.area_label or me.area)
    call.out.result(found, words)
    return 0


def _made(call: Invocation, folder: Path) -> OpenWorkspace:
    """Enrolled with a hub, tied to a platform of others, or for itself."""
    args = call.args
    if args.openrosa or is_app_user_link(args.hub or ""):
        return _created(call, folder, role=args.role or "village", area=args.area or TOP, platform=_platform(call))
    if not (args.hub or args.enrolment):
        if not (args.role and args.area):
            raise Fault("cli.needs", Kind.USAGE, what="--hub --code | --role --area")
        return _created(call, folder, role=args.role, area=args.area)
    if not args.code:
        raise Fault("cli.needs", Kind.USAGE, what="--code")
    return enrol(
        folder,
        url=args.hub or "",
        code=args.code,
        user=args.user,
        passphrase=call.passphrase(new=True),
        clock=call.clock,
        file=Path(args.enrolment) if args.enrolment else None,
    )


def _created(
    call: Invocation, folder: Path, *, role: str, area: str, platform: Platform | None = None
) -> OpenWorkspace:
    return create(
        folder,
        user=call.args.user,
        passphrase=call.passphrase(new=True),
        role=Role(role),
        area=area,
        clock=call.clock,
        platform=platform,
    )


def _platform(call: Invocation) -> Platform:
    """The platform of others that the arguments describe."""
    args = call.args
    return described(
        args.openrosa or args.hub,
        login=args.login or "",
        password_file=Path(args.login_password_file) if args.login_password_file else None,
        token_file=Path(args.token_file) if args.token_file else None,
        authority=Path(args.ca) if args.ca else None,
    )


def status(call: Invocation) -> int:
    with call.desk() as desk:
        found = desk.hand_over.status()
    counts = {name: getattr(found, name) for name in ("records", "waiting", "sent", "acknowledged", "held", "rejected")}
    contact = found.last_contact.isoformat() if found.last_contact else None
    backup = found.backup.isoformat() if found.backup else None
    words = call.out.text("cli.workspace_status", **counts, contact=contact or "-")
    call.out.result({**counts, "last_contact": contact, "backup": backup}, words)
    return 0


def check(call: Invocation) -> int:
    """1 where something is wrong."""
    with call.workspace() as opened:
        if call.args.salvage:
            return _salvage(call, opened)
        found = check_workspace(opened)
    words = call.out.text("cli.check_good" if found.ok else "cli.check_bad", records=found.records)
    shown = {
        "ok": found.ok,
        "records": found.records,
        "problems": list(found.problems),
        "audit": {"ok": found.audit_ok, "entries": found.audit_entries},
    }
    call.out.result(shown, "\n".join([words, *found.problems]))
    return 0 if found.ok else 1


def _salvage(call: Invocation, opened: OpenWorkspace) -> int:
    """What is sound goes into a new folder beside the workspace; 1 where something was damaged."""
    folder = opened.folder.absolute()
    done = Backups(opened).salvage(folder.with_name(f"{folder.name}-salvaged"))
    shown = {
        "ok": not done.pages and not done.tables,
        "workspace": str(done.folder),
        "records": done.records,
        "problems": list(done.pages),
        "tables": done.tables,
        "lost": list(done.lost),
        "copy": done.copy,
    }
    words = call.out.text("cli.salvaged", folder=str(done.folder), records=done.records, lost=len(done.lost))
    call.out.result(shown, "\n".join([words, *done.pages, *done.lost]))
    return 0 if shown["ok"] else 1


def audit(call: Invocation) -> int:
    with call.desk() as desk:
        found = desk.audit()
    shown = {
        "ok": found.ok,
        "entries": found.entries,
        "countersigned": found.countersigned,
        "broken": found.broken,
    }
    words = call.out.text("cli.audit_good" if found.ok else "cli.audit_bad", entries=found.entries, broken=found.broken)
    if found.restored:
        words += "\n" + call.out.text("cli.audit_restored", day=found.restored.date().isoformat())
    call.out.result(shown, words)
    return 0 if found.ok else 1
