"""Erasing what is known of a person, and the bytes of records whose time is over.

A record's bytes, salt and files go; its row, commit and place in the chain stay, so that every signature still
proves. Entity rows become empty tombstones; search keys, drafts, events and projections go. Pages that held any of it
are overwritten, and the write-ahead log is emptied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from forms.casework.erasing import ERASURE, without
from forms.casework.publishing import OPINION, OPINION_CHECK
from forms.errors import Fault, Kind
from sync.store.api import Erased
from sync.store.context import Context, dump
from sync.store.people import PeopleIndex
from sync.vault.database import overwrite

_TOMBSTONE = (
    "UPDATE entity SET label = '', parent = '', properties = '{}', opened = '', review = '', conflict = 'none',"
    " deleted = 1, pending = 0, last_contact = '', requests = 0 WHERE id = ?"
)
_WAITING = ("waiting", "sent", "held")
RETENTION = "retention"


@dataclass(slots=True)
class _Doomed:
    """What goes: ids of records and entities, names of files and keys that must not come back."""

    person: Any = None
    records: set[int] = field(default_factory=set)
    entities: list[Any] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Erasure:
    def __init__(self, context: Context) -> None:
        self._context = context

    def person(self, uuid: str, *, actor: str, reason: str, first: Callable[[], object] = lambda: None) -> Erased:
        """See `api.Erasure.person`."""

        def ready(connection: Connection, doomed: _Doomed) -> None:
            self._refuse_unsent(connection, doomed)
            first()

        return self._erase(uuid, actor=actor, reason=reason, ready=ready)

    def again(self, known: Mapping[str, str], *, actor: str) -> None:
        """See `api.Erasure.again`."""
        with self._context.database.read() as connection:
            people = connection.exec_driver_sql(
                "SELECT e.uuid FROM json_each(?) j JOIN entity e ON e.uuid = j.value AND e.dataset = 'residents'"
                " WHERE NOT EXISTS (SELECT 1 FROM erased WHERE key = e.uuid)",
                (dump(sorted(known)),),
            ).scalars()
            here = list(people)
        for uuid in here:
            self._erase(uuid, actor=actor, reason=known[uuid], ready=lambda _connection, _doomed: None)
        doomed = _Doomed()
        with self._context.database.write() as connection:
            rows = connection.exec_driver_sql(
                "SELECT r.id FROM json_each(?) j JOIN record r ON r.instance_id = j.value"
                " JOIN payload p ON p.record = r.id",
                (dump(sorted(known)),),
            )
            doomed.records.update(rows.scalars())
            if doomed.records:
                overwrite(connection)
                self._forget_bytes(connection, doomed, RETENTION)
        self._remove(doomed.files)

    def _erase(self, uuid: str, *, actor: str, reason: str, ready: Callable[[Connection, _Doomed], None]) -> Erased:
        """`ready` refuses, or does what comes before anything goes."""
        with self._context.database.write() as connection:
            doomed = self._of(connection, uuid)
            ready(connection, doomed)
            overwrite(connection)
            self._blank_household(connection, doomed.person)
            self._forget_entities(connection, doomed, reason)
            self._forget_bytes(connection, doomed, reason)
            self._forget_drafts(connection, doomed)
            self._context.audit(
                "person.erased",
                actor=actor,
                subject=uuid,
                detail={"records": str(len(doomed.records)), "reason": reason},
            )
        self._remove(doomed.files)
        return Erased(len(doomed.records), len(doomed.entities), len(doomed.files))

    def older(self, form_id: str, *, before: str, actor: str) -> Erased:
        """See `api.Erasure.older`."""
        doomed = _Doomed()
        with self._context.database.write() as connection:
            rows = connection.exec_driver_sql(
                "SELECT r.id FROM record r JOIN payload p ON p.record = r.id WHERE r.form_id = ?"
                " AND r.wall_time < ? AND r.state IN ('acknowledged', 'pulled')",
                (form_id, before),
            )
            doomed.records.update(rows.scalars())
            if not doomed.records:
                return Erased(0, 0, 0)
            overwrite(connection)
            self._forget_bytes(connection, doomed, RETENTION)
            self._context.audit(
                "records.expired", actor=actor, detail={"form": form_id, "records": str(len(doomed.records))}
            )
        self._remove(doomed.files)
        return Erased(len(doomed.records), 0, len(doomed.files))

    def ordered(self) -> tuple[str, ...]:
        """See `api.Erasure.ordered`."""
        with self._context.database.read() as connection:
            return tuple(
                connection.exec_driver_sql(
                    "SELECT uuid FROM entity WHERE dataset = 'residents' AND deleted = 0"
                    " AND json_extract(properties, '$.state') = 'erased'"
                ).scalars()
            )

    def known(self, key: str) -> bool:
        """Whether an entity's uuid or a record's instanceID was erased."""
        with self._context.database.read() as connection:
            return gone(connection, key)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._context.blobs.remove(name)

    def _of(self, connection: Connection, uuid: str) -> _Doomed:
        """The person, their requests, and every record that has to do with any of them."""
        person = connection.exec_driver_sql(
            "SELECT * FROM entity WHERE uuid = ? AND dataset = 'residents'", (uuid,)
        ).one_or_none()
        if person is None or gone(connection, uuid):
            raise Fault("store.unknown_person", Kind.USAGE, id=uuid)
        found = _Doomed(person, entities=[person])
        found.entities += connection.exec_driver_sql(
            "SELECT e.* FROM request r JOIN entity e ON e.uuid = r.uuid AND e.dataset = 'requests'"
            " WHERE r.person = ? AND r.person <> ''",
            (uuid,),
        ).all()
        for entity in found.entities:
            linked = connection.exec_driver_sql(
                "SELECT l.record FROM record_entity l JOIN record r ON r.id = l.record WHERE l.entity = ?"
                " AND r.form_id <> ?",
                (entity.id, ERASURE),  # the order itself travels on and holds nothing of the person
            )
            found.records.update(linked.scalars())
            events = "SELECT r.id FROM event v JOIN record r ON r.instance_id = v.instance_id WHERE v.request = ?"
            found.records.update(connection.exec_driver_sql(events, (entity.uuid,)).scalars())
        return found

    def _refuse_unsent(self, connection: Connection, doomed: _Doomed) -> None:
        """What others of the household said with it must be at the hub before the bytes go."""
        if not self._context.identity().enrolled:
            return
        unsent = connection.exec_driver_sql(
            "SELECT count(*) FROM record r WHERE r.id IN (SELECT value FROM json_each(?)) AND r.state IN (?, ?, ?)"
            " AND EXISTS (SELECT 1 FROM record_entity l JOIN entity e ON e.id = l.entity WHERE l.record = r.id"
            " AND e.dataset = 'residents' AND e.id <> ?)",
            (dump(sorted(doomed.records)), *_WAITING, doomed.person.id),
        ).scalar_one()
        if unsent:
            raise Fault("store.hand_over_first", Kind.USAGE, records=unsent)

    def _blank_household(self, connection: Connection, person: Any) -> None:
        """A household is often named after the person, and has their telephone."""
        known: dict[str, str] = json.loads(person.properties)
        if not person.parent:
            return
        row = connection.exec_driver_sql(
            "SELECT id, label, properties FROM entity WHERE uuid = ? AND dataset = 'households'", (person.parent,)
        ).one_or_none()
        if row is None:
            return
        label, facts = without(row.label, json.loads(row.properties), known)
        connection.exec_driver_sql(
            "UPDATE entity SET label = ?, properties = ? WHERE id = ?", (label, dump(facts), row.id)
        )
        for base in connection.exec_driver_sql("SELECT * FROM entity_base WHERE entity = ?", (row.id,)).all():
            label, facts = without(base.label, json.loads(base.properties), known)
            connection.exec_driver_sql(
                "UPDATE entity_base SET label = ?, properties = ? WHERE entity = ?", (label, dump(facts), row.id)
            )
        for pending in connection.exec_driver_sql("SELECT * FROM entity_pending WHERE entity = ?", (row.id,)).all():
            change = json.loads(pending.change)
            change["label"], change["properties"] = without(change["label"], change["properties"], known)
            connection.exec_driver_sql(
                "UPDATE entity_pending SET change = ? WHERE entity = ? AND record = ? AND position = ?",
                (dump(change), row.id, pending.record, pending.position),
            )
        PeopleIndex(self._context).index(connection, [row.id])

    def _forget_entities(self, connection: Connection, doomed: _Doomed, reason: str) -> None:
        for entity in doomed.entities:
            for table in ("entity_pending", "entity_base", "search_key", "entity_key"):
                connection.exec_driver_sql(f"DELETE FROM {table} WHERE entity = ?", (entity.id,))  # noqa: S608
            connection.exec_driver_sql(_TOMBSTONE, (entity.id,))
            connection.exec_driver_sql(
                "UPDATE request_count SET requests = requests - 1 WHERE (village, department, state) ="
                " (SELECT village, department, state FROM request WHERE uuid = ?)",
                (entity.uuid,),
            )
            connection.exec_driver_sql("DELETE FROM request WHERE uuid = ?", (entity.uuid,))
            connection.exec_driver_sql("DELETE FROM event WHERE request = ?", (entity.uuid,))
            connection.exec_driver_sql("DELETE FROM notice WHERE instr(body, ?) > 0", (entity.uuid,))
            self._note(connection, entity.uuid, reason)

    def _forget_bytes(self, connection: Connection, doomed: _Doomed, reason: str) -> None:
        self._add_published(connection, doomed)
        among = dump(sorted(doomed.records))
        inside = "record IN (SELECT value FROM json_each(?))"
        doomed.files += connection.exec_driver_sql(
            f"SELECT blob FROM attachment WHERE blob <> '' AND {inside}",  # noqa: S608
            (among,),
        ).scalars()
        connection.exec_driver_sql(f"DELETE FROM payload WHERE {inside}", (among,))  # noqa: S608
        connection.exec_driver_sql(
            f"UPDATE attachment SET blob = '', key = x'', complete = 1 WHERE {inside}",  # noqa: S608
            (among,),
        )
        keys = connection.exec_driver_sql(
            "SELECT instance_id FROM record WHERE id IN (SELECT value FROM json_each(?))", (among,)
        ).scalars()
        for key in list(keys):
            self._note(connection, key, reason)

    def _add_published(self, connection: Connection, doomed: _Doomed) -> None:
        """What was made public of an opinion is still what its author said: it goes with the opinion."""
        opinions = connection.exec_driver_sql(
            "SELECT instance_id FROM record WHERE form_id = ? AND id IN (SELECT value FROM json_each(?))",
            (OPINION, dump(sorted(doomed.records))),
        ).scalars()
        for opinion in list(opinions):
            decided = connection.exec_driver_sql(
                "SELECT r.id FROM record r JOIN payload p ON p.record = r.id"
                " WHERE r.form_id = ? AND instr(p.xml, ?) > 0",
                (OPINION_CHECK, opinion.encode()),
            )
            doomed.records.update(decided.scalars())
            connection.exec_driver_sql("DELETE FROM opinion_review WHERE instance_id = ?", (opinion,))

    def _forget_drafts(self, connection: Connection, doomed: _Doomed) -> None:
        """Drafts that are about the person or one of their requests, or that name one of them."""
        for entity in doomed.entities:
            drafts = connection.exec_driver_sql(
                "SELECT id FROM draft WHERE subject = ? OR instr(xml, ?) > 0", (entity.uuid, entity.uuid.encode())
            ).scalars()
            for draft in list(drafts):
                doomed.files += connection.exec_driver_sql(
                    "SELECT blob FROM draft_file WHERE draft = ?", (draft,)
                ).scalars()
                connection.exec_driver_sql("DELETE FROM draft_file WHERE draft = ?", (draft,))
                connection.exec_driver_sql("DELETE FROM draft WHERE id = ?", (draft,))

    def _note(self, connection: Connection, key: str, reason: str) -> None:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO erased (key, at, reason) VALUES (?, ?, ?)", (key, self._context.now(), reason)
        )


def gone(connection: Connection, key: str) -> bool:
    """Whether the entity or record of this key was erased."""
    return bool(connection.exec_driver_sql("SELECT 1 FROM erased WHERE key = ?", (key,)).scalar())


def erased(connection: Connection) -> dict[str, str]:
    """Every key that was erased, with its reason."""
    rows = connection.exec_driver_sql("SELECT key, reason FROM erased").all()
    return {row.key: row.reason for row in rows}
