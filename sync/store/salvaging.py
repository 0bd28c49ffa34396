"""A damaged workspace: every row that can still be read goes into a new one beside it; the old one is left as it is.

A page whose authentication fails takes its rows along, and nothing else: rows behind it, or those to which a damaged
page above or a damaged schema bars the way, are read straight off their pages and told apart by the shape of their
columns. What such a table lost is filled up from the newest second copy, where there is one, and what came from the
hub comes again. Since records may be missing at the end of the chain, the new workspace goes on as another device,
like a restored one.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from forms.errors import Fault
from sync.protocol import Role
from sync.store import access, restored, settings
from sync.store.api import Identity
from sync.store.context import Context
from sync.store.copy_reading import DATABASE, read_copy
from sync.store.opening import BLOBS, LOGS, Clock, Entropy, context_of, known_migrations
from sync.store.people import PeopleIndex
from sync.vault import files, migrations, platform, slots
from sync.vault.database import Database
from sync.vault.keys import DataKey
from sync.vault.pages import Cell, Pages

_KEPT_BY_TRIGGERS = (
    "record_count", "entity_count", "request_count",
    "tally_month", "tally_due", "tally_wait", "tally_told", "tally_visit", "tally_changed", "area_last",
)  # fmt: skip
# Told apart by their columns; small tables that an index could be taken for are not read so.
_BY_SHAPE = (
    "identity", "peer", "chain", "record", "payload", "attachment", "receipt", "draft", "draft_file", "form",
    "form_media", "list", "entity", "entity_base", "entity_pending", "event", "decision", "request", "audit",
    "audit_head",
)  # fmt: skip
_TYPES = {"TEXT": str, "BLOB": bytes, "INTEGER": int}
_OURS = ("schema_migration", *_KEPT_BY_TRIGGERS)


@dataclass(slots=True)
class Salvaged:
    """`pages` are named as the check names them; `tables` that lost rows, with how many were found nevertheless;
    `lost` instanceIDs of records whose bytes are nowhere to be had; `copy` the second copy that helped."""

    folder: Path
    pages: tuple[str, ...] = ()
    records: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    copy: str = ""


def salvage(
    folder: Path,
    key: DataKey,
    target: Path,
    *,
    copies: Sequence[Path],
    actor: str,
    clock: Clock,
    entropy: Entropy,
) -> Salvaged:
    """Save what is sound into `target`, which is new or empty. `copies` are days of the second copy, the newest first.

    Faults: vault.not_empty, vault.disk_full, vault.damaged where neither the workspace nor a copy can be read.
    """
    known = access.read(folder)
    done = Salvaged(target)
    with files.new_folder(target) as made, contextlib.ExitStack() as stack:
        slots.save(made, known)
        for name in (BLOBS, LOGS):
            platform.private_folder(made / name)
        new = stack.enter_context(_closing(Database.open(made / DATABASE, key.database(), writer=True, create=True)))
        context = context_of(made, new, key, clock, entropy)
        migrations.apply(new, known_migrations(), now=context.now())
        old = _opened(folder / DATABASE, key, stack)
        done.pages = _pages(old) if old is not None else _unauthentic(folder / DATABASE, key)
        with new.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            broken = _take(connection, folder / DATABASE, key, done)
            if broken:
                _off_the_pages(connection, folder / DATABASE, key, broken, stack.enter_context(files.beside(made)))
            copy = _copy(copies, key, made, stack) if broken else None
            if copy is not None:
                done.copy = copy[0].name
                for table in broken:
                    _fill(connection, table, _all(copy[1], table))
            _settle(connection, done, pull_again=bool(broken))
            if {"search_key", "entity_key"} & set(broken):
                connection.exec_driver_sql("DELETE FROM search_key")
                connection.exec_driver_sql("DELETE FROM entity_key")
                ids = connection.exec_driver_sql("SELECT id FROM entity").scalars().all()
                PeopleIndex(context).index(connection, set(ids))
            connection.exec_driver_sql("DELETE FROM setting WHERE name = 'tidied'")
        _copy_files(folder, copies, made)
        _identify(context)
        restored.begin_chain(context, actor=actor, made_at="")
        context.audit("workspace.salvaged", actor=actor, detail={"pages": str(len(done.pages))})
        done.records = restored.own_records(context)
    return done


@contextlib.contextmanager
def _closing(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.close()


def _opened(path: Path, key: DataKey, stack: contextlib.ExitStack) -> Database | None:
    try:
        return stack.enter_context(_closing(Database.open(path, key.database(), writer=False)))
    except Fault:
        return None


def _pages(database: Database) -> tuple[str, ...]:
    try:
        return database.check()
    except Fault as fault:
        return (fault.code,)


def _unauthentic(path: Path, key: DataKey) -> tuple[str, ...]:
    """Broken pages of a file that does not open since its schema is on one of them."""
    with contextlib.suppress(OSError):
        return tuple(f"page {number}" for number in Pages(path, key.database()).broken)
    return ()


def _copy(
    copies: Iterable[Path], key: DataKey, made: Path, stack: contextlib.ExitStack
) -> tuple[Path, Database] | None:
    """The newest second copy that opens, laid down for the time being."""
    for path in copies:
        with contextlib.suppress(Fault), read_copy(path) as copy:
            copy.proven(key)
            scratch = stack.enter_context(files.beside(made))
            copy.take(DATABASE, scratch / DATABASE)
            found = _opened(scratch / DATABASE, key, stack)
            if found is not None:
                return path, found
    return None


def _take(connection: Connection, path: Path, key: DataKey, done: Salvaged) -> tuple[str, ...]:
    """Copy every table; returns those of which something could not be read."""
    broken = []
    for table in _tables(connection):
        rows, whole = _readable(path, key, table)
        _fill(connection, table, rows)
        if not whole:
            broken.append(table)
            done.tables[table] = len(rows)
    return tuple(broken)


def _off_the_pages(connection: Connection, database: Path, key: DataKey, broken: Sequence[str], scratch: Path) -> None:
    """Rows of the broken tables from every page that is authentic; those in the WAL are copied back first, aside."""
    for ending in ("", "-wal"):
        source = database.with_name(database.name + ending)
        if source.exists():
            with files.world(source):
                shutil.copyfile(source, scratch / source.name)
    with contextlib.suppress(Fault):
        Database.open(scratch / database.name, key.database(), writer=True).close()  # which copies the WAL back
    shapes = {table: shape for table in _BY_SHAPE if table in broken and (shape := _shape(connection, table))}
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in shapes}
    for cell in Pages(scratch / database.name, key.database()).cells():
        for table, shape in shapes.items():
            row = shape.row(cell)
            if row is not None:
                rows[table].append(row)
    for table, found in rows.items():
        _fill(connection, table, found)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table's rows are stored: names and types in their order, and which of them may be empty."""

    columns: tuple[tuple[str, type, bool], ...]
    later: tuple[Any, ...]  # what the last columns are in rows written before they were added
    number: str  # the column that is the rowid; "" in a table with a key of its own
    rowid: bool

    def row(self, cell: Cell) -> dict[str, Any] | None:
        missing = len(self.columns) - len(cell.values)
        if (cell.rowid is not None) != self.rowid or not 0 <= missing <= len(self.later):
            return None
        row: dict[str, Any] = {}
        values = (*cell.values, *self.later[len(self.later) - missing :])
        for (name, wanted, empty), value in zip(self.columns, values, strict=True):
            if name == self.number:
                if value is not None:
                    return None
                row[name] = cell.rowid
            elif (value is None and not empty) or (value is not None and type(value) is not wanted):
                return None
            else:
                row[name] = value
        return row


def _shape(connection: Connection, table: str) -> _Shape:
    columns = connection.exec_driver_sql(f"PRAGMA table_info('{table}')").all()
    sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    rowid = "WITHOUT ROWID" not in sql
    number = next((row.name for row in columns if rowid and row.pk and "INTEGER PRIMARY KEY" in sql), "")
    ordered = columns if rowid else sorted(columns, key=lambda row: (not row.pk, row.pk or row.cid))
    later = itertools.takewhile(lambda row: row.dflt_value is not None, reversed(ordered))
    defaults = [_TYPES[row.type](row.dflt_value.strip("'")) for row in later]
    shaped = tuple((row.name, _TYPES[row.type], not row.notnull and not row.pk) for row in ordered)
    return _Shape(shaped, tuple(reversed(defaults)), number, rowid)


def _tables(connection: Connection) -> tuple[str, ...]:
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
    ).scalars()
    return tuple(name for name in names if name not in _OURS)


def _readable(path: Path, key: DataKey, table: str) -> tuple[list[dict[str, Any]], bool]:
    """Rows of a table, and whether they are all: from its beginning and from its end up to what cannot be read.

    Each time on a connection of its own: one that has met a broken page reads nothing any more.
    """
    with contextlib.suppress(Fault, DatabaseError), _closing(Database.open(path, key.database(), writer=False)) as old:
        return _all(old, table), True
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for direction in ("", " DESC"):
        with contextlib.suppress(Fault), _closing(Database.open(path, key.database(), writer=False)) as old:
            names = _key(old, table)
            order = ", ".join(name + direction for name in names)
            for row in _until_broken(old, f"SELECT * FROM {table} NOT INDEXED ORDER BY {order}"):  # noqa: S608
                found[tuple(row.get(name) for name in names)] = row
    return list(found.values()), False


def _all(old: Database, table: str) -> list[dict[str, Any]]:
    with old.read() as connection:
        return [dict(row._mapping) for row in connection.exec_driver_sql(f"SELECT * FROM {table} NOT INDEXED")]  # noqa: S608


def _until_broken(old: Database, sql: str) -> Iterator[dict[str, Any]]:
    """Rows up to the first that cannot be read."""
    with contextlib.suppress(Fault, DatabaseError), old.read() as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.execute(sql)
        names = [each[0] for each in cursor.description]
        while (row := cursor.fetchone()) is not None:
            yield dict(zip(names, row, strict=True))


def _key(old: Database, table: str) -> tuple[str, ...]:
    rows = sorted(_until_broken(old, f"PRAGMA table_info('{table}')"), key=lambda row: row["pk"])
    return tuple(row["name"] for row in rows if row["pk"]) or ("rowid",)


def _fill(connection: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows that are not there yet; columns that the new schema lacks are left out."""
    known = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info('{table}')")]
    for row in rows:
        names = [name for name in row if name in known]
        places = ", ".join("?" for _ in names)
        verb = "INSERT OR REPLACE" if table in ("peer", "audit_head") else "INSERT OR IGNORE"
        connection.exec_driver_sql(
            f"{verb} INTO {table} ({', '.join(names)}) VALUES ({places})",
            tuple(row[name] for name in names),
        )


def _settle(connection: Connection, done: Salvaged, *, pull_again: bool) -> None:
    """A record without its bytes is named and left out; the rest points only at what is there."""
    own = "SELECT id FROM record WHERE state <> 'pulled' AND id NOT IN (SELECT record FROM payload)"
    done.lost = tuple(
        connection.exec_driver_sql(f"SELECT instance_id FROM record WHERE id IN ({own}) ORDER BY id").scalars()  # noqa: S608
    )
    connection.exec_driver_sql(f"DELETE FROM record WHERE id IN ({own})")  # noqa: S608
    for table, column in (
        ("payload", "record"),
        ("attachment", "record"),
        ("entity_pending", "record"),
        ("record_entity", "record"),
        ("record_awaits", "record"),
    ):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM record)")  # noqa: S608
    for table in ("entity_base", "entity_pending", "record_entity", "search_key", "entity_key"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE entity NOT IN (SELECT id FROM entity)")  # noqa: S608
    connection.exec_driver_sql("DELETE FROM record_count")
    connection.exec_driver_sql("INSERT INTO record_count SELECT state, count(*) FROM record GROUP BY state")
    connection.exec_driver_sql("DELETE FROM draft_file WHERE draft NOT IN (SELECT id FROM draft)")
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO audit_head (one, n, link) SELECT 1, n, link FROM audit ORDER BY n DESC LIMIT 1"
    )
    if pull_again:
        connection.exec_driver_sql("UPDATE peer SET cursor = x''")


def _identify(context: Context) -> None:
    """Where even who this device is was lost, a village's without a hub, in the area of its last record: it enrols
    anew. Fault store.no_identity where there is not even a record."""
    try:
        context.identity()
    except Fault:
        with context.database.read() as connection:
            area = connection.exec_driver_sql("SELECT area FROM record ORDER BY id DESC LIMIT 1").scalar()
        if not area:
            raise
        device = str(uuid.UUID(bytes=context.entropy(16), version=4))
        settings.enrol(context, Identity(device, Role.VILLAGE, area, "XXA", context.entropy(32)))


def _copy_files(folder: Path, copies: Sequence[Path], made: Path) -> None:
    """Encrypted files, those of the second copy where the workspace's own are gone."""
    for source in (folder / BLOBS, *(path.parent / BLOBS for path in copies[:1])):
        for path in source.glob("??/*"):
            place = made / BLOBS / path.parent.name / path.name
            if not path.name.endswith(files.PART) and not place.exists():
                platform.private_folder(place.parent)
                with files.world(place):
                    shutil.copyfile(path, place)
