"""`request`: requests with their computed state, one in full, and a step of handling from answers."""

from __future__ import annotations

from desktop.cli.invocation import Invocation
from desktop.cli.output import table
from desktop.services.filling.answers_file import one
from desktop.services.values import RequestRow, RequestState, TimelineEntry
from forms.errors import Fault, Kind


def list_(call: Invocation) -> int:
    args = call.args
    try:
        state = RequestState(args.state) if args.state else None
    except ValueError:
        raise Fault("cli.state", Kind.USAGE, state=args.state, known=", ".join(RequestState)) from None
    with call.desk() as desk:
        rows = desk.requests.list(
            state=state, overdue=args.overdue, department=args.department or "", query=args.query or ""
        )
    words = table([(row.ref, row.state.value, _iso(row.due), row.matter_label, row.who) for row in rows])
    call.out.result({"requests": [_object(row) for row in rows], "next": None}, words)
    return 0


def show(call: Invocation) -> int:
    with call.desk() as desk:
        detail = desk.requests.show(call.args.ref)
    row = detail.row
    more = {
        "instanceID": row.instance_id,
        "description": row.description,
        "answer": row.answer,
        "next_step": row.next_step,
        "returned": row.returned_text,
        "told_on": _iso(row.told_on),
        "told_way": row.told_way,
        "reaction": row.reaction,
        "actions": [action.name for action in detail.actions],
        "course": [_entry(entry) for entry in detail.course],
    }
    head = f"{row.ref}  {row.state.value}  {row.matter_label}  {row.who}"
    words = "\n".join(
        [head, row.description, *(f"{e.when:%Y-%m-%d %H:%M}  {e.title}  {e.detail}" for e in detail.course)]
    )
    call.out.result({**_object(row), **more}, words)
    return 0


def update(call: Invocation) -> int:
    answers = one(call.args.answers)
    with call.desk(writer=True) as desk:
        stored = desk.requests.update(call.args.ref, answers)
        state = desk.requests.show(call.args.ref).row.state.value
    call.out.result({"ref": call.args.ref, "instanceID": stored.instance_id, "state": state}, stored.instance_id)
    return 0


def _entry(entry: TimelineEntry) -> dict[str, str]:
    return {
        "when": entry.when.isoformat(),
        "kind": entry.kind.value,
        "title": entry.title,
        "detail": entry.detail,
        "by": entry.by,
        "instanceID": entry.instance_id,
    }


def _object(row: RequestRow) -> dict[str, object]:
    return {
        "ref": row.ref,
        "uuid": row.uuid,
        "area": row.area,
        "matter": row.matter,
        "state": row.state.value,
        "outcome": row.outcome,
        "department": row.department,
        "due": _iso(row.due),
        "overdue": row.overdue,
        "days": row.days,
    }


def _iso(day: object) -> str:
    return str(day) if day is not None else ""
