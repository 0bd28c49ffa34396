"""`sync` and `export`: records out and answers in; tables for others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from desktop.cli.invocation import Invocation, read_passphrase
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.keeping.backup import Backups
from desktop.services.sheets.department_values import WorkbookOrder
from desktop.services.sheets.export_values import ExportOrder
from desktop.services.values import Level
from forms.errors import Fault, Kind
from forms.export.types import Choices, Words


def sync(call: Invocation) -> int:
    """One hand-over; 1 where the hub refused or holds records, which stay here and can be exported."""
    with call.workspace() as opened:
        if not Backups(opened).run_if_due():  # the first of a day writes the second copy before anything leaves
            call.out.message("cli.backup_failed")
        desk = opened.desk(writer=True, language=call.language)
        try:
            if call.args.again:
                desk.hand_over.again()
            done = desk.hand_over.run(budget=call.args.budget)
        finally:
            desk.close()
    shown = _counts(done)
    call.out.result(shown, call.out.text("cli.synced", **shown))
    for form in done.unpublished:
        call.out.message("cli.form_unpublished", form=form)
    return Kind.DAMAGED.value if done.rejected else 0


def bundle_write(call: Invocation) -> int:
    """This village's bundle onto a stick."""
    with call.desk(writer=True) as desk:
        done = desk.bundles.write(Path(call.args.file))
    shown = {**_NOTHING, "pushed": done.records, "bytes_up": done.size, "seconds": round(done.seconds, 3)}
    words = call.out.text("cli.bundle_written", records=done.records, files=done.files, size=done.size)
    call.out.result(shown, words)
    if done.left:
        call.out.message("cli.bundle_left", left=done.left)
    return 0


def bundle_read(call: Invocation) -> int:
    """The township's answer; 1 where it refuses records, which stay here and can be exported."""
    with call.desk(writer=True) as desk:
        done = desk.bundles.read(Path(call.args.file))
    shown = _counts(done)
    call.out.result(shown, call.out.text("cli.synced", **shown))
    return Kind.DAMAGED.value if done.rejected else 0


_NOTHING: Mapping[str, object] = dict.fromkeys(
    ("pushed", "duplicate", "held", "rejected", "pulled", "bytes_up", "bytes_down", "requests"), 0
)


def _counts(done: HandOverResult) -> dict[str, object]:
    return {
        "pushed": done.pushed,
        "duplicate": done.duplicate,
        "held": done.held,
        "rejected": done.rejected,
        "pulled": done.pulled,
        "bytes_up": done.bytes_up,
        "bytes_down": done.bytes_down,
        "requests": done.requests,
        "seconds": round(done.seconds, 3),
    }


def export(call: Invocation) -> int:
    """Tables for others; with --fill a department's own workbook."""
    args = call.args
    if bool(args.fill) == bool(args.what):
        raise Fault("cli.export_what", Kind.USAGE)
    if args.fill:
        return _fill(call)
    approver_file = args.approver_passphrase_file
    order = ExportOrder(
        what=args.what,
        to=Path(args.to),
        level=Level(args.level),
        reason=args.reason or "",
        approver=args.approver or "",
        approver_passphrase=read_passphrase(Path(approver_file)) if approver_file else "",
        since=_day(args.since),
        until=_day(args.until),
        area=args.area or "",
        columns=tuple(name for name in (args.columns or "").split(",") if name),
        choices=Choices(args.choices),
        words=Words(args.words),
    )
    with call.desk(writer=True) as desk:
        done = desk.exports.run(order)
    shown = {"path": str(done.path), "sheets": dict(done.sheets), "masked": done.masked, "suppressed": done.suppressed}
    rows = next(iter(done.sheets.values()), 0)
    call.out.result(shown, call.out.text("cli.exported", path=str(done.path), rows=rows))
    return 0


def _fill(call: Invocation) -> int:
    """Fills a workbook by a map; a map that is not there yet is suggested, written and used."""
    args = call.args
    if not args.map:
        raise Fault("cli.fill_map", Kind.USAGE)
    approver_file, mapping = args.approver_passphrase_file, Path(args.map)
    order = WorkbookOrder(
        workbook=Path(args.fill),
        mapping=mapping,
        to=Path(args.to),
        level=Level(args.level),
        reason=args.reason or "",
        approver=args.approver or "",
        approver_passphrase=read_passphrase(Path(approver_file)) if approver_file else "",
        area=args.area or "",
    )
    with call.desk(writer=True) as desk:
        if not mapping.exists():
            desk.departments.write_map(desk.departments.look(order.workbook), mapping)
            call.out.message("cli.map_suggested", file=str(mapping))
        done = desk.departments.fill(order)
    missing = [{"row": gap.row, "column": gap.column, "whom": gap.whom} for gap in done.missing]
    said = [call.out.text("cli.filled", path=str(done.path), lines=done.lines, missing=len(missing))]
    said += [f"{gap.column}{gap.row}  {gap.label}  {gap.heading}  {gap.whom}" for gap in done.missing]
    call.out.result({"path": str(done.path), "filled": done.lines, "missing": missing}, "\n".join(said))
    return 0


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Fault("cli.date", Kind.USAGE, day=text) from None
