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
from sync.vault.database import fetch, run, run_many

NO_DUE = "9999"
_AT_ONCE = 500

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
    who: str = ""  # as the hub tells who has no register


def asked_by(told: Mapping[str, Any]) -> Mapping[str, str]:
    """Who asked, in what the hub tells of the record that opened a request."""
    found = told.get("asked")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


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
        run(
            connection,
            "INSERT INTO event (instance_id, request, form_id, author, wall_time, n, late, answers)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
            " ON CONFLICT (instance_id) DO UPDATE SET n = coalesce(excluded.n, n)",
            (instance_id, request, form_id, author, wall_time, n, dump(dict(answers))),
        )

    def refold(self, connection: Connection, uuids: Iterable[str]) -> tuple[str, ...]:
        """Compute these requests anew; those without an entity here wait for it. Returns those that were written."""
        asked = sorted(uuids)
        written: list[str] = []
        for start in range(0, len(asked), _AT_ONCE):
            written += self._refold(connection, _gather(connection, asked[start : start + _AT_ONCE]))
        return tuple(written)

    def _refold(self, connection: Connection, known: _Gathered) -> list[str]:
        calendar = self._context.calendar()
        written, born, folded = [], [], []
        for entity in known.entities:
            facts: dict[str, str] = json.loads(entity.properties)
            happened = known.events.get(entity.uuid, [])
            opening = _opening(entity)
            course = fold(self._opened(entity.uuid, facts, opening), _read(happened), calendar)
            if happened:
                self._mark_late(connection, entity.uuid, course)
            folded.append(self._row(entity, facts, opening, course, happened, entity.who or opening.who))
            if facts.get("resident") and not entity.folded:
                born.append((facts["resident"],))
            written.append(entity.uuid)
        if folded:
            run_many(connection, upsert("request", "uuid", tuple(folded[0]), returning=False), folded)
        if born:
            run_many(connection, "UPDATE entity SET requests = requests + 1 WHERE uuid = ?", born)
        return written

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
        run(connection, "UPDATE event SET late = 0 WHERE request = ? AND late = 1", (uuid,))
        for instance_id in course.late:
            run(connection, "UPDATE event SET late = 1 WHERE instance_id = ?", (instance_id,))

    def _row(
        self,
        entity: Any,
        facts: Mapping[str, str],
        opening: _Opening,
        course: Course,
        happened: Sequence[Any],
        who: str,
    ) -> dict[str, object]:
        due = course.due.day.isoformat() if course.due else ""
        running, open_ = bool(due) and not course.paused and course.state not in SETTLED, LOOKS[course.state].open
        return {
            "uuid": entity.uuid,
            "ref": facts.get("request_no", ""),
            "instance_id": opening.instance_id,
            "form_id": opening.form_id,
            "label": entity.label,
            "area": entity.area,
            "village": entity.village,
            "person": facts.get("resident", ""),
            "who": facts.get("visitor_name") or who,
            "category": facts.get("category", ""),
            "matter": facts.get("matter", ""),
            "urgency": facts.get("urgency", ""),
            "department": course.department,
            "suggested": facts.get("dept", ""),
            "state": course.state.value,
            "outcome": course.outcome.value if course.outcome else "",
            "recorded_on": facts.get("asked_on") or self._context.day(opening.wall_time),
            "changed_at": happened[-1].wall_time if happened else opening.wall_time,
            "due": due,
            "due_order": NO_DUE if open_ and not running else due or NO_DUE,  # a stopped clock hurries nobody
            "provisional": int(course.due is not None and course.due.provisional),
            "days": course.days,
            "paused": int(course.paused),
            "running": int(running),
            "open": int(open_),
            "hand_over": opening.state.value,
            "pending": sum(1 for row in happened if row.n is None),
            "late": len(course.late),
            "course": dump(properties(course)),
        }


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What some requests are computed from, each table read once for all of them."""

    entities: Sequence[Any]  # with the first record of each
    events: Mapping[str, list[Any]]  # by request, in their order


def _gather(connection: Connection, uuids: Sequence[str]) -> _Gathered:
    among = dump(list(uuids))
    entities = fetch(
        connection,
        "SELECT e.id, e.uuid, e.label, e.area, e.village, e.properties, e.opened, e.n,"
        " (SELECT p.label FROM entity p WHERE p.uuid = json_extract(e.properties, '$.resident')) AS who,"
        " EXISTS (SELECT 1 FROM request r WHERE r.uuid = e.uuid) AS folded,"
        " EXISTS (SELECT 1 FROM event v WHERE v.request = e.uuid) AS moved,"
        " r.instance_id, r.form_id, r.state, r.wall_time, r.acknowledged_at"
        " FROM json_each(?) j JOIN entity e ON e.uuid = j.value AND e.dataset = 'requests'"
        " LEFT JOIN record r ON r.id = (SELECT f.id FROM record_entity l JOIN record f ON f.id = l.record"
        " WHERE l.entity = e.id AND f.form_id NOT IN ('request_update', 'told') ORDER BY l.record LIMIT 1)",
        (among,),
    )
    happened: dict[str, list[Any]] = {}
    if not any(entity.moved for entity in entities):
        return _Gathered(entities, happened)
    for row in fetch(
        connection,
        "SELECT request, instance_id, form_id, author, wall_time, n, answers FROM event"
        " WHERE request IN (SELECT value FROM json_each(?)) ORDER BY request, n IS NULL, n, id",
        (among,),
    ):
        happened.setdefault(row.request, []).append(row)
    return _Gathered(entities, happened)


def _opening(entity: Any) -> _Opening:
    """What the hub says of it, else what the record here says.

    The state is that of the record here, unless the hub has sent the request: then it arrived, whatever the laptop,
    put back to an earlier time perhaps, has made of its record since.
    """
    told: dict[str, Any] = json.loads(entity.opened) if entity.opened else {}
    who = asked_by(told).get("name", "")
    if entity.instance_id is None:
        return _Opening(
            told.get("instance_id", ""),
            told.get("form_id", ""),
            RecordState.PULLED,
            told.get("wall_time", ""),
            told.get("at", ""),
            who,
        )
    arrived = told.get("at") or entity.acknowledged_at
    state = RecordState.ACKNOWLEDGED if entity.n else RecordState(entity.state)
    return _Opening(entity.instance_id, entity.form_id, state, entity.wall_time, arrived, who)


def _read(happened: Iterable[Any]) -> list[RequestEvent]:
    found = (events.read(row.form_id, row.instance_id, json.loads(row.answers)) for row in happened)
    return [event for event in found if event is not None]


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
