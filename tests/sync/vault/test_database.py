"""Keyed databases: what opens, what is refused and why, and that a refusal changes nothing on disk."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from forms.errors import Fault, Kind
from sync.vault.database import Database

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sound database of some 40 pages, closed."""
    made = tmp_path / "a.db"
    database = Database.open(made, KEY, writer=True, create=True)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        for number in range(200):
            connection.exec_driver_sql("INSERT INTO t VALUES (?, ?)", (number, "石桥" * 100))
    database.close()
    return made


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database.open(path, KEY, writer=True)
    yield opened
    opened.close()


def test_it_is_sqlcipher_with_durable_commits(database: Database, path: Path) -> None:
    with database.read() as connection:
        answers = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "temp_store", "foreign_keys", "cipher_version")
        }
    assert answers.pop("cipher_version").startswith("4.")
    assert answers == {"journal_mode": "wal", "synchronous": 2, "temp_store": 2, "foreign_keys": 1}
    assert database.check() == ()
    assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_stock_sqlite_opens_nothing_of_it(database: Database, path: Path) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1000, '石桥')")
    for each in path.parent.iterdir():
        assert "石桥".encode() not in each.read_bytes()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(path).execute("SELECT * FROM t")


def test_a_transaction_is_whole_or_not_at_all(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1000, 'x')")
            with database.write() as inner:
                inner.exec_driver_sql("INSERT INTO t VALUES (1001, 'x')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 200


def test_a_reader_writes_nothing(path: Path) -> None:
    reader = Database.open(path, KEY, writer=False)
    with pytest.raises(RuntimeError), reader.write():
        pass
    with pytest.raises(Fault, match="unwritable"), reader.read() as connection:
        connection.exec_driver_sql("DELETE FROM t")
    reader.close()


def test_reading_first_and_then_writing_is_our_error(database: Database) -> None:
    with database.read(), pytest.raises(RuntimeError), database.write():
        pass


def test_reading_on_the_writer_leaves_the_lock_to_others(database: Database, path: Path) -> None:
    other = Database.open(path, KEY, writer=True)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 200
        with other.write() as writing:
            writing.exec_driver_sql("DELETE FROM t")
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 200
    other.close()


def wrong_key(path: Path) -> bytes:
    return bytes(32)


def truncate(path: Path) -> bytes:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 // 4096 * 4096])
    return KEY


def stub(path: Path) -> bytes:
    path.write_bytes(path.read_bytes()[:7])
    return KEY


def empty(path: Path) -> bytes:
    path.write_bytes(b"")
    return KEY


def text(path: Path) -> bytes:
    path.write_bytes("这不是数据库\n".encode() * 1000)
    return KEY


def plain(path: Path) -> bytes:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    return KEY


def flipped(path: Path) -> bytes:
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(bytes(data))
    return KEY


def use(path: Path, key: bytes, *, writer: bool) -> None:
    opened = Database.open(path, key, writer=writer)
    try:
        opened.check()
        with opened.read() as connection:
            connection.exec_driver_sql("SELECT count(b) FROM t").scalar()
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (wrong_key, "vault.wrong_key"),
        (truncate, "vault.damaged"),
        (stub, "vault.damaged"),
        (empty, "vault.damaged"),
        (text, "vault.wrong_key"),
        (plain, "vault.not_encrypted"),
        (flipped, "vault.wrong_key"),
    ],
)
@pytest.mark.parametrize("writer", [True, False])
def test_what_is_not_sound_is_refused_and_left_alone(
    path: Path, spoil: Callable[[Path], bytes], code: str, writer: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    key = spoil(path)
    before = path.read_bytes()
    with pytest.raises(Fault) as caught:
        use(path, key, writer=writer)
    assert (caught.value.code, caught.value.kind) == (code, Kind.DAMAGED)
    assert path.read_bytes() == before
    assert capfd.readouterr().err == ""


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="missing"):
        Database.open(tmp_path / "b.db", KEY, writer=True)
    assert list(tmp_path.iterdir()) == []


def test_a_flipped_byte_in_any_page_is_found(path: Path) -> None:
    sound = path.read_bytes()
    for page in range(1, len(sound) // 4096):
        data = bytearray(sound)
        data[page * 4096 + 17] ^= 1
        path.write_bytes(bytes(data))
        opened = Database.open(path, KEY, writer=False)
        with contextlib.suppress(Fault):
            assert opened.check()
        opened.close()


def test_a_driver_without_encryption_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        def __init__(self, connection: object) -> None:
            self.connection = connection

        def execute(self, statement: str) -> object:
            if "cipher_version" in statement:
                return self.connection.execute("SELECT 1 WHERE false")  # type: ignore[attr-defined]
            return self.connection.execute(statement)  # type: ignore[attr-defined]

        def close(self) -> None:
            self.connection.close()  # type: ignore[attr-defined]

    connect = driver.connect
    monkeypatch.setattr(driver, "connect", lambda *args, **more: Bare(connect(*args, **more)))
    with pytest.raises(Fault, match="no_cipher"):
        Database.open(path, KEY, writer=True)


def test_a_full_disk_inside_a_savepoint_is_said_as_such(path: Path) -> None:
    database = Database.open(path, KEY, writer=True)
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = 5")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def write() -> None:
        with database.write() as connection, connection.begin_nested():
            for number in range(1_000, 2_000):
                connection.exec_driver_sql("INSERT INTO t VALUES (?, ?)", (number, "石桥" * 100))

    with pytest.raises(Fault, match=r"vault\.disk_full"):
        write()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 200
    database.close()
