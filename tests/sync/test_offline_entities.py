"""Twenty things that happen to a household which two laptops of a village change without a network.

Real stores and a real hub; each test is named after what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import plain_records
import pytest
from envelopes import new_uuid
from hub_world import NEIGHBOUR, PASSPHRASE, VILLAGE, Clock, Direct, World, make_world
from laptop_world import Workspace, make_workspace
from simulation_records import household_edit

from forms.load import load_form
from sync.client import stick as laptop_stick
from sync.hub import admin, copies, opening, restoring
from sync.hub import stick as hub_stick
from sync.hub.accounts import find_device
from sync.hub.book import Book
from sync.protocol import Role
from sync.store.api import EntityItem

pytestmark = pytest.mark.together

NAME, HOUSE, PHONE = "head_name", "house_no", "phone"


@dataclass
class Two:
    """Two laptops of one village, and a household that both may know."""

    world: World
    one: Workspace
    other: Workspace
    folder: Path
    uuid: str

    def create(self, by: Workspace, name: str = "陈桂芳") -> None:
        by.finalise("household", plain_records.household(by.chance, uuid=self.uuid, name=name))

    def edit(self, by: Workspace, **answers: str) -> str:
        versions = by.store.entities.versions("households", self.uuid)
        return by.finalise("household", household_edit(by.chance, self.uuid, versions, **answers))

    def hand_over(self, *turn: Workspace) -> None:
        for workspace in turn or (self.one, self.other, self.one):
            workspace.hand_over()

    def shared(self) -> None:
        """Both know the household, as the hub has it."""
        self.create(self.one)
        self.hand_over()

    def seen(self, by: Workspace) -> EntityItem:
        found = by.store.entities.get(self.uuid, "households")
        assert found is not None
        return found

    def said(self, by: Workspace, name: str) -> str:
        return self.seen(by).properties.get(name, "")

    def agree(self) -> EntityItem:
        """Both show the same, with nothing pending."""
        one, other = self.seen(self.one), self.seen(self.other)
        assert (one.properties, one.version, one.conflict) == (other.properties, other.version, other.conflict)
        assert (one.pending, other.pending) == (0, 0)
        return one

    def by_stick(self, who: Workspace) -> None:
        laptop_stick.write(who.on_store, self.folder / "up.hamlet")
        hub_stick.read_bundle(self.world.hub, self.folder / "up.hamlet")
        hub_stick.write_answer(self.world.hub, self.folder / "down.hamlet", area=who.store.identity().area)
        laptop_stick.read(who.on_store, self.folder / "down.hamlet")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    world = make_world(tmp_path / "hub")
    one, other = (
        make_workspace(tmp_path / f"laptop{number}", world, VILLAGE, Role.VILLAGE, seed=number) for number in (1, 2)
    )
    yield Two(world, one, other, tmp_path, new_uuid(one.chance))
    one.store.close()
    other.store.close()
    world.hub.close()


def test_a_new_household_is_seen_at_once_by_who_wrote_it(two: Two) -> None:
    two.create(two.one)
    assert two.said(two.one, NAME) == "陈桂芳"
    assert two.seen(two.one).pending == 1


def test_a_new_household_reaches_the_other_laptop(two: Two) -> None:
    two.shared()
    assert two.agree().version == 1


def test_an_edit_before_the_first_hand_over_goes_up_as_two_versions(two: Two) -> None:
    two.create(two.one)
    two.edit(two.one, house_no="9号")
    two.hand_over()
    found = two.agree()
    assert (found.version, found.properties[HOUSE], found.conflict) == (2, "9号", "")


def test_three_edits_offline_are_one_branch_and_no_conflict(two: Two) -> None:
    two.shared()
    for number in (1, 2, 3):
        two.edit(two.one, house_no=f"{number}号")
    two.hand_over()
    found = two.agree()
    assert (found.version, found.properties[HOUSE], found.conflict) == (4, "3号", "")


def test_an_own_edit_stays_in_view_while_another_s_is_pulled(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, head_name="王建国")
    two.hand_over(two.other)
    two.one.hand_over()
    assert two.said(two.one, HOUSE) == "1号"
    assert two.said(two.one, NAME) == "王建国"


def test_edits_of_different_facts_merge(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, head_name="王建国")
    two.hand_over()
    found = two.agree()
    assert (found.properties[HOUSE], found.properties[NAME]) == ("1号", "王建国")


def test_edits_of_different_facts_are_a_soft_conflict(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, head_name="王建国")
    two.hand_over()
    assert two.agree().conflict == "soft"


def test_edits_of_the_same_fact_are_a_hard_conflict(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, house_no="2号")
    two.hand_over()
    assert two.agree().conflict == "hard"


def test_of_the_same_fact_the_one_that_arrives_later_is_shown(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, house_no="2号")
    two.hand_over(two.other, two.one, two.other)
    assert two.agree().properties[HOUSE] == "1号"


def test_the_same_value_from_both_is_no_hard_conflict(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="7号")
    two.edit(two.other, house_no="7号")
    two.hand_over()
    assert two.agree().conflict != "hard"


def test_an_edit_after_seeing_the_other_s_is_no_conflict(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.hand_over()
    two.edit(two.other, house_no="2号")
    two.hand_over()
    found = two.agree()
    assert (found.properties[HOUSE], found.conflict) == ("2号", "")


def test_a_laptop_that_was_away_for_ten_versions_merges(two: Two) -> None:
    two.shared()
    for number in range(10):
        two.edit(two.one, house_no=f"{number}号")
        two.hand_over(two.one)
    two.edit(two.other, head_name="王建国")
    two.hand_over()
    found = two.agree()
    assert (found.version, found.properties[HOUSE], found.properties[NAME]) == (12, "9号", "王建国")


def test_handing_over_again_changes_nothing(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.hand_over()
    before = two.agree()
    for _ in range(3):
        two.hand_over()
    assert two.agree() == before


def test_both_by_stick_end_as_both_by_network_do(two: Two) -> None:
    two.create(two.one)
    for who in (two.one, two.other, two.one):
        two.by_stick(who)
    two.edit(two.one, house_no="1号")
    two.edit(two.other, head_name="王建国")
    for who in (two.one, two.other, two.one):
        two.by_stick(who)
    found = two.agree()
    assert (found.properties[HOUSE], found.properties[NAME], found.conflict) == ("1号", "王建国", "soft")


def test_one_by_stick_and_one_by_network_agree(two: Two) -> None:
    two.shared()
    two.edit(two.one, house_no="1号")
    two.edit(two.other, house_no="2号")
    two.by_stick(two.one)
    two.hand_over(two.other)
    two.by_stick(two.one)
    found = two.agree()
    assert (found.properties[HOUSE], found.conflict) == ("2号", "hard")


def test_sticks_read_in_the_wrong_order_lose_no_edit(two: Two) -> None:
    two.create(two.one)
    laptop_stick.write(two.one.on_store, two.folder / "first.hamlet")
    two.edit(two.one, house_no="1号")
    laptop_stick.write(two.one.on_store, two.folder / "second.hamlet")
    for name in ("second", "first"):
        hub_stick.read_bundle(two.world.hub, two.folder / f"{name}.hamlet")
    two.hand_over()
    found = two.agree()
    assert (found.version, found.properties[HOUSE], found.conflict) == (2, "1号", "")


def test_an_edit_waits_for_a_creation_that_another_stick_carries(two: Two) -> None:
    """The later record arrives alone, since the chain's first run was handed in elsewhere."""
    two.create(two.one)
    first = two.one.store.outbox.next_run(1 << 20)
    two.edit(two.one, house_no="1号")
    second = two.one.store.bundles.carry(1 << 20)
    assert first is not None
    id = two.one.store.identity().device
    device = two.world.hub.read(lambda there: find_device(there, id))
    assert device is not None
    later = second.runs[0].envelopes[-1]
    two.world.hub.take_loose(device, later)
    two.hand_over(two.other)
    seen = two.other.store.entities.get(two.uuid, "households")
    assert seen is not None
    assert seen.deleted  # and in no list
    two.hand_over()
    assert two.agree().properties[HOUSE] == "1号"


def test_another_village_neither_sees_nor_changes_it(two: Two) -> None:
    two.shared()
    stranger = make_workspace(two.folder / "stranger", two.world, NEIGHBOUR, Role.VILLAGE, seed=8)
    stranger.hand_over()
    assert stranger.store.entities.get(two.uuid, "households") is None
    edit = household_edit(stranger.chance, two.uuid, ("1", "1", ""), house_no="99号")
    stranger.finalise("household", edit)
    assert stranger.hand_over().rejected == 1
    assert [one.reason for one in admin.list_quarantined(two.world.hub)] == ["area"]
    two.hand_over()
    assert two.agree().properties[HOUSE] == "2组14号"
    stranger.store.close()


def test_two_creations_of_one_household_keep_the_first_and_both_records(two: Two) -> None:
    two.create(two.one, "陈桂芳")
    two.create(two.other, "王建国")
    two.hand_over()
    assert two.said(two.one, NAME) == two.said(two.other, NAME) == "陈桂芳"
    assert admin.stats(two.world.hub).records == 2


def test_a_wrong_clock_changes_no_order(two: Two) -> None:
    two.shared()
    two.world.clock.move(days=-3_000)
    two.edit(two.one, house_no="1号")
    two.hand_over(two.one)
    two.world.clock.move(days=6_000)
    two.hand_over(two.other)
    two.edit(two.other, house_no="2号")
    two.world.clock.move(days=-3_000)
    two.hand_over()
    found = two.agree()
    assert (found.properties[HOUSE], found.conflict) == ("2号", "")


def test_an_edit_of_a_version_that_a_hub_put_back_has_lost_waits_for_it(two: Two) -> None:
    """Who had only read the lost version hands over before who wrote it."""
    two.shared()
    hub, folder = two.world.hub, two.folder
    backup = copies.to_file(hub, two.world.folder, opening.unlock(two.world.folder, PASSPHRASE), folder / "backup")
    two.edit(two.one, house_no="1号")
    two.hand_over()
    two.edit(two.other, house_no="2号")
    restoring.restore(backup.path, folder / "back", PASSPHRASE, clock=Clock())
    key = opening.unlock(folder / "back", PASSPHRASE)
    back = opening.open_hub(folder / "back", key, load=load_form, clock=Clock(), readers=1)
    try:
        two.one, two.other = (replace(each, transport=Direct(back)) for each in (two.one, two.other))
        two.hand_over(two.other)
        assert back.read(lambda there: len(Book(there).held("households", two.uuid))) == 1
        two.hand_over(two.one, two.other, two.one)
        found = two.agree()
        assert (found.version, found.properties[HOUSE], found.conflict) == (3, "2号", "")
    finally:
        back.close()
