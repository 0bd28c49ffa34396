"""From records to rows: entities, requests' events, the feed. A pure function of the log and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms.casework import course, events
from forms.casework.areas import Areas, code, contains
from forms.casework.calendar import Calendar
from forms.casework.merging import VILLAGE_ACTS, Decided
from forms.casework.publishing import FORM as PUBLICATION
from forms.casework.publishing import OFFICE
from forms.casework.states import State
from forms.entities import EntityChange
from forms.entities.apply import PROJECTED, REQUESTS
from sync.hub import facts, returned
from sync.hub.accounts import Device
from sync.hub.book import Book, Event, Name
from sync.hub.facts import Context as Context
from sync.hub.facts import Taken
from sync.hub.returned import Checked
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
    decided: Decided | None = None
    checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a record is about: its area (a path), and departments of a request as |A|B|."""

    area: str
    departments: str = ""


def subject(book: Book, envelope: Envelope, read: Read | None, areas: Areas) -> Subject:
    """The area of the entity that a record creates or changes; of one not known here, what the device says."""
    claimed = _claimed(envelope, areas)
    if read is None:
        return Subject(claimed)
    if read.event is not None:
        request = read.event.request
        return Subject(book.area(REQUESTS, request) or claimed, book.departments(request))
    if read.decided is not None:
        return Subject(book.area(read.decided.dataset, read.decided.kept) or claimed)
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
    if device.role is Role.SUPERVISOR and envelope.form_id != PUBLICATION:
        return "role"
    touched = {_claimed(envelope, areas), about.area}
    if read is not None:
        touched |= {book.area(change.dataset, change.uuid) for change in read.changes} - {""}
        touched |= {areas.path(change.properties["area"]) for change in read.changes if change.properties.get("area")}
        if read.decided is not None:
            decided = read.decided
            touched |= {book.area(decided.dataset, uuid) for uuid in (decided.kept, decided.other)} - {""}
        if read.checked is not None and read.checked.village:
            touched.add(areas.path(read.checked.village))
    if not all(contains(device.area, area) for area in touched):
        return "area"
    event = None if read is None else read.event
    if device.role is Role.DEPARTMENT:
        if event is None or event.action not in _DEPARTMENT_ACTIONS:
            return "role"
        if not any(f"|{name}|" in about.departments for name in device.departments):
            return "department"
    if device.role is Role.VILLAGE and (envelope.form_id in OFFICE or not _village_may(read)):
        return "role"
    return ""


def _village_may(read: Read | None) -> bool:
    if read is None:
        return True
    if read.decided is not None and read.decided.act not in VILLAGE_ACTS:
        return False
    return read.checked is None and (read.event is None or read.event.action in _VILLAGE_ACTIONS)


def apply(book: Book, envelope: Envelope, read: Read, *, n: int, about: Subject, context: Context) -> None:
    """Derive all rows of one record at position `n` of the log."""
    taken = Taken(envelope, n, about.area, context)
    book.note_writer(envelope)
    born: tuple[Name, ...] = ()
    for place, change in enumerate(read.changes):
        if read.event is not None and change.received.keys() <= PROJECTED.get(change.dataset, frozenset()):
            continue  # the course of a request is the fold of its events, here and on every device
        born += facts.change(book, change, taken, place=place)
    if read.decided is not None:
        born += facts.decide(book, read.decided, taken)
    if read.checked is not None:
        returned.show(book, read.checked, envelope, n=n, areas=context.areas)
    for dataset, uuid in born:
        if dataset == REQUESTS:
            _adopt(book, uuid, n=n, area=book.area(dataset, uuid), context=context)
    if read.event is not None:
        _event(book, envelope, read, n=n, about=about, context=context)


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
    """Where a department has become responsible, send it all that is known of the request; it stands last."""
    known = book.entity(REQUESTS, request)
    if known is None or not book.events(request):
        return
    department = fold(book, request, context.calendar).department
    before = book.departments(request)
    if not department or before.endswith(f"|{department}|"):
        return
    book.put_asker(known.row.properties.get("resident", ""), request)
    departments = f"{before.replace(f'|{department}|', '|') or '|'}{department}|"
    book.put_departments(request, departments)
    facts.show(book, known, n=n)
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
