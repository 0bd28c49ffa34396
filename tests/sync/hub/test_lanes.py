"""Work handed in from many threads: committed together, undone apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection

from forms.errors import Fault, Kind
from sync.hub.lanes import Lanes
from sync.vault.database import Database

KEY = bytes(32)


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[Lanes]:
    path = tmp_path / "a.db"

    def open_one(writer: bool) -> Database:
        return Database.open(path, KEY, writer=writer, create=writer)

    first = open_one(True)
    with first.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER PRIMARY KEY) STRICT")
    first.close()
    made = Lanes(open_one)
    yield made
    made.close()


def kept(lanes: Lanes) -> list[int]:
    return lanes.read(lambda connection: list(connection.exec_driver_sql("SELECT number FROM kept").scalars()))


def in_one_go(lanes: Lanes, works: list[object]) -> list[object]:
    """Results, or what was raised, of works that all waited while the lane was busy."""
    busy, gate = threading.Event(), threading.Event()

    def block(_connection: object) -> bool:
        busy.set()
        return gate.wait(10)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        blocked = pool.submit(lanes.write, block)
        assert busy.wait(10)
        futures = [pool.submit(lanes.write, work) for work in works]  # type: ignore[arg-type]
        while lanes._writing._waiting.qsize() < len(works):
            pass
        gate.set()
        assert blocked.result()
        return [future.exception() or future.result() for future in futures]


def insert(number: int) -> object:
    def work(connection: Connection) -> int:
        connection.exec_driver_sql("INSERT INTO kept (number) VALUES (?)", (number,))
        return number

    return work


def refused(number: int) -> object:
    def work(connection: Connection) -> int:
        connection.exec_driver_sql("INSERT INTO kept (number) VALUES (?)", (number,))
        raise Fault("hub.no_right", Kind.DENIED, role="village")

    return work


def test_one_that_is_refused_takes_nothing_of_the_others_along(lanes: Lanes) -> None:
    found = in_one_go(lanes, [insert(1), refused(2), insert(3)])
    assert found[0] == 1
    assert isinstance(found[1], Fault)
    assert found[2] == 3
    assert kept(lanes) == [1, 3]


def test_where_the_database_fails_each_is_tried_alone(lanes: Lanes) -> None:
    found = in_one_go(lanes, [insert(1), insert(1), insert(2)])
    assert sorted(isinstance(one, Exception) for one in found) == [False, False, True]
    assert kept(lanes) == [1, 2]


def test_they_share_one_commit(lanes: Lanes) -> None:
    seen = []

    def count(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        seen.append(raw.execute("SELECT count(*) FROM kept").fetchone()[0])  # type: ignore[union-attr]

    in_one_go(lanes, [insert(1), count, insert(2)])
    assert seen in ([0], [1], [2])
    assert kept(lanes) == [1, 2]
