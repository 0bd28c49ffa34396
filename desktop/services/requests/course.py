"""A request's course in words: each event with its kind, who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from desktop.services.context import Context
from desktop.services.filling.sealing import readable
from desktop.services.values import TimelineEntry, TimelineKind
from forms.casework.events import Action, RequestEvent, read
from forms.casework.states import State
from sync.store.api import EventItem, RecordState, RequestDetail

KINDS = {
    Action.RECEIVE: TimelineKind.TAKEN_UP,
    Action.ASSIGN: TimelineKind.ASSIGNED,
    Action.RETURN: TimelineKind.RETURNED,
    Action.SUPPLEMENT: TimelineKind.SUPPLEMENTED,
    Action.FORWARD: TimelineKind.FORWARDED,
    Action.BACK: TimelineKind.PROGRESS,
    Action.PROGRESS: TimelineKind.PROGRESS,
    Action.ANSWER: TimelineKind.ANSWERED,
    Action.CLOSE: TimelineKind.CLOSED,
    Action.REOPEN: TimelineKind.REOPENED,
    Action.TELL: TimelineKind.TOLD,
    Action.TRY: TimelineKind.PROGRESS,
}


def course_entries(detail: RequestDetail, context: Context) -> list[TimelineEntry]:
    """The request as it was opened and every event of it, oldest first; late ones say so."""
    item, text = detail.item, context.text
    opened = context.store.records.get(item.instance_id)
    began = context.local(opened.row.finalised_at if opened is not None else detail.begun_at or item.recorded_on)
    entries: list[TimelineEntry] = []
    if began is not None:
        author = opened.row.author if opened is not None else detail.begun_by
        entries.append(
            TimelineEntry(
                when=began if began.tzinfo else began.replace(tzinfo=context.clock.zone),
                kind=TimelineKind.REQUEST,
                title=text("services.event_opened", matter=context.matter(item.matter)),
                detail=readable(detail.properties.get("description", ""), context),
                by=author,
                ref=item.ref,
                request=item.uuid,
                instance_id=item.instance_id,
                state=State(item.state),
                pending=item.hand_over in (RecordState.WAITING, RecordState.SENT),
            )
        )
    holds = ""  # the department that has it
    for event in detail.events:
        happened, when = read(event.form_id, event.instance_id, event.values), context.local(event.wall_time)
        if happened is not None and when is not None:
            title = _title(happened, context, holds=holds)
            entries.append(_entry(event, happened, detail, context, when=when, title=title))
            holds = _holds(happened, holds)
    return _with_standing(entries, State(item.state))


def _with_standing(entries: list[TimelineEntry], state: State) -> list[TimelineEntry]:
    """The newest answer carries the request's state: it is what is to be told, or was."""
    last = max((at for at, entry in enumerate(entries) if entry.kind is TimelineKind.ANSWERED), default=None)
    return [replace(entry, state=state) if at == last else entry for at, entry in enumerate(entries)]


def _title(event: RequestEvent, context: Context, *, holds: str) -> str:
    """What happened; to give something to the department that has it only changes its time limit."""
    if event.action is Action.ASSIGN and event.department == holds and event.days is not None:
        return context.text("services.event_limit")
    return context.text(f"services.event_{event.action}", department=context.department(event.department))


def _holds(event: RequestEvent, holds: str) -> str:
    """Which department has it after this event."""
    if event.action is Action.ASSIGN:
        return event.department
    return holds if event.action is Action.PROGRESS else ""


def _entry(
    event: EventItem, happened: RequestEvent, detail: RequestDetail, context: Context, *, when: datetime, title: str
) -> TimelineEntry:
    return TimelineEntry(
        when=when,
        kind=TimelineKind.LATE if event.late else KINDS[happened.action],
        title=context.text("services.event_late", what=title) if event.late else title,
        detail=_said(happened, context),
        by=event.author,
        ref=detail.item.ref,
        request=event.request,
        instance_id=event.instance_id,
        pending=event.n is None,
    )


def _said(event: RequestEvent, context: Context) -> str:
    """What an event says in its own words."""
    text = context.text
    parts = []
    if event.outcome is not None:
        parts.append(text(f"casework.outcome_{event.outcome}"))
    parts += [part for part in (event.answer, event.text, event.note, event.forward_to) if part]
    if event.next_step:
        parts.append(text("services.event_next_step", step=event.next_step))
    if event.days is not None:
        parts.append(text("services.event_days", days=event.days))
    if event.way is not None:
        parts.append(text(f"casework.way_{event.way}"))
    if event.reaction is not None:
        parts.append(text(f"casework.reaction_{event.reaction}"))
    if event.why_not:
        parts.append(event.why_not)
    return " · ".join(parts)
