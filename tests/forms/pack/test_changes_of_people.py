"""Changes of people and corrections: who moves, dies, is born, marries, which household is divided; nothing is lost."""

import pytest
from pack_forms import answer, entity_list, open_pack, pack_form

from forms.api import NotReady
from forms.entities import Decision, EntityRow, apply, changes

HOUSE, OTHER = "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"
HEAD, WIFE, SON = (f"{n}1111111-1111-4111-8111-111111111111" for n in (1, 2, 3))
GROUP, ELSEWHERE = "99062110120103", "99062110120101"
HOME = {"area": GROUP, "house_no": "27", "head_name": "李大成", "registered": "3", "living": "2", "state": "active"}
THERE = {"area": ELSEWHERE, "house_no": "4", "head_name": "王建国", "registered": "2", "living": "2", "state": "active"}
PEOPLE = {
    HEAD: {"full_name": "李大成", "relation": "head", "presence": "home"},
    WIFE: {"full_name": "王秀英", "relation": "spouse", "presence": "home"},
    SON: {"full_name": "李小满", "relation": "son", "presence": "away"},
}


class Village:
    """Two households and their people as lists and as rows; changes are applied to the rows."""

    def __init__(self):
        common = {"household": HOUSE, "area": GROUP, "state": "active", "phone": "15412345678", "left_on": ""}
        self.rows = {uuid: row("residents", uuid, {**known, **common}) for uuid, known in PEOPLE.items()}
        self.rows |= {HOUSE: row("households", HOUSE, HOME), OTHER: row("households", OTHER, THERE)}

    def lists(self):
        return {
            dataset: entity_list(
                *(
                    {"name": each.uuid, "label": each.label, "__version": str(each.version), **each.properties}
                    for each in self.rows.values()
                    if each.dataset == dataset
                )
            )
            for dataset in ("residents", "households")
        }

    def open(self, form):
        return open_pack(form, **self.lists())

    def take(self, form, session):
        for change in changes(pack_form(form), session.finalise().xml):
            done = apply(change, self.rows.get(change.uuid))
            assert done.decision in (Decision.CREATED, Decision.UPDATED), done
            assert done.conflict.value == "none"
            self.rows[change.uuid] = done.row
        return self

    def change(self, what, **answers):
        return self.take("resident_change", answer(self.open("resident_change"), what=what, household=HOUSE, **answers))

    def correct(self, **answers):
        return self.take("correction", answer(self.open("correction"), **answers))

    def of(self, uuid, *names):
        return tuple(self.rows[uuid].properties.get(name, "") for name in names)

    def new(self, dataset):
        known = {*PEOPLE, HOUSE, OTHER}
        (found,) = (each for each in self.rows.values() if each.dataset == dataset and each.uuid not in known)
        return found


def row(dataset, uuid, known):
    label = known.get("full_name") or f"{known['head_name']} {known['house_no']}"
    return EntityRow(dataset, uuid, label, 1, known)


def test_the_head_dies_and_somebody_follows():
    village = Village().change("died", members=HEAD, next_head=WIFE, since="2026-11-18")
    assert village.of(HEAD, "state", "left_on", "relation") == ("died", "2026-11-18", "head")
    assert village.of(HEAD, "full_name", "phone", "household") == ("李大成", "15412345678", HOUSE)
    assert village.of(WIFE, "relation", "state", "household") == ("head", "active", HOUSE)
    assert village.of(HOUSE, "head_name", "registered", "living", "state") == ("王秀英", "2", "1", "active")
    assert village.rows[HOUSE].label == "王秀英 27"
    assert village.rows[HEAD].label == "李大成"


def test_a_family_moves_away_and_comes_back():
    village = Village().change("moved", members=f"{HEAD} {WIFE} {SON}", left_to="省城")
    assert [village.of(uuid, "state", "left_to") for uuid in PEOPLE] == [("moved", "省城")] * 3
    assert village.of(HOUSE, "state", "registered", "living") == ("gone", "0", "0")
    session = answer(village.open("resident_change"), what="back", household=HOUSE)
    assert {choice.value for choice in session.choices("/data/which/members")} == set(PEOPLE)
    village.change("back", members=f"{HEAD} {WIFE}")
    assert [village.of(uuid, "state", "left_on") for uuid in (HEAD, WIFE)] == [("active", "")] * 2
    assert village.of(HOUSE, "state", "registered", "living") == ("active", "2", "2")
    assert village.of(SON, "state") == ("moved",)


def test_who_was_away_is_not_counted_as_living_there():
    village = Village().change("moved", members=SON)
    assert village.of(HOUSE, "registered", "living") == ("2", "2")


def test_a_birth_needs_the_guardian_and_makes_a_resident():
    session = answer(Village().open("resident_change"), what="born", household=HOUSE, new_name="李小宝", new_sex="f")
    answer(session, new_birth="2026-11-01", new_relation="other")
    with pytest.raises(NotReady) as raised:
        session.finalise()
    assert [problem.ref for problem in raised.value.problems] == ["/data/newcomer/guardian_consent"]
    village = Village()
    village.take("resident_change", answer(session, guardian_consent="yes"))
    child = village.new("residents")
    expected = {
        "full_name": "李小宝",
        "sex": "f",
        "birth": "2026-11-01",
        "household": HOUSE,
        "area": GROUP,
        "village": "990621101201",
        "state": "active",
        "id_has": "later",
        "has_phone": "no",
    }
    assert expected.items() <= child.properties.items()
    assert child.label == "李小宝"
    assert village.of(HOUSE, "registered", "living") == ("4", "3")


def test_marriage_in_and_out():
    village = Village().change(
        "married_in",
        new_name="陈桂芳",
        new_sex="f",
        new_birth="1999-05-01",
        new_relation="other",
        new_phone="15412345679",
    )
    bride = village.new("residents")
    assert (bride.properties["phone"], bride.properties["household"]) == ("15412345679", HOUSE)
    village.change("married_out", members=SON, left_to="邻县")
    assert village.of(SON, "state", "left_to", "household") == ("moved", "邻县", HOUSE)


def test_moving_within_the_village_takes_current_facts_along():
    village = Village().change("house", members=SON, to_household=OTHER, to_relation="other")
    assert village.of(SON, "household", "area", "village", "state") == (OTHER, ELSEWHERE, "990621101201", "active")
    assert village.of(OTHER, "registered", "head_name") == ("3", "王建国")
    assert village.of(HOUSE, "registered") == ("2",)
    assert village.rows[OTHER].label == "王建国 4"


def test_a_household_is_divided():
    village = Village().change("split", members=f"{WIFE} {SON}", new_head=WIFE, new_house_no="27-1")
    new = village.new("households")
    assert new.label == "王秀英 27-1"
    expected = {"area": GROUP, "house_no": "27-1", "head_name": "王秀英", "registered": "2", "living": "1"}
    assert expected.items() <= new.properties.items()
    assert [village.of(uuid, "household") for uuid in (HEAD, WIFE, SON)] == [(HOUSE,), (new.uuid,), (new.uuid,)]
    assert [village.of(uuid, "relation") for uuid in (HEAD, WIFE, SON)] == [("head",), ("head",), ("son",)]
    assert village.of(HOUSE, "registered", "living", "state", "head_name") == ("1", "1", "active", "李大成")


def test_the_new_head_is_one_of_those_who_leave():
    session = answer(Village().open("resident_change"), what="split", household=HOUSE, members=f"{WIFE} {SON}")
    assert {choice.value for choice in session.choices("/data/newhome/new_head")} == {WIFE, SON}
    assert not session.node("/data/next").relevant
    answer(session, members=f"{HEAD} {SON}")
    assert [choice.value for choice in session.choices("/data/next/next_head")] == [WIFE]


def test_a_correction_changes_what_was_ticked_and_nothing_else():
    before = Village()
    village = Village().correct(resident=HEAD, why="typo", fields="name", n_name="李大城", reason="看了身份证")
    assert village.rows[HEAD].label == "李大城"
    assert dict(before.rows[HEAD].properties) | {"full_name": "李大城"} == dict(village.rows[HEAD].properties)
    assert before.rows[HOUSE] == village.rows[HOUSE]


def test_a_corrected_number_brings_birth_and_sex():
    village = Village().correct(resident=WIFE, why="changed", fields="id_no", n_id="990621198310171834")
    expected = ("990621198310171834", "1834", "1983-10-17", "m", "have")
    assert village.of(WIFE, "id_no", "id_tail", "birth", "sex", "id_has") == expected
    assert village.rows[WIFE].label == "王秀英"


def test_a_telephone_may_be_taken_away():
    village = Village().correct(
        resident=WIFE, why="asked", fields="phone birth relation", n_relation="other", n_birth="1980-01-01"
    )
    assert village.of(WIFE, "phone", "has_phone", "relation", "birth") == ("", "no", "other", "1980-01-01")


def test_another_household_takes_its_area_along():
    village = Village().correct(
        resident=SON, why="typo", fields="household", n_household=OTHER, n_relation="other", reason="登错户"
    )
    assert village.of(SON, "household", "area") == (OTHER, ELSEWHERE)


def test_a_household_is_corrected():
    village = Village().correct(
        target="household", household=HOUSE, why="changed", fields="h_house_no h_aid", m_house_no="28", m_aid="dibao"
    )
    assert village.rows[HOUSE].label == "李大成 28"
    assert village.of(HOUSE, "house_no", "aid_type", "head_name", "registered") == ("28", "dibao", "李大成", "3")


def test_a_slip_of_the_pen_needs_an_explanation():
    session = answer(Village().open("correction"), resident=HEAD, why="typo", fields="name", n_name="李大城")
    assert "/data/reason" in {problem.ref for problem in session.problems()}


def test_who_was_registered_by_mistake_is_taken_back_and_can_come_again():
    village = Village().change("mistake", members=f"{HEAD} {WIFE} {SON}")
    assert [village.of(each, "state") for each in (HEAD, WIFE, SON)] == [("void",)] * 3
    assert village.of(HEAD, "full_name", "left_on") == ("李大成", "")
    assert village.of(HOUSE, "state", "registered") == ("gone", "0")
    village.change("back", members=HEAD)
    assert village.of(HEAD, "state") == ("active",)


def test_a_household_without_people_is_taken_back_too():
    village = Village()
    for uuid in PEOPLE:
        del village.rows[uuid]
    assert village.change("mistake").of(HOUSE, "state") == ("gone",)


def test_the_guardians_answer_is_added_when_somebody_asked():
    village = Village().correct(target="resident", resident=SON, why="changed", fields="consent", n_consent="yes")
    assert village.of(SON, "guardian_consent", "full_name") == ("yes", "李小满")


def test_an_erasure_blanks_what_is_known_and_names_nobody():
    village = Village()
    session = answer(village.open("erasure"), resident=WIFE, why="asked", sure="OK")
    xml = session.finalise().xml
    (change,) = changes(pack_form("erasure"), xml)
    saved = {name for form in ("resident", "resident_change", "correction", "household") for declared in
             pack_form(form).entities if declared.dataset == "residents" for name in declared.properties}  # fmt: skip
    assert saved - set(change.properties) == {"area", "village"}
    assert {value for name, value in change.properties.items() if name != "state"} == {""}
    row = apply(change, village.rows[WIFE]).row
    assert (row.properties["state"], row.properties["full_name"]) == ("erased", "")
    assert "王秀英" not in xml.decode() + row.label
