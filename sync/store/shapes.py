"""Rows that one example left in the store, as shapes from which rows of records like it are made without the engine.

An example is finalised like any record, read back and undone. What differs between records alike is named by marks:
texts of the example and the slots that they stand for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from sync.store.alike import NOW, PARTED, WHO, Cell, NotAlike, Part, Place, RowShape, Shape, SubjectShape
from sync.store.context import Context
from sync.store.finalise import Finaliser
from sync.store.rows import Finalise
from sync.store.search_keys import SEARCHED

TABLES = ("record", "entity", "request")
"""Tables that give ids; the others hang on them."""


class _Undone(Exception):
    pass


def columns(connection: Connection, table: str) -> tuple[str, ...]:
    return tuple(row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})"))


def learn(context: Context, finaliser: Finaliser, example: Finalise, marks: Mapping[str, str]) -> Shape:
    """The shape of an example, which is not kept. `marks` maps each slot to its text in the example."""
    if len(set(marks.values())) != len(marks) or not all(marks.values()):
        raise NotAlike("marks must differ and say something")
    found: list[Shape] = []
    try:
        with context.database.write() as connection, context.database.attempt():
            before = {table: _last(connection, table) for table in TABLES}
            known = {
                row.id: row
                for row in connection.exec_driver_sql(
                    "SELECT e.* FROM json_each(?) j JOIN entity e ON e.uuid = j.value",
                    (json.dumps(list(marks.values())),),
                )
            }
            finaliser.finalise(example)
            found.append(_Reading(context, connection, example, marks, before, known).shape())
            raise _Undone
    except _Undone:
        context.forget()
    return found[0]


def _last(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one())  # noqa: S608


class _Reading:
    """What an example left, read inside the transaction that is undone afterwards."""

    def __init__(
        self,
        context: Context,
        connection: Connection,
        example: Finalise,
        marks: Mapping[str, str],
        before: Mapping[str, int],
        known: Mapping[int, Any],
    ) -> None:
        self._context, self._connection, self._example = context, connection, example
        self._before, self._known = before, known
        self._record = before["record"] + 1
        now = connection.exec_driver_sql("SELECT wall_time FROM record WHERE id = ?", (self._record,)).scalar_one()
        self._who = marks.get(WHO, "")
        self._slots = {text: slot for slot, text in marks.items() if slot != WHO}
        self._slots[str(now)] = NOW
        self._texts: list[str] = []
        self._gaps: list[str] = []
        self._parts: dict[tuple[str, tuple[str, ...]], Part] = {}
        self._marks = re.compile("|".join(re.escape(text) for text in sorted(self._slots, key=len, reverse=True)))

    def shape(self) -> Shape:
        submission = self._example.submission
        if submission.attachments or submission.deprecated_id or self._example.draft:
            raise NotAlike("files, corrections and drafts have no shape")
        rows = [*self._rows("record", "id"), *self._rows("entity", "id"), *self._rows("entity_pending", "record")]
        rows += [*self._rows("record_entity", "record"), *self._rows("request", "id")]
        xml, instance, subjects = (
            self._cell(submission.xml.decode()),
            self._cell(submission.instance_id),
            self._subjects(),
        )
        audit = {
            "form": self._cell(submission.form_id),
            "version": self._cell(submission.form_version),
            "area": self._cell(self._only("record", self._record, "area")),
        }
        return Shape(
            pattern=PARTED.join(self._texts),
            slots=tuple(self._gaps),
            xml=xml,
            rows=tuple(rows),
            born={table: _last(self._connection, table) - self._before[table] for table in TABLES},
            subjects=subjects,
            named=self._gains(),
            numbers=tuple((kind, self._slots[number]) for kind, number in submission.numbers),
            instance=instance,
            author=self._example.author,
            audit=audit,
        )

    def _only(self, table: str, id: int, column: str) -> Any:
        return self._connection.exec_driver_sql(
            f"SELECT {column} FROM {table} WHERE id = ?",  # noqa: S608
            (id,),
        ).scalar_one()

    def _rows(self, table: str, by: str) -> list[RowShape]:
        first = self._record if by == "record" else self._before[table] + 1
        found = self._connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {by} >= ?", (first,)).all()  # noqa: S608
        return [
            RowShape(table, tuple(self._value(table, name, value) for name, value in row._mapping.items()))
            for row in found
        ]

    def _value(self, table: str, column: str, value: object) -> object:
        owner = table if column == "id" else column
        if owner in TABLES and isinstance(value, int) and (column == "id" or table != "request"):
            return self._place(owner, value, within=table)
        if (table, column) == ("request", "who"):
            return self._part("%s", [WHO]) if value and value == self._who else value
        return self._cell(value) if isinstance(value, str) else value

    def _place(self, table: str, id: int, *, within: str) -> Place:
        if id > self._before[table]:
            return Place(table, id - self._before[table] - 1)
        if table != "entity" or id not in self._known or within != "record_entity":
            raise NotAlike(table)
        return Place(table, slot=self._slots[self._known[id].uuid])

    def _cell(self, text: str) -> Cell:
        parts = self._marks.split(text)
        slots = [self._slots[found] for found in self._marks.findall(text)]
        if PARTED in text:
            raise NotAlike("a text with the sign that parts texts")
        return self._part("%s".join(part.replace("%", "%%") for part in parts), slots) if slots else text

    def _part(self, written: str, slots: Sequence[str]) -> Part:
        known = self._parts.get((written, tuple(slots)))
        if known is not None:
            return known
        self._texts.append(written)
        self._gaps += slots
        made = self._parts[written, tuple(slots)] = Part(len(self._texts) - 1)
        return made

    def _subjects(self) -> tuple[SubjectShape, ...]:
        rows = self._connection.exec_driver_sql(
            "SELECT * FROM entity WHERE id > ? ORDER BY id", (self._before["entity"],)
        ).all()
        facts = {row.uuid: json.loads(row.properties) for row in rows}
        found = []
        for row in rows:
            known: dict[str, str] = facts[row.uuid]
            door = known.get("house_no") or facts.get(row.parent, {}).get("house_no", "")
            if row.parent and row.parent not in facts:
                raise NotAlike("a door number that the record does not say")
            visitor = known.get("visitor_name", "")
            asks = row.dataset == "requests" and known.get("resident")
            searched = tuple((name, self._cell(known[name])) for name in SEARCHED if known.get(name))
            found.append(
                SubjectShape(
                    offset=row.id - self._before["entity"] - 1,
                    dataset=row.dataset,
                    label=self._cell(row.label),
                    properties=searched,
                    area=self._cell(row.area),
                    door=self._cell(door),
                    who=self._part("%s", [WHO]) if asks and not visitor else self._cell(visitor),
                )
            )
        return tuple(found)

    def _gains(self) -> tuple[tuple[str, int], ...]:
        found = []
        for id, row in self._known.items():
            after = self._connection.exec_driver_sql("SELECT * FROM entity WHERE id = ?", (id,)).one()
            changed = {name for name, value in after._mapping.items() if value != row._mapping[name]}
            if changed - {"last_contact", "requests"}:
                raise NotAlike("a known entity is another afterwards")
            found.append((self._slots[row.uuid], after.requests - row.requests))
        events = self._connection.exec_driver_sql(
            "SELECT count(*) FROM event WHERE instance_id = ?", (self._example.submission.instance_id,)
        ).scalar_one()
        if events:
            raise NotAlike("events have no shape")
        return tuple(found)
