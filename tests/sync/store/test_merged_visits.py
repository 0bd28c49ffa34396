"""Households that were found to be one: counted once, and visited when any of them was."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from sqlalchemy import Connection
from store_samples import VILLAGE, Village

from sync.store.visit_values import UnseenQuery

DAYS = (None, "", "2026-01-02", "2026-03-04", "2026-05-01")


def visited(village: Village, uuid: str, day: str | None) -> None:
    with village.store._context.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE entity SET properties = json_set(properties, '$.last_visit', ?) WHERE uuid = ?", (day, uuid)
        )


def merged(village: Village, uuid: str, into: str) -> None:
    with village.store._context.database.write() as connection:
        connection.exec_driver_sql("UPDATE entity SET merged_into = ? WHERE uuid = ?", (into, uuid))


def counts(village: Village) -> dict[str, int]:
    return {found.month: found.n for found in village.store.tallies.visits()}


def unseen(village: Village, before: str) -> list[str]:
    query = UnseenQuery(before=before, today="2026-06-01")
    rows = village.store.visits.unseen(query).rows
    assert village.store.visits.count(query) == len(rows)
    return sorted(row.uuid for row in rows)


def test_a_visit_of_one_is_a_visit_of_both(village: Village) -> None:
    kept, other = village.household("李大成", "27号"), village.household("李大城", "27号")
    visited(village, kept, "2026-01-02")
    visited(village, other, "2026-05-01")
    assert counts(village) == {"2026-01": 1, "2026-05": 1}
    assert unseen(village, "2026-03-01") == [kept]

    merged(village, other, kept)
    assert counts(village) == {"2026-05": 1}
    assert unseen(village, "2026-03-01") == []
    found = village.store.visits.coverage(since="2026-03-01")
    assert (found.visited, found.households) == (1, 1)

    merged(village, other, "")
    assert counts(village) == {"2026-01": 1, "2026-05": 1}
    found = village.store.visits.coverage(since="2026-03-01")
    assert (found.visited, found.households) == (1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_that_one_would_count(village: Village, seed: int) -> None:
    chance = random.Random(seed)
    uuids = [village.household(f"李{number}", f"{number}号") for number in range(5)]
    villages = [VILLAGE, f"{VILLAGE[:-1]}9"]

    def change(connection: Connection) -> None:
        uuid = chance.choice(uuids)
        set_to, value = chance.choice(
            (
                ("properties = json_set(properties, '$.last_visit', ?)", chance.choice(DAYS)),
                ("merged_into = ?", chance.choice(["", *(other for other in uuids if other != uuid)])),
                ("village = ?", chance.choice(villages)),
                ("deleted = ?", chance.choice((0, 0, 1))),
            )
        )
        connection.exec_driver_sql(f"UPDATE entity SET {set_to} WHERE uuid = ?", (value, uuid))  # noqa: S608  ours

    for _ in range(150):
        with village.store._context.database.write() as connection:
            change(connection)
            rows = connection.exec_driver_sql(
                "SELECT uuid, village, properties, merged_into FROM entity WHERE dataset = 'households' AND deleted = 0"
            ).all()
            found = connection.exec_driver_sql("SELECT village, month, n FROM tally_visit").all()
        last: dict[str, str] = {}
        for row in rows:
            one = row.merged_into or row.uuid
            last[one] = max(last.get(one, ""), json.loads(row.properties).get("last_visit") or "")
        wanted = Counter((row.village, last[row.uuid][:7]) for row in rows if not row.merged_into)
        assert {(row.village, row.month): row.n for row in found} == dict(wanted)
