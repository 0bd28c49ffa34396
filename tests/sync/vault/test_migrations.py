"""Migrations: each alone, in order, in one transaction with its record; a newer file is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from forms.errors import Fault
from sync.store import opening
from sync.vault import migrations
from sync.vault.database import Database
from sync.vault.migrations import Migration

KEY = bytes(32)
FIRST = Migration(1, "first", "CREATE TABLE a (x TEXT);\nINSERT INTO a VALUES ('1; 2');\n")
TRIGGER = Migration(
    2,
    "trigger",
    "-- a comment; with a semicolon\nCREATE TABLE b (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
    "    INSERT INTO b VALUES (new.x);\n    DELETE FROM b WHERE x = 'none';\nEND;\nINSERT INTO a VALUES ('3');",
)
BROKEN = Migration(3, "broken", "CREATE TABLE c (x);\nINSERT INTO c VALUES (1);\nINSERT INTO missing VALUES (1);\n")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.open(tmp_path / "a.db", KEY, writer=True, create=True)
    yield made
    made.close()


def schema(database: Database) -> set[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, coalesce(sql, '') FROM sqlite_master").all()
    return {(name, sql) for name, sql in rows}


def tables(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())


def test_they_run_once_each_in_order(database: Database) -> None:
    assert migrations.current(database) == 0
    assert migrations.apply(database, [FIRST], now="t1") == 1
    assert migrations.apply(database, [FIRST, TRIGGER], now="t2") == 1
    assert migrations.apply(database, [FIRST, TRIGGER], now="t3") == 0
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT x FROM a").scalars().all() == ["1; 2", "3"]
        assert connection.exec_driver_sql("SELECT x FROM b").scalars().all() == ["3"]
        rows = connection.exec_driver_sql("SELECT number, name, applied_at FROM schema_migration").all()
    assert [tuple(row) for row in rows] == [(1, "first", "t1"), (2, "trigger", "t2")]


def test_one_that_fails_leaves_nothing_of_itself(database: Database) -> None:
    migrations.apply(database, [FIRST], now="t")
    with pytest.raises(OperationalError):
        migrations.apply(database, [FIRST, TRIGGER, BROKEN], now="t")
    assert migrations.current(database) == 2
    assert "c" not in tables(database)


def test_a_new_file_gets_all_or_nothing(database: Database) -> None:
    with pytest.raises(OperationalError):
        migrations.apply(database, [FIRST, TRIGGER, BROKEN], now="t")
    assert migrations.current(database) == 0
    assert not tables(database)
    assert migrations.apply(database, [FIRST, TRIGGER], now="t") == 2


def test_a_newer_file_is_refused_and_an_older_one_by_readers(database: Database, tmp_path: Path) -> None:
    migrations.apply(database, [FIRST, TRIGGER], now="t")
    with pytest.raises(Fault, match="newer"):
        migrations.apply(database, [FIRST], now="t")
    with pytest.raises(Fault, match="newer"):
        migrations.require(database, [FIRST])
    with pytest.raises(Fault, match="older"):
        migrations.require(database, [FIRST, TRIGGER, BROKEN])
    migrations.require(database, [FIRST, TRIGGER])


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (x);")
    (tmp_path / "readme.txt").write_text("")
    assert [migration.name for migration in migrations.read(tmp_path)] == ["a"]
    (tmp_path / "0003_c.sql").write_text("CREATE TABLE c (x);")
    with pytest.raises(ValueError):
        migrations.read(tmp_path)


@pytest.mark.parametrize("number", [migration.number for migration in opening.known_migrations()])
def test_each_of_the_stores_migrations_stands_on_those_before(database: Database, number: int) -> None:
    known = opening.known_migrations()
    migrations.apply(database, known[: number - 1], now="t")
    before = schema(database)
    assert migrations.apply(database, known[:number], now="t") == 1
    only_rows = all(each.startswith(("--", "UPDATE")) for each in known[number - 1].sql.splitlines())
    assert (schema(database) == before) == only_rows
    assert database.check() == ()
