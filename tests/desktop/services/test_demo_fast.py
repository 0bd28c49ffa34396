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
from desktop.services.trying.crew import Alone, Ask, Processes, Worker
from desktop.services.trying.demo import Maker, make, plan_for
from desktop.services.trying.demo_fast import make_fast
from desktop.services.trying.demo_filled import make_filled
from forms.casework.numbers import format_number

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
def both(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same village filled one by one, in bulk with another process, and with two that fill in."""
    place = tmp_path_factory.mktemp("demo")
    opened = workspace(place / "one")
    for twin in ("many", "filled"):
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
