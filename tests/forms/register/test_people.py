"""A register of two thousand rows as it arrives: thirty cannot be taken in, sixty are a person's second writing."""

from __future__ import annotations

import csv
import io
from datetime import date
from importlib.resources import files

import pytest
from openpyxl import Workbook
from shared_folder import SHARED

from forms.casework.areas import Areas
from forms.casework.duplicates import Person
from forms.casework.names import Names
from forms.foreign import Book, Hints, Subject, suggest
from forms.register.lenient import Flaw
from forms.register.people import FACTS, Dictionary, KnownPeople, PeopleReader, Reading, order_of_trust
from forms.register.places import Places
from forms.register.table import Row, read_rows

TOWNSHIP, VILLAGE = "990621101", "990621101202"


def data(name: str) -> bytes:
    return (files("resources") / "pack" / name).read_bytes()


def readings(content: bytes, top: str = TOWNSHIP) -> tuple[tuple[Row, ...], list[Reading]]:
    book = Book(content)
    layout, rows = read_rows(book.sheet(book.names[0]))
    hints = Hints.read(data("headings.csv"), data("workbooks.csv"))
    mapping = suggest(layout, book.names[0], hints, Subject((), "residents", {}), FACTS)
    places = Places(Areas.read(data("areas.csv")), Names.read(data("surnames.csv")), top)
    reader = PeopleReader(mapping, places, Dictionary.read(data("register_words.csv")), date(2026, 11, 22))
    return rows, reader.read_all(rows)


def register(*rows: tuple[str, ...]) -> bytes:
    sheet = Workbook().active
    assert sheet is not None
    sheet.append(("村", "组", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "身份证号", "电话", "残疾", "备注"))
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    sheet.parent.save(stream)
    return stream.getvalue()


def one(*row: str, top: str = TOWNSHIP) -> Reading:
    return readings(register(row), top)[1][0]


def flaws(reading: Reading) -> list[Flaw]:
    return [each.flaw for each in reading.problems]


GOOD = ("石桥村", "3", "王伟", "王伟", "户主", "男", "1948-03-12", "990621194803121175", "15412345678", "", "")


def test_a_good_row() -> None:
    person = one(*GOOD).person
    assert (person.name, person.area, person.relation, person.sex, person.birth) == (
        "王伟", "99062110120203", "head", "m", "1948-03-12",
    )  # fmt: skip
    assert person.asides == ()


@pytest.mark.parametrize(
    ("written", "found"),
    [("石桥", None), ("石桥村委会", None), ("柳林镇石桥村", None), ("石乔村", None), ("外村", Flaw.VILLAGE_UNKNOWN)],
)
def test_villages_as_people_write_them(written: str, found: Flaw | None) -> None:
    reading = one(written, *GOOD[1:])
    assert flaws(reading) == ([found] if found else [])


def test_a_sign_that_only_looks_near_is_another_village() -> None:
    assert flaws(one("柳家湾", *GOOD[1:])) == [Flaw.VILLAGE_UNKNOWN]
    assert flaws(one("柳树弯村", *GOOD[1:])) == []


def test_a_village_registers_its_own_people() -> None:
    assert flaws(one(*GOOD, top=VILLAGE)) == []
    assert flaws(one("大坪村", *GOOD[1:], top=VILLAGE)) == [Flaw.VILLAGE_OTHER]


def test_every_reason_of_a_row_is_told() -> None:
    wrong = one("外村", "3", "王伟", "不详", "户主", "女", "1973.13.32", "990621194803121176", "154", "", "")
    assert set(flaws(wrong)) == {
        Flaw.VILLAGE_UNKNOWN, Flaw.NO_NAME, Flaw.BIRTH_IMPOSSIBLE, Flaw.ID_CHECK, Flaw.PHONE_SHORT,
    }  # fmt: skip


def test_what_has_no_place_is_kept() -> None:
    person = one(
        "石桥村", "3", "王伟", "王丽", "表姐", "女", "1988.08", "", "15412345678（儿子）", "有", "嫁到外地"
    ).person
    assert set(person.asides) == {
        "与户主关系：表姐", "出生日期：1988.08", "电话：儿子", "残疾：有", "备注：嫁到外地",
    }  # fmt: skip
    assert (person.birth, person.relation, person.dis_kind) == ("", "", "")


def test_a_disability_with_kind_and_grade() -> None:
    person = one(*GOOD[:9], "二级肢体", "").person
    assert (person.tags, person.dis_kind, person.dis_grade) == (("disabled",), "limb", "2")


def test_a_date_in_words_does_no_harm_beside_a_number() -> None:
    assert flaws(one(*GOOD[:6], "六零年腊月", *GOOD[7:])) == []
    assert flaws(one(*GOOD[:6], "六零年腊月", "", *GOOD[8:])) == [Flaw.DATE_WORDS]


@pytest.fixture(scope="module")
def read() -> tuple[tuple[Row, ...], list[Reading]]:
    return readings((SHARED / "pack" / "register_messy.xlsx").read_bytes())


@pytest.mark.shared
class TestMessyRegister:
    def test_every_row_of_data_and_none_other(self, read: tuple[tuple[Row, ...], list[Reading]]) -> None:
        rows, _ = read
        assert len(rows) == 2000
        assert (rows[0].number, rows[-1].number) == (5, 2006)

    def test_exactly_the_bad_rows_with_their_reasons(self, read: tuple[tuple[Row, ...], list[Reading]]) -> None:
        _, found = read
        with (SHARED / "pack" / "register_bad_rows.csv").open(encoding="utf-8-sig") as file:
            expected = {(int(row["row"]), row["kind"], row["column"]) for row in csv.DictReader(file)}
        told = {
            (each.row, problem.flaw.value, problem.heading.rpartition("/")[2])
            for each in found
            for problem in each.problems
        }
        assert told == expected

    def test_second_writings_are_known_again(self, read: tuple[tuple[Row, ...], list[Reading]]) -> None:
        _, found = read
        known = KnownPeople(Names.read(data("surnames.csv")))
        pairs = []
        for person in order_of_trust([each.person for each in found if not each.problems]):
            compared = Person(
                str(person.row), person.name, "/".join(person.house), person.phone, person.id_no[-4:], person.birth
            )
            if other := known.find(compared, person.id_no):
                pairs.append({person.row, int(other)})
            else:
                known.add(compared, person.id_no)
        with (SHARED / "pack" / "register_repeats.csv").open(encoding="utf-8-sig") as file:
            repeats = {int(row["row"]) for row in csv.DictReader(file)}
        assert all(pair & repeats for pair in pairs)
        refused = {each.row for each in found if each.problems}
        assert {row for pair in pairs for row in pair} | refused >= repeats - {865}  # its first writing was refused
        assert len(pairs) == 58
