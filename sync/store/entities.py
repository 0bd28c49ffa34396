"""Entities being read: lists, search, and the columns that a form session works with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from forms.api import Rows
from forms.casework.areas import code
from forms.rows import Columns
from sync.store.api import EntityItem, Slice
from sync.store.context import Context, dump, within
from sync.store.people import matches, standing_for

REQUESTS = "requests"
_PAGE = 500
_COLUMNS = (
    "e.id, e.dataset, e.uuid, e.label, e.area, e.village, e.version, e.properties, e.conflict, e.deleted, e.pending,"
    " e.merged_into, e.trunk_version, e.branch_id, e.branch_base, r.course"
)
_ONE_HOUSEHOLD = (
    "SELECT ? UNION ALL SELECT uuid FROM entity WHERE dataset = 'households' AND merged_into = ? AND merged_into <> ''"
)
_FROM = "FROM entity e LEFT JOIN request r ON e.dataset = 'requests' AND r.uuid = e.uuid"


class Entities:
    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, uuid: str, dataset: str = "") -> EntityItem | None:
        which, values = (" AND e.dataset = ?", (uuid, dataset)) if dataset else ("", (uuid,))
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} {_FROM} WHERE e.uuid = ?{which} LIMIT 1",
                values,
            ).one_or_none()
        return None if row is None else _item(row)

    def list(
        self, dataset: str, *, query: str = "", area: str = "", after: str | None = None, limit: int = 50
    ) -> Slice[EntityItem]:
        """In the order of arrival; with a query the best matches, in one slice."""
        with self._context.database.read() as connection:
            if query.strip():
                return Slice(self._matching(connection, dataset, query, area=area, limit=limit))
            rows = self._page(connection, dataset, area=area, after=int(after or 0), limit=limit + 1, merged=False)
        return Slice(tuple(_item(row) for row in rows[:limit]), str(rows[limit - 1].id) if len(rows) > limit else None)

    def members(self, household: str) -> tuple[EntityItem, ...]:
        """Who lives there, and in households that were found to be the same one."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} {_FROM} WHERE e.parent IN ({_ONE_HOUSEHOLD}) AND e.parent <> ''"
                " AND e.dataset = 'residents' AND e.deleted = 0 AND e.merged_into = '' ORDER BY e.id",
                (household, household),
            ).all()
        return tuple(_item(row) for row in rows)

    def facts(self, dataset: str, uuids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """See `api.Entities.facts`."""
        with self._context.database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT e.uuid, e.properties FROM json_each(?) j JOIN entity e ON e.uuid = j.value AND e.dataset = ?",
                (dump(list(uuids)), dataset),
            ).all()
        return {uuid: json.loads(properties) for uuid, properties in rows}

    def count(self, dataset: str, *, area: str = "") -> int:
        sql, values = within("village", area)
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(
                f"SELECT coalesce(sum(entities), 0) FROM entity_count WHERE dataset = ?{sql}",  # noqa: S608
                (dataset, *values),
            ).scalar_one()
        return int(found)

    def all(self, dataset: str, *, area: str = "", after: str = "") -> Iterator[EntityItem]:
        """Every entity, page by page: other statements may run between."""
        for row in self._all(dataset, area=area, merged=False, after=self._id(after, dataset)):
            yield _item(row)

    def _id(self, uuid: str, dataset: str) -> int:
        with self._context.database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT id FROM entity WHERE uuid = ? AND dataset = ?", (uuid, dataset)
            ).scalar()
        return int(found or 0)

    def versions(self, dataset: str, uuid: str) -> tuple[str, str, str]:
        with self._context.database.read() as connection:
            row = connection.exec_driver_sql(
                "SELECT branch_base, trunk_version, branch_id FROM entity WHERE uuid = ? AND dataset = ?",
                (uuid, dataset),
            ).one_or_none()
        if row is None:
            return "", "", ""
        return str(row.branch_base), _text(row.trunk_version), row.branch_id

    def rows(self, dataset: str, *, columns: Iterable[str] | None = None, area: str | None = None) -> Rows:
        """A snapshot for a session; see `api.Entities.rows`."""
        home = self._context.identity().area if area is None else area
        table: dict[str, list[str]] = {
            name: [] for name in ("name", "label", "__version", "__trunkVersion", "__branchId")
        }
        wanted = None if columns is None else [name for name in columns if name not in table]
        for name in wanted or ():
            table[name] = []
        length = 0
        for row in self._all(dataset, area=home, merged=True):
            fixed = (row.uuid, row.label, str(row.branch_base), _text(row.trunk_version), row.branch_id)
            for column, value in zip(table.values(), fixed, strict=False):
                column.append(value)
            _fill(table, _properties(row), wanted, length)
            length += 1
        for column in table.values():
            column.extend([""] * (length - len(column)))
        return Columns(table, length)

    def _all(self, dataset: str, *, area: str, merged: bool, after: int = 0) -> Iterator[Any]:
        while True:
            with self._context.database.read() as connection:
                rows = self._page(connection, dataset, area=area, after=after, limit=_PAGE, merged=merged)
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1].id

    def _page(
        self, connection: Connection, dataset: str, *, area: str, after: int, limit: int, merged: bool
    ) -> Sequence[Any]:
        """By id; with `merged` also those for whom others stand, whose uuids older records name."""
        areas = self._context.areas()
        if area and areas.village(code(area)) == code(area):
            where, values = " AND e.village = ?", (area,)
        else:
            where, values = within("e.area", area)  # type: ignore[assignment]
            where = where.replace("e.area >=", "+e.area >=")  # a residual test: the order is that of ids
        where += "" if merged else " AND e.merged_into = ''"
        return tuple(
            connection.exec_driver_sql(
                f"SELECT {_COLUMNS} {_FROM}"
                f" WHERE e.dataset = ? AND e.deleted = 0{where} AND e.id > ? ORDER BY e.id LIMIT ?",
                (dataset, *values, after, limit),
            )
        )

    def _matching(
        self, connection: Connection, dataset: str, query: str, *, area: str, limit: int
    ) -> tuple[EntityItem, ...]:
        found = matches(connection, query, datasets=(dataset,), near=self._context.identity().area, limit=limit * 4)
        items = []
        for entity in standing_for(connection, found):
            row = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} {_FROM} WHERE e.id = ?",
                (entity,),
            ).one()
            if not area or row.area == area or row.area.startswith(area + "/"):
                items.append(_item(row))
        return tuple(items[:limit])


def _properties(row: Any) -> Mapping[str, str]:
    properties: dict[str, str] = json.loads(row.properties)
    if row.course:
        properties.update(json.loads(row.course))
    return properties


def _fill(table: dict[str, list[str]], properties: Mapping[str, str], wanted: list[str] | None, length: int) -> None:
    for name in properties if wanted is None else wanted:
        value = properties.get(name, "")
        column = table.get(name)
        if column is None:
            column = table[name] = []
        if len(column) < length:
            column.extend([""] * (length - len(column)))
        if len(column) == length:  # a property named like one of the fixed columns does not replace it
            column.append(value)


def _item(row: Any) -> EntityItem:
    return EntityItem(
        dataset=row.dataset,
        uuid=row.uuid,
        label=row.label,
        area=row.area,
        version=row.version,
        properties=_properties(row),
        pending=row.pending,
        conflict="" if row.conflict == "none" else row.conflict,
        deleted=bool(row.deleted),
        merged_into=row.merged_into,
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
