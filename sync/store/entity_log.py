"""Entities being written: the hub's row beneath, own pending edits replayed on top, and the view that is shown.

The hub's row is in `entity_base` only while there are pending edits; else the view is the hub's row. A pending edit
goes once the hub's row is one that its record has entered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from forms.entities import Conflict, EntityChange, EntityRow, replay
from forms.entities.apply import PROJECTED
from sync.store.context import Context, dump, insert, upsert
from sync.vault.database import fetch_one, fetch_value, run


@dataclass(slots=True)
class Touched:
    """What a transaction has changed and what is derived from it must follow: entity ids, request uuids.

    `subjects` are those of the entities that decisions and names are about: all but requests.
    """

    entities: set[int] = field(default_factory=set)
    subjects: set[int] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    decisions: bool = False


class EntityLog:
    """Writes entities inside the caller's transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def own(
        self,
        connection: Connection,
        changes: Iterable[EntityChange],
        *,
        record: int,
        home: str,
        at: str,
        touched: Touched,
    ) -> tuple[tuple[str, str], ...]:
        """Lay changes of an own record made `at` on top; `home` is the area of entities that name none.

        Returns (dataset, uuid) of each; the record is not linked to them yet.
        """
        done = []
        for position, change in enumerate(changes):
            entity = self._born(connection, change, home=home, at=at, touched=touched) if change.create else None
            if entity is not None:
                _push(connection, entity, change, record=record, position=position)
                done.append((change.dataset, change.uuid))
                continue
            entity = self._find(connection, change.dataset, change.uuid)
            if entity is None:
                continue
            if not _only_projected(change):
                self._cover(connection, entity)
                _push(connection, entity, change, record=record, position=position)
                self._rebuild(connection, entity, touched)
            done.append((change.dataset, change.uuid))
        return tuple(done)

    def pulled(self, connection: Connection, *, n: int, area: str, body: Mapping[str, Any], touched: Touched) -> bool:
        """Replace the hub's row; one that is not newer than what is here changes nothing."""
        dataset, uuid = str(body["dataset"]), str(body["uuid"])
        known = fetch_one(
            connection,
            "SELECT id, n, pending, label, version, properties, opened FROM entity WHERE uuid = ? AND dataset = ?",
            (uuid, dataset),
        )
        awaited = _is_awaited(body)
        if known is None and body.get("deleted") and not awaited:
            return False
        if known is not None and awaited:  # what the hub lacks still is known here
            run(connection, "UPDATE entity SET review = ? WHERE id = ?", (_review(body), known.id))
            return True
        if known is not None and known.n is not None and known.n >= n:
            return False
        if known is None or not known.pending:
            self._put_view(connection, known, n=n, area=area, body=body, touched=touched)
            return True
        run(
            connection,
            "UPDATE entity SET n = ?, opened = ?, review = ? WHERE id = ?",
            (n, _opened(body, known), _review(body), known.id),
        )
        self._put_base(connection, known, area, body)
        run(
            connection,
            "DELETE FROM entity_pending WHERE entity = ? AND EXISTS (SELECT 1 FROM record r"
            " WHERE r.id = entity_pending.record AND r.state = 'acknowledged' AND r.n <= ?)",
            (known.id, n),
        )
        self._rebuild(connection, known.id, touched)
        return True

    def _put_view(
        self, connection: Connection, known: Any, *, n: int, area: str, body: Mapping[str, Any], touched: Touched
    ) -> None:
        """The hub's row is what is shown: nothing lies on top of it."""
        dataset, uuid = str(body["dataset"]), str(body["uuid"])
        properties = dict(body["properties"]) if "properties" in body else json.loads(known.properties)
        version = int(body.get("version", known.version if known else 0))
        values = {
            "dataset": dataset,
            "uuid": uuid,
            "label": str(body.get("label", known.label if known else "")),
            "area": area,
            "village": self._context.village_of(area),
            "parent": _parent(dataset, properties),
            "version": version,
            "properties": dump(properties),
            "opened": _opened(body, known),
            "review": _review(body),
            "conflict": Conflict(body.get("conflict") or Conflict.NONE).value,
            "deleted": int(bool(body.get("deleted"))),
            "n": n,
            "pending": 0,
            "trunk_version": version,
            "branch_id": self._context.new_uuid(),
            "branch_base": version,
        }
        entity = int(fetch_value(connection, upsert("entity", "uuid, dataset", tuple(values)), values))
        self._touch(touched, entity, dataset, uuid)

    def _put_base(self, connection: Connection, known: Any, area: str, body: Mapping[str, Any]) -> None:
        """A row that only says that it went elsewhere keeps what was known, and is gone from the lists."""
        run(
            connection,
            "INSERT OR REPLACE INTO entity_base (entity, label, area, version, properties, conflict, deleted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                known.id,
                str(body.get("label", known.label)),
                area,
                int(body.get("version", known.version)),
                dump(dict(body["properties"])) if "properties" in body else known.properties,
                Conflict(body.get("conflict") or Conflict.NONE).value,
                int(bool(body.get("deleted"))),
            ),
        )

    def acknowledged(self, connection: Connection, record: int, n: int, touched: Touched) -> None:
        """The hub took a record at `n`: where its row had come before the answer did, the edit is beneath already."""
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT p.entity FROM entity_pending p JOIN entity e ON e.id = p.entity"
            " JOIN entity_base b ON b.entity = e.id WHERE p.record = ? AND e.n >= ?",
            (record, n),
        ).scalars()
        for entity in rows.all():
            run(connection, "DELETE FROM entity_pending WHERE entity = ? AND record = ?", (entity, record))
            self._rebuild(connection, entity, touched)

    def settle(self, connection: Connection, touched: Touched) -> None:
        """Everything that the hub had is here: edits of acknowledged records are in its rows, or it refused them.

        An entity that the hub has no row of for this device keeps its edits: they are all there is to see. So does one
        whose row a hub that was put back has lost (n is 0): it holds them until that comes again.
        """
        rows = connection.exec_driver_sql(
            "SELECT DISTINCT p.entity, p.record FROM record r JOIN entity_pending p ON p.record = r.id"
            " JOIN entity e ON e.id = p.entity AND e.n > 0"
            " JOIN entity_base b ON b.entity = p.entity WHERE r.state = 'acknowledged' AND r.n IS NOT NULL"
            " AND r.id IN (SELECT record FROM entity_pending)"
        ).all()
        for row in rows:
            run(connection, "DELETE FROM entity_pending WHERE entity = ? AND record = ?", (row.entity, row.record))
        for entity in {row.entity for row in rows}:
            self._rebuild(connection, entity, touched)

    def relocate(self, connection: Connection, touched: Touched) -> None:
        """The areas list is another: find every entity's path anew."""
        areas = self._context.areas()
        rows = connection.exec_driver_sql("SELECT id, area, village FROM entity").all()
        for row in rows:
            known = code(row.area)
            area = areas.path(known) if known in areas else row.area
            village = self._context.village_of(area)
            if (area, village) != (row.area, row.village):
                run(connection, "UPDATE entity SET area = ?, village = ? WHERE id = ?", (area, village, row.id))
                touched.entities.add(row.id)

    def _find(self, connection: Connection, dataset: str, uuid: str) -> int | None:
        found: int | None = fetch_value(
            connection, "SELECT id FROM entity WHERE uuid = ? AND dataset = ?", (uuid, dataset)
        )
        return found

    def _born(
        self, connection: Connection, change: EntityChange, *, home: str, at: str, touched: Touched
    ) -> int | None:
        """An entity that no hub knows yet, with its first pending change on it; None where it is here already."""
        shown = replay(None, [change])
        if shown is None:
            return None
        area = self._path(change.properties.get("area", ""), home)
        values = {
            "dataset": change.dataset,
            "uuid": change.uuid,
            "label": shown.label,
            "area": area,
            "village": self._context.village_of(area),
            "parent": _parent(change.dataset, shown.properties),
            "version": shown.version,
            "properties": dump(dict(shown.properties)),
            "opened": "",
            "conflict": shown.conflict.value,
            "deleted": 0,
            "n": None,
            "pending": 1,
            "trunk_version": None,
            "branch_id": change.branch_id or self._context.new_uuid(),
            "branch_base": 1,
            "last_contact": at,
        }
        entity: int | None = fetch_value(connection, insert("entity", "uuid, dataset", tuple(values)), values)
        if entity is not None:
            self._touch(touched, entity, change.dataset, change.uuid)
        return entity

    def _cover(self, connection: Connection, entity: int) -> None:
        """Before an edit is laid on top: what the hub gave goes beneath, and the branch counts on."""
        run(
            connection,
            "INSERT INTO entity_base (entity, label, area, version, properties, conflict, deleted)"
            " SELECT id, label, area, version, properties, conflict, deleted FROM entity"
            " WHERE id = ? AND pending = 0 ON CONFLICT (entity) DO NOTHING",
            (entity,),
        )
        run(connection, "UPDATE entity SET branch_base = branch_base + 1 WHERE id = ?", (entity,))

    def _touch(self, touched: Touched, entity: int, dataset: str, uuid: str) -> None:
        touched.entities.add(entity)
        if dataset == "requests":
            touched.requests.add(uuid)
        else:
            touched.subjects.add(entity)

    def _rebuild(self, connection: Connection, entity: int, touched: Touched) -> None:
        row = fetch_one(connection, "SELECT dataset, uuid, area FROM entity WHERE id = ?", (entity,))
        base = fetch_one(connection, "SELECT * FROM entity_base WHERE entity = ?", (entity,))
        pending = _pending(connection, entity)
        beneath = None if base is None else _base_row(row.dataset, row.uuid, base)
        shown = replay(beneath, pending)
        if shown is None:
            return
        home = row.area if base is None else base.area
        area = self._path(shown.properties.get("area", ""), home)
        run(
            connection,
            "UPDATE entity SET label = ?, area = ?, village = ?, parent = ?, version = ?, properties = ?,"
            " conflict = ?, deleted = ?, pending = ? WHERE id = ?",
            (
                shown.label,
                area,
                self._context.village_of(area),
                _parent(row.dataset, shown.properties),
                shown.version,
                dump(dict(shown.properties)),
                shown.conflict.value,
                int(shown.deleted),
                len(pending),
                entity,
            ),
        )
        if not pending:
            self._start_branch(connection, entity, shown.version)
        self._touch(touched, entity, row.dataset, row.uuid)

    def _start_branch(self, connection: Connection, entity: int, version: int) -> None:
        run(connection, "DELETE FROM entity_base WHERE entity = ?", (entity,))
        run(
            connection,
            "UPDATE entity SET trunk_version = ?, branch_id = ?, branch_base = ? WHERE id = ?",
            (version, self._context.new_uuid(), version, entity),
        )

    def _path(self, area: str, home: str) -> str:
        """The path of a code; `home` where it says nothing else."""
        if not area or code(home) == area:
            return home
        return self._context.areas().path(area)


def _parent(dataset: str, properties: Mapping[str, str]) -> str:
    return properties.get("household", "") if dataset == "residents" else ""


def _opened(body: Mapping[str, Any], known: Any) -> str:
    """What the hub says of a request's first record, or said before."""
    if body.get("opened"):
        return dump(dict(body["opened"]))
    return known.opened if known else ""


def _review(body: Mapping[str, Any]) -> str:
    """What the hub says is to be decided about an entity."""
    return dump(body["review"]) if body.get("review") else ""


def _is_awaited(body: Mapping[str, Any]) -> bool:
    """Whether the hub has only held changes of an entity: the record that it begins with has not come."""
    return bool(body.get("deleted")) and bool(body.get("review"))


def _push(connection: Connection, entity: int, change: EntityChange, *, record: int, position: int) -> None:
    run(
        connection,
        "INSERT INTO entity_pending (record, position, entity, change) VALUES (?, ?, ?, ?)",
        (record, position, entity, _dumped(change)),
    )


def _only_projected(change: EntityChange) -> bool:
    """An update that the fold of events says better; it is for other servers."""
    projected = PROJECTED.get(change.dataset)
    return not change.create and projected is not None and change.received.keys() <= projected


_FIELDS = tuple(each.name for each in fields(EntityChange))


def _dumped(change: EntityChange) -> str:
    plain = {name: getattr(change, name) for name in _FIELDS}
    return dump({**plain, "properties": dict(change.properties)})


def _pending(connection: Connection, entity: int) -> list[EntityChange]:
    rows = connection.exec_driver_sql(
        "SELECT change FROM entity_pending WHERE entity = ? ORDER BY record, position", (entity,)
    ).scalars()
    return [EntityChange(**json.loads(change)) for change in rows]


def _base_row(dataset: str, uuid: str, base: Any) -> EntityRow:
    return EntityRow(
        dataset=dataset,
        uuid=uuid,
        label=base.label,
        version=base.version,
        properties=json.loads(base.properties),
        conflict=Conflict(base.conflict),
        deleted=bool(base.deleted),
    )
