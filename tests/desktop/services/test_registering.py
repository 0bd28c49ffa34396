"""Somebody new on the way to a request: short, from a draft, into a known household, or by name only first."""

from pathlib import Path

import pytest
from service_world import GROUP, VILLAGE, Filled

from desktop.services.desk import TheDesk
from desktop.services.people.newcomer import Ask, Newcomer, is_short
from desktop.services.people.registering import Because
from forms.api import NotReady

PERSON, ID_NO, PHONE = "何家明", "52240119650312761X", "13985412207"


def begun(desk: TheDesk, **answers: str) -> Newcomer:
    made = desk.registering.start(PERSON)
    for ask in Ask:
        if ask.name.lower() in answers:
            assert made.answer(ask, answers[ask.name.lower()]).skipped is None
    return made


def only_name(desk: TheDesk, name: str = PERSON) -> str:
    known = {"requester": "visitor", "visitor_name": name, "area_asked": VILLAGE}
    said = {"matter": "H05", "description": "路口的灯不亮了"}
    return desk.filling.finish(desk.filling.start("request", known=known | said)).uuid


def test_a_new_house_is_written_with_the_person_as_its_head(desk: TheDesk) -> None:
    stored = desk.registering.finish(begun(desk, sex="m", area=GROUP, house_no="27", phone=PHONE))
    person = desk.people.person(stored.uuid)
    assert (person.row.name, person.row.sex, person.row.area, person.row.house_no) == (PERSON, "m", GROUP, "27")
    assert person.household is not None
    assert person.household.head_name == PERSON
    known = desk.context.store.entities.get(stored.uuid, "residents")
    assert known is not None
    expected = {"relation": "head", "has_phone": "yes", "phone": PHONE, "id_has": "later", "presence": "home"}
    assert expected.items() <= known.properties.items()
    assert desk.filling.drafts() == ()


def test_what_is_left_open_is_said_to_be_so(desk: TheDesk) -> None:
    stored = desk.registering.finish(begun(desk, sex="f", area=GROUP, house_no="3"))
    known = desk.context.store.entities.get(stored.uuid, "residents")
    assert known is not None
    assert (known.properties["has_phone"], known.properties["id_has"]) == ("no", "later")
    assert desk.context.text("registering.remark") in desk.records.export(stored.instance_id).decode()


def test_the_identity_number_gives_sex_and_birth_and_is_checked(desk: TheDesk) -> None:
    made = begun(desk, id_no=ID_NO)
    wrong = made.answer(Ask.ID_NO, ID_NO[:-1] + ("1" if ID_NO[-1] != "1" else "2"))
    assert wrong.skipped is None
    assert not made.node(Ask.ID_NO).valid
    made.answer(Ask.ID_NO, ID_NO)
    assert made.node(Ask.ID_NO).valid
    assert not made.node(Ask.SEX).relevant
    for ask, value in ((Ask.AREA, GROUP), (Ask.HOUSE_NO, "9")):
        made.answer(ask, value)
    row = desk.people.person(desk.registering.finish(made).uuid).row
    assert (row.sex, row.age) == ("m", 61)


def test_a_known_house_takes_them_in(village: Filled) -> None:
    desk = village.desk
    home = desk.registering.house(GROUP, "01")
    assert home is not None
    assert (home.head_name, home.members) == ("王建国", 2)
    stored = desk.registering.finish(begun(desk, sex="m", area=GROUP, house_no="1", relation="son"))
    assert desk.people.person(stored.uuid).row.household == home.uuid
    assert len(desk.people.households()) == 1


def test_nothing_is_doubled_after_a_breakdown_between_house_and_person(desk: TheDesk) -> None:
    first = begun(desk, sex="m", area=GROUP, house_no="27")
    first.settle(head=True)
    draft = desk.filling.save(desk.registering.snapshot(first)).id
    desk.filling.hand_in(first.home)  # and here the light goes out
    again = desk.registering.resume(draft)
    assert [again.node(ask).value for ask in (Ask.SEX, Ask.AREA, Ask.HOUSE_NO)] == ["m", GROUP, "27"]
    stored = desk.registering.finish(again)
    assert len(desk.people.households()) == 1
    known = desk.context.store.entities.get(stored.uuid, "residents")
    assert known is not None
    assert known.properties["relation"] == "head"


def test_no_household_stands_without_its_person(desk: TheDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(desk, sex="m", area=GROUP, house_no="27")
    with monkeypatch.context() as dark:
        dark.setattr(type(desk.filling), "finish", _light_out)
        with pytest.raises(OSError, match="the light"):
            desk.registering.finish(first)
    assert desk.people.households() == ()
    (draft,) = desk.filling.drafts()
    stored = desk.registering.finish(desk.registering.resume(draft.id))
    assert len(desk.people.households()) == 1
    assert desk.people.person(stored.uuid).row.household


def test_after_a_breakdown_the_person_stands_among_the_drafts(desk: TheDesk) -> None:
    first = begun(desk, sex="m", area=GROUP, house_no="27")
    first.settle(head=True)
    desk.filling.save(desk.registering.snapshot(first))  # the light may go out here, or after the household
    for stored in (False, True):
        if stored:
            desk.filling.hand_in(first.home)
        (draft,) = desk.filling.drafts()
        assert draft.title == PERSON
        assert is_short(desk.filling.resume(draft.id).place)
        assert len(desk.people.households()) == int(stored)
        assert desk.people.count() == 0


def test_a_breakdown_before_the_request_is_theirs_leaves_it_on_the_list_of_the_day(
    village: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = village.desk
    request = only_name(desk)
    made = desk.registering.start(about=request)
    for ask, value in ((Ask.SEX, "m"), (Ask.AREA, GROUP), (Ask.HOUSE_NO, "27")):
        made.answer(ask, value)
    with monkeypatch.context() as dark:
        dark.setattr(type(desk.registering), "_give", _light_out)
        with pytest.raises(OSError, match="the light"):
            desk.registering.finish(made)
    assert [row.uuid for row in desk.registering.unregistered()] == [request]
    (alike,) = desk.registering.alike(PERSON)
    desk.registering.link(request, alike.person.uuid)
    assert desk.registering.unregistered() == ()


def _light_out(*_: object) -> None:
    raise OSError("the light went out")


def test_what_is_missing_stops_it_and_stays_a_draft(desk: TheDesk) -> None:
    made = begun(desk, area=GROUP, house_no="27")
    made.settle(head=True)
    assert [ask for ask, _ in made.problems()] == [Ask.SEX]
    with pytest.raises(NotReady):
        desk.registering.finish(made)
    (draft,) = desk.filling.drafts()
    kept = desk.filling.resume(draft.id)
    assert is_short(kept.place)


def test_a_child_needs_the_guardian(desk: TheDesk) -> None:
    made = begun(desk, id_no="522401201906017611", area=GROUP, house_no="27")
    assert made.node(Ask.ID_NO).valid
    made.settle(head=True)
    assert [ask for ask, _ in made.problems()] == [Ask.CONSENT]
    made.answer(Ask.CONSENT, "yes")
    assert made.problems() == ()


def test_who_may_be_meant(village: Filled) -> None:
    alike = village.desk.registering.alike
    (same,) = alike("王建国")
    assert same.because == (Because.NAME,)
    (sound,) = alike("汪剑果")
    assert (sound.person.name, sound.because) == ("王建国", (Because.SOUND,))
    found = alike("王建国", area=GROUP, house_no="1")
    assert found[0].because == (Because.NAME, Because.HOUSE)
    assert {each.person.name for each in found} == {"王建国", "李秀兰"}
    assert alike("何家明") == ()


def test_a_name_only_is_listed_until_the_person_is_registered(village: Filled) -> None:
    desk = village.desk
    request = only_name(desk)
    assert [row.who for row in desk.registering.unregistered()] == [PERSON]
    made = desk.registering.start(about=request)
    assert made.name == PERSON
    for ask, value in ((Ask.SEX, "m"), (Ask.AREA, GROUP), (Ask.HOUSE_NO, "27")):
        made.answer(ask, value)
    stored = desk.registering.finish(made)
    assert desk.registering.unregistered() == ()
    row = desk.requests.show(request).row
    assert (row.resident, row.description) == (stored.uuid, "路口的灯不亮了")


def test_a_name_only_may_be_somebody_who_is_registered(village: Filled) -> None:
    desk = village.desk
    request = only_name(desk, "老王")
    desk.registering.link(request, village.residents[0])
    assert desk.registering.unregistered() == ()
    assert desk.requests.show(request).row.resident == village.residents[0]


def test_the_draft_keeps_a_house_that_is_not_written_yet(desk: TheDesk, tmp_path: Path) -> None:
    made = begun(desk, area=GROUP, house_no="27")
    draft = desk.filling.save(desk.registering.snapshot(made))
    assert (draft.title, draft.form_id) == (PERSON, "resident")
    again = desk.registering.resume(draft.id)
    assert again.node(Ask.HOUSE_NO).value == "27"
