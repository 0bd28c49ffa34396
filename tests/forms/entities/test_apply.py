"""What ODK Central decides, case by case: create, update, stale bases, offline branches, projections."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.entities import Conflict, Decision, EntityChange, EntityRow, Refusal, apply, replay

UUID = "0b5a6d3e-2f0c-4b7a-9d1e-3c8f5a6b7c8d"
BRANCH = "7a1c9e52-11d4-4f0e-8a77-5b1f3d2c4e6f"
OTHER = "c2a7d0b4-93fe-4c1d-b6a5-0e9f8d7c6b5a"


def create(label="陈桂芳", **properties):
    return EntityChange("residents", UUID, True, False, label, properties, instance_id="uuid:create")


def update(base, *, trunk=None, branch="", label=None, instance="uuid:update", dataset="residents", **properties):
    return EntityChange(dataset, UUID, False, True, label, properties, base, trunk, branch, instance)


def row(*steps) -> EntityRow:
    found = None
    for step in steps:
        found = apply(step, found).row
    return found


def test_create_makes_version_one():
    done = apply(create(phone="1"), None)
    assert done.decision is Decision.CREATED
    assert (done.row.version, done.row.label, done.row.properties) == (1, "陈桂芳", {"phone": "1"})
    assert done.added == done.row.history[0]


@pytest.mark.parametrize(
    ("change", "before", "refusal"),
    [
        (create(), row(create()), Refusal.EXISTS),
        (create(), replace(row(create()), deleted=True), Refusal.DELETED),
        (create(label=None), None, Refusal.LABEL_MISSING),
        (replace(create(), uuid="17"), None, Refusal.ID_INVALID),
        (update(1), None, Refusal.UNKNOWN),
        (update(1), replace(row(create()), deleted=True), Refusal.DELETED),
        (update(None), row(create()), Refusal.BASE_MISSING),
        (update(2), row(create()), Refusal.BASE_UNKNOWN),
        (update(5, trunk=5), row(create()), Refusal.BASE_UNKNOWN),
    ],
)
def test_refused_and_the_row_stays(change, before, refusal):
    done = apply(change, before)
    assert (done.decision, done.refusal, done.row, done.added) == (Decision.REFUSED, refusal, before, None)


def test_a_branch_that_begins_at_a_version_which_has_not_come_waits_for_it():
    known = row(create(phone="1"))
    late = update(2, trunk=2, branch=BRANCH, phone="3", instance="uuid:late")
    done = apply(late, known)
    assert (done.decision, done.row, done.added) == (Decision.HELD, known, None)
    caught_up = apply(update(1, phone="2"), known).row
    done = apply(late, caught_up)
    assert (done.decision, done.conflict, done.row.properties) == (Decision.UPDATED, Conflict.NONE, {"phone": "3"})


def test_update_on_the_present_version_is_no_conflict_and_keeps_what_it_does_not_name():
    done = apply(update(1, phone="2"), row(create(phone="1", tags="none")))
    assert done.conflict is Conflict.NONE
    assert (done.row.version, done.row.properties) == (2, {"phone": "2", "tags": "none"})
    assert done.row.label == "陈桂芳"


def test_stale_base_with_other_properties_is_a_soft_conflict():
    before = row(create(phone="1", tags="none"), update(1, phone="2"))
    done = apply(update(1, tags="party"), before)
    assert (done.conflict, done.conflicting, done.row.conflict) == (Conflict.SOFT, (), Conflict.SOFT)
    assert done.row.properties == {"phone": "2", "tags": "party"}


def test_stale_base_with_the_same_property_and_another_value_is_a_hard_conflict_and_the_last_writer_wins():
    before = row(create(phone="1"), update(1, phone="2"))
    done = apply(update(1, phone="3"), before)
    assert (done.conflict, done.conflicting) == (Conflict.HARD, ("phone",))
    assert done.row.properties == {"phone": "3"}
    assert done.added.base_version == 1


def test_stale_base_with_the_same_value_is_soft():
    before = row(create(phone="1"), update(1, phone="2"))
    assert apply(update(1, phone="2"), before).conflict is Conflict.SOFT


def test_label_conflicts_like_a_property():
    before = row(create(), update(1, label="陈桂芬"))
    assert apply(update(1, label="陈贵芳"), before).conflicting == ("label",)


def test_a_hard_conflict_stays_on_the_row_until_somebody_settles_it():
    before = row(create(phone="1", tags="a"), update(1, phone="2"), update(1, phone="3"))
    done = apply(update(3, tags="b"), before)
    assert (done.conflict, done.row.conflict) == (Conflict.NONE, Conflict.HARD)


def test_update_of_nothing_falls_back_to_create_where_the_block_asks_for_both():
    both = replace(create(phone="1"), update=True)
    assert apply(both, None).decision is Decision.CREATED
    assert apply(replace(both, base_version=1, properties={"phone": "9"}), row(create(phone="1"))).row.version == 2


def test_neither_create_nor_update_asks_for_nothing():
    assert apply(replace(create(), create=False), None).decision is Decision.NOTHING


def test_an_offline_branch_arrives_in_order_without_conflict():
    before = row(create(phone="1"), update(1, trunk=1, branch=BRANCH, phone="2"))
    done = apply(update(2, trunk=1, branch=BRANCH, phone="3"), before)
    assert (done.conflict, done.row.version, done.row.properties["phone"]) == (Conflict.NONE, 3, "3")


def test_an_edit_whose_forerunner_is_missing_is_held_and_fits_once_it_came():
    before = row(create(phone="1"))
    third = update(3, trunk=1, branch=BRANCH, phone="4")
    assert apply(third, before).decision is Decision.HELD
    assert apply(third, before).row == before
    later = row(
        create(phone="1"), update(1, trunk=1, branch=BRANCH, phone="2"), update(2, trunk=1, branch=BRANCH, phone="3")
    )
    assert apply(third, later).decision is Decision.UPDATED


def test_a_branch_that_another_edit_interrupted_is_a_soft_conflict():
    before = row(
        create(phone="1", tags="a"),
        update(1, trunk=1, branch=BRANCH, phone="2"),
        update(2, tags="b"),
        update(2, trunk=1, branch=BRANCH, phone="3"),
    )
    assert before.conflict is Conflict.SOFT
    done = apply(update(3, trunk=1, branch=BRANCH, phone="4"), before)
    assert (done.decision, done.conflict) == (Decision.UPDATED, Conflict.SOFT)


def test_an_entity_created_and_edited_offline_has_no_trunk():
    before = row(create(phone="1"))
    done = apply(update(1, trunk=None, branch=BRANCH, phone="2"), before)
    assert (done.conflict, done.row.version) == (Conflict.NONE, 2)
    again = apply(update(2, trunk=None, branch=BRANCH, phone="3"), done.row)
    assert (again.conflict, again.row.version) == (Conflict.NONE, 3)


def test_two_branches_from_one_trunk_conflict_hard_on_the_same_property():
    before = row(create(phone="1"), update(1, trunk=1, branch=BRANCH, phone="2"))
    done = apply(update(1, trunk=1, branch=OTHER, phone="3"), before)
    assert (done.conflict, done.conflicting) == (Conflict.HARD, ("phone",))


def test_what_the_fold_writes_never_conflicts_and_is_never_held():
    made = EntityChange(
        "requests", UUID, True, False, "QS", {"status": "ready", "description": "路灯"}, instance_id="a"
    )
    before = row(made, update(1, dataset="requests", status="assigned"))
    late = apply(update(9, trunk=7, branch=BRANCH, dataset="requests", status="told", label="QS"), before)
    assert (late.decision, late.conflict) == (Decision.UPDATED, Conflict.NONE)
    facts = apply(update(1, dataset="requests", description="路坏", status="told"), before)
    assert (facts.conflict, facts.conflicting) == (Conflict.SOFT, ())


def test_a_row_without_history_knows_its_present_version_only():
    bare = replace(row(create(phone="1"), update(1, phone="2")), history=())
    assert apply(update(2, phone="3"), bare).conflict is Conflict.NONE
    assert apply(update(1, phone="3"), bare).refusal is Refusal.BASE_UNKNOWN
    assert apply(update(2, phone="3"), bare).row.history == ()


def test_pending_edits_are_laid_over_whatever_the_hub_has():
    hub = row(create(phone="1", tags="a"), update(1, phone="2"), update(2, tags="b"))
    shown = replay(hub, [update(1, trunk=1, branch=BRANCH, phone="9"), update(2, trunk=1, branch=BRANCH, tags="z")])
    assert shown.properties == {"phone": "9", "tags": "z"}
    assert shown.version == hub.version + 2
    assert replay(None, [create(phone="1"), update(1, phone="2")]).properties == {"phone": "2"}
    assert replay(None, [update(1, phone="2")]) is None


values = st.dictionaries(st.sampled_from(["phone", "tags", "area"]), st.sampled_from("xyz"), max_size=3)


@given(st.lists(st.tuples(st.integers(1, 6), values), max_size=8))
def test_versions_count_on_and_history_ends_with_the_row(edits):
    now = row(create(phone="x"))
    for base, properties in edits:
        done = apply(update(base, **properties), now)
        assert done.row.version == now.version + (done.decision is Decision.UPDATED)
        assert done.row.history[-1].version == done.row.version
        assert done.row.history[-1].properties == done.row.properties
        if done.decision is Decision.UPDATED:
            assert all(done.row.properties[name] == value for name, value in properties.items())
            assert (done.conflict is Conflict.HARD) == bool(done.conflicting)
        now = done.row
