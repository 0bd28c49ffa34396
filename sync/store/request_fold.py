"""The projection of requests: what `forms.casework` makes of a request's entity and events, written for lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from forms.casework import events
from forms.casework.course import Course, Opened, fold, properties
from forms.casework.events import RequestEvent
from forms.casework.states import LOOKS, SETTLED, State
from sync.store.api import RecordState
from sync.store.context import Context, dump, upsert

NO_DUE = "9999"

_STATES = {
    RecordState.WAITING: State.READY,
    RecordState.REJECTED: State.READY,
    RecordState.SENT: State.SENT,
    RecordState.HELD: State.SENT,
}


@dataclass(frozen=True, slots=True)
class _Opening:
    """The record that opened a request, as far as it is known here."""

    instance_id: str
    form_id: str
    state: RecordState
    wall_time: str
    arrived_at: str


class RequestFold:
    """Writes events and the projection inside the caller's transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add_event(
        self,
        connection: Connection,
        *,
        instance_id: str,
        form_id: str,
        author: str,
        wall_time: str,
        n: int | None,
        request: str,
        answers: Mapping[str, str],
    ) -> None:
        """Store an event, or learn the hub's position of one that is here."""
        connection.exec_driver_sql(
            "INSERT INTO event (instance_id, request, form_id, author, wall_time, n, late, answers)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
            " ON CONFLICT (instance_id) DO UPDATE SET n = coalesce(excluded.n, n)",
            (instance_id, request, form_id, author, wall_time, n, dump(dict(answers))),
        )

    def refold(self, connection: Connection, uuids: Iterable[str]) -> tuple[str, ...]:
        """Compute these requests anew; those without an entity here wait for it. Returns those that were written."""
        return tuple(uuid for uuid in sorted(uuids) if self._refold(connection, uuid))

    def _refold(self, connection: Connection, uuid: str) -> bool:
        entity = connection.exec_driver_sql(
            "SELECT id, label, area, village, properties, opened FROM entity WHERE uuid = ? AND dataset = 'requests'",
            (uuid,),
        ).one_or_none()
        if entity is None:
            return False
        facts: dict[str, str] = json.loads(entity.properties)
        opening = _opening(connection, entity)
        rows = connection.exec_driver_sql(
            "SELECT instance_id, form_id, author, wall_time, n, answers FROM event WHERE request = ?"
            " ORDER BY n IS NULL, n, id",
            (uuid,),
        ).all()
        course = fold(self._opened(uuid, facts, opening), _read(rows), self._context.calendar())
        if rows:
            self._mark_late(connection, uuid, course)
        self._write(connection, uuid, entity, facts, opening, course, rows)
        return True

    def _opened(self, uuid: str, facts: Mapping[str, str], opening: _Opening) -> Opened:
        arrived = self._context.day(opening.arrived_at)
        days = facts.get("days", "")
        return Opened(
            request=uuid,
            state=_STATES.get(opening.state, State.ARRIVED),
            arrived_on=_day(arrived),
            days=int(days) if days.isascii() and days.isdigit() else None,
            department=facts.get("dept", ""),
        )

    def _mark_late(self, connection: Connection, uuid: str, course: Course) -> None:
        connection.exec_driver_sql("UPDATE event SET late = 0 WHERE request = ? AND late = 1", (uuid,))
        for instance_id in course.late:
            connection.exec_driver_sql("UPDATE event SET late = 1 WHERE instance_id = ?", (instance_id,))

    def _write(
        self,
        connection: Connection,
        uuid: str,
        entity: Any,
        facts: Mapping[str, str],
        opening: _Opening,
        course: Course,
        rows: Sequence[Any],
    ) -> None:
        due = course.due.day.isoformat() if course.due else ""
        person = facts.get("resident", "")
        values: dict[str, object] = {
            "uuid": uuid,
            "ref": facts.get("request_no", ""),
            "instance_id": opening.instance_id,
            "form_id": opening.form_id,
            "label": entity.label,
            "area": entity.area,
            "village": entity.village,
            "person": person,
            "who": facts.get("visitor_name") or _label(connection, person),
            "category": facts.get("category", ""),
            "matter": facts.get("matter", ""),
            "urgency": facts.get("urgency", ""),
            "department": course.department,
            "suggested": facts.get("dept", ""),
            "state": course.state.value,
            "outcome": course.outcome.value if course.outcome else "",
            "recorded_on": facts.get("asked_on") or self._context.day(opening.wall_time),
            "changed_at": rows[-1].wall_time if rows else opening.wall_time,
            "due": due,
            "due_order": due or NO_DUE,
            "provisional": int(course.due is not None and course.due.provisional),
            "days": course.days,
            "paused": int(course.paused),
            "running": int(bool(due) and not course.paused and course.state not in SETTLED),
            "open": int(LOOKS[course.state].open),
            "hand_over": opening.state.value,
            "pending": sum(1 for row in rows if row.n is None),
            "late": len(course.late),
            "course": dump(properties(course)),
        }
        new = connection.exec_driver_sql("SELECT 1 FROM request WHERE uuid = ?", (uuid,)).scalar() is None
        connection.exec_driver_sql(upsert("request", "uuid", tuple(values)), values).close()
        if new and person:
            connection.exec_driver_sql("UPDATE entity SET requests = requests + 1 WHERE uuid = ?", (person,))


def _opening(connection: Connection, entity: Any) -> _Opening:
    """What the hub says of it, else what the record here says; the state is always that of the record here."""
    told: dict[str, str] = json.loads(entity.opened) if entity.opened else {}
    row = connection.exec_driver_sql(
        "SELECT record.instance_id, form_id, state, wall_time, acknowledged_at FROM record_entity"
        " JOIN record ON record.id = record_entity.record"
        " WHERE entity = ? AND form_id NOT IN ('request_update', 'told') ORDER BY record.id LIMIT 1",
        (entity.id,),
    ).one_or_none()
    if row is None:
        return _Opening(
            told.get("instance_id", ""),
            told.get("form_id", ""),
            RecordState.PULLED,
            told.get("wall_time", ""),
            told.get("at", ""),
        )
    arrived = told.get("at") or row.acknowledged_at
    return _Opening(row.instance_id, row.form_id, RecordState(row.state), row.wall_time, arrived)


def _label(connection: Connection, uuid: str) -> str:
    if not uuid:
        return ""
    found = connection.exec_driver_sql("SELECT label FROM entity WHERE uuid = ?", (uuid,)).scalar()
    return str(found or "")


def _read(rows: Iterable[Any]) -> list[RequestEvent]:
    found = (events.read(row.form_id, row.instance_id, json.loads(row.answers)) for row in rows)
    return [event for event in found if event is not None]


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
