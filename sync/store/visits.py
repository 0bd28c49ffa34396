"""Whom nobody has heard from: households in the order of their last visit, read along an index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from forms.casework.areas import code
from sync.store.context import Context, dump, within
from sync.store.rows import EntityItem, Slice
from sync.store.visit_values import Unseen, UnseenQuery, VisitCoverage

LAST = "coalesce(e.properties ->> 'last_visit', '')"
_COLUMNS = "e.id, e.dataset, e.uuid, e.label, e.area, e.version, e.properties, e.pending"
_HOUSEHOLDS = "e.dataset = 'households' AND e.deleted = 0 AND e.merged_into = ''"
_ALSO_SEEN = (  # one that was found to be the same has been visited
    "EXISTS (SELECT 1 FROM entity m WHERE m.dataset = 'households' AND m.merged_into = e.uuid AND m.merged_into <> ''"
    " AND m.deleted = 0 AND coalesce(m.properties ->> 'last_visit', '') >= ?)"
)
_OLD = (
    " AND EXISTS (SELECT 1 FROM entity o INDEXED BY resident_old WHERE o.dataset = 'residents' AND o.deleted = 0"
    " AND o.merged_into = '' AND o.parent <> '' AND instr(o.properties ->> 'tags', 'old_') > 0"
    " AND o.village = e.village AND o.parent = e.uuid"
    " AND coalesce(o.properties ->> 'state', '') NOT IN ('died', 'moved', 'void'))"
)
_KINDS = {
    Unseen.ALL: "",
    Unseen.OLD: _OLD,
    Unseen.NO_PHONE: (
        " AND coalesce(e.properties ->> 'phone', '') = '' AND NOT EXISTS (SELECT 1 FROM entity m"
        " WHERE m.parent = e.uuid AND m.parent <> '' AND m.dataset = 'residents' AND m.deleted = 0"
        " AND coalesce(m.properties ->> 'phone', '') <> '')"
    ),
    Unseen.IN_VAIN: " AND CAST(coalesce(e.properties ->> 'nobody_count', '0') AS INTEGER) >= 2",
}
_APPOINTED = " AND coalesce(e.properties ->> 'next_visit', '') <> '' AND e.properties ->> 'next_visit' <= ?"


class Visits:
    """See `visit_values.Visits`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def unseen(self, query: UnseenQuery, *, after: str | None = None, limit: int = 50) -> Slice[EntityItem]:
        where, values = self._where(query)
        if after is not None:
            day, _, id = after.partition("/")
            where, values = f"{where} AND ({LAST}, e.id) > (?, ?)", (*values, day, int(id))
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS}, {LAST} AS last FROM entity e WHERE {where} ORDER BY {LAST}, e.id LIMIT ?",  # noqa: S608
                (*values, limit + 1),
            ).all()
        more = f"{rows[limit - 1].last}/{rows[limit - 1].id}" if len(rows) > limit else None
        return Slice(tuple(entity_item(row) for row in rows[:limit]), more)

    def count(self, query: UnseenQuery) -> int:
        where, values = self._where(query)
        with self._context.database.read() as connection:
            sql = f"SELECT count(*) FROM entity e WHERE {where}"  # noqa: S608
            return int(connection.exec_driver_sql(sql, values).scalar_one())

    def coverage(self, *, since: str, area: str = "") -> VisitCoverage:
        where, values = self._place(area)
        with self._context.database.read() as connection:
            sql = f"SELECT coalesce(sum({LAST} >= ? OR {_ALSO_SEEN}), 0), count(*) FROM entity e WHERE {where}"  # noqa: S608
            visited, households = connection.exec_driver_sql(sql, (since, since, *values)).one()
        return VisitCoverage(int(visited), int(households))

    def residents(self, households: Sequence[str]) -> tuple[EntityItem, ...]:
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN entity e INDEXED BY entity_parent"  # noqa: S608
                " WHERE e.parent = j.value AND e.parent <> '' AND e.dataset = 'residents' AND e.deleted = 0"
                " AND e.merged_into = '' ORDER BY e.id",
                (dump(list(households)),),
            ).all()
        return tuple(entity_item(row) for row in rows)

    def _where(self, query: UnseenQuery) -> tuple[str, tuple[object, ...]]:
        where, values = self._place(query.area)
        if query.which is Unseen.APPOINTED:
            return where + _APPOINTED, (*values, query.today)
        unseen = f"{where} AND {LAST} < ? AND NOT {_ALSO_SEEN}{_KINDS[query.which]}"
        return unseen, (*values, query.before, query.before)

    def _place(self, area: str) -> tuple[str, tuple[object, ...]]:
        """Along the index of one village where the area lies in one."""
        sql, values = within("e.area", area)
        areas = self._context.areas()
        inside = areas.village(code(area)) if area else ""
        if inside:
            village = areas.path(inside)
            narrower = ("", ()) if village == area else (sql, values)
            sql, values = f" AND e.village = ?{narrower[0]}", (village, *narrower[1])
        return _HOUSEHOLDS + sql, values


def entity_item(row: Any) -> EntityItem:
    """What was read of a row, without what the course of a request adds."""
    return EntityItem(
        dataset=row.dataset,
        uuid=row.uuid,
        label=row.label,
        area=row.area,
        version=row.version,
        properties=json.loads(row.properties),
        pending=row.pending,
    )
