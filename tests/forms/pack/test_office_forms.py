"""What the township's office decides and takes in, as submissions of the pack: read back as the program reads them."""

from datetime import date

import pytest
from pack_forms import answer, entity_list, open_pack, pack_form

from forms.casework.merging import Act, read
from forms.entities import changes
from forms.xml import parse

ONE, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
HOUSE = "33333333-3333-4333-8333-333333333333"


def decide(**answers):
    session = open_pack(
        "decision",
        residents=entity_list(
            {"name": ONE, "label": "陈桂芳", "full_name": "陈桂芳"},
            {"name": OTHER, "label": "陈桂方"},
        ),
        households=entity_list({"name": HOUSE, "label": "陈 9号", "head_name": "陈", "house_no": "9号"}),
    )
    return answer(session, **answers).finalise()


def decided(submission):
    values = {node.tag.rpartition("}")[2]: node.text or "" for node in parse(submission.xml).iter()}
    return read("decision", submission.instance_id, values)


def test_two_that_are_one_are_merged_with_what_was_chosen():
    made = decide(act="merge", resident=ONE, other_resident=OTHER, fields="r_phone", r_phone="15412345678")
    found = decided(made)
    assert (found.act, found.dataset, found.kept, found.other) == (Act.MERGE, "residents", ONE, OTHER)
    assert found.on == date(2026, 11, 20)
    (change,) = changes(pack_form("decision"), made.xml)
    assert (change.dataset, change.uuid, change.update) == ("residents", ONE, True)
    assert change.properties == {"phone": "15412345678"}


def test_two_that_are_two_change_nothing():
    made = decide(act="different", resident=OTHER, other_resident=ONE)
    assert decided(made).act is Act.DIFFERENT
    assert changes(pack_form("decision"), made.xml) == ()


def test_a_conflict_names_the_changes_that_were_looked_at():
    made = decide(
        act="conflict",
        target="household",
        household=HOUSE,
        about="uuid:a uuid:b",
        fields="h_house_no",
        h_house_no="9-1号",
    )
    found = decided(made)
    assert (found.act, found.kept, found.about) == (Act.CONFLICT, HOUSE, ("uuid:a", "uuid:b"))
    (change,) = changes(pack_form("decision"), made.xml)
    assert (change.label, change.properties) == ("陈 9-1号", {"house_no": "9-1号"})


def test_an_earlier_decision_is_undone():
    found = decided(decide(act="undo", resident=ONE, undone="uuid:earlier"))
    assert (found.act, found.undone) == (Act.UNDO, ("uuid:earlier",))


@pytest.mark.parametrize(("dataset", "prefix"), [("residents", "r_"), ("households", "h_")])
def test_every_fact_of_the_registers_can_be_settled(dataset, prefix):
    """`last_visit` and its kin are nobody's to contradict: the newest stands."""
    known = set()
    for name in ("household", "resident", "resident_change", "correction"):
        for entity in pack_form(name).entities:
            known |= set(entity.properties) if entity.dataset == dataset else set()
    (declared,) = [each for each in pack_form("decision").entities if each.dataset == dataset]
    assert set(declared.properties) == known
    assert {path.rpartition("/")[2] for path in declared.properties.values()} == {prefix + name for name in known}


def test_a_batch_is_taken_in_but_for_what_goes_back():
    session = open_pack("batch_check")
    answer(session, village="990621101201", channel="stick", total="3", accepted="2")
    (returned,) = session.children("/data/item")
    asked = {"record": "uuid:a", "why": "date", "said": "请核对日期"}
    for name, value in asked.items():
        assert session.set(f"{returned}/{name}", value).skipped is None
    found = parse(session.finalise().xml)
    assert [each.text for each in found.iter("{*}record")] == ["uuid:a"]
