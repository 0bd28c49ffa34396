"""A malformed XLSForm: sheet, row, column, cause, remedy."""

import pytest
from sheets_of import form, workbook

from forms.api import FormFault, Severity
from forms.load import load_form
from forms.sayings import said
from forms.text import LANGUAGES, Text
from forms.xlsform import convert


def problems(content):
    with pytest.raises(FormFault) as raised:
        convert(content, name="t.xlsx")
    return raised.value.problems


def place(problem):
    return problem.code, problem.sheet, problem.row, problem.column


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (workbook(other=[["a"]]), ("sheet_missing", "survey", None, None)),
        (workbook(survey=[["typ", "name"], ["text", "a"]]), ("column_missing", "survey", 1, "type")),
        (form(["texxt", "a", "A"]), ("type_unknown", "survey", 2, "type")),
        (form(["text", "a", "A"], [None, "b", "B"]), ("type_missing", "survey", 3, "type")),
        (form(["select_one yn", "a", "A"]), ("sheet_missing_for_list", "survey", 2, "type")),
        (form(["select_one yn", "a", "A"], choices=[["ny", "y", "Y"]]), ("list_missing", "survey", 2, "type")),
        (form(["select_one", "a", "A"], choices=[["yn", "y", "Y"]]), ("list_not_named", "survey", 2, "type")),
        (form(["select_one_from_file areas", "a", "A"]), ("file_missing", "survey", 2, "type")),
        (form(["text", None, "A"]), ("name_missing", "survey", 2, "name")),
        (form(["text", "2a", "A"]), ("name_bad", "survey", 2, "name")),
        (form(["text", "姓 名", "A"]), ("name_bad", "survey", 2, "name")),
        (form(["text", "a", "A"], ["text", "a", "B"]), ("name_twice", "survey", 3, "name")),
        (form(["begin_group", "g", "G"], ["text", "a", "A"]), ("begin_without_end", "survey", 2, "type")),
        (form(["text", "a", "A"], ["end_group"]), ("end_without_begin", "survey", 3, "type")),
        (
            form(["begin_group", "g", "G"], ["text", "a", "A"], ["end_repeat"]),
            ("end_other", "survey", 4, "type"),
        ),
        (form(["text", "a", "A", "${bb} = 1"]), ("reference_unknown", "survey", 2, "relevant")),
        (form(["text", "a", "see ${bb}"]), ("reference_unknown", "survey", 2, "label")),
        (form(["text", "a", "A", "(1 = 1"]), ("expression_end", "survey", 2, "relevant")),
        (form(["calculate", "a", "", "", "concat('x', "]), ("expression_end", "survey", 2, "calculation")),
        (form(["calculate", "a", "", "", "concat(‘x，)"]), ("expression", "survey", 2, "calculation")),
        (
            form(["select_one yn", "a", "A"], choices=[["yn", "y", "Y"], ["yn", "y", "Z"]]),
            ("choice_twice", "choices", 3, "name"),
        ),
        (
            form(["select_one yn", "a", "A"], choices=[["yn", "y", "Y"], ["yn", None, "Z"]]),
            ("choice_name_missing", "choices", 3, "name"),
        ),
        (
            form(["text", "a", "A"], entities=[["list_name", "label"], ["trees", "${b}"]]),
            ("reference_unknown", "entities", 2, "label"),
        ),
        (
            form(["text", "a", "A"], header=("type", "name", "label", "label")),
            ("column_twice", "survey", 1, "label"),
        ),
    ],
)
def test_each_mistake_is_named_with_its_place(content, expected):
    found = problems(content)
    assert place(found[0]) == expected
    for language in LANGUAGES:
        text = Text(language)
        assert found[0].message(text)
        assert found[0].remedy(text)


def test_all_mistakes_are_told_at_once():
    found = problems(form(["texxt", "a", "A"], ["text", "a b", "B"], ["text", "c", "C", "${d}"]))
    assert [each.code for each in found] == ["type_unknown", "name_bad", "reference_unknown"]


def test_the_likeliest_word_is_proposed():
    found = problems(form(["intger", "age", "A"], ["text", "b", "B", "${agee} > 1"]))
    assert found[0].values["near"] == "integer"
    assert found[1].values["near"] == "age"
    assert "age" in found[1].remedy(Text("en"))
    (unlike,) = problems(form(["xyzzy", "a", "A"]))
    assert "text, integer" in unlike.remedy(Text("en"))


def test_the_same_name_in_two_groups_is_fine():
    rows = [["begin_group", "g", "G"], ["text", "a", "A"], ["end_group"], ["text", "a", "A"]]
    assert convert(form(*rows)).xform


def test_what_pyxform_says_has_its_place_too():
    message = "[row : 3] On the 'choices' sheet, the 'geometry' value is invalid. Something new."
    found = said(message, Severity.ERROR, {})
    assert place(found) == ("pyxform", "choices", 3, "geometry")
    assert found.values["cause"].endswith("Something new.")
    named = said("There is something about 'x'.", Severity.WARNING, {})
    assert place(named) == ("pyxform", None, None, None)


def test_doubts_are_warnings_and_do_not_stop():
    content = workbook(survey=[["type", "name", "label", "relevent"], ["text", "a", "A", ""]])
    converted = convert(content)
    codes = {each.code for each in converted.problems}
    assert {"column_spelling", "form_id_missing", "version_missing"} <= codes
    assert {each.severity for each in converted.problems} == {Severity.WARNING}


def test_spaces_in_choices_matter_where_several_are_chosen():
    spaced = [["yn", "a b", "Y"]]
    assert not convert(form(["select_one yn", "a", "A"], choices=spaced)).problems
    found = problems(form(["select_multiple yn", "a", "A"], choices=spaced))
    assert place(found[0]) == ("choice_space", "choices", 2, "name")


def test_rows_of_the_questions_are_known():
    assert convert(form(["text", "a", "A"], ["text", "b", "B"])).rows == {"a": 2, "b": 3}


def test_the_same_workbook_gives_the_same_bytes():
    content = form(["text", "a", "A"])
    assert convert(content).xform == convert(content).xform


ACCEPTED = {
    "a sheet choices with nothing on it": workbook(survey=[["type", "name", "label"], ["text", "a", "A"]], choices=[]),
    "a row switched off": form(
        ["frob", "a", "A", "yes"], ["text", "a", "A"], header=("type", "name", "label", "disabled")
    ),
    "quotes of a word processor": form(["text", "a", "A"], ["text", "b", "B", "${a} = \u201cx\u201d"]),
    "names in Chinese": form(["text", "姓名", "A"], ["text", "b", "B", "${姓名} != ''"]),
    "an old way to write a select": form(
        ["add select one prompt using yn", "a", "A"], choices=[["yn", "y", "Y"], ["yn", "n", "N"]]
    ),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_pyxform_takes_is_taken(content):
    assert load_form(convert(content).xform)


def test_a_row_switched_off_is_no_question():
    content = ACCEPTED["a row switched off"]
    assert convert(content).rows == {"a": 3}
