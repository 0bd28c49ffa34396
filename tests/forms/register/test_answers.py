"""Cells of anybody's spreadsheet as answers: choices by their words, numbers and days as people write them."""

import io
from importlib.resources import files

import pytest
from openpyxl import Workbook
from pack_forms import pack_form

from forms.casework.areas import Areas
from forms.casework.names import Names
from forms.foreign import Book, ColumnMap, WorkbookMap, read_layout
from forms.register.answers import AnswerReader, asked, by_word, facts_of, suggest_answers
from forms.register.lenient import Flaw
from forms.register.places import Places
from forms.register.table import Row, Written

AREAS = Areas.read((files("resources") / "pack" / "areas.csv").read_bytes())
PLACES = Places(AREAS, Names(), "990621101")


def layout(*headings):
    sheet = Workbook().active
    sheet.append(headings)
    sheet.append(["x"] * len(headings))
    stream = io.BytesIO()
    sheet.parent.save(stream)
    book = Book(stream.getvalue())
    return read_layout(book.sheet(book.names[0]))


def read(form, fact, text, *, number=False, words=None, lists=None):
    mapping = WorkbookMap("", form, (ColumnMap("列", fact, words=words or {}),))
    reader = AnswerReader(pack_form(form), mapping, PLACES, lists or {}, 2026)
    filling = reader.read(Row(2, {"列": Written(text, number)}))
    if filling.problems:
        return filling.problems[0].flaw
    return next(iter(filling.answers.values()), "")


@pytest.mark.parametrize(
    ("form", "fact", "text", "found"),
    [
        ("household", "house_grade", "C", "C"),
        ("household", "house_grade", "Ｃ级（局部危险）", "C"),
        ("household", "house_grade", "c级", "C"),
        ("household", "house_grade", "Partly dangerous", Flaw.CHOICE),
        ("household", "risk", "因病、缺劳力", "illness labour"),
        ("household", "risk", "因病，什么", Flaw.CHOICE),
        ("household", "registered", "4", "4"),
        ("household", "registered", "４.0", "4"),
        ("household", "registered", "1,204", "1204"),
        ("household", "registered", "4.5", Flaw.NUMBER),
        ("household", "registered", "四口", Flaw.NUMBER),
        ("household", "floor_area", "80.5", "80.5"),
        ("household", "phone", "154-1234-5678（儿子）", "15412345678"),
        ("household", "phone", "154", Flaw.PHONE_SHORT),
        ("household", "house_no", "  3号 ", "3号"),
        ("household", "house_no", "", ""),
        ("visit", "visited_on", "2026.11.5", "2026-11-05"),
        ("visit", "visited_on", "2026年11月", Flaw.DAY),
        ("visit", "visited_on", "上周", Flaw.DAY),
        ("correction", "n_id", "990621194803121175", "990621194803121175"),
        ("correction", "n_id", "990621194803121174", Flaw.ID_CHECK),
    ],
)
def test_a_cell_is_read_by_what_was_asked(form, fact, text, found):
    assert read(form, fact, text) == found


def test_the_maps_words_and_lists_from_outside():
    assert read("household", "house_grade", "危房", words={"D": "危房"}) == "D"
    lists = {"households.csv": {"李大成27": "uuid-1", "陈": ""}}
    assert read("visit", "household", "李大成 27", lists=lists) == "uuid-1"
    assert read("visit", "household", "陈", lists=lists) is Flaw.CHOICE


def test_headings_are_known_by_label_in_either_language_or_by_name():
    form = pack_form("visit")
    found = suggest_answers(form, layout("序号", "日期", "How", "said", "没有这一列"), "s")
    assert [(each.heading, each.fact) for each in found.columns] == [
        ("日期", "visited_on"), ("How", "way"), ("said", "said"), ("没有这一列", "")
    ]  # fmt: skip
    assert found.lines == "visit"


def test_village_and_group_answer_the_area_together():
    form = pack_form("household")
    found = suggest_answers(form, layout("村", "村民小组", "户主姓名"), "s")
    assert [each.fact for each in found.columns] == ["village", "group", "head_name"]
    reader = AnswerReader(form, found, PLACES, {}, 2026)
    assert reader.paths == ("/data/where/head_name", "/data/where/area")
    good = reader.read(Row(2, {"村": Written("石桥村"), "村民小组": Written("第3组"), "户主姓名": Written("王伟")}))
    assert good.answers == {"/data/where/head_name": "王伟", "/data/where/area": "99062110120203"}
    for cells, flaw in (
        ({"村": "外村"}, Flaw.VILLAGE_UNKNOWN),
        ({"村": "石桥村", "村民小组": "99"}, Flaw.GROUP_UNKNOWN),
    ):
        bad = reader.read(Row(3, {key: Written(text) for key, text in cells.items()}))
        assert [each.flaw for each in bad.problems] == [flaw]


def test_what_no_column_can_give_is_no_fact():
    known = asked(pack_form("household"))
    assert not {"member", "village", "state", "start", "notice"} & set(known)
    assert "sex" not in known  # of a member, in a repeat
    assert set(facts_of(pack_form("household"))) == {*known, "village", "group"}
    assert "photo" not in asked(pack_form("visit"))


def test_a_word_for_two_values_stands_for_none():
    assert by_word([("a", ["桥（东）"]), ("b", ["桥（西）"])]) == {"桥(东)": "a", "桥(西)": "b", "桥": ""}
