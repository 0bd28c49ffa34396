"""What supervisors come for: counts with charts beside them, and a table that a pivot table takes."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import product

import openpyxl
import pytest
from lxml import etree

from forms.casework.disclosure import Level
from forms.export import Cell, Column, Order, Table, write
from forms.export import summary as summarising
from forms.text import LANGUAGES

VILLAGE = Column("village", "村", level=Level.STATISTICS, counted=True)
STATE = Column(
    "state", "状态 'of' <it>", level=Level.STATISTICS, choices={"a": "新到", "b": "已告知 & 满意"}, counted=True
)
DAY = Column("asked_on", "提出日期", Cell.DATE, Level.STATISTICS)
SAID = Column("said", "内容")
ROWS = [
    ["柳树湾", "a", "2026-09-30", "x"],
    ["柳树湾", "b", "2026-10-01", "y"],
    ["柳树湾", "a", "2026-10-02", "z"],
    ["上坝", "", "", "=1+1"],
]


def made(tmp_path, columns=(VILLAGE, STATE, DAY, SAID), rows=ROWS, **order):
    table = Table("t", "诉求 '1'", tuple(columns), lambda: rows, len(rows))
    written = write(Order(tmp_path / "s.xlsx", **order), [table])
    return written, openpyxl.load_workbook(written.path)


def lines(sheet):
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_counts_by_every_choice_and_by_month(tmp_path):
    written, book = made(tmp_path)
    assert book.sheetnames == ["诉求 '1", "汇总", "透视用表", "说明"]
    assert lines(book["汇总"]) == [
        ["村", "柳树湾", 3], ["村", "上坝", 1],
        [STATE.label, "新到", 2], [STATE.label, "（没填）", 1], [STATE.label, "已告知 & 满意", 1],
        ["月份", "（没填）", 1], ["月份", "2026-09", 1], ["月份", "2026-10", 2],
    ]  # fmt: skip
    assert (written.sheets["汇总"], written.sheets["透视用表"]) == (8, 4)


def test_what_no_value_means_is_said_in_the_column_s_own_words(tmp_path):
    _, book = made(tmp_path, (VILLAGE, replace(STATE, blank="还没分派"), DAY, SAID))
    assert [STATE.label, "还没分派", 1] in lines(book["汇总"])


def test_a_chart_for_each_over_its_own_lines(tmp_path):
    _, book = made(tmp_path)
    charts = book["汇总"]._charts
    ranges = [(chart.ser[0].cat.strRef.f, chart.ser[0].val.numRef.f) for chart in charts]
    assert ranges == [(f"'汇总'!$B${a}:$B${b}", f"'汇总'!$C${a}:$C${b}") for a, b in ((2, 3), (4, 6), (7, 9))]
    assert [chart.barDir for chart in charts] == ["bar", "bar", "col"]
    assert [chart.title.tx.rich.p[0].r[0].t for chart in charts] == ["按村", f"按{STATE.label}", "按月份"]
    assert [chart.anchor._from.row for chart in charts] == [1, 1, 18]


def test_the_table_to_pivot_is_a_real_table_with_headers_of_their_own(tmp_path):
    _, book = made(tmp_path, columns=(VILLAGE, STATE, DAY, Column("n", "件数", counted=True, level=Level.STATISTICS)))
    sheet = book["透视用表"]
    (table,) = sheet.tables.values()
    assert (table.ref, sheet.auto_filter.ref) == ("A1:E5", None)
    headers = [cell.value for cell in sheet[1]]
    assert headers == table.column_names == ["村", STATE.label, "件数", "月份", "件数 (2)"]
    assert sum(row[-1] for row in lines(sheet)) == len(ROWS)


def test_too_many_lines_leave_the_last_columns_out(tmp_path, monkeypatch):
    monkeypatch.setattr(summarising, "_MOST_LINES", 40)
    columns = [Column(key, key, level=Level.STATISTICS, counted=True) for key in "abc"]
    rows = [list(map(str, each)) for each in product(range(5), repeat=3)]
    _, book = made(tmp_path, columns=columns, rows=rows)
    sheet = book["透视用表"]
    assert [cell.value for cell in sheet[1]] == ["a", "b", "件数"]
    assert sum(row[-1] for row in lines(sheet)) == 125
    assert len(lines(book["汇总"])) == 15


def test_many_values_are_shown_as_the_largest_and_the_rest(tmp_path):
    rows = [[f"{n}", "a", "", ""] for n in range(30)] + [["1", "a", "", ""]]
    _, book = made(tmp_path, rows=rows)
    found = [row for row in lines(book["汇总"]) if row[0] == "村"]
    assert len(found) == 13
    assert (found[0], found[-1]) == (["村", "1", 2], ["村", "其他", 18])


def test_nothing_to_count_makes_no_summary(tmp_path):
    assert made(tmp_path, columns=[SAID], rows=[["x"]])[1].sheetnames == ["诉求 '1", "说明"]
    assert made(tmp_path, rows=[])[1].sheetnames == ["诉求 '1", "说明"]


def test_every_part_is_named_and_well_formed(tmp_path):
    """Excel opens a package only where every part has its type and every relation its target."""
    written, _ = made(tmp_path)
    with zipfile.ZipFile(written.path) as package:
        names = set(package.namelist())
        types = etree.fromstring(package.read("[Content_Types].xml"))
        typed = {each.get("PartName") for each in types if each.get("PartName")}
        assert {f"/{name}" for name in names if name.endswith(".xml") and not name.startswith("[")} == typed
        for name in names:
            root = etree.fromstring(package.read(name))
            if name.endswith(".rels") and name != "_rels/.rels":
                folder = name.split("_rels/")[0].rstrip("/").split("/")
                for each in root:
                    parts = each.get("Target").split("/")
                    up = parts.count("..")
                    assert "/".join([*folder[: len(folder) - up], *parts[up:]]) in names


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_keeps_charts_and_table(tmp_path, language):
    written, _ = made(tmp_path, language=language)
    again = tmp_path / "again"
    subprocess.run(
        [shutil.which("soffice"), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "xlsx", "--outdir", str(again), str(written.path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    before, after = openpyxl.load_workbook(written.path), openpyxl.load_workbook(again / written.path.name)
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        assert lines(after[name]) == lines(before[name])
    assert len(after.worksheets[1]._charts) == 3
    assert [table.ref for table in after.worksheets[2].tables.values()] == ["A1:D5"]
