"""Households found to be visited, and whom one has not heard from, with the reasons."""

from pathlib import Path

import pytest
from service_world import GROUP, VILLAGE, Filled, household, seen_by

from desktop.services.people.visit_values import Reason, Unseen
from desktop.services.people.visiting import TARGET
from forms.errors import Fault
from sync.protocol import Role


def hand_in(village: Filled, form: str, answers: dict[str, object]) -> None:
    village.desk.batch(form).add(answers, base=Path())


def visit(village: Filled, uuid: str, *, on: str, way: str = "door", **more: object) -> None:
    said = {"who": {"household": uuid, "visited_on": on, "way": way}, **more}
    if way != "nobody":
        said["check"] = {"problems": ["none"], "need": "no"}
    hand_in(village, "visit", said)


@pytest.fixture
def home(village: Filled) -> str:
    return village.desk.people.households()[0].uuid


@pytest.mark.parametrize("query", ["王建国", "wjg", "1号", "lxl"])
def test_a_household_is_found_by_its_people(village: Filled, home: str, query: str) -> None:
    assert [each.uuid for each in village.desk.visiting.find(query)] == [home]


def test_who_of_it_was_found_is_said(village: Filled) -> None:
    assert village.desk.visiting.find("lxl")[0].through == "李秀兰"
    assert village.desk.visiting.find("wjg")[0].through == ""


def test_a_household_that_was_never_visited_is_listed(village: Filled, home: str) -> None:
    found = village.desk.visiting.unheard()
    assert [each.uuid for each in found.rows] == [home]
    assert Reason.NEVER in {each.reason for each in found.rows[0].reasons}
    assert (found.coverage.visited, found.coverage.households, found.coverage.target) == (0, 1, TARGET)


def test_after_a_visit_it_is_not(village: Filled, home: str) -> None:
    visit(village, home, on="2026-11-19")
    found = village.desk.visiting.unheard()
    assert found.rows == ()
    assert found.coverage.percent == 100


def test_days_decide(village: Filled, home: str) -> None:
    visit(village, home, on="2026-10-10")
    assert village.desk.visiting.unheard(days=60).rows == ()
    (house,) = village.desk.visiting.unheard(days=30).rows
    unseen = next(each for each in house.reasons if each.reason is Reason.UNSEEN)
    assert unseen.number == 41


def test_nobody_at_home_twice_is_a_reason_and_no_visit(village: Filled, home: str) -> None:
    for day in ("2026-11-10", "2026-11-18"):
        visit(village, home, on=day, way="nobody")
    (house,) = village.desk.visiting.unheard(Unseen.IN_VAIN).rows
    assert house.last_visit is None
    assert next(each.number for each in house.reasons if each.reason is Reason.IN_VAIN) == 2


def test_the_day_that_was_agreed_on(village: Filled, home: str) -> None:
    visit(village, home, on="2026-11-01", next_on="2026-11-18")
    (house,) = village.desk.visiting.unheard(Unseen.APPOINTED).rows
    assert house.reasons[0].reason is Reason.APPOINTED
    assert house.reasons[0].number == 2
    assert village.desk.visiting.unheard().rows == ()


def test_old_people_alone_come_with_their_name(village: Filled, home: str) -> None:
    item = village.desk.context.store.entities.get(village.residents[1], "residents")
    assert item is not None
    who = {"target": "resident", "resident": item.uuid, "why": "changed", "fields": "tags"}
    hand_in(village, "correction", {"which": who, "res": {"n_tags": "old_alone"}})
    due = village.desk.today().visits
    assert due is not None
    first = due.first
    assert due.old == 1
    assert first is not None
    assert first.uuid == home
    old = next(each for each in first.reasons if each.reason is Reason.OLD)
    assert old.who == item.properties["full_name"]
    assert old.label == "独居老人"


def test_pages_hold_everybody_once(village: Filled) -> None:
    batch = village.desk.batch("household")
    for name in "一二三四五六七":
        batch.add(household(GROUP, f"赵{name}"), base=Path())
    seen, after = [], None
    while True:
        page = village.desk.visiting.unheard(after=after, limit=3)
        seen += [each.uuid for each in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 8


def test_another_village_is_refused(village: Filled) -> None:
    with pytest.raises(Fault):
        village.desk.visiting.unheard(group="99062110120101")
    assert seen_by(village.desk, Role.TOWNSHIP, area="990621101").visiting.coverage().households == 1
    assert {code[:12] for code, _ in village.desk.visiting.groups()} == {VILLAGE}
