"""A damaged workspace: every row that can still be read goes into a new one beside it; the old one is left as it is.

A page whose authentication fails takes its rows along, and nothing else: a table is read row by row around it, the
rows being found by its indexes too. What such a table lost is filled up from the newest second copy, where there is
one (rows below a damaged inner page can only come from there), and what came from the hub comes again. Since records
may be missing at the end of the chain, the new workspace goes on as another device, like a restored one.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from forms.errors import Fault
from sync.store import access, restored
from sync.store.copy_reading import DATABASE, read_copy
from sync.store.opening import BLOBS, LOGS, Clock, Entropy, context_of, known_migrations
from sync.vault import files, migrations, platform, slots
from sync.vault.database import Database
from sync.vault.keys import DataKey

_KEPT_BY_TRIGGERS = ("record_count", "entity_count", "request_count")
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
        if old is not None:
            done.pages = _pages(old)
        with new.write() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            broken = _take(connection, old, done)
            copy = _copy(copies, key, made, stack) if broken else None
            if copy is not None:
                done.copy = copy[0].name
                for table in broken:
                    _fill(connection, table, _all(copy[1], table))
            _settle(connection, done, pull_again=bool(broken))
            connection.exec_driver_sql("DELETE FROM setting WHERE name = 'tidied'")
        _copy_files(folder, copies, made)
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


def _take(connection: Connection, old: Database | None, done: Salvaged) -> tuple[str, ...]:
    """Copy every table; returns those of which something could not be read."""
    broken = []
    for table in _tables(connection):
        rows, whole = _readable(old, table) if old is not None else ([], False)
        _fill(connection, table, rows)
        if not whole:
            broken.append(table)
            done.tables[table] = len(rows)
    return tuple(broken)


def _tables(connection: Connection) -> tuple[str, ...]:
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
    ).scalars()
    return tuple(name for name in names if name not in _OURS)


def _readable(old: Database, table: str) -> tuple[list[dict[str, Any]], bool]:
    """Rows of a table, and whether they are all: at once, else one by one wherever an index still names them."""
    try:
        return _all(old, table), True
    except (Fault, DatabaseError):
        pass
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    key = _key(old, table)
    for direction in ("", " DESC"):
        order = ", ".join(name + direction for name in key)
        for row in _until_broken(old, f"SELECT {_columns(old, table, key)} FROM {table} ORDER BY {order}"):  # noqa: S608
            found[tuple(row[name] for name in key)] = row
    for place in _named(old, table, key) - found.keys():
        where = " AND ".join(f"{name} = ?" for name in key)
        sql = f"SELECT {_columns(old, table, key)} FROM {table} NOT INDEXED WHERE {where}"  # noqa: S608
        for row in _until_broken(old, sql, place):
            found[place] = row
    return list(found.values()), False


def _all(old: Database, table: str) -> list[dict[str, Any]]:
    with old.read() as connection:
        return [dict(row._mapping) for row in connection.exec_driver_sql(f"SELECT * FROM {table} NOT INDEXED")]  # noqa: S608


def _until_broken(old: Database, sql: str, values: tuple[Any, ...] = ()) -> Iterator[dict[str, Any]]:
    """Rows up to the first that cannot be read."""
    with contextlib.suppress(Fault, DatabaseError), old.read() as connection:
        raw: Any = connection.connection.driver_connection
        cursor = raw.execute(sql, values)
        names = [each[0] for each in cursor.description]
        while (row := cursor.fetchone()) is not None:
            yield dict(zip(names, row, strict=True))


def _named(old: Database, table: str, key: tuple[str, ...]) -> set[tuple[Any, ...]]:
    """Keys of the table's rows as its indexes, and the record that a payload belongs to, still have them."""
    found: set[tuple[Any, ...]] = set()
    indexes = list(
        _until_broken(old, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table,))
    )
    for index in indexes:
        partial = " WHERE " + index["sql"].split(" WHERE ", 1)[1] if " WHERE " in (index["sql"] or "") else ""
        for direction in ("", " DESC"):
            columns = ", ".join(row["name"] for row in _until_broken(old, f"PRAGMA index_info('{index['name']}')"))
            order = ", ".join(name + direction for name in columns.split(", "))
            sql = f"SELECT {', '.join(key)} FROM {table} INDEXED BY {index['name']}{partial} ORDER BY {order}"  # noqa: S608
            found |= {tuple(row.values()) for row in _until_broken(old, sql)}
    if key == ("record",):
        found |= {tuple(row.values()) for row in _until_broken(old, "SELECT id FROM record INDEXED BY record_form")}
    return found


def _key(old: Database, table: str) -> tuple[str, ...]:
    rows = sorted(_until_broken(old, f"PRAGMA table_info('{table}')"), key=lambda row: row["pk"])
    return tuple(row["name"] for row in rows if row["pk"]) or ("rowid",)


def _columns(old: Database, table: str, key: tuple[str, ...]) -> str:
    return "rowid, *" if key == ("rowid",) else "*"


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
    ):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM record)")  # noqa: S608
    for table in ("entity_base", "entity_pending", "record_entity", "search_key"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE entity NOT IN (SELECT id FROM entity)")  # noqa: S608
    connection.exec_driver_sql("DELETE FROM record_count")
    connection.exec_driver_sql("INSERT INTO record_count SELECT state, count(*) FROM record GROUP BY state")
    connection.exec_driver_sql("DELETE FROM draft_file WHERE draft NOT IN (SELECT id FROM draft)")
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO audit_head (one, n, link) SELECT 1, n, link FROM audit ORDER BY n DESC LIMIT 1"
    )
    if pull_again:
        connection.exec_driver_sql("UPDATE peer SET cursor = x''")


def _copy_files(folder: Path, copies: Sequence[Path], made: Path) -> None:
    """Encrypted files, those of the second copy where the workspace's own are gone."""
    for source in (folder / BLOBS, *(path.parent / BLOBS for path in copies[:1])):
        for path in source.glob("??/*"):
            place = made / BLOBS / path.parent.name / path.name
            if not path.name.endswith(files.PART) and not place.exists():
                platform.private_folder(place.parent)
                with files.world(place):
                    shutil.copyfile(path, place)
