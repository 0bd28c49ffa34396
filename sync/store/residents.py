"""The list of residents, narrowed and page by page, read along an index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from forms.casework.areas import code
from sync.store.context import Context, dump, within
from sync.store.resident_values import Beside, ListedResident, ResidentQuery
from sync.store.visits import entity_item

_COLUMNS = "e.id, e.dataset, e.uuid, e.label, e.area, e.version, e.properties, e.pending, e.last_contact"
_RESIDENTS = "e.dataset = 'residents' AND e.deleted = 0 AND e.merged_into = ''"
_TAGGED = (
    " AND coalesce(e.properties ->> 'tags', '') NOT IN ('', 'none')"
    " AND instr(' ' || (e.properties ->> 'tags') || ' ', ?) > 0"
)
# Of a household that was found to be another one, the one that stands for both was visited.
_LAST_VISIT = (
    "coalesce((SELECT CASE h.merged_into WHEN '' THEN h.properties ->> 'last_visit' ELSE (SELECT s.properties ->>"
    " 'last_visit' FROM entity s WHERE s.uuid = h.merged_into AND s.dataset = 'households') END"
    " FROM entity h WHERE h.uuid = e.parent AND h.dataset = 'households'), '')"
)
_UNSEEN = f" AND {_LAST_VISIT} < ? AND coalesce(e.properties ->> 'state', '') NOT IN ('died', 'moved', 'void')"
Where = tuple[str, tuple[object, ...]]


class Residents:
    """See `resident_values.Residents`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, query: ResidentQuery, *, after: str = "", limit: int = 200) -> tuple[ListedResident, ...]:
        where, values = self._where(query)
        with self._context.database.read() as connection:
            if after:
                where, values = self._narrowed(
                    query, self._beyond(connection, after, village=self._village(query.area))
                )
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} {_from(query)} WHERE {where} ORDER BY e.village, e.id LIMIT ?",
                (*values, limit),
            ).all()
        return tuple(ListedResident(entity_item(row), row.last_contact) for row in rows)

    def count(self, query: ResidentQuery) -> int:
        with self._context.database.read() as connection:
            return self._count(connection, query, self._where(query))

    def beside(self, query: ResidentQuery, uuid: str) -> Beside:
        if uuid not in self.fitting(query, [uuid]):
            return Beside()
        village = self._village(query.area)
        with self._context.database.read() as connection:
            less = self._narrowed(query, self._beyond(connection, uuid, village=village, sign="<"))
            more = self._narrowed(query, self._beyond(connection, uuid, village=village))
            before = self._first(connection, query, less, order="DESC")
            after = self._first(connection, query, more, order="ASC")
            above, below = (self._count(connection, query, where) if village else 0 for where in (less, more))
        return Beside(above + 1 if village else 0, above + 1 + below if village else 0, before, after)

    def fitting(self, query: ResidentQuery, uuids: Sequence[str]) -> frozenset[str]:
        where, values = self._where(query)
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT e.uuid FROM json_each(?) j CROSS JOIN entity e ON e.uuid = j.value"  # noqa: S608
                f" WHERE {where}",
                (dump(list(uuids)), *values),
            )
            return frozenset(rows.scalars())

    def _count(self, connection: Connection, query: ResidentQuery, where: Where) -> int:
        sql = f"SELECT count(*) {_from(query)} WHERE {where[0]}"
        return int(connection.exec_driver_sql(sql, where[1]).scalar_one())

    def _first(self, connection: Connection, query: ResidentQuery, where: Where, *, order: str) -> str:
        sql = f"SELECT e.uuid {_from(query)} WHERE {where[0]} ORDER BY e.village {order}, e.id {order} LIMIT 1"
        return str(connection.exec_driver_sql(sql, where[1]).scalar_one_or_none() or "")

    def _narrowed(self, query: ResidentQuery, more: Where) -> Where:
        where, values = self._where(query)
        return where + more[0], (*values, *more[1])

    def _where(self, query: ResidentQuery) -> Where:
        sql, values = self._place(query.area)
        for more, given in (_tag(query.tag), _unseen(query.unseen_since)):
            sql, values = sql + more, (*values, *given)
        return _RESIDENTS + sql, values

    def _place(self, area: str) -> Where:
        """Along the index of one village where the area lies in one."""
        village = self._village(area)
        if not village:
            return within("e.village", area)
        narrower, values = within("e.area", area) if village != area else ("", ())
        return f" AND e.village = ?{narrower}", (village, *values)

    def _village(self, area: str) -> str:
        """Path of the village that the area lies in; "" above villages."""
        areas = self._context.areas()
        inside = areas.village(code(area)) if area else ""
        return areas.path(inside) if inside else ""

    def _beyond(self, connection: Connection, after: str, *, village: str, sign: str = ">") -> Where:
        """What comes after this resident: in one village by their number alone, which the index has in order.

        With "<" as its sign what comes before.
        """
        last = connection.exec_driver_sql(
            "SELECT village, id FROM entity WHERE uuid = ? AND dataset = 'residents'", (after,)
        ).one_or_none()
        if last is None:
            return "", ()
        return (
            (f" AND e.id {sign} ?", (last.id,)) if village else (f" AND (e.village, e.id) {sign} (?, ?)", tuple(last))
        )


def _from(query: ResidentQuery) -> str:
    return f"FROM entity e INDEXED BY {'resident_tagged' if query.tag else 'entity_village'}"


def _tag(tag: str) -> Where:
    return (_TAGGED, (f" {tag} ",)) if tag else ("", ())


def _unseen(since: str) -> Where:
    return (_UNSEEN, (since,)) if since else ("", ())
