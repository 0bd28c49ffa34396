"""A department's own workbook is filled; nothing else in it changes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet
from shared_folder import SHARED

from forms.casework.disclosure import Level
from forms.errors import Fault
from forms.export import Column
from forms.export.department import Disclosure, Filled, Gap, Line, Why, fill
from forms.export.department.moved import Insertion, area, formula
from forms.export.types import Cell, Guard
from forms.foreign import Book, ColumnMap, WorkbookMap, read_layout, read_map, write_map

FULL = Disclosure(Level.FULL)
WORKBOOKS = SHARED / "pack" / "workbooks"
NAMES = sorted(path.name for path in WORKBOOKS.glob("empty_*.xlsx"))

COLUMNS = {
    "name": Column("name", "Name"),
    "people": Column("people", "People", Cell.WHOLE),
    "on": Column("on", "Day", Cell.DATE),
    "kind": Column("kind", "Kind", choices={"a": "A级（安全）", "d": "D级（整体危险）", "x": "没鉴定过"}),
    "kit": Column("kit", "Kit", choices={"sign": "警示牌", "ring": "救生圈"}, several=True),
    "id_no": Column("id_no", "Identity", level=Level.FULL, guard=Guard.NUMBER),
    "note": Column("note", "Note", guard=Guard.SCAN),
}


def line(number: int, **facts: str) -> Line:
    known = {"name": f"人{number}", "people": "3", "kind": "d", "id_no": "990621194803121175", **facts}
    return Line(known, known["name"], "石桥村")


def sheet_of(build: Worksheet) -> bytes:
    stream = io.BytesIO()
    build.parent.save(stream)
    return stream.getvalue()


def small(lines: int = 3) -> Worksheet:
    """A register: title, headings, lines with a formula, a total."""
    sheet = Workbook().active
    assert sheet is not None
    sheet.title = "台 账"
    sheet.append(["安全台账"])
    sheet.merge_cells("A1:F1")
    sheet.append(["序号", "姓名", "人口", "等级", "日期", "核对"])
    for row in range(3, 3 + lines):
        sheet.append([None, None, None, None, None, f'=IF(B{row}="","",B{row}&C{row})'])
        sheet.cell(row, 5).number_format = "yyyy/m/d"
    last = 2 + lines
    sheet.append(["合计", f"=COUNTA(B3:B{last})", f"=SUM(C3:C{last})"])
    return sheet


MAP = WorkbookMap(
    "台 账",
    "households",
    (
        ColumnMap("姓名", "name", key=True),
        ColumnMap("人口", "people"),
        ColumnMap("等级", "kind"),
        ColumnMap("日期", "on"),
    ),
)


def filled(
    content: bytes, lines: list[Line], mapping: WorkbookMap = MAP, how: Disclosure = FULL
) -> tuple[Filled, bytes]:
    book = Book(content, name="x.xlsx")
    done = fill(book, mapping, COLUMNS, lines, how)
    stream = io.BytesIO()
    book.save(stream)
    return done, stream.getvalue()


def opened(content: bytes, name: str = "台 账") -> Worksheet:
    return load_workbook(io.BytesIO(content))[name]


class TestLines:
    def test_values_go_in_as_what_they_are(self) -> None:
        done, content = filled(sheet_of(small()), [line(1, on="2026-11-20")])
        sheet = opened(content)
        assert [cell.value for cell in sheet[3]][:4] == [1, "人1", 3, "D级（整体危险）"]
        assert sheet["E3"].value.isoformat()[:10] == "2026-11-20"
        assert sheet["F3"].value == '=IF(B3="","",B3&C3)'
        assert (done.lines, done.added) == (1, 0)

    def test_more_people_than_lines_are_put_in_above_the_total(self) -> None:
        done, content = filled(sheet_of(small()), [line(number) for number in range(1, 9)])
        sheet = opened(content)
        assert done.added == 5
        assert [sheet.cell(row, 2).value for row in range(3, 11)] == [f"人{number}" for number in range(1, 9)]
        assert [sheet.cell(11, column).value for column in (1, 2, 3)] == ["合计", "=COUNTA(B3:B10)", "=SUM(C3:C10)"]
        assert sheet["F10"].value == '=IF(B10="","",B10&C10)'
        assert sheet["E10"].number_format == "yyyy/m/d"

    def test_a_single_line_grows_with_its_total(self) -> None:
        done, content = filled(sheet_of(small(1)), [line(1), line(2)])
        sheet = opened(content)
        assert done.added == 1
        assert sheet["A5"].value == "合计"

    def test_what_somebody_wrote_stays_and_is_completed(self) -> None:
        sheet = small()
        sheet["B4"], sheet["C4"] = "人 7", 99
        done, content = filled(sheet_of(sheet), [line(1), line(7, on="2026-11-01")])
        found = opened(content)
        assert [found["B4"].value, found["C4"].value, found["E4"].value.day] == ["人 7", 99, 1]
        assert found["B3"].value == "人1"
        assert done.added == 0

    def test_filling_twice_changes_nothing(self) -> None:
        _, once = filled(sheet_of(small()), [line(1, on="2026-11-20"), line(2)])
        done, twice = filled(once, [line(1, on="2026-11-20"), line(2)])
        assert [[cell.value for cell in row] for row in opened(once)] == [
            [c.value for c in row] for row in opened(twice)
        ]
        assert (done.cells, done.added) == (0, 0)

    def test_a_text_that_looks_like_a_formula_stays_a_text(self) -> None:
        _, content = filled(sheet_of(small()), [line(1, name="=1+1")])
        cell = opened(content)["B3"]
        assert (cell.value, cell.data_type) in (("=1+1", "s"), ("=1+1", "inlineStr"))


class TestGaps:
    def test_each_blank_cell_is_named_with_whom_to_ask(self) -> None:
        mapping = WorkbookMap("台 账", "x", (ColumnMap("姓名", "name"), ColumnMap("人口", ask="民政办")))
        done, _ = filled(sheet_of(small()), [line(1)], mapping)
        (gap,) = done.missing
        assert gap == Gap(3, "C", "人口", "人1", "民政办", Why.ASK)

    def test_an_optional_column_is_no_gap(self) -> None:
        mapping = WorkbookMap("台 账", "x", (ColumnMap("姓名", "name"), ColumnMap("日期", "on", optional=True)))
        assert filled(sheet_of(small()), [line(1)], mapping)[0].missing == ()

    def test_what_may_not_leave_at_this_level_is_a_gap(self) -> None:
        mapping = WorkbookMap("台 账", "x", (ColumnMap("姓名", "name"), ColumnMap("人口", "id_no")))
        done, content = filled(sheet_of(small()), [line(1)], mapping, Disclosure(Level.HANDLING))
        assert [gap.why for gap in done.missing] == [Why.LEVEL]
        assert b"990621194803121175" not in content

    def test_numbers_in_free_text_are_covered_below_full(self) -> None:
        mapping = WorkbookMap("台 账", "x", (ColumnMap("姓名", "name"), ColumnMap("人口", "note")))
        _, content = filled(sheet_of(small()), [line(1, note="电话15412345678")], mapping, Disclosure(Level.HANDLING))
        assert "15412345678" not in str(opened(content)["C3"].value)

    def test_a_word_that_the_drop_down_lacks_is_a_gap(self) -> None:
        sheet = small()
        rule = DataValidation(type="list", formula1='"A,B,C,D"')
        rule.add("D3:D5")
        sheet.add_data_validation(rule)
        done, content = filled(sheet_of(sheet), [line(1), line(2, kind="x", on="2026-01-01")])
        assert opened(content)["D3"].value == "D"
        assert [(gap.row, gap.why) for gap in done.missing if gap.column == "D"] == [(4, Why.WORD)]


class TestWords:
    def test_drop_downs_from_another_sheet(self) -> None:
        sheet = small()
        words = sheet.parent.create_sheet("词")
        for row, word in enumerate(("A级", "D级"), 1):
            words.cell(row, 1, word)
        rule = DataValidation(type="list", formula1="=词!$A$1:$A$2")
        rule.add("D3:D5")
        sheet.add_data_validation(rule)
        assert opened(filled(sheet_of(sheet), [line(1)])[1])["D3"].value == "D级"

    def test_one_choice_of_several_as_a_column(self) -> None:
        mapping = WorkbookMap(
            "台 账",
            "x",
            (ColumnMap("姓名", "name"), ColumnMap("人口", "kit", has="sign"), ColumnMap("等级", "kit", has="ring")),
        )
        sheet = small()
        rule = DataValidation(type="list", formula1='"是,否"')
        rule.add("D3:D5")
        sheet.add_data_validation(rule)
        found = opened(filled(sheet_of(sheet), [line(1, kit="sign")], mapping)[1])
        assert (found["C3"].value, found["D3"].value) == (1, "否")

    def test_the_maps_words_decide(self) -> None:
        mapping = WorkbookMap("台 账", "x", (ColumnMap("等级", "kind", words={"d": "危险"}),))
        assert opened(filled(sheet_of(small()), [line(1)], mapping)[1])["D3"].value == "危险"


class TestWhatHangsOnTheSheet:
    def test_everything_below_moves_and_other_sheets_follow(self) -> None:
        sheet = small()
        other = sheet.parent.create_sheet("汇总")
        other["A1"], other["A2"] = "='台 账'!B6", "=SUM('台 账'!C3:C5)"
        sheet["A8"] = "说明：按户填"
        sheet.merge_cells("A8:F8")
        sheet["B6"].comment = Comment("合计户数", "镇里")
        sheet["C6"].hyperlink = "https://example.org"
        sheet.conditional_formatting.add("C3:C5", _red())
        sheet.print_area = "A1:F8"
        sheet.row_breaks.append(_break(6))
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=3, min_row=2, max_row=5), titles_from_data=True)
        other.add_chart(chart, "C3")
        _, content = filled(sheet_of(sheet), [line(number) for number in range(1, 8)])
        book = load_workbook(io.BytesIO(content))
        found, far = book["台 账"], book["汇总"]
        assert (far["A1"].value, far["A2"].value) == ("='台 账'!B10", "=SUM('台 账'!C3:C9)")
        assert found["A12"].value == "说明：按户填"
        assert "A12:F12" in [str(each) for each in found.merged_cells.ranges]
        assert found["B10"].comment is not None
        assert found["C10"].hyperlink is not None
        assert [str(each.sqref) for each in found.conditional_formatting] == ["C3:C9"]
        assert found.print_area == "'台 账'!$A$1:$F$12"
        assert [each.id for each in found.row_breaks.brk] == [10]
        assert len(far._charts) == 1
        assert b"$C$3:$C$9" in _part(content, r"xl/charts/chart\d+\.xml")

    def test_shared_and_array_formulas_follow(self) -> None:
        content = sheet_of(small())
        content = _patched(
            content,
            "xl/worksheets/sheet1.xml",
            lambda text: re.sub(
                r"(?s)(<c r=\"F3\"[^>]*>)<f>.*?</f>(.*<c r=\"F4\"[^>]*>)<f>.*?</f>(.*<c r=\"F5\"[^>]*>)<f>.*?</f>",
                r'\1<f t="shared" si="0" ref="F3:F5">B3&amp;C3</f>\2<f t="shared" si="0"/>\3<f t="shared" si="0"/>',
                text,
            ),
        )
        sheet = opened(filled(content, [line(number) for number in range(1, 6)])[1])
        assert [sheet[f"F{row}"].value for row in range(3, 8)] == [f"=B{row}&C{row}" for row in range(3, 8)]

    def test_array_formula_of_the_total(self) -> None:
        sheet = small()
        sheet["D6"] = ArrayFormula("D6", "=SUM(C3:C5*1)")
        found = opened(filled(sheet_of(sheet), [line(number) for number in range(1, 6)])[1])["D8"].value
        assert isinstance(found, ArrayFormula)
        assert (found.ref, found.text) == ("D8", "=SUM(C3:C7*1)")

    def test_cells_merged_in_each_line_are_merged_in_the_new_ones(self) -> None:
        sheet = small()
        for row in (3, 4, 5):
            sheet.merge_cells(start_row=row, end_row=row, start_column=3, end_column=4)
        found = opened(filled(sheet_of(sheet), [line(number) for number in range(1, 6)])[1])
        merged = {str(each) for each in found.merged_cells.ranges}
        assert {f"C{row}:D{row}" for row in range(3, 8)} <= merged
        assert not any(each.startswith("C5:D") and each != "C5:D5" for each in merged)

    def test_parts_that_we_know_nothing_of_leave_as_they_came(self) -> None:
        content = _patched(sheet_of(small()), "docProps/app.xml", lambda text: text)
        extra = _with_part(content, "xl/media/seal.png", b"\x89PNG whatever")
        assert _part(filled(extra, [line(1)])[1], "xl/media/seal.png") == b"\x89PNG whatever"


class TestReferences:
    INSERTION = Insertion("台账", 5, 29, 10)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("SUM(F5:F29)", "SUM(F5:F39)"),
            ("$C$30+C5", "$C$40+C5"),
            ('COUNTIF(N5:N29,"A5:A29")', 'COUNTIF(N5:N39,"A5:A29")'),
            ("SUM(F1:F4)", "SUM(F1:F4)"),
            ("SUM($30:$31)", "SUM($40:$41)"),
            ("SUM(F:F)", "SUM(F:F)"),
            ("别的!A30", "别的!A30"),
            ("台账!A30", "台账!A40"),
            ("A29", "A29"),
            ("not (a formula", "not (a formula"),
        ],
    )
    def test_formula(self, before: str, after: str) -> None:
        assert formula(before, "台账", self.INSERTION) == after

    def test_a_running_sum_in_a_line_keeps_its_own_end(self) -> None:
        assert formula("SUM(F$5:F29)", "台账", self.INSERTION, row=29) == "SUM(F$5:F29)"

    def test_areas(self) -> None:
        assert area("A1:S32", self.INSERTION) == "A1:S42"
        assert area("B30", self.INSERTION) == "B40"
        assert area("B29", self.INSERTION) == "B29:B39"


class TestMap:
    def test_it_is_kept_and_read_again(self) -> None:
        assert read_map(write_map(MAP)) == MAP

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"{", "foreign.map_json"),
            (b"[]", "foreign.map_place"),
            (b'{"lines": 3}', "foreign.map_place"),
            (b'{"lines": "x", "columns": [{"heading": ""}]}', "foreign.map_place"),
            (b'{"lines": "x", "columns": [{"heading": "a", "fakt": "b"}]}', "foreign.map_place"),
            (b" " * (1024 * 1024 + 1), "foreign.map_large"),
        ],
    )
    def test_a_wrong_one_is_told_with_its_place(self, content: bytes, code: str) -> None:
        with pytest.raises(Fault) as told:
            read_map(content, name="m.json")
        assert told.value.code == code

    @pytest.mark.parametrize(
        ("column", "code"),
        [(ColumnMap("电话", "name"), "foreign.map_heading"), (ColumnMap("姓名", "x"), "foreign.map_fact")],
    )
    def test_what_is_not_there_is_told(self, column: ColumnMap, code: str) -> None:
        with pytest.raises(Fault) as told:
            filled(sheet_of(small()), [line(1)], WorkbookMap("台 账", "x", (column,)))
        assert told.value.code == code


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Fault):
        Book(content, name="x.xlsx")


def test_a_sheet_without_headings_is_refused() -> None:
    sheet = Workbook().active
    assert sheet is not None
    sheet.append(["only", 1, 2, 3])
    book = Book(sheet_of(sheet))
    with pytest.raises(Fault) as told:
        read_layout(book.sheet(book.names[0]))
    assert told.value.code == "foreign.layout"


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_only_data_cells_of_the_six_workbooks_change(name: str) -> None:
    """Forty lines into twenty-five: a cell by cell comparison, and that of everything around the cells."""
    content = (WORKBOOKS / name).read_bytes()
    book = Book(content, name=name)
    layout = read_layout(book.sheet(book.names[0]))
    free = [each for each in layout.headings if each.column not in layout.computed and each.text not in ("序号",)]
    first = next(each for each in free if "姓名" in each.text or "名称" in each.text or "村" in each.text)
    mapping = WorkbookMap(book.names[0], "x", (ColumnMap(first.text, "name"),))
    done, after = filled(content, [line(number) for number in range(1, 41)], mapping)
    old, new = load_workbook(io.BytesIO(content)).active, load_workbook(io.BytesIO(after)).active
    assert isinstance(old, Worksheet)
    assert isinstance(new, Worksheet)
    insertion = Insertion(old.title, layout.first, layout.last, done.added)
    changed = set()
    for row in old.iter_rows():
        for cell in row:
            now = new.cell(insertion.row(cell.row), cell.column)
            was = cell.value
            if isinstance(was, str) and was.startswith("="):
                was = "=" + formula(was[1:], old.title, insertion, row=cell.row)
            if now.value != was:
                changed.add(cell.column_letter)
            assert now.style_id == cell.style_id
    assert changed <= {first.letter, "A"}
    assert new.page_setup.orientation == old.page_setup.orientation
    assert new.print_title_rows == old.print_title_rows
    assert len(new.data_validations.dataValidation) == len(old.data_validations.dataValidation)
    assert {str(each.sqref) for each in new.data_validations.dataValidation} == {
        area(str(each.sqref), insertion) for each in old.data_validations.dataValidation
    }
    assert {str(each) for each in new.merged_cells.ranges} == {
        area(str(each), insertion) for each in old.merged_cells.ranges
    }
    assert new.freeze_panes == old.freeze_panes


@pytest.mark.shared
@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_totals(tmp_path: Path) -> None:
    content = (WORKBOOKS / "empty_01_dibao.xlsx").read_bytes()
    mapping = WorkbookMap(
        "台账",
        "x",
        (
            ColumnMap("户主姓名", "name"),
            ColumnMap("身份证号", "id_no"),
            ColumnMap("家庭人口/户籍人口", "people"),
            ColumnMap("家庭人口/保障人口", "people"),
        ),
    )
    _, after = filled(content, [line(number, people=str(number)) for number in range(1, 41)], mapping)
    sheet = recalculated(after, tmp_path)
    assert [sheet["C45"].value, sheet["F45"].value, sheet["G45"].value] == [40, 820, 820]
    assert sheet["E44"].value == "男"
    assert sheet["A44"].value == 40
    assert not [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("#")]


def recalculated(content: bytes, folder: Path) -> Worksheet:
    """The first sheet as LibreOffice computes it."""
    (folder / "x.xlsx").write_bytes(content)
    subprocess.run(
        [
            shutil.which("soffice") or "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            folder / "out",
            folder / "x.xlsx",
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return load_workbook(folder / "out" / "x.xlsx", data_only=True).worksheets[0]


def _red() -> CellIsRule:
    return CellIsRule(operator="greaterThan", formula=["10"])


def _break(row: int) -> Break:
    return Break(id=row)


def _part(content: bytes, name: str) -> bytes:
    """The first part whose name fits the pattern."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(next(each for each in archive.namelist() if re.fullmatch(name, each)))


def _patched(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            new.writestr(each, change(data.decode()).encode() if each == name else data)
    return stream.getvalue()


def _with_part(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, data)
    return stream.getvalue()
