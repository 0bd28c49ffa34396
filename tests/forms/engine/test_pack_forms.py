"""The forms of the pack, filled in as a village official would."""

from __future__ import annotations

from importlib.resources import files

import pytest
from small_forms import opened

from forms.api import NotReady
from forms.engine.session import FillingSession
from forms.load import LoadedForm, load_form
from forms.rows import Columns, from_records, read_csv
from forms.submission import seed
from forms.text import Text

NAMES = ("household", "resident", "request", "request_update", "told")
GROUP = "99062110120103"


def form(name: str) -> LoadedForm:
    return load_form((files("resources") / "xforms" / f"{name}.xml").read_bytes(), name=name)


def areas() -> Columns:
    return read_csv((files("resources") / "pack" / "areas.csv").read_bytes())


def answer(session: FillingSession, **answers: str) -> None:
    """Answers by the last name of their question, wherever it stands."""
    refs = {node.name: node.ref for node in session.everything()}
    for name, value in answers.items():
        assert session.set(refs[name], value).skipped is None, name


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_without_a_warning_and_says_what_is_missing(name: str) -> None:
    loaded = form(name)
    assert loaded.form_id == name
    assert loaded.warnings == ()
    session = opened(loaded)
    with pytest.raises(NotReady) as raised:
        session.finalise()
    for problem in raised.value.problems:
        assert problem.message(Text("zh"))
        assert problem.label


@pytest.mark.parametrize("name", NAMES)
def test_every_label_is_there_in_both_languages(name: str) -> None:
    session = opened(form(name))
    for language in session.form.languages:
        session.set_language(language)
        assert all(node.label for node in session.walk() if node.control is not None)


def test_a_household_with_members_creates_residents() -> None:
    session = opened(form("household"), rows={"areas": areas()})
    answer(session, area=GROUP, house_no="7", head_name="王建国", phone="13812345678", registered="4", living="3")
    members = session.node("/data/member")
    while session.node("/data/member").count < 2:
        session.add_repeat("/data/member")
    assert members.can_add
    for at, (name, sex) in enumerate((("王建国", "m"), ("李秀英", "f")), 1):
        session.set(f"/data/member[{at}]/name", name)
        for ref in (f"/data/member[{at}]/sex", f"/data/member[{at}]/relation"):
            session.set(ref, session.choices(ref)[0].value)
        assert session.node(f"/data/member[{at}]/name").value == name, sex
    submission = session.finalise()
    root = seed(submission.xml)
    household = next(c for c in root.children if c.name == "meta").children[0]
    residents = [c for c in root.children if c.name == "member"]
    identifiers = set()
    for member in residents:
        fields = {child.name: child.text for child in member.children}
        assert fields["m_household"] == household.fields["id"]
        assert fields["m_area"] == GROUP
        entity = next(c for c in member.children if c.name == "meta").children[0]
        assert entity.fields["dataset"] == "residents"
        assert entity.children[0].text == fields["name"]
        identifiers.add(entity.fields["id"])
    assert len(identifiers) == 2
    assert all(len(identifier) == 36 for identifier in identifiers)


def test_a_request_takes_area_and_telephone_from_the_resident() -> None:
    residents = from_records([{"name": "u-1", "label": "王建国", "area": GROUP, "phone": "13812345678"}])
    session = opened(
        form("request"), rows={"areas": areas(), "residents": residents}, number=lambda kind: f"{kind}-SQA-0001-7"
    )
    answer(session, requester="person", resident="u-1", matter="A01", description="房子漏雨，想申请低保")
    assert session.node("/data/area").value == GROUP
    assert session.node("/data/who/phone").value == "13812345678"
    assert session.node("/data/what/urgency").value == "normal"
    assert session.node("/data/category").value == "A"
    submission = session.finalise()
    assert submission.numbers == (("QS", "QS-SQA-0001-7"),)
    assert "<label>QS-SQA-0001-7 申请低保</label>".encode() in submission.xml


def test_an_update_names_the_version_that_it_saw() -> None:
    requests = from_records(
        [{"name": "r-1", "label": "QS-SQA-0001-7", "status": "answered", "answer": "好", "__version": "2"}]
    )
    session = opened(form("told"), rows={"requests": requests})
    fields = [node for node in session.everything() if node.control is not None and node.value == ""]
    chooser = next(node.ref for node in fields if "r-1" in [choice.value for choice in session.choices(node.ref)])
    session.set(chooser, "r-1")
    xml = session.submission_xml()
    assert b'dataset="requests"' in xml
    assert b'baseVersion="2"' in xml
    assert b'id="r-1"' in xml
