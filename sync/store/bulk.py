"""Very many records of a few shapes, written in one transaction: what finalising each by itself would have left.

Rows are written in the order of their ids. The tree of search keys, where rows fall anywhere, is kept aside and laid
down in its order; counts are added up for many rows at once instead of by triggers for each.
"""

from __future__ import annotations

import contextlib
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import cast

from sqlalchemy import Connection

from forms.casework.numbers import format_number
from sync import crypto
from sync.store.alike import Shape, Sheaf
from sync.store.context import Context, dump
from sync.store.finalise import Finaliser
from sync.store.rows import Finalise, NumberTaken
from sync.store.shapes import TABLES, columns, learn
from sync.vault import audit
from sync.vault.database import fetch, fetch_value, run, run_many

KEYS_AT_ONCE = 4_000_000  # (key, entity) pairs that are kept aside
CELLS_AT_ONCE = 100_000
ROWS = 50  # of one statement
CACHE_KB = 48_000

_AS_THEY_ARE = (0, 0, 0)
_FILLED = ("record", "payload", "entity", "entity_pending", "record_entity", "request", "entity_key")
_OWNERS = {"payload": {"record": "record"}, "entity_key": {"entity": "entity"}} | {
    table: {"id": table} for table in TABLES
}
_OWNERS |= {table: {"record": "record", "entity": "entity"} for table in ("entity_pending", "record_entity")}
_OWNERS |= {"search_key": {"entity": "entity"}}
_SCATTERED = "request_person"  # an index that new requests fall anywhere into

_COUNTS = {
    "record_count_added": "INSERT INTO record_count (state, records) SELECT state, count(*) FROM record"
    " NOT INDEXED WHERE id >= :record GROUP BY state ON CONFLICT DO UPDATE SET records = records + excluded.records",
    "area_last_added": "INSERT INTO area_last (area, at) SELECT area, max(wall_time) FROM record WHERE id >= :record"
    " GROUP BY area ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at",
    "entity_count_added": "INSERT INTO entity_count (dataset, village, entities) SELECT dataset, village, count(*)"
    " FROM entity NOT INDEXED WHERE id >= :entity AND deleted = 0 GROUP BY dataset, village"
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
"""What the triggers of new rows do, for many rows at once, by the triggers' names.

Only the new rows are looked at: an index that has the groups in order would be walked from its beginning.
"""

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
    def filling(self, expected: int) -> Iterator[Filling]:
        """One durable transaction for all that is put into it; an exception leaves the store as it was.

        `expected` is how many records are to come. Where nobody else has the store open, it is theirs alone meanwhile:
        others wait, and are told that it is busy.
        """
        with self._roomy(), self._context.database.write() as connection:
            filling = Filling(self._context, connection)
            with _untriggered(connection), _unindexed(connection, expected):
                yield filling
                filling.finish()
        self._context.database.checkpoint()

    @contextlib.contextmanager
    def _roomy(self) -> Iterator[None]:
        """A larger cache, no references looked up, and no log of what is new: nobody needs the old beside it.

        A write-ahead log is searched for each page, the longer the more of it there is, and copied at the end.
        """
        database = self._context.database
        with database.read() as connection:
            before = fetch_value(connection, "PRAGMA cache_size")
        database.tell((f"cache_size = -{CACHE_KB}", "foreign_keys = OFF"))
        alone = database.leave_log()
        try:
            yield
        finally:
            if alone:
                database.tell(("journal_mode = WAL",))
            database.tell((f"cache_size = {before}", "foreign_keys = ON"))


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


@contextlib.contextmanager
def _unindexed(connection: Connection, expected: int) -> Iterator[None]:
    """Without the index into which rows fall anywhere, where more come than are there: it is made again, in order."""
    sql = fetch_value(connection, "SELECT sql FROM sqlite_master WHERE name = ?", (_SCATTERED,))
    worth = expected > fetch_value(connection, "SELECT coalesce(max(id), 0) FROM request")
    if worth:
        run(connection, f"DROP INDEX {_SCATTERED}")
    yield
    if worth:
        run(connection, sql)


@dataclass(frozen=True, slots=True)
class _Table:
    """How rows of a table are written: many with a statement, since each statement looks up every index again.

    A statement's first values are the next ids, which cells that are ids count from.
    """

    name: str
    columns: tuple[str, ...]
    one: str
    many: str

    @classmethod
    def of(cls, connection: Connection, name: str) -> _Table:
        names = columns(connection, name)
        owners = [_OWNERS[name].get(column) for column in names]
        return cls(name, names, _insert(name, owners, 1), _insert(name, owners, ROWS))

    def at(self, column: str) -> slice:
        """Where a column's values are among the cells of many rows."""
        return slice(self.columns.index(column), None, len(self.columns))

    def write(self, connection: Connection, ids: tuple[int, ...], cells: list[object]) -> None:
        width = len(self.columns)
        rest = len(cells) - len(cells) % (width * ROWS)
        run_many(connection, self.many, _parted(ids, cells[:rest], width * ROWS))
        run_many(connection, self.one, _parted(ids, cells[rest:], width))


def _insert(table: str, owners: Sequence[str | None], rows: int) -> str:
    number, written = len(TABLES), []
    for _ in range(rows):
        places = []
        for owner in owners:
            number += 1
            places.append(f"?{number} + ?{TABLES.index(owner) + 1}" if owner else f"?{number}")
        written.append(f"({', '.join(places)})")
    return f"INSERT INTO {table} VALUES {', '.join(written)}"  # noqa: S608


def _parted(ids: tuple[int, ...], cells: list[object], size: int) -> Iterator[tuple[object, ...]]:
    for start in range(0, len(cells), size):
        yield (*ids, *cells[start : start + size])


@dataclass(slots=True)
class Filling:
    """Writes sheaves of rows one after another, and at the end what was kept aside."""

    context: Context
    connection: Connection
    now: str = field(init=False)
    _tables: dict[str, _Table] = field(init=False)
    _next: dict[str, int] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, array[int]] = field(default_factory=dict)
    _kept: int = 0
    _gains: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.now = self.context.now()
        self._tables = {name: _Table.of(self.connection, name) for name in (*_FILLED, "search_key")}
        for table in TABLES:
            last = fetch_value(self.connection, f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
            self._next[table] = int(last) + 1

    def put(self, sheaf: Sheaf) -> None:
        self._meet({uuid for uuid, _ in sheaf.links} | sheaf.gains.keys())
        self._salt(sheaf.rows)
        ids = tuple(self._next[table] for table in TABLES)
        for name in _FILLED:
            if sheaf.rows.get(name):
                self._tables[name].write(self.connection, ids, sheaf.rows[name])
        record = self._next["record"]
        named = [(self._known[uuid], record + at) for uuid, at in sheaf.links]
        run_many(self.connection, "INSERT INTO record_entity (entity, record) VALUES (?, ?)", named)
        for sql in _COUNTS.values():
            run(self.connection, sql, self._next)
        for uuid, gain in sheaf.gains.items():
            self._gains[self._known[uuid]] += gain
        for kind, given in sheaf.numbers.items():
            self._count(kind, given)
        audit.extend(self.connection, [audit.Said("record.finalised", self.now, *each) for each in sheaf.said])
        self._tables["search_key"].write(self.connection, ids, sheaf.numbered)
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

    def _meet(self, uuids: Set[str]) -> None:
        """Learn the ids of entities that were there before."""
        found = fetch(
            self.connection,
            "SELECT e.uuid, e.id FROM json_each(?) j JOIN entity e ON e.uuid = j.value",
            (dump(sorted(uuids - self._known.keys())),),
        )
        self._known.update(found)

    def _salt(self, rows: dict[str, list[object]]) -> None:
        """Put in what is another in each row although nothing says so: salts and their commits, names of branches."""
        record, payload, entity = (rows.get(name, []) for name in ("record", "payload", "entity"))
        xmls = cast("list[bytes]", payload[self._tables["payload"].at("xml")])
        salts = [self.context.entropy(crypto.SALT_SIZE) for _ in xmls]
        payload[self._tables["payload"].at("salt")] = salts
        record[self._tables["record"].at("commit_hash")] = [
            crypto.commit(salt, xml, ()) for salt, xml in zip(salts, xmls, strict=True)
        ]
        branches = self._tables["entity"].at("branch_id")
        entity[branches] = [self.context.new_uuid() for _ in entity[branches]]

    def _keep(self, keys: Mapping[str, Sequence[int]]) -> None:
        """Keep what falls anywhere in the tree."""
        first, kept = self._next["entity"], self._keys
        for key, entities in keys.items():
            known = kept.get(key)
            if known is None:
                known = kept[key] = array("I")
            known.extend([first + entity for entity in entities])
            self._kept += len(entities)
        if self._kept >= KEYS_AT_ONCE:
            self._lay_down()

    def _lay_down(self) -> None:
        table, cells = self._tables["search_key"], list[object]()
        for key in sorted(self._keys):
            entities = self._keys.pop(key)
            for start in range(0, len(entities), CELLS_AT_ONCE):
                cells += chain.from_iterable(zip(repeat(key), entities[start : start + CELLS_AT_ONCE], strict=False))
                if len(cells) >= CELLS_AT_ONCE:
                    table.write(self.connection, _AS_THEY_ARE, cells)
                    cells = []
        table.write(self.connection, _AS_THEY_ARE, cells)
        self._kept = 0

    def _count(self, kind: str, given: Sequence[str]) -> None:
        """Confirm that the short numbers are the next ones, and count on."""
        letters = self.context.identity().letters
        last = fetch_value(
            self.connection, "SELECT running FROM number_counter WHERE kind = ? AND letters = ?", (kind, letters)
        )
        first = (last or 0) + 1
        for running, number in ((first, given[0]), (first + len(given) - 1, given[-1])):
            if number != format_number(kind, letters, running):
                raise NumberTaken(number)
        run(
            self.connection,
            "INSERT INTO number_counter (kind, letters, running) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, letters) DO UPDATE SET running = excluded.running",
            (kind, letters, (last or 0) + len(given)),
        )
