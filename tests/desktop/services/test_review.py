"""Duplicates and conflicts decided and undone, over a real hub."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from office_world import VILLAGES, OfficeWorld, at, office_world
from service_world import household

from desktop.services.clock import fixed
from desktop.services.desk import TheDesk, make_desk
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.services.values import TimelineKind
from forms.casework.merging import Act
from forms.errors import Fault
from sync.protocol import Role

pytestmark = pytest.mark.slow
GROUP = f"{VILLAGES[0]}01"


def correct(desk: TheDesk, resident: str, **values: str) -> None:
    """Change facts of a resident: phone and presence."""
    which = {"target": "resident", "resident": resident, "why": "asked", "fields": list(values)}
    res = {f"n_{name}": value for name, value in values.items()}
    desk.batch("correction").add({"which": which, "res": res, "reason": "本人来说的"}, base=Path())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OfficeWorld]:
    """One village with two laptops that know the same household; a second one was written down twice."""
    with office_world(tmp_path, villages=1) as made:
        with at(made.villages[0]) as desk:
            desk.batch("household").add(household(GROUP, "王建国", "李秀兰"), base=Path())
            desk.hand_over.run()
        second = made.invited("second", VILLAGES[0], Role.VILLAGE, user="张建设")
        with at(second) as desk:
            desk.hand_over.run()
        made.villages = (*made.villages, second)
        yield made


def resident(workspace: OpenWorkspace, name: str) -> str:
    with at(workspace) as desk:
        return next(item.uuid for item in desk.context.store.entities.all("residents") if item.label == name)


def test_two_writings_of_one_person_are_merged_and_two_again(world: OfficeWorld) -> None:
    again = household(GROUP, "王建国", "赵春花")
    again["member"][0]["telephone"] = "15499990000"
    again["where"]["house_no"] = "9号"
    with at(world.villages[1]) as desk:
        desk.batch("household").add(again, base=Path())
        desk.hand_over.run()
    with world.office() as desk:
        assert desk.review.pairs() == ()  # the same name alone is no reason
        items = {item.uuid: item for item in desk.context.store.entities.all("residents")}
        kept, other = sorted((uuid for uuid, item in items.items() if item.label == "王建国"))
    with at(world.villages[1]) as desk:
        assert desk.review.twins(kept) == ()  # a name is no sign by itself
        desk.review.propose("residents", kept, other)
        desk.hand_over.run()
        with pytest.raises(Fault, match="no_right"):
            desk.review.merge("residents", kept, other, {})
    with world.office() as desk:
        (row,) = desk.review.pairs()
        assert row.proposed
        assert "同名" in row.reasons
        detail = desk.review.pair("residents", kept, other)
        facts = {fact.name: fact for fact in detail.facts}
        assert facts["full_name"].alike
        assert not facts["household"].alike
        theirs = facts["phone"].right_raw or facts["phone"].left_raw
        before = items[kept].properties.get("phone", "")
        chosen = {"phone": "15400000000" if theirs == before else theirs}
        with pytest.raises(Fault, match="changed"):
            desk.review.merge("residents", kept, other, chosen, versions=(9, 9))
        versions = (detail.left.version, detail.right.version)
        desk.review.merge("residents", kept, other, chosen, versions=versions)
        desk.hand_over.run()
        assert desk.review.pairs() == ()
        assert desk.context.store.entities.get(kept, "residents").properties["phone"] == chosen["phone"]
        (done,) = desk.review.view().decided
        assert (done.act, done.until is not None) == (Act.MERGE, True)
        desk.review.undo(done.instance_id)
        desk.hand_over.run()
        assert desk.context.store.decisions.standing().survivor("residents", other) == other
        assert desk.context.store.entities.get(kept, "residents").properties.get("phone", "") == before
        assert [row.proposed for row in desk.review.pairs()] == [True]
        desk.review.different("residents", kept, other)
        assert desk.review.pairs() == ()


def test_values_that_contradict_are_settled_by_a_person(world: OfficeWorld) -> None:
    who = resident(world.villages[0], "李秀兰")
    for number, village in enumerate(world.villages):
        with at(village) as desk:
            correct(desk, who, phone=f"1541111000{number}", presence="away" if number else "home")
    for village in world.villages:
        with at(village) as desk:
            desk.hand_over.run()
    with world.office() as desk:
        (row,) = desk.review.view().conflicts
        assert (row.name, row.uuid) == ("李秀兰", who)
        detail = desk.review.conflict("residents", who)
        facts = {fact.name: fact for fact in detail.facts}
        assert {told.raw for told in facts["phone"].told} == {"15411110000", "15411110001"}
        assert all("*" in told.words for told in facts["phone"].told)
        assert facts["phone"].suggested
        desk.review.settle(detail, {"phone": "15411110000"})
        desk.hand_over.run()
        assert desk.review.view().conflicts == ()
        assert desk.context.store.entities.get(who, "residents").properties["phone"] == "15411110000"
        with pytest.raises(Fault, match="changed"):
            desk.review.settle(detail, {"phone": "15411110001"})
        _a_settled_one_is_undone(desk, who)
    for village in world.villages:
        with at(village) as desk:
            desk.hand_over.run()
            assert desk.context.store.entities.get(who, "residents").properties["phone"] == "15411110000"


def _a_settled_one_is_undone(desk: TheDesk, who: str) -> None:
    """As it stood before, then as it was settled; for thirty days."""
    for phone in ("15411110001", "15411110000"):
        (done,) = desk.review.view().decided
        assert (done.act, done.until is not None) == (Act.CONFLICT, True)
        desk.review.undo(done.instance_id)
        desk.hand_over.run()
        assert desk.context.store.entities.get(who, "residents").properties["phone"] == phone
        assert desk.review.view().conflicts == ()
    later = replace(desk.context, clock=fixed((desk.context.clock.now() + timedelta(days=31)).isoformat()))
    with pytest.raises(Fault, match="too_late"):
        make_desk(later, forget=lambda _: None).review.undo(desk.review.view().decided[0].instance_id)


def test_a_village_sees_who_may_be_there_twice_until_it_has_asked(world: OfficeWorld) -> None:
    twin = household(GROUP, "王建国")
    twin["member"][0]["telephone"] = "15477770000"
    with at(world.villages[0]) as desk:
        first = next(i.uuid for i in desk.context.store.entities.all("residents") if i.label == "王建国")
        correct(desk, first, phone="15477770000")
        desk.batch("household").add(twin, base=Path())
        row, home = desk.review.twins(first)
        assert {"同名", "电话相同"} <= set(row.reasons)
        assert home.dataset == "households"
        assert {"同门牌", "户主同名", "电话相同"} <= set(home.reasons)
        desk.review.propose("residents", row.one, row.other)
        desk.review.propose("households", home.one, home.other)
        assert desk.review.twins(first) == ()
        desk.hand_over.run()
    with world.office() as desk:
        people, homes = sorted(desk.review.pairs(), key=lambda each: each.dataset != "residents")
        assert people.proposed
        assert homes.proposed
        _two_homes_are_one_and_two_again(desk, homes.one, homes.other, person=first)
        _a_merge_is_undone_from_the_timeline(desk, people.one, people.other)


def _two_homes_are_one_and_two_again(desk: TheDesk, one: str, other: str, *, person: str) -> None:
    detail = desk.review.pair("households", one, other)
    assert (detail.left.members, detail.right.members) in ((2, 1), (1, 2))
    kept = desk.people.person(person).household
    assert kept is not None
    lost = other if kept.uuid == one else one
    desk.review.merge("households", kept.uuid, lost, {})
    known = desk.people.person(person)
    assert known.household is not None
    assert (known.household.uuid, len(known.members)) == (kept.uuid, 3)
    assert lost not in [home.uuid for home in desk.people.households()]
    (done,) = [entry for entry in desk.people.timeline(person) if entry.undo_until is not None]
    assert (done.kind, "一户" in done.title) == (TimelineKind.MERGED, True)
    desk.review.undo(done.instance_id)
    (parted,) = [entry for entry in desk.people.timeline(person) if entry.kind is TimelineKind.PARTED]
    assert parted.undo_until is None
    assert len(desk.people.person(person).members) == 2
    assert {one, other} <= {home.uuid for home in desk.people.households()}


def _a_merge_is_undone_from_the_timeline(desk: TheDesk, one: str, other: str) -> None:
    desk.review.merge("residents", one, other, {})
    entries = desk.people.timeline(one)
    (merged,) = [entry for entry in entries if entry.undo_until is not None]
    assert merged.kind is TimelineKind.MERGED
    kinds = {entry.kind for entry in entries}
    assert {TimelineKind.REGISTERED, TimelineKind.CHANGED} <= kinds  # what was written of the other, and of this one
    desk.review.undo(merged.instance_id)
    entries = desk.people.timeline(one)
    decided = (TimelineKind.MERGED, TimelineKind.PARTED)
    assert {entry.kind for entry in entries if entry.kind in decided} == {TimelineKind.PARTED}
    assert all(entry.undo_until is None for entry in entries)
