"""R21: exports are inert and masked by default; everything leaves only with a reason and a second person's word."""

import csv
import random
import re
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pack_forms import pack_bytes, pack_form
from service_world import PASSPHRASE, fill, workspace

from desktop.services.keeping.users import Users
from desktop.services.sheets.export_values import ExportOrder
from forms.casework.areas import Areas
from forms.casework.disclosure import Level
from forms.entities import EntityRow
from forms.errors import Fault
from forms.export import Choices, Current, Entry, Order, Table, Words, entity_tables, write
from forms.export.columns import saved_questions
from forms.export.inert import RISKY
from forms.text import Text

AREAS = Areas.read(pack_bytes("areas.csv"))
FORMS = [pack_form("resident"), pack_form("household")]
DEEP = pytest.param(10_000, marks=pytest.mark.deep)
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)",
    "﹦1", '=HYPERLINK("http://a.invalid","x")', "=cmd|' /C calc'!A0", "|cmd", "%0A=1", "{=1+1}", "=WEBSERVICE(A1)",
    "&=1", "<f>1+1</f>",
)  # fmt: skip
WAYS = (
    lambda number: number,
    lambda number: "".join(chr(ord(sign) + 0xFEE0) for sign in number),
    lambda number: " ".join(number),
    lambda number: f"{number[:3]}-{number[3:7]}-{number[7:]}",
    lambda number: f"{number[:6]} {number[6:10]}　{number[10:]}",
    lambda number: "".join("〇一二三四五六七八九"[int(sign)] if sign.isdigit() else sign for sign in number),
    lambda number: f"({number[:3]}) {number[3:7]}.{number[7:]}",
    lambda number: "\u200b".join(number),
    lambda number: "".join(chr(0x0660 + int(sign)) if sign.isdigit() else sign for sign in number),
)
SAID = (
    "家里电话{}，晚上打",
    "身份证号是{}，要核对",
    "{}",
    "（{}）联系他儿子",
    "=HYPERLINK({})",
    "路灯坏了{}\n修好再说",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHINESE = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}
_NUMBERS = re.compile(r"(?=(990621\d{11}[\dX]|154\d{8}))")


def identity(chance):
    born = f"{chance.randint(1925, 2024)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    body = f"990621{born}{chance.randint(0, 999):03}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def telephone(chance):
    return str(chance.randint(154_000_00000, 154_999_99999))


def hidden(chance):
    number = chance.choice((identity, telephone))(chance)
    return chance.choice(SAID).format(chance.choice(WAYS)(number))


def resident(n, chance, questions):
    """Numbers wherever somebody may write one, also where a choice or a calculation should stand."""
    values = {name: hidden(chance) for name, question in questions.items() if question.type == "string"}
    values |= {"full_name": chance.choice(FORMULAS) + "陈桂芳", "id_no": identity(chance), "phone": telephone(chance)}
    values |= {
        "carer_phone": chance.choice(WAYS)(telephone(chance)),
        "birth": "1950-02-03",
        "tags": "low " + telephone(chance),
    }
    values |= {"school": "9" * chance.randint(15, 25), "sex": chance.choice("mf"), "alias": chance.choice(FORMULAS)}
    values |= {"area": "99062110120103", "village": "990621101201", "state": "active"}
    return EntityRow("residents", f"u-{n}", "陈桂芳", 1, values)


def tables(count):
    chance = random.Random(count)
    questions = saved_questions(FORMS, "residents")
    rows = [Current(resident(n, chance, questions)) for n in range(count)]
    said = [
        Entry("陈桂芳", "u-1", "2026-11-16T09:00:00", "改了", chance.choice(FORMULAS), hidden(chance)) for _ in rows
    ]
    text, today = Text("zh"), date(2026, 11, 20)
    return entity_tables(
        "residents", FORMS, lambda: rows, lambda: said, text=text, areas=AREAS, today=today, total=count
    )


def lookup(name, value):
    """A household's label is what somebody wrote as the name of its head."""
    return f"李大成 {value}" if name == "households.csv" else value


def cells(path):
    """Every value of a workbook or csv, as text, with the kind of its cell."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from ((value, "s") for row in csv.reader(file) for value in row)
        return
    book = openpyxl.load_workbook(path, read_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            yield from ((str(cell.value), cell.data_type) for cell in row if cell.value is not None)
    book.close()


def unmasked(path):
    return [value for value, _ in cells(path) if _NUMBERS.search(plain(value))]


def plain(text):
    """`text` with every digit as an ASCII one and nothing between them."""
    signs = (_CHINESE.get(sign, sign) for sign in unicodedata.normalize("NFKC", text))
    digits = (sign if sign.upper() == "X" or sign == "*" else str(unicodedata.decimal(sign, "")) for sign in signs)
    return "".join(digits).upper()


def formulas(path):
    if path.suffix == ".csv":
        return [value for value, _ in cells(path) if value.lstrip()[:1] in RISKY and value and not value[1:].isdigit()]
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    return [value for value, kind in cells(path) if kind == "f"] + [
        b"<f>" for each in sheets if b"<f>" in each or b"<f " in each
    ]


def written(tmp_path, count, name, **order):
    return write(Order(tmp_path / name, lookup=lookup, **order), tables(count))


def test_the_test_sees_numbers():
    chance = random.Random(1)
    for way in WAYS:
        for number in (identity(chance), telephone(chance)):
            assert _NUMBERS.search(plain(way(number)))


@pytest.mark.parametrize("count", [150, DEEP])
@pytest.mark.parametrize("name", ["r.xlsx", "r.csv"])
@pytest.mark.parametrize("level", [Level.STATISTICS, Level.HANDLING])
def test_below_full_no_number_is_whole(tmp_path, count, name, level):
    done = written(tmp_path, count, name, level=level)
    paths = list(tmp_path.glob(f"*{Path(name).suffix}"))
    assert paths
    assert (done.masked > count * 5) == (level is Level.HANDLING)
    for path in paths:
        assert unmasked(path) == []


def test_names_and_columns_for_choices_are_masked_too(tmp_path):
    done = written(tmp_path, 60, "r.xlsx", words=Words.NAMES, choices=Choices.COLUMNS)
    assert unmasked(done.path) == []
    assert formulas(done.path) == []


@pytest.mark.parametrize("count", [150, DEEP])
@pytest.mark.parametrize("name", ["r.xlsx", "r.csv"])
@pytest.mark.parametrize("level", list(Level))
def test_nothing_is_a_formula(tmp_path, count, name, level):
    written(tmp_path, count, name, level=level)
    paths = list(tmp_path.glob(f"*{Path(name).suffix}"))
    assert paths
    for path in paths:
        assert formulas(path) == []


def test_at_full_everything_is_there(tmp_path):
    done = written(tmp_path, 40, "r.xlsx", level=Level.FULL)
    assert done.masked == 0
    found = "\n".join(value for value, _ in cells(done.path))
    for row in tables(40)[0].rows():
        long = [value for value in row if len(value) >= 15 and value.isdigit()]
        assert all(value in found for value in long)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("count", [150, DEEP])
@pytest.mark.parametrize("level", list(Level))
def test_libreoffice_reads_the_same_and_no_formula(tmp_path, count, level):
    done, again = written(tmp_path, count, "r.xlsx", level=level), tmp_path / "again"
    subprocess.run(
        [shutil.which("soffice"), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "xlsx", "--outdir", str(again), str(done.path)],
        check=True, capture_output=True, timeout=1800,
    )  # fmt: skip
    assert formulas(again / "r.xlsx") == []
    before, after = openpyxl.load_workbook(done.path), openpyxl.load_workbook(again / "r.xlsx")
    assert after.sheetnames == before.sheetnames
    for mine, theirs in zip(before, after, strict=True):
        for ours, read in zip(mine.iter_rows(values_only=True), theirs.iter_rows(values_only=True), strict=False):
            assert [value for value in ours if value is not None] == [value for value in read if value is not None]


def test_headers_and_names_of_sheets_run_nothing(tmp_path):
    columns = [each for table in tables(1) for each in table.columns][:3]
    table = Table("t", "=1+1", tuple(columns), list)
    done = write(Order(tmp_path / "t.xlsx", title="=1+1", reason="=2+2"), [table])
    assert formulas(done.path) == []


def test_everything_leaves_only_with_a_reason_and_a_second_person(tmp_path):
    desk = fill(workspace(tmp_path / "village").desk(writer=True)).desk
    target = tmp_path / "p.xlsx"
    for more in ({}, {"reason": "核对"}, {"reason": "核对", "approver": "wang", "approver_passphrase": PASSPHRASE}):
        with pytest.raises(Fault):
            desk.exports.run(ExportOrder("residents", target, level=Level.FULL, **more))
    assert not target.exists()
    done = desk.exports.run(ExportOrder("residents", target))
    assert done.path == target
    assert any(line.action == "export" for line in desk.context.store.audit.list())
    desk.close()


def test_the_file_says_what_it_holds_and_why_and_the_log_who_agreed(tmp_path):
    """Its mark: level, reason and day in the file; in the log what, how much, who agreed, and nothing of anybody."""
    opened = workspace(tmp_path / "village")
    Users(opened).add("li", "five other plain words")
    desk = fill(opened.desk(writer=True)).desk
    target, phone = tmp_path / "all.xlsx", "15412345678"
    agreed = {"reason": "县里要核对", "approver": "li", "approver_passphrase": "five other plain words"}
    desk.exports.run(ExportOrder("households", tmp_path / "usual.xlsx"))
    desk.exports.run(ExportOrder("households", target, level=Level.FULL, **agreed))
    said, usual = ([value for value, _ in cells(tmp_path / name)] for name in ("all.xlsx", "usual.xlsx"))
    text = Text("zh")
    for wanted in (text(f"casework.level_{Level.FULL}"), "县里要核对", "2026-11-20"):
        assert wanted in said
    assert text(f"casework.level_{Level.HANDLING}") in usual, "masked unless somebody asks for more"
    assert (any(phone in each for each in said), any(phone in each for each in usual)) == (True, False)
    lines = [line for line in desk.context.store.audit.list() if line.action == "export"]
    assert [(line.detail["level"], line.detail["approver"]) for line in lines] == [("handling", ""), ("full", "li")]
    assert not any(secret in repr(lines) for secret in (phone, "县里要核对", "five other"))
    desk.close()
