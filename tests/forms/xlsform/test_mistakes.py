"""A table of malformed forms: each mistake named with its cell, in words of both languages, never in English only."""

import io

import pytest
from openpyxl import Workbook
from sheets_of import form, workbook

from forms.api import Severity
from forms.check import check
from forms.errors import Fault
from forms.text import LANGUAGES, Text

YN = [["yn", "y", "Y"], ["yn", "n", "N"]]
A = ["text", "a", "A"]
SETTINGS = [["form_id", "version"], ["t", "1"]]
LIST = [["list_name", "label"], ["trees", "${a}"]]


def extra(column, *rows, **sheets):
    return form(*rows, header=("type", "name", "label", column), **sheets)


def gap(blank):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (["type", "name", "label"], A, *[[]] * blank, ["text", "b", "B"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


MISTAKES = [
    (form(A, ["end_group g"]), "type_unknown", "survey", 3, "type"),
    (form(["begin_grp", "g", "G"], A), "type_unknown", "survey", 2, "type"),
    (form(["select_one YN", "a", "A"], choices=YN), "list_missing", "survey", 2, "type"),
    (form(["text", "ａ", "A"]), "name_bad", "survey", 2, "name"),
    (form(["text", "a", ""]), "label_missing", "survey", 2, "label"),
    (form(["text", "meta", "A"]), "name_reserved", "survey", 2, "name"),
    (form(A, ["text", "A", "B"]), "name_case", "survey", 3, "name"),
    (form(["text", "a", "A", "(1 = 1"]), "expression_end", "survey", 2, "relevant"),
    (form(["text", "a", "A", "1 ="]), "expression_end", "survey", 2, "relevant"),
    (form(["text", "a", "A", "1 == 1"]), "expression", "survey", 2, "relevant"),
    (form(["text", "a", "A", "1=1 && 2=2"]), "expression", "survey", 2, "relevant"),
    (form(["text", "a", "A", "${a = 1"]), "expression", "survey", 2, "relevant"),
    (form(["text", "a", "A", "#NAME?"]), "formula", "survey", 2, "relevant"),
    (form(["text", "a", "A", "${a} = 1"]), "cycle", "survey", 2, "relevant"),
    (form(A, ["calculate", "b", "", "", "${b} + 1"]), "cycle", "survey", 3, "calculation"),
    (form(A, ["calculate", "b", "", "", "frob(1)"]), "unknown_function", "survey", 3, "calculation"),
    (form(A, ["calculate", "b", "", "", "if(1, 2)"]), "wrong_arguments", "survey", 3, "calculation"),
    (form(A, ["calculate", "b", "", "", ""]), "calculation_missing", "survey", 3, "calculation"),
    (extra("constraint", [*A, "regex(., '[a-')"]), "pattern", "survey", 2, "constraint"),
    (extra("constraint", [*A, "regx(., 'a')"]), "unknown_function", "survey", 2, "constraint"),
    (extra("constraint", [*A, ". ＞ 3"]), "expression", "survey", 2, "constraint"),
    (extra("required", [*A, "yes please"]), "expression", "survey", 2, "required"),
    (extra("trigger", ["text", "a", "A", "b"]), "trigger_form", "survey", 2, "trigger"),
    (extra("parameters", ["range", "a", "A", "start=1 end"]), "parameters_form", "survey", 2, "parameters"),
    (extra("parameters", ["range", "a", "A", "star=1"]), "parameters_unknown", "survey", 2, "parameters"),
    (extra("bind::foo:bar", [*A, "x"]), "namespace_unknown", "survey", 1, "bind::foo:bar"),
    (extra("choice_filter", ["select_one yn", "a", "A", "b = 'x'"], choices=YN), "filter_column", "survey", 2,
     "choice_filter"),
    (extra("repeat_count", ["begin_repeat", "r", "R", "count(${r}) + 1"], A, ["end_repeat"]), "cycle", "survey", 2,
     "repeat_count"),
    (extra("save_to", [*A, "x"]), "save_to_alone", "survey", 2, "save_to"),
    (extra("save_to", [*A, "name"], entities=LIST), "save_to_reserved", "survey", 2, "save_to"),
    (extra("save_to", [*A, "__x"], entities=LIST), "save_to_bad", "survey", 2, "save_to"),
    (extra("save_to", [*A, "x y"], entities=LIST), "save_to_bad", "survey", 2, "save_to"),
    (extra("save_to", ["begin_group", "g", "G", "x"], A, ["end_group"], entities=LIST), "save_to_group", "survey", 2,
     "save_to"),
    (extra("save_to", [*A, "x"], ["text", "b", "B", "x"], entities=LIST), "save_to_twice", "survey", 3, "save_to"),
    (form(A, entities=[["list_name"], ["trees"]]), "entity_label_missing", "entities", 2, "label"),
    (form(A, entities=[["list_name", "label"], ["my trees", "${a}"]]), "list_name_bad", "entities", 2, "list_name"),
    (form(A, entities=[["list_name", "label", "update_if"], ["t", "${a}", "true()"]]), "entity_id_missing", "entities",
     2, "entity_id"),
    (form(A, entities=[["list_name", "label", "foo"], ["t", "${a}", "1"]]), "column_unknown", "entities", 1, None),
    (form(["select_one yn", "a", "A"], choices=[*YN, ["", "z", "Z"]]), "choice_list_missing", "choices", 4,
     "list_name"),
    (form(["select_one yn", "a", "A"], choices=[*YN, ["yn", "z", ""]]), "choice_label_missing", "choices", 4, "label"),
    (form(["select_one yn", "a", "A"], **{"choices ": [["list_name", "name", "label"], *YN]}), "sheet_blank",
     "choices", None, None),
    (workbook(survey=[["type", "name", "label"], ["select_one yn", "a", "A"]], choices=[["list_name", "label"],
     ["yn", "Y"]], settings=SETTINGS), "column_missing", "choices", 1, "name"),
    (form(), "no_questions", "survey", 2, None),
    (gap(61), "rows_apart", "survey", 64, None),
    (form(["begin_group", "g", "G"], A, ["end_group"], ["begin_group", "h", "H"], A, ["end_group"],
          ["text", "c", "C", "${a} = 1"]), "reference_ambiguous", "survey", 8, "relevant"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "sheet", "row", "column"), MISTAKES)
def test_each_has_its_cell_cause_and_remedy(content, code, sheet, row, column):
    checked = check(content, name="t.xlsx")
    assert (code, sheet, row, column) in [(p.code, p.sheet, p.row, p.column) for p in checked.problems]
    assert checked.ok == all(problem.severity is Severity.WARNING for problem in checked.problems)
    chinese, english = Text("zh"), Text("en")
    for problem in checked.problems:
        assert problem.code not in ("pyxform", "unforeseen")
        for said in (problem.message, problem.remedy):
            assert said(chinese) != said(english)
            assert "{{" not in said(chinese) + said(english)


@pytest.mark.parametrize(
    "content",
    [
        form(A, header=("Type", " Name ", "Label")),
        workbook(Survey=[["type", "name", "label"], A], settings=SETTINGS),
        workbook(
            survey=[["type", "name", "label"], ["select_one yn", "a", "A"]],
            choices=[["List Name", "Name", "Label"], ["yn", "y", "Y"]],
            settings=SETTINGS,
        ),
        gap(60),
        extra("choice_filter", ["select_one yn", "a", "A", "name != ${a} and list_name = 'yn'"], choices=YN),
    ],
)
def test_what_the_converter_takes_is_no_mistake(content):
    codes = {problem.code for problem in check(content, name="t.xlsx").problems}
    assert codes <= {"form_id_missing", "version_missing", "cycle"}


def test_one_mistake_is_told_once():
    content = form(["begin_group", "g", "G"], A, ["end_grp"])
    assert [p.code for p in check(content).problems] == ["type_unknown", "begin_without_end"]
    headless = workbook(
        survey=[["type", "name", "label"], ["select_one yn", "a", "A"]],
        choices=[["name", "label"], ["y", "Y"]],
        settings=SETTINGS,
    )
    assert [p.code for p in check(headless).problems] == ["column_missing"]


def test_an_empty_file_is_called_empty():
    with pytest.raises(Fault) as raised:
        check(b"", name="t.xlsx")
    assert raised.value.code == "check.empty"
    assert all("t.xlsx" in raised.value.message(Text(language)) for language in LANGUAGES)
