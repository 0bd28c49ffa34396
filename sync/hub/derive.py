"""From records to rows: entities, requests' events, the feed. A pure function of the log and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from forms import entities
from forms.casework import course, events
from forms.casework.areas import Areas, code, contains
from forms.casework.calendar import Calendar
from forms.casework.states import State
from forms.entities import Conflict, Decision, EntityChange, EntityRow, EntityVersion
from forms.entities.apply import PROJECTED, REQUESTS
from sync.hub import feed, sql
from sync.hub.accounts import Device
from sync.protocol import Envelope, Role, RowKind
from sync.wire import cbor

_VILLAGE_ACTIONS = frozenset(
    {events.Action.SUPPLEMENT, events.Action.PROGRESS, events.Action.REOPEN, events.Action.TELL, events.Action.TRY}
)
_DEPARTMENT_ACTIONS = frozenset(events.Action) - {events.Action.RECEIVE, events.Action.ASSIGN}


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


def subject(connection: Connection, envelope: Envelope, read: Read | None, areas: Areas) -> Subject:
    """The area of the entity that a record creates or changes; of one not known here, what the device says."""
    claimed = _claimed(envelope, areas)
    if read is None:
        return Subject(claimed)
    if read.event is not None:
        known = _entity_area(connection, REQUESTS, read.event.request)
        departments = sql.scalar(
            connection, "SELECT departments FROM request WHERE uuid = :uuid", uuid=read.event.request
        )
        return Subject(known or claimed, departments or "")
    for change in read.changes:
        known = _entity_area(connection, change.dataset, change.uuid)
        if known:
            return Subject(known)
        if change.create and change.properties.get("area"):
            return Subject(areas.path(change.properties["area"]))
    return Subject(claimed)


def _claimed(envelope: Envelope, areas: Areas) -> str:
    """The area that the device says, as this hub writes it: a device without the list knows the code only."""
    return areas.path(code(envelope.area))


def refusal(connection: Connection, device: Device, envelope: Envelope, read: Read | None, *, areas: Areas) -> str:
    """Why `device` may not hand in this record: "role", "area" or "department"; "" where it may."""
    if device.role is Role.SUPERVISOR:
        return "role"
    about = subject(connection, envelope, read, areas)
    touched = {_claimed(envelope, areas), about.area}
    if read is not None:
        touched |= {_entity_area(connection, change.dataset, change.uuid) for change in read.changes} - {""}
        touched |= {areas.path(change.properties["area"]) for change in read.changes if change.properties.get("area")}
    if not all(contains(device.area, area) for area in touched):
        return "area"
    event = None if read is None else read.event
    if device.role is Role.DEPARTMENT:
        if event is None or event.action not in _DEPARTMENT_ACTIONS:
            return "role"
        if not any(f"|{code}|" in about.departments for code in device.departments):
            return "department"
    if device.role is Role.VILLAGE and event is not None and event.action not in _VILLAGE_ACTIONS:
        return "role"
    return ""


def apply(connection: Connection, envelope: Envelope, read: Read, *, n: int, context: Context) -> None:
    """Derive all rows of one record at position `n` of the log."""
    about = subject(connection, envelope, read, context.areas)
    for place, change in enumerate(read.changes):
        if read.event is not None and change.received.keys() <= PROJECTED.get(change.dataset, frozenset()):
            continue  # the course of a request is the fold of its events, here and on every device
        _change(connection, change, envelope, place=place, n=n, area=about.area, context=context)
    if read.event is not None:
        _event(connection, envelope, read, n=n, about=about, context=context)


# ---- entities


def _change(
    connection: Connection, change: EntityChange, envelope: Envelope, *, place: int, n: int, area: str, context: Context
) -> None:
    """Apply one change, and after it those that waited for it."""
    before = _load(connection, change.dataset, change.uuid)
    done = entities.apply(change, None if before is None else before[0])
    if done.decision is Decision.HELD:
        sql.put(
            connection,
            "held_change",
            ["instance_id", "place"],
            instance_id=envelope.instance_id,
            place=place,
            dataset=change.dataset,
            uuid=change.uuid,
            area=area,
            body=cbor.dumps(asdict(change)),
        )
        return
    if done.row is None or done.decision not in (Decision.CREATED, Decision.UPDATED):
        return
    opened = _opened(envelope, context.now) if before is None else before[1]
    old_area = "" if before is None else before[2]
    new_area = context.areas.path(done.row.area) or old_area or area
    _save(connection, done.row, opened, n=n, area=new_area, old_area=old_area)
    if before is None and change.dataset == REQUESTS:
        _adopt(connection, change.uuid, n=n, area=new_area, context=context)
    _retry(connection, change, envelope, n=n, context=context)


def _retry(connection: Connection, change: EntityChange, envelope: Envelope, *, n: int, context: Context) -> None:
    waiting = sql.run(
        connection,
        "SELECT instance_id, place, area, body FROM held_change WHERE dataset = :dataset AND uuid = :uuid"
        " ORDER BY instance_id, place",
        dataset=change.dataset,
        uuid=change.uuid,
    ).all()
    for row in waiting:
        sql.run(
            connection,
            "DELETE FROM held_change WHERE instance_id = :id AND place = :place",
            id=row.instance_id,
            place=row.place,
        )
        _change(
            connection,
            EntityChange(**cbor.loads(row.body)),
            envelope,
            place=row.place,
            n=n,
            area=row.area,
            context=context,
        )


def _save(
    connection: Connection, row: EntityRow, opened: Mapping[str, Any], *, n: int, area: str, old_area: str
) -> None:
    state = {**asdict(row), "conflict": str(row.conflict)}
    sql.put(
        connection,
        "entity",
        ["dataset", "uuid"],
        dataset=row.dataset,
        uuid=row.uuid,
        area=area,
        body=cbor.dumps({"row": _plain(state), "opened": dict(opened)}),
    )
    key = f"{row.dataset}/{row.uuid}"
    if old_area and old_area != area:
        gone = {"dataset": row.dataset, "uuid": row.uuid, "deleted": True}
        feed.put(connection, RowKind.ENTITY, key, n=n, body=gone, area=old_area, moved_to=area)
    departments = ""
    if row.dataset == REQUESTS:
        departments = sql.scalar(connection, "SELECT departments FROM request WHERE uuid = :uuid", uuid=row.uuid) or ""
    _show(connection, row, opened, n=n, area=area, departments=departments)


def _show(
    connection: Connection, row: EntityRow, opened: Mapping[str, Any], *, n: int, area: str, departments: str
) -> None:
    body: dict[str, Any] = {
        "dataset": row.dataset,
        "uuid": row.uuid,
        "label": row.label,
        "version": row.version,
        "properties": dict(row.properties),
        "area": area,
        "conflict": str(row.conflict),
        "deleted": row.deleted,
    }
    if row.dataset == REQUESTS:
        body["opened"] = dict(opened)
    feed.put(
        connection, RowKind.ENTITY, f"{row.dataset}/{row.uuid}", n=n, body=body, area=area, departments=departments
    )


def _opened(envelope: Envelope, now: str) -> dict[str, Any]:
    return {
        "instance_id": envelope.instance_id,
        "form_id": envelope.form_id,
        "author": envelope.author,
        "wall_time": envelope.wall_time,
        "at": now,
    }


def _load(connection: Connection, dataset: str, uuid: str) -> tuple[EntityRow, Mapping[str, Any], str] | None:
    found = sql.one(
        connection,
        "SELECT area, body FROM entity WHERE dataset = :dataset AND uuid = :uuid",
        dataset=dataset,
        uuid=uuid,
    )
    if found is None:
        return None
    body = cbor.loads(found.body)
    fields = body["row"]
    history = tuple(EntityVersion(**{**each, "conflicting": tuple(each["conflicting"])}) for each in fields["history"])
    row = EntityRow(**{**fields, "conflict": Conflict(fields["conflict"]), "history": history})
    return row, body["opened"], found.area


def _entity_area(connection: Connection, dataset: str, uuid: str) -> str:
    found = sql.scalar(
        connection, "SELECT area FROM entity WHERE dataset = :dataset AND uuid = :uuid", dataset=dataset, uuid=uuid
    )
    return found or ""


def _plain(value: Any) -> Any:
    """Tuples as lists: what canonical CBOR takes."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


# ---- the course of a request


def _event(connection: Connection, envelope: Envelope, read: Read, *, n: int, about: Subject, context: Context) -> None:
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
    sql.insert(
        connection,
        "event",
        instance_id=envelope.instance_id,
        n=n,
        request=request,
        area=about.area,
        body=cbor.dumps(body),
    )
    feed.put(
        connection,
        RowKind.EVENT,
        envelope.instance_id,
        n=n,
        body=body,
        area=about.area,
        departments=about.departments,
    )
    _widen(connection, request, n=n, context=context)


def _widen(connection: Connection, request: str, *, n: int, context: Context) -> None:
    """Where a department has become responsible, send it all that is known of the request."""
    known = _load(connection, REQUESTS, request)
    if known is None:
        return
    row, opened, area = known
    department = _fold(connection, row, context.calendar).department
    before = sql.scalar(connection, "SELECT departments FROM request WHERE uuid = :uuid", uuid=request) or ""
    if not department or f"|{department}|" in before:
        return
    departments = f"{before or '|'}{department}|"
    sql.put(connection, "request", ["uuid"], uuid=request, departments=departments)
    _show(connection, row, opened, n=n, area=area, departments=departments)
    for each in _events(connection, request):
        feed.put(
            connection,
            RowKind.EVENT,
            each.instance_id,
            n=n,
            body=cbor.loads(each.body),
            area=area,
            departments=departments,
        )


def _adopt(connection: Connection, request: str, *, n: int, area: str, context: Context) -> None:
    """Events that came before their request take its area."""
    for each in _events(connection, request):
        if each.area != area:
            sql.run(connection, "UPDATE event SET area = :area WHERE instance_id = :id", area=area, id=each.instance_id)
            sql.run(
                connection,
                "DELETE FROM feed WHERE kind = 'event' AND key = :key AND area = :area",
                key=each.instance_id,
                area=each.area,
            )
            feed.put(connection, RowKind.EVENT, each.instance_id, n=n, body=cbor.loads(each.body), area=area)
    _widen(connection, request, n=n, context=context)


def _events(connection: Connection, request: str) -> list[Any]:
    return list(
        sql.run(
            connection, "SELECT instance_id, area, body FROM event WHERE request = :request ORDER BY n", request=request
        )
    )


def _fold(connection: Connection, row: EntityRow, calendar: Calendar) -> course.Course:
    happened = []
    for each in _events(connection, row.uuid):
        body = cbor.loads(each.body)
        event = events.read(body["form"], each.instance_id, body["values"])
        if event is not None:
            happened.append(event)
    return course.fold(course.Opened(row.uuid, State.ARRIVED), happened, calendar)
