"""From records to rows: entities, requests' events, the feed. A pure function of the log and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms import entities
from forms.casework import course, events
from forms.casework.areas import Areas, code, contains
from forms.casework.calendar import Calendar
from forms.casework.states import State
from forms.entities import Decision, EntityChange, EntityRow
from forms.entities.apply import PROJECTED, REQUESTS
from sync.hub.accounts import Device
from sync.hub.book import Book, Entity, Event, HeldChange
from sync.protocol import Envelope, Role, RowKind

_VILLAGE_ACTIONS = frozenset({events.Action.SUPPLEMENT, events.Action.TELL, events.Action.TRY})
_DEPARTMENT_ACTIONS = frozenset(
    {events.Action.RETURN, events.Action.FORWARD, events.Action.BACK, events.Action.PROGRESS, events.Action.ANSWER}
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a record says, read before any transaction; `event` only for forms of a request's course."""

    changes: tuple[EntityChange, ...]
    event: events.RequestEvent | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a record is about: its area (a path), and departments of a request as |A|B|."""

    area: str
    departments: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The lists as they stand, and the moment at which the hub takes a record."""

    areas: Areas
    calendar: Calendar
    now: str


def subject(book: Book, envelope: Envelope, read: Read | None, areas: Areas) -> Subject:
    """The area of the entity that a record creates or changes; of one not known here, what the device says."""
    claimed = _claimed(envelope, areas)
    if read is None:
        return Subject(claimed)
    if read.event is not None:
        request = read.event.request
        return Subject(book.area(REQUESTS, request) or claimed, book.departments(request))
    for change in read.changes:
        known = book.area(change.dataset, change.uuid)
        if known:
            return Subject(known)
        if change.create and change.properties.get("area"):
            return Subject(areas.path(change.properties["area"]))
    return Subject(claimed)


def _claimed(envelope: Envelope, areas: Areas) -> str:
    """The area that the device says, as this hub writes it: a device without the list knows the code only."""
    return areas.path(code(envelope.area))


def refusal(book: Book, device: Device, envelope: Envelope, read: Read | None, *, about: Subject, areas: Areas) -> str:
    """Why `device` may not hand in this record: "role", "area" or "department"; "" where it may."""
    if device.role is Role.SUPERVISOR:
        return "role"
    touched = {_claimed(envelope, areas), about.area}
    if read is not None:
        touched |= {book.area(change.dataset, change.uuid) for change in read.changes} - {""}
        touched |= {areas.path(change.properties["area"]) for change in read.changes if change.properties.get("area")}
    if not all(contains(device.area, area) for area in touched):
        return "area"
    event = None if read is None else read.event
    if device.role is Role.DEPARTMENT:
        if event is None or event.action not in _DEPARTMENT_ACTIONS:
            return "role"
        if not any(f"|{name}|" in about.departments for name in device.departments):
            return "department"
    if device.role is Role.VILLAGE and event is not None and event.action not in _VILLAGE_ACTIONS:
        return "role"
    return ""


def apply(book: Book, envelope: Envelope, read: Read, *, n: int, about: Subject, context: Context) -> None:
    """Derive all rows of one record at position `n` of the log."""
    for place, change in enumerate(read.changes):
        if read.event is not None and change.received.keys() <= PROJECTED.get(change.dataset, frozenset()):
            continue  # the course of a request is the fold of its events, here and on every device
        _change(book, change, envelope, place=place, n=n, area=about.area, context=context)
    if read.event is not None:
        _event(book, envelope, read, n=n, about=about, context=context)


# ---- entities


def _change(
    book: Book, change: EntityChange, envelope: Envelope, *, place: int, n: int, area: str, context: Context
) -> None:
    """Apply one change, and after it those that waited for it."""
    before = book.entity(change.dataset, change.uuid)
    done = entities.apply(change, None if before is None else before.row)
    if done.decision is Decision.HELD:
        held = HeldChange(change.instance_id, place, area, change)
        book.put_held(change.dataset, change.uuid, (*book.held(change.dataset, change.uuid), held))
        return
    if done.row is None or done.decision not in (Decision.CREATED, Decision.UPDATED):
        return
    old_area = "" if before is None else before.area
    new_area = context.areas.path(done.row.area) or old_area or area
    entity = Entity(done.row, _opened(envelope, context.now) if before is None else before.opened, new_area)
    book.put_entity(entity)
    if old_area and old_area != new_area:
        gone = {"dataset": change.dataset, "uuid": change.uuid, "deleted": True}
        book.show(RowKind.ENTITY, _key(done.row), n=n, body=gone, area=old_area, moved_to=new_area)
    _show(book, entity, n=n)
    if before is None and change.dataset == REQUESTS:
        _adopt(book, change.uuid, n=n, area=new_area, context=context)
    waiting = book.held(change.dataset, change.uuid)
    if waiting:
        book.put_held(change.dataset, change.uuid, ())
        for held in waiting:
            _change(book, held.change, envelope, place=held.place, n=n, area=held.area, context=context)


def _show(book: Book, entity: Entity, *, n: int) -> None:
    row = entity.row
    body: dict[str, Any] = {
        "dataset": row.dataset,
        "uuid": row.uuid,
        "label": row.label,
        "version": row.version,
        "properties": dict(row.properties),
        "area": entity.area,
        "conflict": str(row.conflict),
        "deleted": row.deleted,
    }
    departments = ""
    if row.dataset == REQUESTS:
        body["opened"] = dict(entity.opened)
        departments = book.departments(row.uuid)
    book.show(RowKind.ENTITY, _key(row), n=n, body=body, area=entity.area, departments=departments)


def _key(row: EntityRow) -> str:
    return f"{row.dataset}/{row.uuid}"


def _opened(envelope: Envelope, now: str) -> dict[str, Any]:
    return {
        "instance_id": envelope.instance_id,
        "form_id": envelope.form_id,
        "author": envelope.author,
        "wall_time": envelope.wall_time,
        "at": now,
    }


# ---- the course of a request


def _event(book: Book, envelope: Envelope, read: Read, *, n: int, about: Subject, context: Context) -> None:
    if read.event is None:
        return
    request = read.event.request
    body = {
        "request": request,
        "form": envelope.form_id,
        "values": dict(read.values),
        "author": envelope.author,
        "wall_time": envelope.wall_time,
        "n": n,
    }
    event = Event(envelope.instance_id, n, request, about.area, body)
    book.put_events(request, (*book.events(request), event))
    book.show(RowKind.EVENT, event.instance_id, n=n, body=body, area=about.area, departments=about.departments)
    _widen(book, request, n=n, context=context)


def _widen(book: Book, request: str, *, n: int, context: Context) -> None:
    """Where a department has become responsible, send it all that is known of the request."""
    known = book.entity(REQUESTS, request)
    if known is None or not book.events(request):
        return
    department = fold(book, request, context.calendar).department
    before = book.departments(request)
    if not department or f"|{department}|" in before:
        return
    departments = f"{before or '|'}{department}|"
    book.put_departments(request, departments)
    _show(book, known, n=n)
    for each in book.events(request):
        book.show(RowKind.EVENT, each.instance_id, n=n, body=each.body, area=known.area, departments=departments)


def _adopt(book: Book, request: str, *, n: int, area: str, context: Context) -> None:
    """Events that came before their request take its area."""
    found = book.events(request)
    for each in found:
        if each.area != area:
            book.hide(RowKind.EVENT, each.instance_id, area=each.area)
            book.show(RowKind.EVENT, each.instance_id, n=n, body=each.body, area=area)
    if found:
        book.put_events(request, tuple(replace(each, area=area) for each in found))
    _widen(book, request, n=n, context=context)


def fold(book: Book, request: str, calendar: Calendar) -> course.Course:
    """Where a request stands by the hub's log."""
    happened = []
    for each in book.events(request):
        event = events.read(each.body["form"], each.instance_id, each.body["values"])
        if event is not None:
            happened.append(event)
    return course.fold(course.Opened(request, State.ARRIVED), happened, calendar)
