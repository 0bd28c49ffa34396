"""`hub bundle`: the hub's side of the stick."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.hub import opened
from desktop.cli.invocation import Invocation
from desktop.services.exchange.bundles import answer_name
from forms.casework.areas import code
from forms.errors import Fault, Kind
from sync.hub import stick
from sync.hub.service import Hub
from sync.protocol import Outcome


def bundle(call: Invocation) -> int:
    args = call.args
    with opened(call) as hub:
        if args.action == "read":
            return _read(call, hub, Path(args.file))
        if not args.area:
            raise Fault("cli.needs", Kind.USAGE, what="--for CODE")
        return _write(call, hub, Path(args.file), args.area)


def _read(call: Invocation, hub: Hub, path: Path) -> int:
    """Take in a village's bundle; 1 where something of it was refused, which stays in the quarantine."""
    taken = stick.read_bundle(hub, path)
    counts = taken.outcomes
    told = {
        "letters": taken.letters,
        "area": code(taken.area),
        "files": taken.files,
        "duplicate": counts[Outcome.DUPLICATE],
        "held": counts[Outcome.HELD],
        "rejected": counts[Outcome.REJECTED],
    }
    shown = {
        **told,
        "device": taken.device,
        "written": taken.written_at,
        "pushed": counts[Outcome.STORED],
        "refused": taken.refused,
        "review": taken.review,
        "went_back": taken.went_back,
    }
    words = call.out.text("cli.bundle_taken", stored=counts[Outcome.STORED], **told)
    call.out.result(shown, words)
    for reason in taken.refused:
        call.out.message("cli.bundle_part_refused", reason=reason)
    if taken.review:
        call.out.message("cli.bundle_review")
    if taken.went_back:
        call.out.message("cli.bundle_went_back")
    return Kind.DAMAGED.value if counts[Outcome.REJECTED] or taken.refused else 0


def _write(call: Invocation, hub: Hub, path: Path, area: str) -> int:
    """The answer for every laptop of an area."""
    areas = hub.areas()
    if area not in areas:
        raise Fault("hub.area_unknown", Kind.USAGE, area=area)
    target = path / answer_name(area) if path.is_dir() else path
    done = stick.write_answer(hub, target, area=areas.path(area))
    shown = {
        "file": str(done.path),
        "area": area,
        "devices": list(done.devices),
        "rows": done.rows,
        "results": done.results,
        "bytes": done.size,
    }
    words = call.out.text(
        "cli.bundle_answered", area=area, rows=done.rows, results=done.results, devices=len(done.devices)
    )
    call.out.result(shown, words)
    return 0
