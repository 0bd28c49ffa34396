"""Registers as townships keep them, none like the next: read as a clerk reads them, refused with the right reason."""

from __future__ import annotations

import csv
import io
from datetime import date
from importlib.resources import files

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.casework.areas import Areas
from forms.casework.names import Names
from forms.foreign import Book, Hints, Subject, suggest
from forms.register.delimited import as_workbook
from forms.register.lenient import Flaw
from forms.register.people import FACTS, Dictionary, PeopleReader, Reading
from forms.register.places import Places
from forms.register.table import read_rows

TOWNSHIP = "990621101"
GOOD = "990621194803121175"
GIRL = "990621201507040445"


def data(name: str) -> bytes:
    return (files("resources") / "pack" / name).read_bytes()


def read(content: bytes, name: str = "x.xlsx") -> list[Reading]:
    book = Book(as_workbook(content, name=name), name=name)
    layout, rows = read_rows(book.sheet(book.names[0]))
    hints = Hints.read(data("headings.csv"), data("workbooks.csv"))
    mapping = suggest(layout, book.names[0], hints, Subject((), "residents", {}), FACTS)
    places = Places(Areas.read(data("areas.csv")), Names.read(data("surnames.csv")), TOWNSHIP)
    words = Dictionary.read(data("register_words.csv"))
    return PeopleReader(mapping, places, words, date(2026, 11, 22)).read_all(rows)


def sheet() -> Worksheet:
    made = Workbook().active
    assert isinstance(made, Worksheet)
    return made


def saved(made: Worksheet) -> bytes:
    stream = io.BytesIO()
    made.parent.save(stream)
    return stream.getvalue()


def people(readings: list[Reading]) -> list[tuple[str, str]]:
    assert [(each.row, each.problems) for each in readings if each.problems] == []
    return [(each.person.name, each.person.head) for each in readings]


class TestHouseholds:
    def test_named_on_their_first_row_only(self) -> None:
        made = sheet()
        made.append(["石桥村常住人口登记表"])
        made.append(["填报单位：石桥村", None, None, "填报时间：2026年", None, None, "单位：人"])
        made.append(["序号", "所属村", "户主姓名", "成员姓名", "与户主的关系", "性别", "公民身份证号码"])
        made.append([1, "石桥村", "单长福", "单长福", "本人", "男", GOOD])
        made.append([2, None, None, "李小满", "孙女", "女", GIRL])
        made.append([3, "石桥村", "王伟", "王伟", "户主", "男", None])
        made.append([4, None, None, "王小虎", "儿子", "男", None])
        made.append(["合计", None, None, 4])
        made.append(["以上数据截至2026年10月31日，由各村上报。"])
        found = read(saved(made))
        assert people(found) == [("单长福", "单长福"), ("李小满", "单长福"), ("王伟", "王伟"), ("王小虎", "王伟")]
        assert {each.person.area for each in found} == {"990621101202"}

    def test_merged_over_their_rows(self) -> None:
        made = sheet()
        made.append(["村组", "户主", "姓名", "家庭关系", "性别"])
        for name, relation in (("单长福", "户主"), ("李小满", "孙女"), ("王桂英", "配偶")):
            made.append(["石桥村2组", "单长福", name, relation, "女"])
        for column in "AB":
            for row in (3, 4):
                made[f"{column}{row}"] = None
            made.merge_cells(f"{column}2:{column}4")
        found = read(saved(made))
        assert people(found) == [("单长福", "单长福"), ("李小满", "单长福"), ("王桂英", "单长福")]
        assert len({each.person.area for each in found}) == 1
        assert len(found[0].person.area) == 14

    def test_by_relation_alone(self) -> None:
        made = sheet()
        made.append(["村（居）", "姓名", "与户主关系", "性别", "手机号码"])
        made.append(["石桥村", "单长福", "户主", "男", "+86 154-1234-5678"])
        made.append(["石桥村", "李小满", "孙女", "女", "1541234 5679"])
        made.append(["石桥村", "王伟", "户主", "男", "0086 15412345670"])
        found = read(saved(made))
        assert people(found) == [("单长福", "单长福"), ("李小满", "单长福"), ("王伟", "王伟")]
        assert [each.person.phone for each in found] == ["15412345678", "15412345679", "15412345670"]


class TestTables:
    def test_a_second_one_below_in_another_order(self) -> None:
        made = sheet()
        made.append(["村", "姓名", "性别", "电话"])
        made.append(["石桥村", "单长福", "男", "15412345678"])
        made.append(["小计", 1])
        made.append([])
        made.append(["附：外出人员"])
        made.append(["姓名", "电话", "村", "性别"])
        made.append(["李小满", "15412345679", "石桥村", "女"])
        found = read(saved(made))
        assert people(found) == [("单长福", "单长福"), ("李小满", "李小满")]
        assert (found[1].row, found[1].person.phone, found[1].person.sex) == (7, "15412345679", "f")

    def test_two_side_by_side(self) -> None:
        made = sheet()
        made.append(["村", "姓名", "性别", None, "村", "姓名", "性别"])
        made.append(["石桥村", "单长福", "男", None, "石桥村", "王伟", "男"])
        made.append(["石桥村", "李小满", "女"])
        assert [name for name, _ in people(read(saved(made)))] == ["单长福", "王伟", "李小满"]


@pytest.mark.parametrize(
    ("written", "birth", "aside"),
    [
        ("1968.3.5", "1968-03-05", ""),
        ("1968年3月5日", "1968-03-05", ""),
        ("1968/3/5", "1968-03-05", ""),
        ("19680305", "1968-03-05", ""),
        ("68.3.5", "1968-03-05", ""),
        ("１９６８－０３－０５", "1968-03-05", ""),
        (24902, "1968-03-05", ""),
        (date(1968, 3, 5), "1968-03-05", ""),
        ("1968年3月", "", "出生时间：1968年3月"),
        (196803, "", "出生时间：196803"),
        (1968, "", "出生时间：1968"),
    ],
)
def test_days(written: object, birth: str, aside: str) -> None:
    made = sheet()
    made.append(["村", "姓名", "性别", "出生时间"])
    made.append(["石桥村", "单长福", "男", written])
    (found,) = read(saved(made))
    assert (found.problems, found.person.birth) == ((), birth)
    assert "".join(found.person.asides) == aside


@pytest.mark.parametrize(
    ("column", "value", "flaw"),
    [
        ("出生时间", "农历三月初五", Flaw.DATE_WORDS),
        ("出生时间", "1968.2.30", Flaw.BIRTH_IMPOSSIBLE),
        ("出生时间", "2031-01-01", Flaw.BIRTH_FUTURE),
        ("身份证", "990621680305123", Flaw.ID_SHORT),
        ("身份证", "9.90621194803121E+17", Flaw.ID_NUMBER_LOST),
        ("身份证", 990621194803121175, Flaw.ID_NUMBER_LOST),
        ("身份证", "990621194803121176", Flaw.ID_CHECK),
        ("联系方式", "1541234567", Flaw.PHONE_SHORT),
        ("联系方式", "154123456789", Flaw.PHONE_WRONG),
        ("村", "大河村", Flaw.VILLAGE_UNKNOWN),
        ("村", "", Flaw.VILLAGE_UNKNOWN),
        ("性别", "不男不女", Flaw.SEX_WRONG),
        ("姓名", "／", Flaw.NO_NAME),
    ],
)
def test_what_is_refused_and_where(column: str, value: object, flaw: Flaw) -> None:
    headings = ["村", "姓名", "性别", "出生时间", "身份证", "联系方式"]
    made = sheet()
    made.append(["花名册"])
    made.append([])
    made.append(headings)
    made.append(["石桥村", "单长福", "男", "1948-03-12", GOOD.lower(), " 154 1234 5678"])
    made.append(
        [
            {**dict.fromkeys(headings, ""), "村": "石桥村", "姓名": "王伟", "性别": "男", column: value}[h]
            for h in headings
        ]
    )
    good, bad = read(saved(made))
    assert (good.problems, good.person.phone) == ((), "15412345678")
    assert bad.row == 5
    assert [(each.heading, each.flaw) for each in bad.problems] == [(column, flaw)]


@pytest.mark.parametrize(
    ("encoding", "ending", "sign"),
    [("gb18030", ".csv", ","), ("utf-8-sig", ".csv", ","), ("utf-8", ".csv", ";"), ("utf-16", ".txt", "\t"),
     ("gb18030", ".tsv", "\t")],
)  # fmt: skip
def test_text_files(encoding: str, ending: str, sign: str) -> None:
    stream = io.StringIO(newline="")
    out = csv.writer(stream, delimiter=sign)
    out.writerow(["石桥村花名册"])
    out.writerow(["村", "姓名", "性别", "身份证号", "备注"])
    out.writerow(["石桥村", "单长福", "男", f"'{GOOD}", f"他说{sign}在家"])
    out.writerow(["石桥村", "龘䶮", "女", GIRL.replace("0", "０"), "第一行\n第二行"])
    found = read(stream.getvalue().encode(encoding), f"register{ending}")
    assert [name for name, _ in people(found)] == ["单长福", "龘䶮"]
    assert [each.person.id_no for each in found] == [GOOD, GIRL]
