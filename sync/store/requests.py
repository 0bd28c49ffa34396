"""Requests being read: lists by state, department, area and due day, each along one index; counts kept by triggers."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from forms.casework.areas import code
from sync.store.api import EventItem, RecordState, RequestDetail, RequestItem, RequestQuery, Slice
from sync.store.context import Context, within
from sync.store.people import frequent, matches
from sync.store.request_fold import asked_by

_PAGE = 500
_MOST_MATCHES = 500
_ENTITY = "(SELECT id FROM entity WHERE entity.uuid = request.uuid AND dataset = 'requests')"


class Requests:
    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, query: RequestQuery, *, after: str | None = None, limit: int = 50) -> Slice[RequestItem]:
        with self._context.database.read():
            rows = self._page(query, after=after, limit=limit + 1)
        more = _place(rows[limit - 1], query) if len(rows) > limit else None
        return Slice(tuple(_item(row) for row in rows[:limit]), more)

    def all(self, query: RequestQuery) -> Iterator[RequestItem]:
        """Every match, page by page: other statements may run between."""
        after: str | None = None
        while True:
            page = self.list(query, after=after, limit=_PAGE)
            yield from page.rows
            after = page.next
            if after is None:
                return

    def get(self, key: str) -> RequestDetail | None:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT * FROM request WHERE uuid = ? UNION SELECT * FROM request WHERE ref = ? AND ref <> '' LIMIT 1",
                (key, key),
            ).one_or_none()
            if row is None:
                return None
            entity = connection.exec_driver_sql(
                "SELECT properties, opened FROM entity WHERE uuid = ? AND dataset = 'requests'", (row.uuid,)
            ).one()
            events = connection.exec_driver_sql(
                "SELECT * FROM event WHERE request = ? ORDER BY n IS NULL, n, id", (row.uuid,)
            ).all()
        properties = {**json.loads(entity.properties), **json.loads(row.course)}
        told = json.loads(entity.opened) if entity.opened else {}
        return RequestDetail(
            _item(row),
            properties,
            tuple(_event(event) for event in events),
            asked=asked_by(told),
            begun_at=told.get("wall_time", ""),
            begun_by=told.get("author", ""),
        )

    def counts(self, *, area: str = "", department: str = "") -> Mapping[str, int]:
        sql, values = within("village", area)
        if department:
            sql, values = sql + " AND department = ?", (*values, department)
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT state, sum(requests) AS requests FROM request_count"  # noqa: S608
                f" WHERE requests > 0{sql} GROUP BY state",
                values,
            ).all()
        return {row.state: int(row.requests) for row in rows}

    def overdue(self, today: str, *, area: str = "", department: str = "") -> int:
        """How many open requests were due before `today`."""
        sql, values = _filters(self._context, RequestQuery(area=area, department=department, overdue_on=today))
        with self._context.database.read() as connection:
            return int(
                connection.exec_driver_sql(
                    f"SELECT count(*) FROM request WHERE true{sql}",  # noqa: S608
                    values,
                ).scalar_one()
            )

    def _page(self, query: RequestQuery, *, after: str | None, limit: int) -> Sequence[Any]:
        if len(query.states) > 1:  # one walk along the index for each state, merged
            walks = [self._page(replace(query, states=(state,)), after=after, limit=limit) for state in query.states]
            merged = heapq.merge(*walks, key=_ascending(query), reverse=query.order == "recent")
            return [row for row, _ in zip(merged, range(limit), strict=False)]
        sql, values = _filters(self._context, query)
        if query.query.strip():
            fits, bounds = self._matching(query.query)
            sql, values = f"{sql} AND {fits}", (*values, *bounds)
        order, comparison = ("recorded_on DESC, id DESC", "<") if query.order == "recent" else ("due_order, id", ">")
        column = "recorded_on" if query.order == "recent" else "due_order"
        if after is not None:
            value, _, id = after.rpartition("|")
            sql, values = f"{sql} AND ({column}, id) {comparison} (?, ?)", (*values, value, int(id))
        with self._context.database.read() as connection:
            return tuple(
                connection.exec_driver_sql(
                    f"SELECT * FROM request WHERE true{sql} ORDER BY {order} LIMIT ?",  # noqa: S608
                    (*values, limit),
                )
            )

    def _matching(self, text: str) -> tuple[str, Sequence[str]]:
        """The condition that the text finds the request, as SQL and values."""
        home = self._context.identity().area
        with self._context.database.read() as connection:
            often = frequent(connection, text, "requests", _ENTITY)
            if often is not None:
                return often
            found = matches(connection, text, datasets=("requests",), near=home, limit=_MOST_MATCHES)
        ids = ", ".join(str(int(entity)) for entity in found)
        return f"+id IN (SELECT r.id FROM entity e JOIN request r USING (uuid) WHERE e.id IN ({ids}))", ()  # noqa: S608


def _filters(context: Context, query: RequestQuery) -> tuple[str, tuple[object, ...]]:
    sql, values = "", []
    for column, value in (
        ("state", query.states[0] if query.states else ""),
        ("outcome", query.outcome),
        ("department", query.department),
        ("matter", query.matter),
        ("category", query.category),
        ("person", query.person),
    ):
        if value:
            sql += f" AND {column} = ?"
            values.append(value)
    if query.person:
        sql += " AND person <> ''"  # so that the partial index is seen to fit
    if query.area and context.areas().village(code(query.area)) == code(query.area):
        sql += " AND village = ?"
        values.append(query.area)
    elif query.area:
        below, bounds = within("area", query.area)
        sql += below.replace("area >=", "+area >=")
        values.extend(bounds)  # type: ignore[arg-type]
    tests = ("recorded_on >= ?", query.since), ("recorded_on <= ?", query.until), ("changed_at < ?", query.still_before)
    for test, value in tests:
        if value:
            sql += f" AND {test}"
            values.append(value)
    if query.open_only:
        sql += " AND open = 1"
    if query.overdue_on:
        sql += " AND running = 1 AND due_order < ?"
        values.append(query.overdue_on)
    return sql, tuple(values)


def _ascending(query: RequestQuery) -> Any:
    if query.order == "recent":
        return lambda row: (row.recorded_on, row.id)
    return lambda row: (row.due_order, row.id)


def _place(row: Any, query: RequestQuery) -> str:
    return f"{row.recorded_on if query.order == 'recent' else row.due_order}|{row.id}"


def _item(row: Any) -> RequestItem:
    course: dict[str, str] = json.loads(row.course)
    return RequestItem(
        uuid=row.uuid,
        ref=row.ref,
        instance_id=row.instance_id,
        form_id=row.form_id,
        label=row.label,
        area=row.area,
        village=code(row.village),
        person=row.person,
        who=row.who,
        category=row.category,
        matter=row.matter,
        urgency=row.urgency,
        department=row.department,
        suggested=row.suggested,
        state=row.state,
        outcome=row.outcome,
        recorded_on=row.recorded_on,
        changed_at=row.changed_at,
        due=row.due,
        provisional=bool(row.provisional),
        days=row.days,
        paused=bool(row.paused),
        open=bool(row.open),
        hand_over=RecordState(row.hand_over),
        pending=row.pending,
        answer=course["answer"],
        next_step=course["next_step"],
        returned_text=course["return_text"],
        told_on=course["told_on"],
        told_way=course["told_way"],
        reaction=course["reaction"],
        reopened=course["reopened"] == "1",
        late=row.late,
        received_on=course.get("received_on", ""),
        answered_on=course.get("answered_on", ""),
        paused_days=int(course.get("paused_days") or 0),
        why_not=course.get("why_not", ""),
    )


def _event(row: Any) -> EventItem:
    return EventItem(
        instance_id=row.instance_id,
        request=row.request,
        form_id=row.form_id,
        author=row.author,
        wall_time=row.wall_time,
        n=row.n,
        late=bool(row.late),
        values=json.loads(row.answers),
    )
