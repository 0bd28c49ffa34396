"""Very many records of a few shapes, written in large transactions: what finalising each by itself would have left."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from forms.casework.areas import code
from forms.casework.names import Names
from forms.casework.numbers import format_number
from sync import crypto
from sync.store import search_keys
from sync.store.alike import NOW, Alike, Place, Shape, SubjectShape, Values
from sync.store.context import Context, dump
from sync.store.finalise import Finaliser
from sync.store.rows import Finalise, NumberTaken
from sync.store.search_keys import Subject
from sync.store.shapes import TABLES, columns, learn, plain
from sync.vault import audit

AT_ONCE = 20_000
CACHE_KB = 256_000


class Bulk:
    """Learns shapes and writes records of them; a store's writer only."""

    def __init__(self, context: Context, finaliser: Finaliser) -> None:
        self._context = context
        self._finaliser = finaliser

    def learn(self, example: Finalise, marks: Mapping[str, str]) -> Shape:
        """See `shapes.learn`."""
        return learn(self._context, self._finaliser, example, marks)

    def write(self, records: Iterable[Alike], *, at_once: int = AT_ONCE) -> int:
        """Write the records in their order, `at_once` in a durable transaction each; how many."""
        waiting, done = iter(records), 0
        with self._roomy():
            while chunk := list(islice(waiting, at_once)):
                with self._context.database.write() as connection:
                    _Chunk(self._context, connection).write(chunk)
                done += len(chunk)
        return done

    @contextlib.contextmanager
    def _roomy(self) -> Iterator[None]:
        """Keys and identifiers fall anywhere into their indexes: keep more of those in memory while writing."""
        with self._context.database.read() as connection:
            before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
            connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KB}")
        try:
            yield
        finally:
            with self._context.database.read() as connection:
                connection.exec_driver_sql(f"PRAGMA cache_size = {before}")


@dataclass(slots=True)
class _Chunk:
    """One transaction's records: rows gathered by table, then written table by table."""

    context: Context
    connection: Connection
    next: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    commits: list[bytes] = field(default_factory=list)
    keys: list[tuple[str, int]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    gains: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    names: Names = field(init=False)
    log: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def write(self, records: Sequence[Alike]) -> None:
        self.names = self.context.names()
        for table in TABLES:
            last = self.connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
            self.next[table] = int(last.scalar_one()) + 1
        self._find(records)
        now = self.context.now()
        for record in records:
            values = {**record.values, NOW: now}
            if not plain(values):
                raise ValueError("a value that XML or JSON would write otherwise")
            self._gather(record.shape, values)
        self._insert(now)

    def _find(self, records: Sequence[Alike]) -> None:
        named = {record.values[slot] for record in records for slot, _ in record.shape.named}
        rows = self.connection.exec_driver_sql(
            "SELECT e.uuid, e.id FROM json_each(?) j JOIN entity e ON e.uuid = j.value", (dump(sorted(named)),)
        )
        self.known.update((row.uuid, row.id) for row in rows)

    def _gather(self, shape: Shape, values: Values) -> None:
        xml, salt = shape.xml(values).encode(), self.context.entropy(crypto.SALT_SIZE)
        self.commits.append(crypto.commit(salt, xml, []))
        for row in shape.rows:
            cells = tuple(
                cell(values) if callable(cell) else self._id(cell, values) if type(cell) is Place else cell
                for cell in row.cells
            )
            self.rows.setdefault(row.table, []).append(cells)
        self.rows.setdefault("payload", []).append((self.next["record"], xml, salt))
        for subject in shape.subjects:
            self._search(subject, values)
        for slot, gain in shape.named:
            entity = self.known[values[slot]]
            self.gains[entity] = self.gains.get(entity, 0) + gain
        for kind, slot in shape.numbers:
            self.numbers.setdefault(kind, []).append(values[slot])
        self.log.append(
            (shape.author, shape.instance(values), {name: cell(values) for name, cell in shape.audit.items()})
        )
        for table, born in shape.born.items():
            self.next[table] += born

    def _id(self, place: Place, values: Values) -> int:
        return self.known[values[place.slot]] if place.slot else self.next[place.table] + place.offset

    def _search(self, shape: SubjectShape, values: Values) -> None:
        area = shape.area(values)
        place = self.places.get(area)
        if place is None:
            place = self.places[area] = self.context.areas().label(code(area))
        subject = Subject(
            shape.dataset,
            shape.label(values),
            {name: cell(values) for name, cell in shape.properties},
            place,
            shape.door(values),
            shape.who(values),
        )
        entity = self.next["entity"] + shape.offset
        self.keys += [(key, entity) for key in search_keys.keys(subject, self.names)]

    def _insert(self, now: str) -> None:
        for table in ("record", "payload", "entity", "entity_pending", "record_entity", "request"):
            rows = self.rows.get(table)
            if rows:
                names = columns(self.connection, table)
                self._fresh(table, names, rows)
                self._executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in names)})", rows)  # noqa: S608
        self._executemany("INSERT INTO search_key (key, entity) VALUES (?, ?)", sorted(self.keys))
        self._executemany(
            "UPDATE entity SET last_contact = max(last_contact, ?), requests = requests + ? WHERE id = ?",
            [(now, gain, entity) for entity, gain in sorted(self.gains.items())],
        )
        for kind, given in self.numbers.items():
            self._count(kind, given)
        audit.extend(
            self.connection,
            [audit.Said("record.finalised", now, actor, subject, detail) for actor, subject, detail in self.log],
        )

    def _fresh(self, table: str, names: Sequence[str], rows: list[Any]) -> None:
        """Put in what is another in each row although nothing says so: commits, names of branches."""
        if table == "record":
            at = names.index("commit_hash")
            rows[:] = [(*row[:at], commit, *row[at + 1 :]) for row, commit in zip(rows, self.commits, strict=True)]
        elif table == "entity":
            at = names.index("branch_id")
            rows[:] = [(*row[:at], self.context.new_uuid(), *row[at + 1 :]) for row in rows]

    def _executemany(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            self.connection.exec_driver_sql(sql, list(rows))

    def _count(self, kind: str, given: Sequence[str]) -> None:
        """Confirm that the short numbers are the next ones, without a gap, and count on."""
        letters = self.context.identity().letters
        last = self.connection.exec_driver_sql(
            "SELECT running FROM number_counter WHERE kind = ? AND letters = ?", (kind, letters)
        ).scalar()
        for running, number in enumerate(given, start=(last or 0) + 1):
            if number != format_number(kind, letters, running):
                raise NumberTaken(number)
        self.connection.exec_driver_sql(
            "INSERT INTO number_counter (kind, letters, running) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, letters) DO UPDATE SET running = excluded.running",
            (kind, letters, (last or 0) + len(given)),
        )
