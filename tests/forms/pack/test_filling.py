"""All five forms run: what is filled beforehand, what is derived, what becomes of the entities."""

from datetime import date

import pytest
from pack_forms import answer, entity_list, open_pack, pack_bytes, pack_form

from forms.api import NotReady
from forms.casework.calendar import Calendar
from forms.casework.course import Opened, fold, properties
from forms.casework.events import read
from forms.casework.states import State
from forms.entities import Conflict, Decision, apply, changes
from forms.xml import parse

PERSON = "11111111-1111-4111-8111-111111111111"
HOUSE = "22222222-2222-4222-8222-222222222222"
RESIDENTS = entity_list({"name": PERSON, "label": "李大成", "area": "99062110120103", "phone": "15412345678"})
HOUSEHOLDS = entity_list({"name": HOUSE, "label": "李大成 27", "area": "99062110120103"})
LANTERN = {"matter": "H05", "description": "路灯坏了三个晚上"}


def values(xml):
    return {element.tag: element.text or "" for element in parse(xml).iter() if not len(element)}


def request():
    session = answer(open_pack("request", residents=RESIDENTS), resident=PERSON, **LANTERN)
    return session.finalise()


def test_a_request_of_a_registered_resident_is_mostly_filled_beforehand():
    session = answer(open_pack("request", residents=RESIDENTS), resident=PERSON, **LANTERN)
    found = values(session.finalise().xml)
    assert {name: found[name] for name in ("phone", "area", "village", "category", "dept_hint", "days", "urgency")} == {
        "phone": "15412345678",
        "area": "99062110120103",
        "village": "990621101201",
        "category": "H",
        "dept_hint": "CW",
        "days": "10",
        "urgency": "normal",
    }
    assert found["request_no"] == "QS-SQA-0424-3"
    assert found["label"] == "QS-SQA-0424-3 路灯亮化维护"


def test_a_request_of_somebody_in_no_list_needs_a_name_and_a_group():
    session = answer(open_pack("request"), requester="visitor", visitor_name="何家明", **LANTERN)
    with pytest.raises(NotReady) as raised:
        session.finalise()
    assert [problem.ref for problem in raised.value.problems] == ["/data/who/area_asked"]
    answer(session, area_asked="99062110120103")
    assert values(session.finalise().xml)["village"] == "990621101201"


def test_an_emergency_says_telephone_first():
    session = answer(open_pack("request", residents=RESIDENTS), resident=PERSON, matter="A05")
    assert session.node("/data/what/urgency").value == "emergency"
    assert session.node("/data/what/call_first").relevant


def test_a_household_without_members_and_one_with_two():
    answers = {"area": "99062110120103", "house_no": "27", "head_name": "李大成", "phone": "15412345678"}
    session = answer(open_pack("household"), **answers, registered="4", living="3")
    alone = changes(pack_form("household"), session.finalise().xml)
    assert [(change.dataset, change.create) for change in alone] == [("households", True)]
    session = answer(open_pack("household"), **answers, registered="4", living="3")
    session.add_repeat("/data/member")
    for number, (name, sex, relation) in enumerate((("李大成", "m", "head"), ("王秀英", "f", "spouse")), 1):
        for question, value in (("name", name), ("sex", sex), ("relation", relation)):
            session.set(f"/data/member[{number}]/{question}", value)
    found = {change.label: change for change in changes(pack_form("household"), session.finalise().xml)}
    home = found["李大成 27"]
    for member in (found["李大成"], found["王秀英"]):
        assert member.dataset == "residents"
        assert member.properties["household"] == home.uuid
        assert member.properties["area"] == "99062110120103"
        assert apply(member, None).decision is Decision.CREATED


def test_a_member_is_asked_about_once_there_is_a_name():
    session = open_pack("household")
    assert not session.node("/data/member[1]/sex").relevant
    session.set("/data/member[1]/name", "李大成")
    assert "/data/member[1]/sex" in {problem.ref for problem in session.problems()}


def test_sex_birth_and_tail_come_from_the_identity_number():
    session = answer(open_pack("resident", households=HOUSEHOLDS), household=HOUSE, name="陈桂芳")
    answer(session, id_no="990621198310171834", relation="head", phone="15412345678", tags="none")
    found = values(session.finalise().xml)
    assert (found["birth"], found["sex"], found["age"], found["id_tail"]) == ("1983-10-17", "m", "43", "1834")


WRONG = ("99062119831017183", "990621198310171830", "990621198310321830", "990621199902291830", "9906211983101718300")


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_identity_number_is_named(wrong):
    session = answer(open_pack("resident", households=HOUSEHOLDS), household=HOUSE, name="陈桂芳", id_no=wrong)
    assert "/data/who/id_no" in {problem.ref for problem in session.problems() if problem.code == "constraint"}


def handled(row, events, form, **answers):
    """The submission of an event on the request as a village or clerk would see it now."""
    calendar = Calendar.read(pack_bytes("calendar.csv"))
    opened = Opened(row.uuid, State.ARRIVED, date(2026, 11, 20), days=int(row.properties["days"]))
    course = fold(opened, events, calendar)
    current = dict.fromkeys(("answer", "next_step", "reopened", "told_on", "outcome"), "")
    listed = {"name": row.uuid, "label": row.label, **current, **row.properties, **properties(course)}
    session = answer(open_pack(form, seed=len(events) + 2, requests=entity_list(listed)), request=row.uuid, **answers)
    submission = session.finalise()
    event = read(form, submission.instance_id, values(submission.xml))
    after = fold(opened, [*events, event], calendar)
    assert values(submission.xml)["status"] == after.state, "the form and the table say the same"
    assert after.late == ()
    (change,) = changes(pack_form(form), submission.xml)
    assert apply(change, row).conflict is Conflict.NONE
    events.append(event)
    return after


def test_a_request_goes_all_the_way_through_the_forms():
    row = apply(changes(pack_form("request"), request().xml)[0], None).row
    events = []
    assert handled(row, events, "request_update", action="receive").state is State.TAKEN_UP
    assigned = handled(row, events, "request_update", action="assign")
    assert (assigned.state, assigned.department, assigned.due.day) == (State.ASSIGNED, "CW", date(2026, 12, 4))
    returned = handled(row, events, "request_update", action="return", return_why="place", return_text="哪盏灯")
    assert returned.returned_text == "哪盏灯"
    handled(row, events, "request_update", action="supplement")
    declined = handled(
        row, events, "request_update", action="answer", outcome="declined", decline_reason="不属本镇",
        decline_basis="某文件第三条", next_step="去县里",
    )  # fmt: skip
    assert declined.answer == "不予办理：不属本镇（依据：某文件第三条）"
    again = handled(row, events, "told", way="face", reaction="unsatisfied", why_not="太慢", again="yes")
    assert again.state is State.REOPENED
    handled(row, events, "request_update", action="answer", outcome="done", did="换了灯泡")
    assert handled(row, events, "told", way="notfound", try_on="2026-11-25").state is State.ANSWERED
    closed = handled(row, events, "request_update", action="close")
    assert (closed.state, closed.answer) == (State.CLOSED, "换了灯泡")
    told = handled(row, events, "told", way="board")
    assert (told.state, told.told_way) == (State.CLOSED, "board")


def test_only_what_fits_is_offered():
    listed = entity_list({"name": PERSON, "label": "x", "status": "closed", "reopened": "1", "request_no": "QS"})
    session = answer(open_pack("request_update", requests=listed), request=PERSON)
    assert [choice.value for choice in session.choices("/data/which/action")] == []
    fresh = entity_list({"name": PERSON, "label": "x", "status": "ready", "request_no": "QS"})
    session = answer(open_pack("request_update", requests=fresh), request=PERSON)
    assert [choice.value for choice in session.choices("/data/which/action")] == ["receive", "assign", "return"]
