"""Invented records written in bulk: the same bytes and the same rows as the form engine and the store make singly."""

from __future__ import annotations

import dataclasses
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from service_world import moved, workspace

from desktop.services.desk import TheDesk
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.trying.crew import Alone, Ask, Processes, Worker
from desktop.services.trying.demo import Maker, make, plan_for
from desktop.services.trying.demo_fast import make_fast
from desktop.services.trying.demo_filled import make_filled
from forms.casework.numbers import format_number
from sync.store import bulk

pytestmark = pytest.mark.together

HOUSEHOLDS, REQUESTS = 60, 120
Desks = tuple[TheDesk, TheDesk, TheDesk]
FRESH = {"commit_hash", "salt", "branch_id", "link"}  # chance of its own in every store

TABLES = (
    "record", "payload", "record_count", "entity", "entity_base", "entity_pending", "entity_count", "record_entity",
    "event", "request", "request_count", "search_key", "entity_key", "number_counter", "audit", "area_last",
    "tally_month", "tally_due", "tally_visit", "tally_wait", "tally_told", "tally_changed",
)  # fmt: skip


def rows(desk: TheDesk, table: str) -> list[dict[str, Any]]:
    with desk.context.store._context.database.read() as connection:  # type: ignore[attr-defined]
        found = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
    kept = [{name: value for name, value in row._mapping.items() if name not in FRESH} for row in found]
    return sorted(kept, key=repr)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenWorkspace:
    return workspace(tmp_path_factory.mktemp("demo") / "one")


@pytest.fixture(scope="module")
def both(opened: OpenWorkspace) -> Any:
    """The same village filled one by one, in bulk with another process, and with two that fill in."""
    place = opened.folder.parent
    for twin in ("many", "filled", "killed", "shared"):
        shutil.copytree(place / "one", place / twin)
    third = moved(opened, place / "filled")
    one, many, filled = (
        opened.desk(writer=True),
        moved(opened, place / "many").desk(writer=True),
        third.desk(writer=True),
    )
    made = make(one, households=HOUSEHOLDS, requests=REQUESTS, seed=7)
    assert make_fast(many, households=HOUSEHOLDS, requests=REQUESTS, seed=7, crew=Processes(1)) == made
    assert make_filled(third, filled, households=HOUSEHOLDS, requests=REQUESTS, seed=7, crew=Processes(2)) == made
    yield one, many, filled
    for desk in (one, many, filled):
        desk.close()


@pytest.mark.parametrize("table", TABLES)
def test_all_ways_leave_the_same_rows(both: Desks, table: str) -> None:
    one, many, filled = (rows(desk, table) for desk in both)
    assert one == many
    assert one == filled


def test_what_was_written_in_bulk_is_sound_and_proven(both: Desks) -> None:
    _, many, filled = both
    for desk in (many, filled):
        assert desk.context.store.check() == ()
        assert desk.audit().ok


def test_filling_that_breaks_off_leaves_the_store_as_it_was(both: Desks) -> None:
    _, many, _ = both
    database = many.context.store._context.database  # type: ignore[attr-defined]
    before = [rows(many, table) for table in TABLES]
    with database.read() as connection:
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
    with pytest.raises(KeyboardInterrupt):
        make_fast(many, households=30, requests=10, seed=8, crew=Broken())
    assert [rows(many, table) for table in TABLES] == before
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all() == triggers
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


class Killed(Alone):
    """The process ends before what it wrote is committed: what is on the disk then is copied."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self._folder, self._copy = folder, copy

    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        yield from super().results(worker, stages, answer)
        shutil.copytree(self._folder, self._copy)


def test_a_kill_is_undone_by_whoever_opens_next(
    both: Desks, opened: OpenWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = opened.folder.parent / "killed"
    monkeypatch.setattr(bulk, "CACHE_KB", 64)  # what is written reaches the disk at once
    desk = moved(opened, folder).desk(writer=True)
    before = [rows(desk, table) for table in TABLES]
    make_fast(desk, households=20, requests=5, seed=3, crew=Killed(folder, tmp_path / "copy"))
    desk.close()
    assert list((tmp_path / "copy").glob("*-journal"))
    desk = moved(opened, tmp_path / "copy").desk(writer=True)
    assert desk.context.store.check() == ()
    assert [rows(desk, table) for table in TABLES] == before
    desk.close()


class Watched(Alone):
    """Somebody reads while rows are written."""

    def __init__(self, reader: TheDesk) -> None:
        self._reader, self.saw = reader, list[int]()

    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        for sheaf in super().results(worker, stages, answer):
            self.saw.append(self._reader.context.store.status().records)
            yield sheaf


def test_whoever_has_it_open_reads_on(both: Desks, opened: OpenWorkspace) -> None:
    place = moved(opened, opened.folder.parent / "shared")
    reader, desk = place.desk(writer=False), place.desk(writer=True)
    assert reader.context.store.status().records == 0
    watched = Watched(reader)
    make_fast(desk, households=20, requests=5, seed=3, crew=watched)
    assert watched.saw == [0, 0]
    assert reader.context.store.status().records == 25
    for each in (reader, desk):
        each.close()


class Broken(Alone):
    """Somebody presses Ctrl+C while the last sheaf is rendered."""

    def results(self, worker: Worker, stages: Iterable[Iterable[object]], answer: Ask) -> Iterator[object]:
        for tasks in map(list, stages):
            if any(task.form_id == "request" for task in tasks):  # type: ignore[attr-defined]
                raise KeyboardInterrupt
            yield from super().results(worker, [tasks], answer)


def test_any_record_is_made_by_itself(both: Desks, tmp_path: Path) -> None:
    """From the seed and its number alone: byte-equal, in whatever order."""
    _, many, _ = both
    store = many.context.store
    plan = dataclasses.replace(plan_for(many, households=HOUSEHOLDS, seed=7), root=f"7/{many.me.device}/0")
    for number in random.Random(1).sample(range(1, HOUSEHOLDS + 1), 10):
        planned = plan.household(number)
        made = Maker(many).submission(planned)
        record = store.records.get(made.instance_id)
        assert record is not None
        assert record.xml == made.xml
    for number in random.Random(2).sample(range(1, REQUESTS + 1), 20):
        alone = dataclasses.replace(plan)
        planned = alone.request(number)
        made = Maker(many).submission(planned, format_number("QS", store.identity().letters, number))
        record = store.records.get(made.instance_id)
        assert record is not None
        assert record.xml == made.xml
