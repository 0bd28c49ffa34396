"""The shipped pack: sources and compiled forms match, convert without a warning, and are complete in both languages."""

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform
from pack_forms import FORMS, RESOURCES, pack_bytes, pack_form

from forms.casework.events import Action, Reaction, Way
from forms.casework.states import HANDED_OVER, Outcome, State, wording
from forms.casework.transitions import TRANSITIONS
from forms.check import check
from forms.entities.apply import PROJECTED
from forms.sheets import read_sheets
from forms.text import Text
from forms.xlsform import convert

LISTS = ("areas", "matters", "categories", "departments", "calendar", "surnames", "given_names")


def source(name):
    return (RESOURCES / "forms" / f"{name}.xlsx").read_bytes()


def choices(name, list_name):
    """Choices of one list by name."""
    rows = read_sheets(source(name))["choices"].rows
    return {row.get("name"): row for row in rows if row.get("list_name") == list_name}


def records(name):
    return list(csv.DictReader(io.StringIO(pack_bytes(name).decode("utf-8-sig"))))


@pytest.mark.parametrize("name", FORMS)
def test_compiled_forms_are_those_of_the_workbooks(name):
    converted = convert(source(name), name=f"{name}.xlsx")
    assert converted.problems == ()
    assert converted.xform == (RESOURCES / "xforms" / f"{name}.xml").read_bytes()


@pytest.mark.parametrize("name", FORMS)
def test_a_check_finds_nothing(name):
    checked = check(source(name), name=f"{name}.xlsx")
    assert (checked.ok, checked.form_id, checked.problems) == (True, name, ())


@pytest.mark.parametrize("name", FORMS)
def test_both_languages_are_complete(name):
    sheets = read_sheets(source(name))
    for sheet in ("survey", "choices"):
        for row in sheets[sheet].rows:
            for column, value in row.values.items():
                if column.endswith("::中文 (zh)"):
                    other = row.get(column.replace("::中文 (zh)", "::English (en)"))
                    assert other, (name, sheet, row.number, column)
                    assert re.search("[\u4e00-\u9fff]|\\$\\{|^[\x21-\x7e]+$", value), (name, row.number, value)


@pytest.mark.parametrize("name", FORMS)
def test_every_visible_question_says_its_level_and_what_is_missing(name):
    rows = read_sheets(source(name))["survey"].rows
    for row in rows:
        kind = row.get("type")
        asked = row.get("label::中文 (zh)") and not kind.startswith(("begin", "note"))
        if asked:
            assert row.get("bind::hamlet:level") in ("statistics", "handling", "full"), (name, row.number)
            assert not row.get("required") or row.get("required_message::中文 (zh)"), (name, row.number)
            assert not row.get("constraint") or row.get("constraint_message::中文 (zh)"), (name, row.number)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate needs Java")
@pytest.mark.parametrize("name", FORMS)
def test_odk_validate_takes_it(name, tmp_path):
    """JavaRosa, the engine of ODK Collect, as pyxform ships it: cycles and paths that it refuses."""
    jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    file = tmp_path / f"{name}.xml"
    file.write_bytes((RESOURCES / "xforms" / f"{name}.xml").read_bytes())
    done = subprocess.run(
        ["java", "-Djava.awt.headless=true", "-jar", jar, file], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[:2000]


def test_form_ids_datasets_and_the_short_number():
    assert {name: pack_form(name).form_id for name in FORMS} == {name: name for name in FORMS}
    made = {(name, each.dataset, each.path) for name in FORMS for each in pack_form(name).entities if each.creates}
    assert made == {
        ("household", "households", "/data"),
        ("household", "residents", "/data/member"),
        ("resident", "residents", "/data"),
        ("request", "requests", "/data"),
        ("hazard", "requests", "/data"),
        ("opinion", "requests", "/data"),
        ("resident_change", "residents", "/data/person"),
        ("resident_change", "households", "/data/dwelling"),
    }
    for name, kind in (("request", "QS"), ("hazard", "YH"), ("opinion", "MY")):
        number = next(each for each in pack_form(name).questions if each.name == "request_no")
        assert number.attributes["hamlet:number"] == kind


def test_actions_of_the_form_are_those_of_the_table():
    rows = choices("request_update", "action").values()
    forms = {row.get("name"): set(row.get("ok_from").strip("|").split("|")) for row in rows}
    table = {action: set(transition.sources) for action, transition in TRANSITIONS.items()}
    assert forms == {action: table[action] for action in Action if action not in (Action.TELL, Action.TRY)}
    for row in rows:
        target = TRANSITIONS[Action(row.get("name"))].target
        assert target is None or row.get("to") == target
    assert set(HANDED_OVER) <= forms["receive"]


def test_words_of_the_forms_are_those_of_the_program():
    zh, en = Text("zh"), Text("en")
    states = {state: wording(state) for state in State}
    reactions = {each: f"casework.reaction_{each}" for each in Reaction}
    for form, list_name, keys in (("request_update", "status", states), ("told", "react", reactions)):
        rows = choices(form, list_name)
        assert set(rows) == set(keys)
        for name, key in keys.items():
            assert rows[name].get("label::中文 (zh)") == zh(key)
            assert rows[name].get("label::English (en)") == en(key)
    assert set(choices("request_update", "outcome")) == set(Outcome)
    assert set(choices("told", "way")) == set(choices("request", "way")) == set(Way)


def test_what_updates_save_is_what_the_fold_writes():
    for name in ("request_update", "told"):
        for declaration in pack_form(name).entities:
            assert set(declaration.properties) <= PROJECTED["requests"]


def test_matters_of_the_form_are_those_of_the_list():
    rows = choices("request", "matter").values()
    listed = {row["name"]: row for row in records("matters.csv")}
    assert {row.get("name") for row in rows} == set(listed)
    for row in rows:
        matter = listed[row.get("name")]
        assert [row.get(name) for name in ("dept", "days", "urg", "sens")] == [
            matter[name] for name in ("dept", "days", "urgency", "sensitive")
        ]


def test_hazards_and_opinions_name_matters_of_the_list():
    listed = {row["name"]: row for row in records("matters.csv")}
    for form, list_name in (("hazard", "kind"), ("opinion", "topic")):
        for row in choices(form, list_name).values():
            matter = listed[row.get("matter")]
            assert row.get("dept") == matter["dept"]
            assert row.get("days") in ("", None, matter["days"])


def test_lists_refer_to_each_other():
    departments = {row["name"] for row in records("departments.csv")}
    categories = {row["name"] for row in records("categories.csv")}
    for matter in records("matters.csv"):
        assert matter["dept"] in departments
        assert matter["category"] in categories


@pytest.mark.parametrize("name", LISTS)
def test_every_list_reads(name):
    assert len(records(f"{name}.csv")) > 10
