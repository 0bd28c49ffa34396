"""Answers as data: where they may stand, in which order they work, and why one is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from desktop.services.filling.answers import apply, lexical, read
from forms.api import AnswerProblem, Environment, Form, Session
from forms.load import load_form
from forms.rows import from_records, read_csv

PACK = files("resources")
AREAS = read_csv((PACK / "pack" / "areas.csv").read_bytes())
ENVIRONMENT = Environment(
    now=lambda: datetime(2026, 11, 20, 2, 30, tzinfo=UTC),
    uuid=lambda: "3b3fae0d-77a5-4d2c-8f5c-4f2e6cbb6a01",
    random=lambda: 0.5,
)


@pytest.fixture(scope="module")
def household() -> Form:
    return load_form((PACK / "xforms" / "household.xml").read_bytes())


@pytest.fixture(scope="module")
def request_form() -> Form:
    return load_form((PACK / "xforms" / "request.xml").read_bytes())


def opened(form: Form) -> Session:
    residents = from_records([{"name": "r-1", "label": "王建国", "area": "99062110120201", "phone": "15412345678"}])
    rows = {"areas": AREAS, "residents": residents}
    return form.open(ENVIRONMENT, rows={external.id: rows[external.id] for external in form.externals})


def filled(form: Form, answers: Mapping[str, object]) -> tuple[Session, tuple[AnswerProblem, ...]]:
    session = opened(form)
    return session, apply(session, read(answers, form))


GOOD = {
    "where": {"area": "99062110120201", "house_no": "1号", "head_name": "王建国", "has_phone": "no"},
    "people": {"registered": 3, "living": 2},
}


def test_answers_nest_by_group_without_the_root(household: Form) -> None:
    session, problems = filled(household, GOOD)
    assert problems == ()
    assert session.node("/data/where/house_no").value == "1号"
    assert session.problems() == ()


def test_answers_by_path_mix_with_nested_ones(household: Form) -> None:
    answers = {**GOOD, "/data/life/house_grade": "B", "life/water": "well", "member[2]/name": "李秀兰"}
    session, problems = filled(household, answers)
    assert [problem.code for problem in problems] in ([], ["not_a_choice"])
    assert session.node("/data/life/house_grade").value == "B"
    assert session.node("/data/member").count == 2
    assert session.node("/data/member[2]/name").value == "李秀兰"


def test_a_list_of_objects_makes_exactly_as_many_instances(household: Form) -> None:
    member = [{"name": name, "sex": "m", "relation": "son"} for name in ("王一一", "王二二", "王三三")]
    session, problems = filled(household, {**GOOD, "member": member})
    assert problems == ()
    assert session.node("/data/member").count == 3
    session, problems = filled(household, {**GOOD, "member": []})
    assert problems == ()
    assert session.node("/data/member").count == 0


def test_a_value_that_its_question_writes_otherwise_is_the_answer(household: Form) -> None:
    house = {"floor_area": 80, "land_mu": 2.5}
    session, problems = filled(household, {**GOOD, "life": {"more": "yes"}, "house": house})
    assert problems == ()
    assert session.value("/data/house/floor_area") == "80.0"


def test_what_another_answer_opens_may_stand_before_it(household: Form) -> None:
    session, problems = filled(household, {"house": {"built": 1998}, "life": {"more": "yes"}, **GOOD})
    assert problems == ()
    assert session.node("/data/house/built").value == "1998"


def test_an_answer_wins_over_what_a_trigger_fills_in(request_form: Form) -> None:
    answers = {
        "what": {"urgency": "urgent", "matter": "H05", "description": "路灯不亮了"},
        "who": {"requester": "person", "resident": "r-1", "phone": "15400000000"},
        "tell_by": "face",
    }
    session, problems = filled(request_form, answers)
    assert problems == ()
    assert session.node("/data/what/urgency").value == "urgent"
    assert session.node("/data/who/phone").value == "15400000000"


@pytest.mark.parametrize(
    ("answers", "ref", "code"),
    [
        ({"where": {"colour": "red"}}, "/data/where/colour", "unknown"),
        ({"nothing/here": "x"}, "/data/nothing/here", "unknown"),
        ({"where": {"has_phone": "no", "phone": "15412345678"}}, "/data/where/phone", "irrelevant"),
        ({"village": "990621101202"}, "/data/village", "calculated"),
        ({"life": {"house_grade": "Z"}}, "/data/life/house_grade", "not_a_choice"),
        ({"where": {"area": "990621101202"}}, "/data/where/area", "not_a_choice"),
    ],
)
def test_a_value_that_has_no_place_is_refused(household: Form, answers: dict[str, object], ref: str, code: str) -> None:
    _, problems = filled(household, answers)
    assert [(problem.ref, problem.code) for problem in problems] == [(ref, code)]


def test_a_file_that_is_not_there_is_refused(request_form: Form) -> None:
    session = opened(request_form)

    def attach(source: Path) -> str:
        raise FileNotFoundError(source)

    wanted = read({"what": {"photo": {"file": "lamp.jpg"}}}, request_form)
    assert [problem.code for problem in apply(session, wanted, attach)] == ["file"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(True, "true"), (None, ""), (3.0, "3"), (2.5, "2.5"), (["a", "b"], "a b"), ("x y", "x y"), (7, "7")],
)
def test_values_become_lexical_ones(value: object, written: str) -> None:
    assert lexical(value) == written
