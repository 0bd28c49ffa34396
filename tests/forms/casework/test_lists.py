"""A township's own lists: those of the pack pass, each kind of mistake is named with its row and column."""

from importlib.resources import files

import pytest

from forms.casework.lists import NAMES, BadList, check, plain
from forms.errors import Fault
from forms.text import Text

PACK = {name: (files("resources") / "pack" / name).read_bytes() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_packs_own_pass(name):
    check(name, plain(PACK[name]), PACK)


MISTAKES = [
    ("matters.csv", "A01,A,申请低保", "a1,A,申请低保", "matter", 2, "name"),
    ("matters.csv", "A01,A,申请低保", "A01,B,申请低保", "matter_category", 2, "category"),
    ("matters.csv", "sqdb,MZ,30", "sqdb,QQ,30", "dept", 2, "dept"),
    ("matters.csv", "sqdb,MZ,30", "sqdb,MZ,soon", "days", 2, "days"),
    ("matters.csv", "MZ,30,,normal,1,0,0,0", "MZ,30,,slow,1,0,0,0", "urgency", 2, "urgency"),
    ("matters.csv", "MZ,30,,normal,1,0,0,0", "MZ,30,,normal,yes,0,0,0", "flag", 2, "sensitive"),
    ("matters.csv", "\nA02,A", "\nA01,A", "twice", 3, "name"),
    ("departments.csv", "MZ,民政办", "M Z,民政办", "code", 2, "name"),
    ("departments.csv", "MZ,民政办", "MZ,", "blank", 2, "label"),
    ("categories.csv", "A,社会救助与福利", "AA,社会救助与福利", "letter", 2, "name"),
    ("areas.csv", "990621101,柳林镇,Liulin Town,township,990621", "990621101,柳林镇,,town,990621", "level", 3, "level"),
    ("areas.csv", "990621101,柳林镇", "99062110,柳林镇", "digits_township", 3, "name"),
    ("areas.csv", "Liulin Town,township,990621,", "Liulin Town,township,990622,", "parent", 3, "parent"),
    ("calendar.csv", "2026-01-02,rest", "2026-01-02,holiday", "kind", 3, "kind"),
    ("calendar.csv", "2026-01-02,rest", "2.1.2026,rest", "day", 3, "name"),
    ("calendar.csv", "2026-01-02,rest,0", "2026-01-02,rest,1", "seq", 3, "seq"),
]


@pytest.mark.parametrize(("name", "right", "wrong", "code", "row", "column"), MISTAKES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mistake_is_named_with_its_place(name, right, wrong, code, row, column, language):
    text = PACK[name].decode("utf-8-sig")
    assert right in text
    with pytest.raises(BadList) as raised:
        check(name, text.replace(right, wrong, 1).encode(), PACK)
    assert (code, row, column) in {(each.code, each.row, each.column) for each in raised.value.problems}
    said = raised.value.message(Text(language))
    assert str(row) in said
    assert column in said


def test_a_missing_day_and_a_missing_column():
    lines = PACK["calendar.csv"].decode("utf-8-sig").splitlines(keepends=True)
    with pytest.raises(BadList) as raised:
        check("calendar.csv", "".join(lines[:5] + lines[6:]).encode(), PACK)
    assert raised.value.problems[0].code in ("day_missing", "seq")
    with pytest.raises(BadList) as raised:
        check("departments.csv", b"name\nMZ\n", PACK)
    assert [(each.code, each.column) for each in raised.value.problems] == [("column", "label")]


def test_what_forms_need_cannot_go():
    with pytest.raises(BadList) as raised:
        check("departments.csv", "name,label\nMZ,民政办\n".encode(), PACK, needed=("MZ", "YJ"))
    assert [(each.code, each.value) for each in raised.value.problems] == [("needed", "YJ")]


def test_as_a_chinese_spreadsheet_saves_it():
    saved = "name,label\nMZ,民政办\n".encode("gb18030")
    assert plain(saved) == "name,label\nMZ,民政办\n".encode()
    assert plain("\ufeffname".encode()) == b"name"
    with pytest.raises(Fault) as raised:
        plain(b"\xff\xfe\x00\xff\xff")
    assert raised.value.code == "lists.encoding"


def test_other_lists_are_not_the_townships():
    with pytest.raises(Fault) as raised:
        check("surnames.csv", b"name\n", PACK)
    assert raised.value.code == "lists.unknown"
