"""Very many records of a few shapes, written in one transaction: what finalising each by itself would have left.

Rows are written in the order of their ids. The tree of search keys, where rows fall anywhere, is kept aside and laid
down in its order; counts are added up for many rows at once instead of by triggers for each.
"""

from __future__ import annotations

import contextlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from forms.casework.numbers import format_number
from sync import crypto
from sync.store import search_keys
from sync.store.alike import Shape, Sheaf
from sync.store.context import Context, dump
from sync.store.finalise import Finaliser
from sync.store.rows import Finalise, NumberTaken
from sync.store.shapes import TABLES, columns, learn
from sync.vault import audit
from sync.vault.database import fetch, fetch_value, run, run_many

KEYS_AT_ONCE = 2_000_000  # (key, entity) pairs that are kept aside, some 20 bytes each
CACHE_KB = 128_000

_KEY = "INSERT INTO search_key (key, entity) VALUES (?, ?)"
_FILLED = ("record", "payload", "entity", "entity_pending", "record_entity", "request", "entity_key")
_OWNERS = {"payload": {"record": "record"}, "entity_key": {"entity": "entity"}} | {
    table: {"id": table} for table in TABLES
}
_OWNERS |= {table: {"record": "record", "entity": "entity"} for table in ("entity_pending", "record_entity")}

_COUNTS = {
    "record_count_added": "INSERT INTO record_count (state, records) SELECT state, count(*) FROM record"
    " WHERE id >= :record GROUP BY state ON CONFLICT DO UPDATE SET records = records + excluded.records",
    "area_last_added": "INSERT INTO area_last (area, at) SELECT area, max(wall_time) FROM record WHERE id >= :record"
    " GROUP BY area ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at",
    "entity_count_added": "INSERT INTO entity_count (dataset, village, entities) SELECT dataset, village, count(*)"
    " FROM entity WHERE id >= :entity AND deleted = 0 GROUP BY dataset, village"
    " ON CONFLICT DO UPDATE SET entities = entities + excluded.entities",
    "tally_visit_added": "INSERT INTO tally_visit (village, month, n) SELECT village, month, count(*)"
    " FROM tally_visit_row WHERE id >= :entity GROUP BY village, month ON CONFLICT DO UPDATE SET n = n + excluded.n",
    "request_count_added": "INSERT INTO request_count (village, department, state, requests)"
    " SELECT village, department, state, count(*) FROM request WHERE id >= :request GROUP BY 1, 2, 3"
    " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests",
    "tally_month_added": "INSERT INTO tally_month (month, village, category, matter, department, n)"
    " SELECT month, village, category, matter, department, count(*) FROM tally_month_row WHERE id >= :request"
    " GROUP BY 1, 2, 3, 4, 5 ON CONFLICT DO UPDATE SET n = n + excluded.n",
    "tally_month_added, changed": "INSERT INTO tally_changed (tally, month, n) SELECT 'month', month, count(*)"
    " FROM tally_month_row WHERE id >= :request GROUP BY month ON CONFLICT DO UPDATE SET n = n + excluded.n",
    "tally_due_added": "INSERT INTO tally_due (village, department, state, due, n)"
    " SELECT village, department, state, due, count(*) FROM tally_due_row WHERE id >= :request GROUP BY 1, 2, 3, 4"
    " ON CONFLICT DO UPDATE SET n = n + excluded.n",
}
"""What the triggers of new rows do, for many rows at once, by the triggers' names."""

_OTHERS = {"arrival_noted", "arrival_area_noted", "tally_wait_added", "tally_told_added"}
"""Triggers that new own records and requests without an answer do not set off."""


class Bulk:
    """Learns shapes and writes records of them; a store's writer only."""

    def __init__(self, context: Context, finaliser: Finaliser) -> None:
        self._context = context
        self._finaliser = finaliser

    def learn(self, example: Finalise, marks: Mapping[str, str]) -> Shape:
        """See `shapes.learn`."""
        return learn(self._context, self._finaliser, example, marks)

    @contextlib.contextmanager
    def filling(self) -> Iterator[Filling]:
        """One durable transaction for all that is put into it; an exception leaves the store as it was."""
        with self._roomy(), self._context.database.write() as connection:
            filling = Filling(self._context, connection)
            with _untriggered(connection):
                yield filling
                filling.finish()
        self._context.database.checkpoint()

    @contextlib.contextmanager
    def _roomy(self) -> Iterator[None]:
        """Identifiers fall anywhere into their indexes: keep more of those in memory. References are right as made."""
        with self._context.database.read() as connection:
            before = fetch_value(connection, "PRAGMA cache_size")
        pragmas = (f"cache_size = -{CACHE_KB}", "foreign_keys = OFF"), (f"cache_size = {before}", "foreign_keys = ON")
        self._context.database.tell(pragmas[0])
        try:
            yield
        finally:
            self._context.database.tell(pragmas[1])


@contextlib.contextmanager
def _untriggered(connection: Connection) -> Iterator[None]:
    """Without the triggers of new rows, which stand again afterwards."""
    found = fetch(
        connection,
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%AFTER INSERT%'"
        " AND tbl_name IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (dump(_FILLED),),
    )
    unknown = {row.name for row in found} - {name.partition(",")[0] for name in _COUNTS} - _OTHERS
    if unknown:
        raise RuntimeError(f"triggers that filling does not know: {sorted(unknown)}")
    for row in found:
        run(connection, f"DROP TRIGGER {row.name}")
    yield
    for row in found:
        run(connection, row.sql)


@dataclass(slots=True)
class Filling:
    """Writes sheaves of rows one after another, and at the end what was kept aside."""

    context: Context
    connection: Connection
    now: str = field(init=False)
    _inserts: dict[str, tuple[tuple[str, ...], dict[str, str]]] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, array[int]] = field(default_factory=dict)
    _kept: int = 0
    _gains: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.now = self.context.now()
        for table in TABLES:
            last = fetch_value(self.connection, f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
            self._next[table] = int(last) + 1

    def put(self, sheaf: Sheaf) -> None:
        known = self._known({uuid for uuid, _ in sheaf.links} | sheaf.gains.keys())
        record = self._next["record"]
        named = [(known[uuid], record + at) for uuid, at in sheaf.links]
        rows = self._salted(sheaf.rows)
        for table in _FILLED:
            if rows.get(table):
                self._insert(table, rows[table])
        run_many(self.connection, "INSERT INTO record_entity (entity, record) VALUES (?, ?)", named)
        for sql in _COUNTS.values():
            run(self.connection, sql, self._next)
        for uuid, gain in sheaf.gains.items():
            self._gains[known[uuid]] += gain
        for kind, given in sheaf.numbers.items():
            self._count(kind, given)
        said = [audit.Said("record.finalised", self.now, *each) for each in sheaf.said]
        audit.extend(self.connection, said)
        self._keep(sheaf.keys)
        for table in TABLES:
            self._next[table] += sheaf.born[table]

    def finish(self) -> None:
        self._lay_down()
        run_many(
            self.connection,
            "UPDATE entity SET last_contact = max(last_contact, ?), requests = requests + ? WHERE id = ?",
            ((self.now, gain, entity) for entity, gain in sorted(self._gains.items())),
        )

    def _known(self, uuids: Iterable[str]) -> Mapping[str, int]:
        found = fetch(
            self.connection,
            "SELECT e.uuid, e.id FROM json_each(?) j JOIN entity e ON e.uuid = j.value",
            (dump(sorted(uuids)),),
        )
        return dict(found)

    def _salted(self, rows: Mapping[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
        """With what is another in each row although nothing says so: salts and their commits, names of branches."""
        salts = [self.context.entropy(crypto.SALT_SIZE) for _ in rows.get("record", ())]
        payloads = [(*row, salt) for row, salt in zip(rows.get("payload", ()), salts, strict=True)]
        commits = [crypto.commit(salt, xml, []) for _, xml, salt in payloads]
        branches = [self.context.new_uuid() for _ in rows.get("entity", ())]
        return {
            **rows,
            "record": self._replaced("record", "commit_hash", rows.get("record", ()), commits),
            "payload": payloads,
            "entity": self._replaced("entity", "branch_id", rows.get("entity", ()), branches),
        }

    def _replaced(
        self, table: str, column: str, rows: Iterable[tuple[Any, ...]], values: Iterable[object]
    ) -> list[tuple[Any, ...]]:
        at = self._columns(table).index(column)
        return [(*row[:at], value, *row[at + 1 :]) for row, value in zip(rows, values, strict=True)]

    def _columns(self, table: str) -> tuple[str, ...]:
        if table not in self._inserts:
            names = columns(self.connection, table)
            self._inserts[table] = names, {name: _OWNERS[table].get(name, "") for name in names}
        return self._inserts[table][0]

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._columns(table)
        owners = self._inserts[table][1].values()
        places = ", ".join(f"? + {self._next[owner]}" if owner else "?" for owner in owners)
        run_many(self.connection, f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608

    def _keep(self, keys: Mapping[str, Sequence[int]]) -> None:
        """Keep what falls anywhere in the tree; numbers follow one another there too."""
        first, kept, numbered = self._next["entity"], self._keys, list[tuple[str, int]]()
        for key, entities in keys.items():
            found = [first + entity for entity in entities]
            if key[1] in search_keys.NUMBERED:
                numbered += [(key, entity) for entity in found]
                continue
            known = kept.get(key)
            if known is None:
                known = kept[key] = array("I")
            known.extend(found)
            self._kept += len(found)
        run_many(self.connection, _KEY, sorted(numbered))
        if self._kept >= KEYS_AT_ONCE:
            self._lay_down()

    def _lay_down(self) -> None:
        pairs = ((key, entity) for key in sorted(self._keys) for entity in self._keys[key])
        run_many(self.connection, _KEY, pairs)
        self._keys.clear()
        self._kept = 0

    def _count(self, kind: str, given: Sequence[str]) -> None:
        """Confirm that the short numbers are the next ones, without a gap, and count on."""
        letters = self.context.identity().letters
        last = fetch_value(
            self.connection, "SELECT running FROM number_counter WHERE kind = ? AND letters = ?", (kind, letters)
        )
        for running, number in enumerate(given, start=(last or 0) + 1):
            if number != format_number(kind, letters, running):
                raise NumberTaken(number)
        run(
            self.connection,
            "INSERT INTO number_counter (kind, letters, running) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, letters) DO UPDATE SET running = excluded.running",
            (kind, letters, (last or 0) + len(given)),
        )
