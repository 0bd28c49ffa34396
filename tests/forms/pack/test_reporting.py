"""Visits, hazards, opinions: what they ask, and what becomes of households and of the request board."""

from datetime import date

import pytest
from pack_forms import answer, entity_list, open_pack, pack_bytes, pack_form

from forms.casework.calendar import Calendar
from forms.casework.course import Opened, fold
from forms.casework.events import Action, RequestEvent
from forms.casework.states import State
from forms.entities import Decision, EntityRow, apply, changes
from forms.xml import parse

PERSON = "11111111-1111-4111-8111-111111111111"
HOUSE = "22222222-2222-4222-8222-222222222222"
GROUP = "99062110120103"
RESIDENTS = entity_list(
    {"name": PERSON, "label": "李大成", "area": GROUP, "phone": "15412345678", "household": HOUSE},
)


def households(**known):
    return entity_list(
        {"name": HOUSE, "label": "李大成 27", "area": GROUP, "last_visit": "", "nobody_count": "", **known}
    )


def values(xml):
    return {element.tag: element.text or "" for element in parse(xml).iter() if not len(element)}


def visit(lists=None, **answers):
    session = answer(open_pack("visit", residents=RESIDENTS, households=lists or households()), household=HOUSE)
    return answer(session, **answers).finalise().xml


def home_after(xml, **before):
    row = EntityRow("households", HOUSE, "李大成 27", 1, {"area": GROUP, **before})
    (change,) = changes(pack_form("visit"), xml)
    done = apply(change, row)
    assert done.decision is Decision.UPDATED
    return done.row


def test_a_visit_says_when_somebody_was_met_last():
    row = home_after(visit(seen=PERSON, problems="none", next_on="2026-12-20"))
    expected = {"last_visit": "2026-11-20", "last_visit_way": "door", "next_visit": "2026-12-20", "nobody_count": "0"}
    assert expected.items() <= row.properties.items()
    assert row.label == "李大成 27"


def test_in_vain_counts_and_is_no_visit():
    known = {"last_visit": "2026-10-02", "nobody_count": "1"}
    row = home_after(visit(households(**known), way="nobody"), **known)
    assert (row.properties["last_visit"], row.properties["nobody_count"]) == ("2026-10-02", "2")


def test_a_visit_written_down_late_does_not_put_the_last_one_back():
    known = {"last_visit": "2026-11-15"}
    row = home_after(visit(households(**known), visited_on="2026-11-03", way="phone", problems="none"), **known)
    assert row.properties["last_visit"] == "2026-11-15"


def test_what_was_said_and_seen_stays_in_the_record():
    xml = visit(seen=PERSON, problems="ill house", said="屋顶漏雨，腿摔了", need="yes")
    assert "屋顶漏雨" in values(xml)["said"]
    assert not {"said", "problems", "seen", "need"} & home_after(xml).properties.keys()


def test_who_was_met_is_offered_from_the_household():
    session = answer(open_pack("visit", residents=RESIDENTS, households=households()), household=HOUSE)
    assert [choice.value for choice in session.choices("/data/who/seen")] == [PERSON]
    assert not answer(session, way="nobody").node("/data/check").relevant


def test_what_a_visit_leaves_raises_no_conflict():
    """Two people who visit the same household both did; the newest stays."""
    known = {"last_visit": "2026-10-02"}
    before = EntityRow("households", HOUSE, "李大成 27", 1, {"area": GROUP, **known})
    (first,) = changes(pack_form("visit"), visit(households(**known), problems="none"))
    (second,) = changes(pack_form("visit"), visit(households(**known), way="phone", problems="none"))
    done = apply(second, apply(first, before).row)
    assert (done.decision, done.conflict.value, done.row.conflict.value) == (Decision.UPDATED, "none", "none")
    assert done.row.properties["last_visit_way"] == "phone"


def hazard(kind="water", hlevel="serious", **answers):
    session = answer(open_pack("hazard"), kind=kind, hlevel=hlevel, area=GROUP, place="老桥头水塘")
    return answer(session, description="水深，没有护栏", did="nothing", **answers)


def opened(form, xml):
    return apply(changes(pack_form(form), xml)[0], None).row


@pytest.mark.parametrize(
    ("hlevel", "urgency", "days"), [("small", "normal", 10), ("serious", "urgent", 3), ("now", "emergency", 1)]
)
def test_a_hazard_is_a_request_of_its_kind(hlevel, urgency, days):
    found = opened(
        "hazard",
        hazard(hlevel=hlevel, kit_have="sign ring", people_at_risk="11", households_at_risk="3").finalise().xml,
    )
    expected = {
        "request_no": "YH-SQA-0424-3",
        "matter": "K05",
        "category": "K",
        "dept": "YJ",
        "urgency": urgency,
        "days": str(days),
        "area": GROUP,
        "village": "990621101201",
        "affected": "3",
        "people_at_risk": "11",
        "status": "ready",
        "requester": "public",
        "sensitive": "0",
    }
    assert expected.items() <= found.properties.items()
    assert found.label == "YH-SQA-0424-3 危险水域（溺水点）"
    assert not {"position", "photo", "kit_have"} & found.properties.keys()


def test_a_hazard_has_the_clock_of_a_request():
    found = opened("hazard", hazard(kit_have="none").finalise().xml)
    calendar = Calendar.read(pack_bytes("calendar.csv"))
    begun = Opened(found.uuid, State.ARRIVED, date(2026, 11, 20), days=int(found.properties["days"]), department="YJ")
    course = fold(
        begun, [RequestEvent("i", found.uuid, Action.ASSIGN, date(2026, 11, 20), department="YJ", days=3)], calendar
    )
    assert (course.state, course.due.day) == (State.ASSIGNED, date(2026, 11, 25))


def test_what_is_about_to_happen_says_telephone_first():
    session = hazard("landslide", "now")
    assert session.node("/data/what/call_first").relevant
    assert not session.node("/data/four").relevant
    assert not hazard(kit_have="none").node("/data/what/call_first").relevant


def test_the_four_items_are_asked_at_water_only():
    session = hazard(kit_have="none")
    session.set("/data/four/kit_have", "none ring")
    assert [(each.ref, each.code) for each in session.problems()] == [("/data/four/kit_have", "constraint")]


def opinion(**answers):
    session = answer(open_pack("opinion", residents=RESIDENTS), topic="H", stance="worry", area=GROUP, people="6")
    return answer(session, text="路灯太少，晚上不敢出门", **answers)


def test_most_opinions_name_nobody_and_are_only_counted():
    submission = opinion().finalise()
    assert changes(pack_form("opinion"), submission.xml) == ()
    assert submission.numbers == ()
    assert not {"resident", "request_no", "phone"} & values(submission.xml).keys()


def test_an_opinion_that_wants_an_answer_becomes_a_request():
    submission = opinion(named="yes", resident=PERSON, reply="yes", tell_by="phone").finalise()
    assert submission.numbers == (("MY", "MY-SQA-0424-3"),)
    found = opened("opinion", submission.xml)
    expected = {
        "request_no": "MY-SQA-0424-3",
        "matter": "H99",
        "category": "H",
        "dept": "JT",
        "days": "10",
        "description": "路灯太少，晚上不敢出门",
        "resident": PERSON,
        "phone": "15412345678",
        "tell_by": "phone",
        "sensitive": "1",
        "urgency": "normal",
    }
    assert expected.items() <= found.properties.items()
    assert found.label == "MY-SQA-0424-3 道路、用电与通信"


def test_a_named_opinion_without_an_answer_is_no_request():
    assert changes(pack_form("opinion"), opinion(named="yes", resident=PERSON).finalise().xml) == ()
