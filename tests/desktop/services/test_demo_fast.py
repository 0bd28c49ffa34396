"""Invented records written in bulk: the same bytes and the same rows as the form engine and the store make singly."""

from __future__ import annotations

import dataclasses
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from service_world import moved, workspace

from desktop.services.desk import TheDesk
from desktop.services.trying.demo import Maker, make, plan_for
from desktop.services.trying.demo_fast import make_fast
from forms.casework.numbers import format_number

HOUSEHOLDS, REQUESTS = 60, 120
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
    """The same village filled one by one and in bulk."""
    place = tmp_path_factory.mktemp("demo")
    opened = workspace(place / "one")
    shutil.copytree(place / "one", place / "many")
    one, many = opened.desk(writer=True), moved(opened, place / "many").desk(writer=True)
    made = make(one, households=HOUSEHOLDS, requests=REQUESTS, seed=7)
    assert make_fast(many, households=HOUSEHOLDS, requests=REQUESTS, seed=7) == made
    yield one, many
    one.close()
    many.close()


@pytest.mark.parametrize("table", TABLES)
def test_both_ways_leave_the_same_rows(both: tuple[TheDesk, TheDesk], table: str) -> None:
    one, many = (rows(desk, table) for desk in both)
    assert one == many


def test_what_was_written_in_bulk_is_sound_and_proven(both: tuple[TheDesk, TheDesk]) -> None:
    _, many = both
    assert many.context.store.check() == ()
    assert many.audit().ok


def test_any_record_is_made_by_itself(both: tuple[TheDesk, TheDesk], tmp_path: Path) -> None:
    """From the seed and its number alone: byte-equal, in whatever order."""
    _, many = both
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
