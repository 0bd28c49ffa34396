"""Workbooks that departments may send next: known facts find their columns, and nothing but data cells changes."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet
from other_workbooks import ALL, VILLAGES, Sample

from forms.casework.disclosure import Level
from forms.export import Column
from forms.export.department import Disclosure, Filled, Line, Why, fill
from forms.export.types import Cell
from forms.foreign import Book, Hints, read_layout, subject_of, suggest
from forms.foreign.layout import plain

WHOLE = ("registered", "living", "built", "birth.year", "birth.month", "birth.day")
CHOICES = {"sex": {"m": "男", "f": "女"}, "house_grade": {"D": "D级（整体危险）"}}


@cache
def hints() -> Hints:
    pack = files("resources") / "pack"
    return Hints.read((pack / "headings.csv").read_bytes(), (pack / "workbooks.csv").read_bytes())


def column(fact: str) -> Column:
    last = fact.removeprefix("household.").removeprefix("head.")
    cell = Cell.WHOLE if last in WHOLE else Cell.DATE if last == "birth" else Cell.DECIMAL
    return Column(fact, fact, cell if last in (*WHOLE, "birth", "floor_area", "land_mu") else Cell.TEXT,
                  choices=CHOICES.get(last, {}))  # fmt: skip


FACTS = {rule.column.fact: column(rule.column.fact) for rule in hints().rules if rule.column.fact}


def people(number: int) -> int:
    return 1 + number % 6


def line(number: int) -> Line:
    village = VILLAGES[number % len(VILLAGES)]
    name = f"人{number}"
    own = {
        "full_name": name, "head_name": name, "sex": "m", "id_no": "990621194803121175", "birth": "1948-03-12",
        "birth.year": "1948", "birth.month": "3", "birth.day": "12", "registered": str(people(number)),
        "household.registered": str(people(number)), "living": "2", "phone": "15412345678", "village": village,
        "place": f"{village}3组", "aid_type": "dibao", "land_mu": "4.5", "house_grade": "D", "floor_area": "90",
    }  # fmt: skip
    return Line(own, name, village)


def filled(sample: Sample, lines: int) -> tuple[bytes, Filled, bytes]:
    stream = io.BytesIO()
    sample.book.save(stream)
    book = Book(stream.getvalue(), name="x.xlsx")
    layout = read_layout(book.sheet(sample.sheet))
    mapping = suggest(layout, sample.sheet, hints(), subject_of(layout, hints()), FACTS)
    done = fill(book, mapping, FACTS, [line(number) for number in range(lines)], Disclosure(Level.FULL))
    after = io.BytesIO()
    book.save(after)
    return stream.getvalue(), done, after.getvalue()


def opened(content: bytes, sample: Sample) -> Worksheet:
    return load_workbook(io.BytesIO(content))[sample.sheet]


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
class TestEach:
    def test_headings_are_known(self, make: Callable[[], Sample]) -> None:
        sample = make()
        stream = io.BytesIO()
        sample.book.save(stream)
        book = Book(stream.getvalue())
        layout = read_layout(book.sheet(sample.sheet))
        subject = subject_of(layout, hints())
        mapping = suggest(layout, sample.sheet, hints(), subject, FACTS)
        found = {plain(each.heading): each.fact for each in mapping.columns}
        assert {heading: found.get(plain(heading)) for heading in sample.means} == dict(sample.means)
        assert subject.lines == sample.lines

    @pytest.mark.parametrize("lines", [3, 40])
    def test_only_data_cells_change(self, make: Callable[[], Sample], lines: int) -> None:
        sample = make()
        before, done, after = filled(sample, lines)
        assert done.lines == lines
        assert not [gap for gap in done.missing if gap.why is Why.PLACE]
        old, new = opened(before, sample), opened(after, sample)
        names = [at for at, text in enumerate(headings(new), 1) if text in ("姓名", "户主姓名", "户主", "户主姓名*")][
            :1
        ]
        written = [new.cell(row, names[0]).value for row in range(1, new.max_row + 1)]
        assert sorted(str(each) for each in written if str(each).startswith("人")) == sorted(
            f"人{number}" for number in range(lines)
        )
        kept = [kept_cells(sheet) for sheet in (old, new)]
        assert kept[0] == [each for each in kept[1] if each in kept[0]]
        assert {str(each.sqref).split(":")[0] for each in new.data_validations.dataValidation} == {
            str(each.sqref).split(":")[0] for each in old.data_validations.dataValidation
        }
        assert (new.freeze_panes, new.print_title_rows) == (old.freeze_panes, old.print_title_rows)
        assert new.sheet_state == old.sheet_state
        assert new.protection.sheet == old.protection.sheet
        assert new.protection.password == old.protection.password
        untouched = {"xl/styles.xml", "xl/theme/theme1.xml", "docProps/app.xml", "xl/sharedStrings.xml"}
        with zipfile.ZipFile(io.BytesIO(before)) as was, zipfile.ZipFile(io.BytesIO(after)) as now:
            assert was.namelist() == now.namelist()
            assert [name for name in untouched & set(was.namelist()) if was.read(name) != now.read(name)] == []


def headings(sheet: Worksheet) -> list[str]:
    """What stands lowest over each column, down to the row with most words in it."""
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(max_row=8)]
    found = [""] * sheet.max_column
    for row in rows:
        for at, text in enumerate(row):
            if plain(text) in ("姓名", "户主姓名", "户主"):
                found[at] = "".join(text.split())
    return found


def kept_cells(sheet: Worksheet) -> list[str]:
    """Texts that are nobody's data, in their order: titles, headings, totals' words, notes."""
    return [
        str(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and not cell.value.startswith(("=", "人"))
    ]


def test_each_village_gets_its_own_lines() -> None:
    for make, name, home in ((ALL[1], 2, 1), (ALL[2], 3, 1)):
        sample = make()
        sheet = opened(filled(sample, 30)[2], sample)
        village = ""
        for row in range(3, sheet.max_row + 1):
            said = str(sheet.cell(row, home).value or "")
            village = said if said in VILLAGES else village
            who = str(sheet.cell(row, name).value or "")
            if who.startswith("人"):
                assert VILLAGES[int(who[1:]) % len(VILLAGES)] == village


def test_a_village_without_a_block_is_named() -> None:
    sample = ALL[1]()
    stream = io.BytesIO()
    sample.book.save(stream)
    book = Book(stream.getvalue())
    layout = read_layout(book.sheet(sample.sheet))
    mapping = suggest(layout, sample.sheet, hints(), subject_of(layout, hints()), FACTS)
    stranger = Line({"full_name": "外来人"}, "外来人", "青山村")
    done = fill(book, mapping, FACTS, [line(1), stranger], Disclosure(Level.FULL))
    assert done.lines == 1
    assert [(gap.label, gap.whom) for gap in done.missing if gap.why is Why.PLACE] == [("外来人", "青山村")]


def test_what_ends_with_the_lines_takes_new_ones_in() -> None:
    sample = ALL[0]()
    sheet = opened(filled(sample, 30)[2], sample)
    assert (sheet.print_area, sheet.auto_filter.ref) == ("'两项补贴'!$A$1:$I$36", "A5:I36")
    assert sheet["C6"].value == "=COUNTA(C7:C36)"
    sample = ALL[3]()
    book = load_workbook(io.BytesIO(filled(sample, 30)[2]))
    assert book["参保名册"].tables["名册"].ref == "A4:F34"
    assert book["汇总"]["B1"].value == "=COUNTA(参保名册!B5:B34)"


def test_an_example_nobody_sees_is_no_line() -> None:
    sample = ALL[6]()
    sheet = opened(filled(sample, 4)[2], sample)
    assert [sheet.cell(row, 2).value for row in range(4, 10)] == ["张某某", "周大成", "人0", "人1", "人2", "人3"]
    assert [sheet.cell(row, 1).value for row in range(4, 10)] == ["例", 1, 2, 3, 4, 5]


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_totals(tmp_path: Path) -> None:
    lines, wanted = 31, {}
    for make in ALL:
        sample = make()
        (tmp_path / f"{make.__name__}.xlsx").write_bytes(filled(sample, lines)[2])
        wanted[make.__name__] = sample
    soffice = shutil.which("soffice") or "soffice"
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), *map(str, tmp_path.glob("*.xlsx"))]
    subprocess.run(command, capture_output=True, timeout=300, check=True)
    heads = sum(people(number) for number in range(lines))
    for name, sample in wanted.items():
        sheet = load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)[sample.sheet]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if str(cell.value).startswith("#")], name
        for letter, compute in sample.sums.items():
            values = [cell.value for cell in cells if cell.column == column_index_from_string(letter)]
            assert compute(lines, heads) in values, (name, letter, values)
