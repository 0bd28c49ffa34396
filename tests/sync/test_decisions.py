"""Decisions on facts travel as submissions and come to the same on the hub and on every laptop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR, NEIGHBOUR_GROUP, TOWNSHIP, VILLAGE, World, make_world
from laptop_world import Workspace, make_workspace
from simulation_records import household_edit

from forms.casework.merging import Act
from sync.hub.book import Book
from sync.protocol import Role
from sync.store.api import ReviewItem

pytestmark = pytest.mark.together

HOUSEHOLDS = "households"


@dataclass
class Office:
    """Two laptops of a village, one of its neighbour and the township's, with one hub."""

    world: World
    one: Workspace
    other: Workspace
    neighbour: Workspace
    township: Workspace

    @property
    def all(self) -> tuple[Workspace, ...]:
        return self.one, self.other, self.neighbour, self.township

    def round(self) -> None:
        """Everybody hands over, twice: what one brought the others have."""
        for workspace in (*self.all, *self.all):
            workspace.hand_over()

    def household(self, by: Workspace, *, area: str = "99062110120101", name: str = "陈桂芳") -> str:
        uuid = new_uuid(by.chance)
        by.finalise("household", plain_records.household(by.chance, uuid=uuid, name=name, area=area))
        return uuid

    def edit(self, by: Workspace, uuid: str, **answers: str) -> str:
        versions = by.store.entities.versions(HOUSEHOLDS, uuid)
        return by.finalise("household", household_edit(by.chance, uuid, versions, **answers))

    def decide(self, by: Workspace, act: str, kept: str, **what: Any) -> str:
        versions = by.store.entities.versions(HOUSEHOLDS, kept)
        return by.finalise("decision", plain_records.decision(by.chance, act, kept, versions=versions, **what))

    def review(self, by: Workspace, uuid: str) -> ReviewItem:
        found = by.store.decisions.review(HOUSEHOLDS, uuid)
        assert found is not None
        return found

    def merged_into(self, by: Workspace, uuid: str) -> str:
        found = by.store.entities.get(uuid, HOUSEHOLDS)
        assert found is not None
        return found.merged_into

    def listed(self, by: Workspace) -> set[str]:
        return {row.uuid for row in by.store.entities.list(HOUSEHOLDS).rows}

    def contradict(self) -> tuple[str, str, str]:
        """Two say different names of one household without a network; its uuid and their records."""
        uuid = self.household(self.one)
        self.round()
        said = self.edit(self.one, uuid, head_name="王建国"), self.edit(self.other, uuid, head_name="王志强")
        self.round()
        return uuid, *said


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    world = make_world(tmp_path / "hub")
    places = ((VILLAGE, Role.VILLAGE), (VILLAGE, Role.VILLAGE), (NEIGHBOUR, Role.VILLAGE), (TOWNSHIP, Role.TOWNSHIP))
    made = [
        make_workspace(tmp_path / f"laptop{seed}", world, area, role, seed=seed)
        for seed, (area, role) in enumerate(places, 1)
    ]
    yield Office(world, *made)
    for workspace in made:
        workspace.store.close()
    world.hub.close()


def test_a_merge_is_seen_by_everybody_who_knows_the_households(office: Office) -> None:
    kept, other = office.household(office.one), office.household(office.other, name="陈桂方")
    office.round()
    office.decide(office.township, "merge", kept, other=other)
    assert office.merged_into(office.township, other) == kept
    assert office.merged_into(office.one, other) == ""
    office.round()
    for workspace in (office.one, office.other, office.township):
        assert office.merged_into(workspace, other) == kept
        assert office.listed(workspace) == {kept}
        assert workspace.store.entities.count(HOUSEHOLDS) == 1
        assert workspace.store.decisions.standing().group(HOUSEHOLDS, other) == (kept, other)


def test_villages_that_share_a_person_fold_the_same_decisions(office: Office) -> None:
    at_home = office.household(office.one)
    away = [office.household(office.neighbour, area=NEIGHBOUR_GROUP, name=name) for name in ("陈桂方", "陈贵芳")]
    office.round()
    merged = office.decide(office.township, "merge", at_home, other=away[0])
    office.round()
    assert office.merged_into(office.neighbour, away[0]) == at_home
    office.decide(office.township, "merge", away[1], other=away[0])  # of whom the village has nobody
    office.round()
    stands = min(at_home, away[1])
    for workspace in (office.one, office.township):
        assert workspace.store.decisions.standing().survivor(HOUSEHOLDS, at_home) == stands
    office.decide(office.township, "undo", at_home, undone=merged)
    office.round()
    assert office.merged_into(office.neighbour, away[0]) == away[1]
    assert office.merged_into(office.one, at_home) == ""


def test_who_is_merged_is_found_as_who_stands_for_them(office: Office) -> None:
    kept, other = office.household(office.one, name="陈桂芳"), office.household(office.one, name="陈贵方")
    office.round()
    office.decide(office.township, "merge", kept, other=other)
    office.round()
    found = office.one.store.people.search("陈贵方", datasets=(HOUSEHOLDS,))
    assert [hit.uuid for hit in found] == [kept]


def test_a_form_still_knows_who_was_merged(office: Office) -> None:
    kept, other = office.household(office.one), office.household(office.one)
    office.decide(office.one, "merge", kept, other=other)
    rows = office.one.store.entities.rows(HOUSEHOLDS)
    assert {rows.cell(place, "name") for place in range(len(rows))} == {kept, other}


def test_a_merge_can_be_undone_and_nothing_is_lost(office: Office) -> None:
    kept, other = office.household(office.one), office.household(office.one, name="陈桂方")
    office.round()
    merge = office.decide(office.township, "merge", kept, other=other)
    office.round()
    office.decide(office.township, "undo", kept, undone=merge)
    office.round()
    for workspace in (office.one, office.other, office.township):
        assert office.listed(workspace) == {kept, other}
        assert workspace.store.entities.count(HOUSEHOLDS) == 2
        made = workspace.store.decisions.of(HOUSEHOLDS, kept)
        assert [item.decided.act for item in made] == [Act.MERGE, Act.UNDO]
        assert made[0].author == "王秀兰"


def test_a_merge_across_villages_is_known_in_both(office: Office) -> None:
    kept = office.household(office.one)
    other = office.household(office.neighbour, area=NEIGHBOUR_GROUP)
    office.round()
    office.decide(office.township, "merge", kept, other=other)
    office.round()
    assert office.merged_into(office.neighbour, other) == kept
    assert office.neighbour.store.entities.get(kept, HOUSEHOLDS) is None
    assert office.one.store.decisions.standing().survivor(HOUSEHOLDS, other) == kept


def test_a_decision_that_comes_before_the_household_counts_once_it_is_there(office: Office) -> None:
    kept = office.household(office.one)
    office.round()
    other = office.household(office.other)
    office.decide(office.township, "merge", kept, other=other)
    office.township.hand_over()
    office.round()
    assert {office.merged_into(each, other) for each in (office.one, office.other, office.township)} == {kept}


def test_a_village_may_propose_and_not_decide(office: Office) -> None:
    kept, other = office.household(office.one), office.household(office.one)
    office.round()
    office.decide(office.one, "propose", kept, other=other)
    office.round()
    assert [each.kept for each in office.township.store.decisions.standing().proposed] == [kept]
    office.decide(office.one, "merge", kept, other=other)
    assert office.merged_into(office.one, other) == kept
    done = office.one.hand_over()
    assert (done.rejected, [result.reason for result in done.refused]) == (1, ["role"])
    assert office.merged_into(office.one, other) == ""
    assert office.listed(office.one) == {kept, other}


def test_a_contradiction_names_both_values_and_who_said_them(office: Office) -> None:
    uuid, first, second = office.contradict()
    for workspace in (office.one, office.township):
        found = office.review(workspace, uuid).disputed
        assert [(each.name, each.before, each.now) for each in found] == [("head_name", "陈桂芳", "王志强")]
        assert [(said.instance_id, said.value, said.author) for said in found[0].sides] == [
            (first, "王建国", "王秀兰"),
            (second, "王志强", "王秀兰"),
        ]
        assert [each.uuid for each in workspace.store.decisions.reviews()] == [uuid]
    assert office.neighbour.store.decisions.reviews() == ()


def test_a_decided_contradiction_is_gone_everywhere(office: Office) -> None:
    uuid, first, second = office.contradict()
    office.decide(office.township, "conflict", uuid, about=f"{first} {second}", head_name="王建国")
    office.round()
    for workspace in (office.one, office.other, office.township):
        item = workspace.store.entities.get(uuid, HOUSEHOLDS)
        assert item is not None
        assert (item.properties["head_name"], item.conflict, item.pending) == ("王建国", "", 0)
        assert workspace.store.decisions.review(HOUSEHOLDS, uuid) is None


def test_a_village_may_settle_a_contradiction_and_keep_what_stands(office: Office) -> None:
    uuid, first, second = office.contradict()
    office.decide(office.one, "conflict", uuid, about=f"{first} {second}")
    office.round()
    item = office.township.store.entities.get(uuid, HOUSEHOLDS)
    assert item is not None
    assert (item.properties["head_name"], item.conflict) == ("王志强", "")


def test_what_was_said_after_a_decision_was_made_is_to_be_decided_again(office: Office) -> None:
    uuid, first, second = office.contradict()
    office.decide(office.township, "conflict", uuid, about=f"{first} {second}", head_name="王建国")
    office.edit(office.other, uuid, head_name="王大伟")
    office.other.hand_over()
    office.round()
    found = office.review(office.one, uuid).disputed
    assert [said.value for said in found[0].sides] == ["王大伟", "王建国"]


def held_edit(office: Office) -> tuple[str, str]:
    """An edit whose predecessor is nowhere: the household's uuid and the record."""
    uuid = office.household(office.one)
    office.round()
    chance = office.one.chance
    branch = new_uuid(chance)
    late = household_edit(chance, uuid, ("3", "1", branch), house_no="9号")
    made = office.one.finalise("household", late)
    office.round()
    return uuid, made


def test_a_held_change_is_seen_with_what_it_would_write(office: Office) -> None:
    uuid, made = held_edit(office)
    held = office.review(office.township, uuid).held
    assert [(each.instance_id, dict(each.values), each.author) for each in held] == [
        (made, {"house_no": "9号"}, "王秀兰")
    ]


@pytest.mark.parametrize(("act", "house"), [("take", "9号"), ("drop", "2组14号")])
def test_a_person_decides_what_becomes_of_a_held_change(office: Office, act: str, house: str) -> None:
    uuid, made = held_edit(office)
    office.decide(office.township, act, uuid, about=made)
    office.round()
    for workspace in (office.one, office.township):
        item = workspace.store.entities.get(uuid, HOUSEHOLDS)
        assert item is not None
        assert item.properties["house_no"] == house
        assert workspace.store.decisions.review(HOUSEHOLDS, uuid) is None
    hub = office.world.hub
    assert hub.read(lambda connection: Book(connection).held(HOUSEHOLDS, uuid)) == ()


def orphan(office: Office, uuid: str) -> str:
    """An edit of a household whose first record has not come: the record."""
    chance = office.one.chance
    made = office.one.finalise("household", household_edit(chance, uuid, ("1", "1", new_uuid(chance)), house_no="9号"))
    for workspace in (office.one, office.neighbour, office.township):
        workspace.hand_over()
    return made


def test_a_change_of_what_nobody_knows_yet_is_seen_and_in_no_list(office: Office) -> None:
    uuid = office.household(office.other)
    made = orphan(office, uuid)
    assert [(each.instance_id, dict(each.values)) for each in office.review(office.township, uuid).held] == [
        (made, {"house_no": "9号"})
    ]
    assert uuid in {item.uuid for item in office.township.store.decisions.reviews(HOUSEHOLDS)}
    for workspace in (office.one, office.neighbour, office.township):
        assert uuid not in office.listed(workspace)
    assert office.neighbour.store.decisions.review(HOUSEHOLDS, uuid) is None
    assert uuid in office.listed(office.other)
    office.round()
    for workspace in (office.one, office.other, office.township):
        assert uuid in office.listed(workspace)
        item = workspace.store.entities.get(uuid, HOUSEHOLDS)
        assert item is not None
        assert item.properties["house_no"] == "9号"
        assert workspace.store.decisions.review(HOUSEHOLDS, uuid) is None


def test_a_change_of_what_never_comes_can_be_dropped(office: Office) -> None:
    uuid = new_uuid(office.one.chance)
    made = orphan(office, uuid)
    office.township.finalise("decision", plain_records.decision(office.one.chance, "drop", uuid, about=made))
    office.round()
    for workspace in office.all:
        assert workspace.store.decisions.review(HOUSEHOLDS, uuid) is None
        assert uuid not in {item.uuid for item in workspace.store.decisions.reviews()}


def test_a_change_of_what_nobody_knows_yet_that_was_taken_asks_nobody_again(office: Office) -> None:
    uuid, lost = office.household(office.other), new_uuid(office.one.chance)
    chance = office.one.chance
    edit = household_edit(chance, uuid, ("2", "1", lost), house_no="9号")  # of a branch whose first edit never comes
    made = office.one.finalise("household", edit)
    for workspace in (office.one, office.township):
        workspace.hand_over()
    office.township.finalise("decision", plain_records.decision(chance, "take", uuid, about=made))
    for workspace in (office.township, office.one, office.township):
        workspace.hand_over()
        assert workspace.store.decisions.review(HOUSEHOLDS, uuid) is None
    office.round()
    for workspace in (office.one, office.other, office.township):
        item = workspace.store.entities.get(uuid, HOUSEHOLDS)
        assert item is not None
        assert item.properties["house_no"] == "9号"


def test_a_household_that_moves_takes_its_decisions_along(office: Office) -> None:
    kept, other = office.household(office.one), office.household(office.one)
    office.round()
    office.decide(office.township, "merge", kept, other=other)
    office.round()
    for uuid in (kept, other):
        office.edit(office.township, uuid, area=NEIGHBOUR_GROUP)
    office.round()
    assert office.merged_into(office.neighbour, other) == kept
