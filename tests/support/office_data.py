"""A township's table filled with invented requests and households, straight into the tables that are counted."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from forms.casework.areas import Areas

CATEGORIES = tuple("ABCDEFGHJKLM")
WEIGHTS = (9, 12, 8, 5, 7, 10, 7, 21, 5, 4, 6, 4)
DEPARTMENTS = ("MZ", "SB", "WS", "JY", "CJ", "NY", "SL", "JT", "HJ", "YJ", "PC", "JR")
OPEN_STATES = ("arrived", "taken_up", "assigned", "assigned", "assigned", "returned", "forwarded", "answered")
COLUMNS = (
    "uuid", "ref", "instance_id", "form_id", "label", "area", "village", "person", "who", "category", "matter",
    "urgency", "department", "suggested", "state", "outcome", "recorded_on", "changed_at", "due", "due_order",
    "provisional", "days", "paused", "running", "open", "hand_over", "pending", "late", "course",
)  # fmt: skip


def fill_office(
    store: Any, *, requests: int, months: int, today: date, seed: int = 1, households: int = 0,
    surges: Sequence[tuple[int, str]] = (),
) -> None:  # fmt: skip
    """`surges`: (number of the village, category) of this month that stand out. The store is a writer's."""
    chance = random.Random(seed)
    areas: Areas = store._context.areas()
    villages = [areas.path(each) for each in areas.below("990621101") if areas.village(each) == each]
    insert = f"INSERT INTO request ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
    with store._context.database.write() as connection:
        batch: list[tuple[object, ...]] = []
        for row in _rows(chance, requests, months, today, villages, surges):
            batch.append(row)
            if len(batch) == 5000:
                connection.exec_driver_sql(insert, batch)
                batch = []
        if batch:
            connection.exec_driver_sql(insert, batch)
        for number in range(households):
            village = villages[number % len(villages)]
            ago = int(chance.triangular(0, 420, 60 + 40 * (number % len(villages))))
            seen = (today - timedelta(days=ago)).isoformat()
            connection.exec_driver_sql(
                "INSERT INTO entity (dataset, uuid, label, area, village, parent, version, properties, opened,"
                " conflict, deleted, pending, branch_id, branch_base)"
                " VALUES ('households', ?, ?, ?, ?, '', 1, ?, '', 'none', 0, 0, '', 0)",
                (
                    f"h{number}",
                    f"户{number}",
                    village,
                    village,
                    json.dumps({"last_visit": seen, "house_no": f"{number}号"}),
                ),
            )
        for at, village in enumerate(villages):
            days = 9 if at == len(villages) - 2 else at % 3
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO area_last (area, at) VALUES (?, ?)",
                (village, f"{today - timedelta(days=days)}T02:33:00.000Z"),
            )


def _rows(
    chance: random.Random, requests: int, months: int, today: date, villages: Sequence[str],
    surges: Sequence[tuple[int, str]],
) -> Iterator[tuple[object, ...]]:  # fmt: skip
    span = months * 30
    extra = [(villages[at], category) for at, category in surges]
    for number in range(requests):
        surged = extra and chance.random() < 0.035
        if surged:
            village, category = chance.choice(extra)
            ago = chance.randrange(0, max(1, today.day))
        else:
            village = chance.choices(villages, weights=[7 + 3 * math.sin(at * 2.3) for at in range(len(villages))])[0]
            category = chance.choices(CATEGORIES, weights=WEIGHTS)[0]
            ago = int(span * chance.random() ** 1.1)
        yield _row(chance, number, village, category, today, ago)


def _row(chance: random.Random, number: int, village: str, category: str, today: date, ago: int) -> tuple[object, ...]:
    recorded = today - timedelta(days=ago)
    department = DEPARTMENTS[CATEGORIES.index(category)]
    took = int(chance.gammavariate(1.6, 4.2))
    answered = recorded + timedelta(days=took)
    done = ago > took and (ago > 45 or chance.random() < 0.75)
    told = done and ago - took > 1 and chance.random() < 0.93
    state = "told" if told else "answered" if done else chance.choice(OPEN_STATES[:-1])
    due = recorded + timedelta(days=chance.choice((7, 10, 14, 21)))
    if not done and due < today and chance.random() < 0.8:
        due = today + timedelta(days=chance.choice((0, 1, 2, 3, 5, 8, 12)))
    running = int(state == "assigned")
    course = {
        "answer": "已经办好" if done else "", "next_step": "", "return_text": "", "told_on": "", "told_way": "",
        "reaction": "", "reopened": "", "received_on": recorded.isoformat(),
        "answered_on": answered.isoformat() if done else "",
    }  # fmt: skip
    if told:
        course |= {
            "told_on": (answered + timedelta(days=chance.choice((0, 1, 1, 2, 5)))).isoformat(),
            "told_way": "face",
            "reaction": chance.choice(("satisfied", "satisfied", "satisfied", "unsatisfied", "unsure")),
        }
    open_ = int(not told)
    return (
        f"u{number}", f"QS-XXA-{number:06d}", f"uuid:{number}", "request", "诉求", village, village, "", "某人",
        category, f"{category}0{1 + number % 6}", "normal",
        department if state not in ("arrived", "taken_up") else "", department,
        state, "done" if done else "", recorded.isoformat(), f"{recorded}T01:00:00.000Z",
        due.isoformat() if running else "", due.isoformat() if running else "9999", 0, 10, int(state == "returned"),
        running, open_, "pulled", 0, 0, json.dumps(course),
    )  # fmt: skip
