"""A keyed SQLCipher database through SQLAlchemy Core: one engine, one connection, one thread.

The writer begins with BEGIN IMMEDIATE and commits durably (WAL, synchronous=FULL); a reader cannot write. What can't
be opened is refused with its reason and never made anew.
"""

from __future__ import annotations

import contextlib
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from forms.errors import Fault, Kind
from sync.vault import files, log_beside, platform

BUSY_MS = 10_000
STATEMENTS = 256  # kept prepared
CHECKPOINT_PAGES = 4000  # 16 MB of WAL: a page that many transactions touch is copied back once
PLAIN_HEADER = b"SQLite format 3\0"

Values = tuple[object, ...] | Mapping[str, object]  # of a statement, by place or by name

_ERASED = "hamlet.erased"  # that a connection has erased something, and how its log is to be emptied
_LIGHTLY = "secure_delete = FAST"  # what is deleted within a page that is written anyway is filled with zeros
_BLANK = 64 * 1024 * 1024  # bytes of zeros in one row

_CORRUPT, _FULL, _CANTOPEN, _NOTADB = 11, 13, 14, 26
_WORDS = {"disk I/O error": 10, "database or disk is full": 13}  # what copying says comes without a number
_BUSY, _LOCKED, _IOERR, _READONLY = 5, 6, 10, 8


def open_engine(path: Path, key: bytes, *, writer: bool, create: bool = False) -> Engine:
    """An engine with one connection that the thread which first uses it owns.

    `key` has 32 bytes (`DataKey.database()`). `create` lets a missing file be made; it never replaces one.
    Faults, when first connected: vault.missing, vault.not_encrypted, vault.no_cipher, vault.wrong_key, vault.damaged.
    """

    return engine_on(lambda: _connect(path, key, writer=writer, create=create))


def engine_on(connect: Callable[[], Any]) -> Engine:
    """An engine over the one connection that `connect` gives; `Database` begins and ends its transactions."""
    return create_engine("sqlite://", module=driver, creator=connect, poolclass=StaticPool, hide_parameters=True)


def _connect(path: Path, key: bytes, *, writer: bool, create: bool) -> Any:
    _refuse_foreign(path, create=create)
    log_beside.refuse(path, key)
    with faults(path):
        connection = driver.connect(
            str(path), isolation_level=None, timeout=BUSY_MS / 1000, cached_statements=STATEMENTS
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # it prints to stderr at a wrong key
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            if not connection.execute("PRAGMA cipher_version").fetchone():
                raise Fault("vault.no_cipher", Kind.DAMAGED, path=str(path))
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            prepare(connection, writer=writer)
        except BaseException:
            connection.close()
            raise
    return connection


def _refuse_foreign(path: Path, *, create: bool) -> None:
    """What is no database of ours is not handed to the library, which would take an empty file for a new one."""
    try:
        with path.open("rb") as file:
            head = file.read(len(PLAIN_HEADER))
    except FileNotFoundError:
        if create:
            with files.world(path):
                platform.private_folder(path.parent)
                path.touch(mode=platform.PRIVATE_FILE)
            return
        raise Fault("vault.missing", Kind.USAGE, path=str(path)) from None
    except OSError as problem:
        raise files.fault_of(problem, path) from problem
    if head == PLAIN_HEADER:
        raise Fault("vault.not_encrypted", Kind.DAMAGED, path=str(path))
    if len(head) < len(PLAIN_HEADER) and not create:
        raise Fault("vault.damaged", Kind.DAMAGED, path=str(path))


def prepare(connection: Any, *, writer: bool) -> None:
    """What every connection is told before its first statement."""
    if writer:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA {_LIGHTLY}").fetchone()
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA cache_size = -16000")
    if not writer:
        connection.execute("PRAGMA query_only = ON")


@contextlib.contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn what the database refuses because of the world into Faults; our own errors pass."""
    try:
        yield
    except (driver.DatabaseError, DatabaseError) as problem:
        found = next(filter(None, (_fault(each, path) for each in _behind(problem))), None)
        if found is None:
            raise
        raise found from problem


def _behind(problem: BaseException | None) -> Iterator[BaseException]:
    """An error and those it came from: a full disk takes savepoints away, whose end then fails for want of them."""
    while problem is not None:
        yield problem
        problem = problem.__context__


def _fault(problem: BaseException, path: Path) -> Fault | None:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF or _WORDS.get(str(problem), 0)
    place = str(path)
    if code == _NOTADB:
        return Fault("vault.wrong_key", Kind.DAMAGED, path=place)
    if code == _CORRUPT:
        return Fault("vault.damaged", Kind.DAMAGED, path=place)
    if code == _FULL:
        return Fault("vault.disk_full", Kind.DAMAGED, path=place)
    if code in (_BUSY, _LOCKED):
        return Fault("vault.busy", Kind.DAMAGED, path=place)
    if code in (_READONLY, _CANTOPEN):
        return Fault("vault.unwritable", Kind.DAMAGED, path=place)
    if code == _IOERR:
        return Fault("vault.io", Kind.DAMAGED, path=place, cause=getattr(problem, "sqlite_errorname", ""))
    return None


def run(connection: Connection, sql: str, values: Values = ()) -> int:
    """Execute what gives no rows and say which row SQLite inserted.

    This and its sisters below speak to SQLite's driver itself: the library's books cost more than a small statement
    does. On another database the library does it.
    """
    driver_connection = _driver(connection)
    if driver_connection is None:
        connection.exec_driver_sql(sql, values)
        return 0
    return int(driver_connection.execute(sql, values).lastrowid or 0)


def run_many(connection: Connection, sql: str, values: Iterable[Values]) -> None:
    """Execute once for each of these values."""
    _driver(connection).executemany(sql, values)


def fetch(connection: Connection, sql: str, values: Values = ()) -> Sequence[Any]:
    """What a query finds, as tuples whose fields carry the names of its columns."""
    driver_connection = _driver(connection)
    if driver_connection is None:
        return connection.exec_driver_sql(sql, values).all()
    cursor = driver_connection.execute(sql, values)
    return list(map(_row_type(cursor.description)._make, cursor))


def fetch_one(connection: Connection, sql: str, values: Values = ()) -> Any:
    """The first row that a query finds, None where it finds none."""
    found = fetch(connection, sql, values)
    return found[0] if found else None


def fetch_value(connection: Connection, sql: str, values: Values = ()) -> Any:
    """The first column of the first row, None where there is none."""
    driver_connection = _driver(connection)
    if driver_connection is None:
        return connection.exec_driver_sql(sql, values).scalar()
    found = driver_connection.execute(sql, values).fetchone()
    return found[0] if found else None


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None


@lru_cache(maxsize=256)
def _row_type(description: tuple[tuple[str, ...], ...]) -> Any:
    return namedtuple("Row", [column[0] for column in description], rename=True)


def overwrite(connection: Connection) -> None:
    """Leave no byte of what this transaction deletes, nor of what was deleted before it.

    Pages are filled with zeros as they become free, those that are free already at once, and the write-ahead log is
    emptied when the transaction is durable. Another database than SQLite leaves that to its own vacuum.
    """
    if _driver(connection) is None:
        return
    run(connection, "PRAGMA secure_delete = ON")
    connection.info[_ERASED] = True
    free = int(fetch_value(connection, "PRAGMA freelist_count"))
    left = free * int(fetch_value(connection, "PRAGMA page_size"))
    if left:
        run(connection, "CREATE TABLE blank (zeros BLOB)")
        for size in (*[_BLANK] * (left // _BLANK), left % _BLANK):
            run(connection, "INSERT INTO blank (zeros) VALUES (zeroblob(?))", (size,))
        run(connection, "DROP TABLE blank")


class Database:
    """One connection with its transactions: `read()` and `write()` nest, the outermost decides.

    Inside a `write()` every statement belongs to its transaction; an exception undoes all of it.
    """

    def __init__(self, engine: Engine, *, path: Path, writer: bool) -> None:
        self.path = path
        self.writer = writer
        self._engine = engine
        self._depth = 0
        self._writing = False
        self.transactions = 0  # how many have begun
        self._version = (0, 0)
        with faults(path):
            self._connection = engine.connect()

    @classmethod
    def open(cls, path: Path, key: bytes, *, writer: bool, create: bool = False) -> Database:
        """Faults as `open_engine`."""
        return cls(open_engine(path, key, writer=writer, create=create), path=path, writer=writer)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction, durable when the block ends well. Fault vault.disk_full and others leave nothing behind."""
        if not self.writer:
            raise RuntimeError("this connection only reads")
        if self._depth and not self._writing:
            raise RuntimeError("a transaction that began with reading cannot write")
        with self._transaction(writing=True) as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; on the writer's connection too, it changes nothing by itself."""
        with self._transaction(writing=False) as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        if self._depth:
            self._depth += 1
            try:
                yield self._connection
            finally:
                self._depth -= 1
            return
        with faults(self.path):
            self._depth, self._writing = 1, writing
            self.transactions += 1
            raw = _driver(self._connection)
            try:
                raw.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                yield self._connection
                raw.commit()
            except BaseException:
                with contextlib.suppress(driver.Error):  # what went wrong first is what is told
                    raw.rollback()
                raise
            finally:
                self._depth = 0
        self._leave_nothing()

    def _leave_nothing(self) -> None:
        """After a transaction that erased: empty the log. What a reader still needs of it goes with a later one."""
        wait = self._connection.info.pop(_ERASED, None)
        if wait is None:
            return
        emptied = False
        with contextlib.suppress(Fault):  # what was committed stays so
            self.tell([_LIGHTLY])
            emptied = self.checkpoint(wait=wait)
        if not emptied:
            self._connection.info[_ERASED] = False

    def tell(self, pragmas: Iterable[str]) -> None:
        """Set what can only be set between transactions."""
        if self.inside:
            raise RuntimeError("a transaction is running")
        for pragma in pragmas:
            _driver(self._connection).execute(f"PRAGMA {pragma}")

    def leave_log(self) -> bool:
        """Write without a write-ahead log until `journal_mode = WAL` is told; False where others have this open.

        A kill is undone all the same, by whoever opens it next.
        """
        if self.inside:
            raise RuntimeError("a transaction is running")
        raw = _driver(self._connection)
        try:
            raw.execute("PRAGMA busy_timeout = 0").fetchall()
            return bool(raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete")
        except driver.OperationalError:
            return False
        finally:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchall()

    @property
    def inside(self) -> bool:
        """Whether a transaction is running."""
        return self._depth > 0

    def version(self) -> int:
        """A number that is another once any other connection has committed; to be asked within a transaction.

        Source: SQLite's documentation of PRAGMA data_version.
        """
        if self._version[0] != self.transactions:
            self._version = (self.transactions, int(fetch_value(self._connection, "PRAGMA data_version")))
        return self._version[1]

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction that runs: an exception undoes what the block did, and only that.

        Spoken to the driver itself, since there may be one for each of many thousand rows.
        """
        raw = _driver(self._connection)
        raw.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            raw.execute("ROLLBACK TO attempt")
            raw.execute("RELEASE attempt")
            raise
        raw.execute("RELEASE attempt")

    def check(self) -> tuple[str, ...]:
        """What is wrong with the file: pages whose authentication fails, then the structure. Empty when sound."""
        with self.read() as connection:
            pages = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
            if pages:
                return tuple(pages)
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        return () if found == ["ok"] else tuple(found)

    def copy_to(self, path: Path, key: bytes, *, step: Callable[[int, int], None] = lambda _done, _all: None) -> None:
        """Write one consistent view as a new database under `key`, while others go on writing; flushed to the disk.

        `step` hears of pages done and all, and may raise to stop. What stands at `path` is refused, and what a stop
        or a fault left there is removed. Faults: vault.not_empty, vault.disk_full, vault.damaged, vault.unwritable.
        """
        if path.exists():
            raise Fault("vault.not_empty", Kind.USAGE, path=str(path))
        try:
            with faults(path), self.read() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()  # the view begins here
                made = _connect(path, key, writer=False, create=True)
                try:
                    made.execute("PRAGMA query_only = OFF")
                    made.execute("PRAGMA synchronous = OFF")  # flushed below, once, before anybody relies on it
                    made.execute("PRAGMA journal_mode = MEMORY").fetchone()
                    _driver(connection).backup(
                        made, pages=1000, progress=lambda _status, left, all: step(all - left, all)
                    )
                finally:
                    made.close()
            files.flush(path)
        except BaseException:
            for name in (path.name, path.name + "-journal"):
                with contextlib.suppress(OSError):
                    path.with_name(name).unlink()
            raise

    def checkpoint(self, *, wait: bool = True) -> bool:
        """Copy the write-ahead log back and cut it to nothing; False where a reader still needs some of it.

        `wait` for such a reader as long as for any other lock.
        """
        raw = _driver(self._connection)
        with faults(self.path):
            raw.execute(f"PRAGMA busy_timeout = {BUSY_MS if wait else 0}").fetchall()
            try:
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}").fetchall()
        return not busy

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()
