"""`record`: answers become records; records are listed, shown, and their bytes written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.cli.invocation import Invocation
from desktop.cli.output import Output, table
from desktop.services.api import Batching
from desktop.services.exchange.bundles import Whereabouts
from desktop.services.filling.answers_file import Line, opened
from desktop.services.filling.filling_values import RecordRow, Stored
from desktop.services.filling.refusal import Refused, lines
from desktop.services.values import Fact, RecordState
from forms.errors import Fault, Kind

if TYPE_CHECKING:
    from pathlib import Path


def add(call: Invocation) -> int:
    """One line a record, after its commit; at the end how many were added and refused."""
    added = refused = 0
    with opened(call.args.answers) as (given, base), call.desk(writer=True) as desk:
        batch = desk.batch(call.args.form)
        for line in given:
            if _one(call.out, batch, line, base):
                added += 1
            else:
                refused += 1
    if call.out.json:
        call.out.result({"added": added, "refused": refused})
    elif refused:
        call.out.message("cli.records_refused", added=added, refused=refused)
    return Kind.DAMAGED.value if refused else 0


def _one(out: Output, batch: Batching, line: Line, base: Path) -> bool:
    if line.answers is None:
        message = out.text("cli.line_malformed", line=line.number, reason=line.problem)
        _refuse(out, line.number, [{"ref": "", "code": "malformed", "message": message}])
        return False
    try:
        stored = batch.add(line.answers, base=base)
    except Refused as why:
        _refuse(out, line.number, lines(why.problems, out.text))
        return False
    except Fault as fault:
        if fault.kind is not Kind.DENIED:
            raise
        _refuse(out, line.number, [{"ref": "", "code": fault.code, "message": fault.message(out.text)}])
        return False
    _tell(out, line.number, stored)
    return True


def _tell(out: Output, number: int, stored: Stored) -> None:
    if out.json:
        out.result({"line": number, "instanceID": stored.instance_id, "ref": stored.ref})
    else:
        out.line(stored.instance_id)


def _refuse(out: Output, number: int, reasons: list[dict[str, str]]) -> None:
    if out.json:
        out.result({"line": number, "refused": reasons})
    else:
        for reason in reasons:
            out.message("cli.line_refused", line=number, ref=reason["ref"], message=reason["message"])


def list_(call: Invocation) -> int:
    args = call.args
    state = RecordState(args.state) if args.state else None
    since = call.moment(args.since) if args.since else ""
    rows: list[RecordRow] = []
    with call.desk() as desk:
        after = ""
        while True:
            page = desk.records.list(form_id=args.form or "", state=state, since=since, after=after)
            rows += page.rows
            if page.next is None:
                break
            after = page.next
    if args.after:
        rows = _after(rows, args.after)
    words = table([(row.instance_id, row.form_id, row.finalised, row.state.value, row.ref) for row in rows])
    call.out.result({"records": [_object(row) for row in rows], "next": None}, words)
    return 0


def _after(rows: list[RecordRow], last: str) -> list[RecordRow]:
    for place, row in enumerate(rows, start=1):
        if row.instance_id == last:
            return rows[place:]
    raise Fault("services.unknown_record", Kind.USAGE, id=last)


def show(call: Invocation) -> int:
    with call.desk() as desk:
        row, answers = desk.records.show(call.args.id)
        stations = desk.bundles.where(call.args.id)
    shown = [{"name": fact.name, "label": fact.label, "value": fact.value} for fact in answers]
    where = [{"place": one.place.value, "at": one.at, "hub": one.name, "n": one.n, "signed": one.signed,
              "reason": one.reason} for one in stations]  # fmt: skip
    found = {**_object(row), "reason": row.reason, "answers": shown, "where": where}
    call.out.result(found, "\n".join([_words(row, answers), *(_station(call.out, one) for one in stations)]))
    return 0


def _station(out: Output, one: Whereabouts) -> str:
    return f"{one.at}  {out.text(f'bundle.place_{one.place.value}', name=one.name)}".strip()


def export(call: Invocation) -> int:
    with call.desk() as desk:
        call.out.raw(desk.records.export(call.args.id))
    return 0


def _object(row: RecordRow) -> dict[str, object]:
    return {
        "instanceID": row.instance_id,
        "form": row.form_id,
        "version": row.version,
        "area": row.area,
        "finalised": row.finalised,
        "state": row.state.value,
        "ref": row.ref,
    }


def _words(row: RecordRow, answers: tuple[Fact, ...]) -> str:
    head = f"{row.instance_id}  {row.form_id} {row.version}  {row.finalised}  {row.state.value}  {row.ref}"
    return "\n".join([head, *(f"{fact.label}: {fact.value}" for fact in answers)])
