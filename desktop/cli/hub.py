"""`hub`: the light central platform; everything but `serve` also works beside a running one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.cli.invocation import Invocation
from desktop.cli.output import table
from desktop.services.given_file import read_given
from desktop.services.office import unattended
from desktop.services.office.hub import Upstream, above_status
from desktop.services.office.hub import serve as serve_hub
from desktop.services.office.hub_lists import publish
from forms.casework.areas import code
from forms.errors import Fault, Kind
from forms.load import load_form
from sync.hub import admin, opening
from sync.hub.service import Hub
from sync.protocol import Outcome, Role


def init(call: Invocation) -> int:
    args = call.args
    areas = read_given(args.areas) if args.areas else None
    made = opening.create(
        Path(args.folder),
        name=args.name,
        area=args.area,
        passphrase=call.passphrase(new=True),
        load=load_form,
        clock=call.clock.instant,
        areas=areas,
        user=args.user or opening.USER,
        database=args.database or "",
    )
    backup = made.backup_secret.hex()
    shown = {"hub": made.hub, "identity": made.identity.hex(), "backup_identity": made.backup_identity.hex()}
    call.out.result(shown, call.out.text("cli.hub_made", name=args.name, backup=backup))
    if call.out.json:
        call.out.message("cli.hub_made", name=args.name, backup=backup)
    return 0


def invite(call: Invocation) -> int:
    args = call.args
    with opened(call) as hub:
        made = admin.invite(
            hub,
            area=args.area,
            role=Role(args.role),
            departments=tuple(args.department),
            file=Path(args.file) if args.file else None,
        )
    words = call.out.text("cli.hub_invited", code=made.code, expires=made.expires)
    call.out.result({"code": made.code, "expires": made.expires, "fingerprint": made.fingerprint}, words)
    return 0


def serve(call: Invocation) -> int:
    """Runs until it is told to stop; the first line, an object with and without --json, says where it listens."""
    args = call.args
    folder = Path(args.folder)
    key = opening.unlock(folder, call.hub_passphrase(folder), user=args.user or opening.USER)

    if args.database:
        opening.settle(folder, key, args.database, load=load_form, clock=call.clock.instant)

    def ready(url: str, fingerprint: str, pid: int) -> None:
        call.out.line(json.dumps({"url": url, "fingerprint": fingerprint, "pid": pid}))
        if not call.out.json:
            call.out.message("cli.hub_listens", url=url, fingerprint=fingerprint)

    upstream = Upstream(args.upstream, args.code or "") if args.upstream else None
    serve_hub(folder, key, host=args.host, port=args.port, clock=call.clock, ready=ready, upstream=upstream)
    return 0


def remember(call: Invocation) -> int:
    """The system's keyring opens this hub for this account from now on, or no longer."""
    folder, forget = Path(call.args.folder), bool(call.args.forget)
    passphrase = call.hub_passphrase(folder)
    opening.unlock(folder, passphrase, user=call.args.user or opening.USER)
    if forget:
        unattended.forget(folder)
    elif not unattended.keep(folder, passphrase):
        raise Fault("cli.no_keyring", Kind.USAGE)
    call.out.result({"remembered": not forget}, call.out.text("cli.hub_forgotten" if forget else "cli.hub_remembered"))
    return 0


def stats(call: Invocation) -> int:
    with opened(call) as hub:
        found, to = admin.stats(hub), above_status(hub)
    shown: dict[str, object] = {
        "records": found.records,
        "duplicates": found.duplicates,
        "quarantined": found.quarantined,
        "held": found.held,
        "head_n": found.head_n,
        "epoch": found.epoch,
        "backed_up_n": found.backed_up_n,
        "devices": found.devices,
    }
    words = call.out.text("cli.hub_counts", **shown)
    if to is not None:
        shown["above"] = {"hub": to.name, "url": to.url, "waiting": to.waiting, "seen": to.seen, "trouble": to.trouble}
        words += "\n" + call.out.text("cli.hub_above", name=to.name, waiting=to.waiting, seen=to.seen or "-")
    call.out.result(shown, words)
    return 0


def devices(call: Invocation) -> int:
    with opened(call) as hub:
        found = admin.devices(hub)
    shown = [
        {
            "device": device.id,
            "role": device.role.value,
            "area": code(device.area),
            "departments": list(device.departments),
            "letters": device.letters,
            "seen": device.seen_at,
            "revoked": device.revoked,
        }
        for device in found
    ]
    words = table([(d.id, d.role.value, code(d.area), d.letters, d.seen_at, "×" if d.revoked else "") for d in found])
    call.out.result({"devices": shown, "next": None}, words)
    return 0


def lists(call: Invocation) -> int:
    """The township's own areas, calendar, categories, departments, matters, from csv files of those names."""
    with opened(call) as hub:
        done = publish(hub, [Path(file) for file in call.args.file], today=call.clock.now().date())
    words = [call.out.text("cli.hub_listed", lists=", ".join(done.lists) or "-", forms=", ".join(done.forms) or "-")]
    words += [call.out.text("cli.hub_listed_own", form=form) for form in done.own]
    shown = {"lists": list(done.lists), "forms": list(done.forms), "own": list(done.own)}
    call.out.result(shown, "\n".join(words))
    return 0


def revoke(call: Invocation) -> int:
    with opened(call) as hub:
        found = admin.revoke(hub, call.args.device)
    call.out.result({"device": found.id, "revoked": True}, call.out.text("cli.hub_revoked", device=found.id))
    return 0


def record(call: Invocation) -> int:
    args = call.args
    if args.action != "list" and not args.id:
        raise Fault("cli.needs", Kind.USAGE, what="ID")
    with opened(call) as hub:
        if args.action == "export":
            call.out.raw(admin.export_any(hub, args.id))
            return 0
        if args.action == "accept":
            return _accept(call, hub, args.id)
        rows, quarantined, alarms = list(_all(hub)), admin.list_quarantined(hub), admin.alarms(hub)
    aside = [{"id": q.id, "instanceID": q.instance_id, "device": q.device, "reason": q.reason, "at": q.at}
             for q in quarantined]  # fmt: skip
    noted = [{"at": at, "kind": kind, "device": device, "subject": subject} for at, kind, device, subject in alarms]
    words = [table([(str(row.n), row.instance_id, row.form_id, row.state) for row in rows])]
    if quarantined:
        words += [call.out.text("cli.hub_quarantine"), table([(q.id, q.instance_id, q.reason) for q in quarantined])]
    if alarms:
        words += [call.out.text("cli.hub_alarms"), table([*alarms])]
    shown = [_stored(row) for row in rows]
    call.out.result({"records": shown, "next": None, "quarantined": aside, "alarms": noted}, "\n".join(words))
    return 0


def _stored(row: admin.StoredRecord) -> dict[str, object]:
    return {
        "instanceID": row.instance_id,
        "n": row.n,
        "form": row.form_id,
        "version": row.form_version,
        "area": code(row.area),
        "device": row.device,
        "state": row.state,
        "finalised": row.wall_time,
    }


def _accept(call: Invocation, hub: Hub, id: str) -> int:
    """Take in what waited for review; 1 where it is refused for another reason."""
    result = admin.accept(hub, id)
    shown = {"instanceID": result.instance_id, "outcome": result.outcome.value, "reason": result.reason, "n": result.n}
    refused = result.outcome is Outcome.REJECTED
    key = f"sync.reason_{result.reason}"
    words = call.out.text(key) if refused else call.out.text("cli.record_accepted", record=result.instance_id)
    call.out.result(shown, words)
    return Kind.DAMAGED.value if refused else 0


def _all(hub: Hub) -> Iterator[admin.StoredRecord]:
    after = 0
    while page := admin.list_records(hub, after=after):
        yield from page
        after = page[-1].n


@contextmanager
def opened(call: Invocation) -> Iterator[Hub]:
    folder = Path(call.args.folder)
    key = opening.unlock(folder, call.hub_passphrase(folder), user=call.args.user or opening.USER)
    hub = opening.open_hub(folder, key, load=load_form, clock=call.clock.instant, readers=1)
    try:
        yield hub
    finally:
        hub.close()
