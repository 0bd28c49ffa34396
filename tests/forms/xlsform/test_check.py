"""`form check`: compile and lint, for workbooks and XForms."""

import pytest
from shared_folder import SHARED
from sheets_of import form

from forms.api import Severity
from forms.check import check
from forms.errors import Fault
from forms.sheets import is_old_workbook
from forms.text import LANGUAGES, Text
from forms.xlsform import convert

HEADER = ("type", "name", "label", "bind::hamlet:level", "bind::hamlet:sensitive", "bind::hamlet:basis")
SPACE = [["form_id", "version", "namespaces"], ["t", "1", 'hamlet="https://hamlet.invalid/xforms"']]


def codes(checked):
    return [problem.code for problem in checked.problems]


def test_a_good_form_has_no_problems():
    checked = check(form(["text", "a", "A"]), name="t.xlsx")
    assert (checked.ok, checked.form_id, checked.version, checked.problems) == (True, "t", "1", ())


def test_an_xform_is_checked_too():
    checked = check(convert(form(["text", "a", "A"])).xform, name="t.xml")
    assert (checked.ok, checked.form_id) == (True, "t")


def test_a_malformed_form_keeps_its_problems():
    checked = check(form(["texxt", "a", "A"]), name="t.xlsx")
    assert (checked.ok, checked.form_id, codes(checked)) == (False, "", ["type_unknown"])


@pytest.mark.parametrize("content", [b"<h:html", b"<a/>", "<a/>".encode("utf-16")])
def test_what_is_no_form_is_a_problem_with_words(content):
    checked = check(content, name="t.xml")
    assert not checked.ok
    for language in LANGUAGES:
        assert all(problem.message(Text(language)) for problem in checked.problems)


def test_an_unknown_function_is_placed_in_its_row():
    checked = check(form(["text", "a", "A"], ["calculate", "b", "", "", "frobnicate(1)"]), name="t.xlsx")
    assert not checked.ok
    assert [(problem.sheet, problem.row) for problem in checked.problems] == [("survey", 3)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["text", "b", "B", "/data/nope = '1'", "", ". != ''"], "relevant"),
        (["text", "b", "B", "${a} = '1'", "", "/data/nope = ."], "constraint"),
        (["calculate", "b", "", "${a} = '1'", "../nope + 1"], "calculation"),
    ],
)
def test_a_dangling_path_is_placed_in_the_cell_that_says_it(row, column):
    header = ["type", "name", "label", "relevant", "calculation", "constraint"]
    checked = check(form(["text", "a", "A"], row, header=header), name="t.xlsx")
    found = [(problem.code, problem.sheet, problem.row, problem.column) for problem in checked.problems]
    assert found == [("dangling", "survey", 3, column)]


def test_what_the_converter_did_not_foresee_is_a_problem_too(monkeypatch):
    def stumble(*_args, **_values):
        raise KeyError("oops")

    monkeypatch.setattr("pyxform.xls2xform.convert", stumble)
    checked = check(form(["text", "a", "A"]), name="t.xlsx")
    assert (checked.ok, codes(checked)) == (False, ["unforeseen"])
    assert "oops" in checked.problems[0].message(Text("zh"))


@pytest.mark.shared
def test_an_old_workbook_is_read_whatever_it_is_called():
    file = SHARED / "forms" / "samples" / "ifrc-distribution-site-assessment-v1.xlsx"
    content = file.read_bytes()
    assert is_old_workbook(content)
    checked = check(content, name=file.name)
    assert (checked.ok, checked.form_id) == (True, "distributionsite_assessment_v1_0")


def test_sensitive_without_basis_is_a_warning():
    bare = check(form(["text", "a", "A", "full", "health", None], header=HEADER, settings=SPACE))
    assert (bare.ok, codes(bare)) == (True, ["basis_missing", "notice_missing"])
    assert (bare.problems[0].row, bare.problems[0].severity) == (2, Severity.WARNING)
    based = check(form(["text", "a", "A", "full", "health", "PIPL 29"], header=HEADER, settings=SPACE))
    assert codes(based) == ["notice_missing"]


def test_what_sounds_sensitive_is_asked_about():
    assert codes(check(form(["text", "a", "身份证号"]))) == ["notice_missing", "sensitive_unmarked"]
    assert codes(check(form(["note", "a", "不要写身份证号"]))) == []


WHOM = ["select_one_from_file residents.csv", "who", "谁"]
ANEW = ["type", "name", "label", "trigger", "calculation"]


@pytest.mark.parametrize("question", [["text", "phone", "怎么联系"], ["text", "tel", "联系电话（手机）"]])
def test_what_the_register_knows_of_whoever_is_chosen_is_not_asked_again(question):
    checked = check(form(WHOM, question), name="t.xlsx")
    assert (checked.ok, codes(checked)) == (True, ["asked_again"])
    (problem,) = checked.problems
    assert problem.row == 3
    assert "instance('residents')/root/item[name=${who}]/phone" in problem.remedy(Text("zh"))


def test_what_is_taken_over_or_asked_of_nobody_in_the_register_is_no_problem():
    taken = [*WHOM, ""], ["text", "phone", "电话", "${who}", "instance('residents')/root/item[name=${who}]/phone"]
    assert codes(check(form(*taken, header=ANEW), name="t.xlsx")) == []
    assert codes(check(form(["text", "who", "谁"], ["text", "phone", "电话"]), name="t.xlsx")) == []


def test_no_workbook_and_no_form_is_a_fault():
    with pytest.raises(Fault):
        check(b"PK\x03\x04nothing")
    with pytest.raises(Fault) as raised:
        check(b"hello", name="t.txt")
    assert raised.value.code == "check.not_a_form"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("file", sorted((SHARED / "pack" / "forms").glob("*.xlsx")), ids=lambda file: file.stem)
def test_the_reference_forms_have_no_errors(file):
    checked = check(file.read_bytes(), name=file.name)
    assert [problem.message(Text("en")) for problem in checked.problems if problem.severity is Severity.ERROR] == []


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("file", sorted((SHARED / "forms" / "samples").glob("*.xlsx")), ids=lambda file: file.stem)
def test_the_samples_have_no_errors(file):
    checked = check(file.read_bytes(), name=file.name)
    assert [problem.message(Text("en")) for problem in checked.problems if problem.severity is Severity.ERROR] == []
