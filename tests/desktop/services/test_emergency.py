"""People counted house by house, told in digits, summed by the township, first in a hand-over."""

from dataclasses import replace
from pathlib import Path

import pytest
from service_world import GROUP, Filled, household, seen_by

from desktop.services.people.emergency_values import Found, Mark, sums_of
from forms.casework.headcount import code_of, parse
from forms.errors import Fault
from sync.protocol import Role


@pytest.fixture
def roll(village: Filled):
    return village.desk.emergency.roll(GROUP)


def test_the_roll_has_the_households_and_their_people(roll) -> None:
    assert [(home.head_name, home.people) for home in roll.homes] == [("王建国", 2)]
    assert sums_of(roll).people == 2
    assert sums_of(roll).counted == 0


@pytest.mark.parametrize(
    ("mark", "present", "missing", "need_help"),
    [
        (Mark(Found.ALL), 2, 0, 0),
        (Mark(Found.AWAY), 0, 0, 0),
        (Mark(Found.MISSING, 1, 1), 1, 1, 1),
        (Mark(Found.HELP, 0, 1), 2, 0, 1),
    ],
)
def test_a_count_is_handed_in_and_read_again(
    village: Filled, roll, mark: Mark, present: int, missing: int, need_help: int
) -> None:
    counted = replace(roll, event="flood", marks={roll.homes[0].uuid: mark})
    village.desk.emergency.report(counted)
    situation = village.desk.emergency.situation()
    (count,) = situation.counts
    assert (count.sums.present, count.sums.missing, count.sums.need_help) == (present, missing, need_help)
    assert (count.group, count.event, count.by_code) == (GROUP, "flood", False)
    assert parse(count.code) is not None
    assert situation.total == count.sums
    assert count.code in situation.qr


def test_it_is_the_first_of_a_hand_over(village: Filled, roll) -> None:
    village.desk.emergency.report(replace(roll, marks={roll.homes[0].uuid: Mark(Found.ALL)}))
    outgoing = village.desk.context.store.outbox.next_run(1_000_000)
    assert outgoing is not None
    assert outgoing.run.envelopes[0].form_id == "headcount"


def test_nobody_counted_is_refused(village: Filled, roll) -> None:
    with pytest.raises(Fault):
        village.desk.emergency.report(roll)


def test_how_far_one_has_come_is_kept(village: Filled, roll) -> None:
    begun = replace(roll, event="fire", marks={roll.homes[0].uuid: Mark(Found.MISSING, 1)})
    village.desk.emergency.keep(begun)
    again = village.desk.emergency.roll(GROUP)
    assert (again.event, dict(again.marks)) == ("fire", dict(begun.marks))
    village.desk.emergency.report(again, who_missing="李秀兰，去了河边", needs_="要船")
    assert village.desk.emergency.roll(GROUP).marks == {}


def test_the_newest_count_of_a_group_stands(village: Filled, roll) -> None:
    for mark in (Mark(Found.MISSING, 2), Mark(Found.ALL)):
        village.desk.emergency.report(replace(roll, marks={roll.homes[0].uuid: mark}))
    assert village.desk.emergency.situation().total.missing == 0


def test_the_township_sums_codes_without_a_network(village: Filled, roll) -> None:
    village.desk.emergency.report(replace(roll, marks={roll.homes[0].uuid: Mark(Found.MISSING, 1, 1)}))
    qr = village.desk.emergency.situation().qr
    township = seen_by(village.desk, Role.TOWNSHIP, area="990621101")
    told = township.emergency.take(f"{qr}\n20201-0040-001-000-00\n")
    assert told.taken == 1
    assert told.refused == ("20201-0040-001-000-00",)
    (count,) = township.emergency.situation().counts
    assert (count.by_code, count.sums.present, count.sums.missing, count.sums.need_help) == (True, 1, 1, 1)


def test_a_code_of_a_place_that_is_not_there_is_named(village: Filled) -> None:
    wrong = code_of(replace(parse_of("20201"), place="99999"))
    assert village.desk.emergency.take(wrong).refused == (wrong,)


def parse_of(place: str):
    from forms.casework.headcount import Headcount

    return Headcount(place, 1, 0, 0)


def test_a_whole_village_is_counted_at_once_and_told_by_group(village: Filled) -> None:
    village.desk.batch("household").add(household("99062110120202", "赵大山"), base=Path())
    roll = village.desk.emergency.roll("")
    assert [home.group for home in roll.homes] == [GROUP, "99062110120202"]
    village.desk.emergency.report(replace(roll, marks={home.uuid: Mark(Found.ALL) for home in roll.homes}))
    situation = village.desk.emergency.situation()
    assert [(count.group, count.sums.present) for count in situation.counts] == [(GROUP, 2), ("99062110120202", 1)]
    assert situation.total.households == 2


def test_another_area_is_not_shown(village: Filled) -> None:
    with pytest.raises(Fault):
        village.desk.emergency.roll("99062110120101")
