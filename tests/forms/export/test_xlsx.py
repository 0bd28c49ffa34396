"""What stands in the file: types, harmlessness, whole or not at all."""

import csv
import errno
import os
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.casework.disclosure import Level
from forms.errors import Fault
from forms.export import Cancelled, Cell, Choices, Column, Guard, Order, Table, Words, write
from forms.export import place as placing
from forms.export.inert import RISKY, inert_csv, is_risky
from forms.text import LANGUAGES, Text

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1",
    '=HYPERLINK("http://a.invalid","x")',
    '",=1+1',
    "|cmd",
    "%0A=1",
    "http://a.invalid/",
    "file:///etc/passwd",
    "{=1+1}",
]


ADDED = ("汇总", "透视用表", "说明")
WALL = datetime.fromisoformat("2026-11-21T10:26:05")


def column(key, cell=Cell.TEXT, **more):
    return Column(key, key, cell, **more)


def test_cells_are_typed(exported):
    columns = [
        column("n", Cell.WHOLE),
        column("d", Cell.DECIMAL),
        column("t", Cell.DATE),
        column("m", Cell.MOMENT),
        "x",
    ]
    row = ["-42", "3.25", "2026-11-21", "2026-11-21T10:26:05.123+08:00", "990621198310171834"]
    _, (_, read) = exported([row], columns, level=Level.FULL)
    assert read == [-42, 3.25, WALL.replace(hour=0, minute=0, second=0), WALL, "990621198310171834"]


def test_a_moment_is_shown_in_the_zone_asked_for(exported):
    columns = [column("m", Cell.MOMENT), column("n", Cell.MOMENT)]
    row = ["2026-11-21T02:26:05.000Z", "2026-11-21T10:26:05"]
    _, (_, read) = exported([row], columns, zone=timezone(timedelta(hours=8)))
    assert read == [WALL, WALL]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Cell.WHOLE, "007"),
        (Cell.WHOLE, "1234567890123456"),
        (Cell.WHOLE, "many"),
        (Cell.WHOLE, "１２"),
        (Cell.DECIMAL, "1e5"),
        (Cell.DECIMAL, "NaN"),
        (Cell.DECIMAL, "12345678901.123456"),
        (Cell.DATE, "1899-12-31"),
        (Cell.DATE, "1900-02-28"),
        (Cell.DATE, "soon"),
        (Cell.MOMENT, "10:30"),
    ],
)
def test_what_does_not_fit_its_kind_stays_as_text(exported, cell, value):
    _, (_, read) = exported([[value]], [column("a", cell)], level=Level.FULL)
    assert read == [value]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_a_program_runs(exported, payload, tmp_path):
    written, (_, read) = exported([[payload]], ["a"], level=Level.FULL)
    assert read == [payload.replace("\r", "\n")]
    cell = openpyxl.load_workbook(written.path).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.quotePrefix == is_risky(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_csv_field_never_begins_like_a_formula(payload):
    field = inert_csv(payload)
    assert field.lstrip()[:1] not in RISKY
    assert field.removeprefix("'") == payload or field == payload


def test_a_negative_number_stays_a_number_in_csv():
    assert inert_csv("-5", number=True) == "-5"
    assert inert_csv("-5") == "'-5"
    assert inert_csv("-5+1", number=True) == "'-5+1"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_comes_back(exported, values):
    _, rows = exported([values], [f"c{at}" for at in range(len(values))], level=Level.FULL)
    read = [value or "" for value in (rows[1] if len(rows) > 1 else [""] * len(values))]
    for before, after in zip(values, read, strict=True):
        assert after.replace("_x005F_", "_") == plain(before)


def plain(value):
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join("\ufffd" if (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\x7f" and not
                   "\x80" <= sign <= "\x9f") or sign in "\ufffe\uffff" else sign for sign in value)  # fmt: skip


@pytest.mark.parametrize("text", ["字" * 40_000, "=" + "😀" * 70_000 + "\n尾", "a&<" * 32_767])
def test_a_text_too_long_for_a_cell_is_kept_whole_on_a_sheet_of_its_own(exported, text):
    written, rows = exported([["x", "y"], ["", text]], ["a", "b"])
    shown = rows[2][1]
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown.endswith("…（全文见「长文字」表）")
    pieces = list(openpyxl.load_workbook(written.path)["长文字"].iter_rows(min_row=2, values_only=True))
    assert [piece[:3] for piece in pieces] == [("表", "B3", number) for number in range(1, len(pieces) + 1)]
    assert all(len(piece[3].encode("utf-16-le")) // 2 <= 32_767 for piece in pieces)
    assert "".join(piece[3] for piece in pieces) == text
    assert written.sheets["长文字"] == len(pieces)


def test_a_csv_holds_long_texts_as_they_are(tmp_path):
    table = Table("t", "表", (Column("a", "a"),), lambda: [["字" * 40_000]], 1)
    write(Order(tmp_path / "t.csv"), [table])
    assert (tmp_path / "t.csv").read_text("utf-8-sig").split()[1] == "字" * 40_000


@pytest.mark.parametrize(("words", "header"), [(Words.LABELS, "困难"), (Words.NAMES, "risk")])
def test_several_answers_as_a_column_for_each_choice(exported, words, header):
    risk = Column("risk", "困难", choices={"illness": "因病", "school": "因学"}, several=True)
    rows = [["illness other"], [""], ["school"]]
    _, read = exported(rows, [risk], choices=Choices.COLUMNS, words=words)
    if words is Words.LABELS:
        assert read[0] == ["困难", "困难: 因病", "困难: 因学"]
        assert [row[0] for row in read[1:]] == ["因病、other", None, "因学"]
    else:
        assert read[0] == ["risk", "risk/illness", "risk/school"]
        assert [row[0] for row in read[1:]] == ["illness other", None, "school"]
    assert [row[1:] for row in read[1:]] == [[1, 0], [None, None], [0, 1]]


def test_names_of_the_form_instead_of_words(exported):
    state = Column("state", "状态", choices={"a": "已告知"}, level=Level.STATISTICS)
    twice = [replace(state, path="/data/one/state"), replace(state, path="/data/two/state")]
    _, read = exported([["a", "a"]], twice, words=Words.NAMES)
    assert read[0] == ["state (/data/one/state)", "state (/data/two/state)"]
    assert read[1] == ["a", "a"]


def test_the_header_is_frozen_and_filtered_and_columns_are_wide_enough(exported):
    written, rows = exported([["x", "y"]] * 3, ["a", "b"])
    sheet = openpyxl.load_workbook(written.path).worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B4")
    assert sheet.column_dimensions["A"].width >= 10
    assert rows[0] == ["A", "B"]
    assert {name: rows for name, rows in written.sheets.items() if name not in ADDED} == {"表": 3}


def test_no_rows_and_blank_cells(exported):
    written, rows = exported([], ["a"])
    assert (written.sheets, rows) == ({"表": 0, "说明": 3}, [["A"]])
    _, rows = exported([["", "x", ""]], ["a", "b", "c"])
    assert rows[1] == [None, "x", None]


def test_names_of_sheets_are_ones_that_excel_takes(tmp_path):
    names = ["a/b:c*?[d]\\", "诉" * 40, "诉" * 40, "", "HISTORY", "History"]
    tables = [Table(f"t{at}", name, (column("a"),), lambda: [["x"]]) for at, name in enumerate(names)]
    written = write(Order(tmp_path / "n.xlsx"), tables)
    titles = openpyxl.load_workbook(written.path).sheetnames
    assert len({title.lower() for title in titles}) == len(titles) == 7
    assert all(0 < len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
    assert "history" not in {title.lower() for title in titles}


def test_signs_are_counted_as_excel_counts_them(exported, tmp_path):
    _, rows = exported([["😀" * 20_000], ["诉" * 32_767], ["x" * 40_000]], ["a"])
    lengths = [len(row[0].encode("utf-16-le")) // 2 for row in rows[1:]]
    assert lengths == [32_766, 32_767, 32_767]  # half a sign is none
    assert [row[0][-1] for row in rows[1:]] == ["）", "诉", "）"]
    tables = [Table(f"t{at}", "😀" * 20, (column("a"),), lambda: [["x"]]) for at in range(2)]
    titles = openpyxl.load_workbook(write(Order(tmp_path / "n.xlsx"), tables).path).sheetnames
    assert all(len(title.encode("utf-16-le")) <= 62 for title in titles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sheet_has_a_name_that_excel_keeps_for_itself(language):
    assert Text(language)("export.history").lower() != "history"


def test_columns_with_one_label_are_told_apart(exported):
    _, rows = exported([["x", "y"]], [Column("a", "电话"), Column("b", "电话")])
    assert rows[0] == ["电话 (a)", "电话 (b)"]


def test_chosen_columns_only_and_unknown_ones_are_named(exported):
    _, rows = exported([["x", "y"]], ["a", "b"], columns=("b",))
    assert rows == [["B"], ["y"]]
    with pytest.raises(Fault) as raised:
        exported([["x"]], ["a"], columns=("nope",))
    assert raised.value.code == "export.unknown_column"


def test_labels_choices_and_lookups(exported):
    columns = [
        column("s", choices={"a": "甲", "b": "乙"}),
        column("m", choices={"a": "甲", "b": "乙"}, several=True),
        column("l", list="areas.csv"),
    ]
    rows = [["a", "a b", "1"], ["z", "b z", "2"]]
    _, read = exported(rows, columns, lookup=lambda name, value: {"1": "一村"}.get(value, ""))
    assert read[1:] == [["甲", "甲、乙", "一村"], ["z", "乙、z", "2"]]


def test_masking_below_full(exported):
    columns = [
        column("p", guard=Guard.NUMBER),
        column("t", guard=Guard.SCAN),
        column("n", Cell.WHOLE, guard=Guard.SCAN),
    ]
    columns.append(column("i", guard=Guard.NUMBER, level=Level.FULL))
    columns.append(column("f", level=Level.FULL))
    row = ["15412345678", "打１５４１２３４５６７８", "15412345678", "990621198310171834", "秘密"]
    written, rows = exported([row, ["", "", "7", "", ""]], columns)
    assert rows[1:] == [
        ["*******5678", "打*******５６７８", "*******5678", "**************1834"],
        [None, None, 7, None],
    ]
    assert written.masked == 4
    written, rows = exported([row], columns, level=Level.FULL)
    assert (rows[1], written.masked) == (["15412345678", row[1], 15412345678, row[3], "秘密"], 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_codebook_says_what_each_column_is(tmp_path, rows_of, language):
    columns = (column("s", choices={"a": "甲"}, path="/data/s", type="string"), column("p", guard=Guard.NUMBER))
    order = Order(tmp_path / "c.xlsx", language=language, title="诉求", reason="年终检查")
    write(order, [Table("t", "表", columns, lambda: [["a", "1"]])])
    found = rows_of(order.target, 1)
    text = Text(language)
    assert [row[1] for row in found[1:]] == [
        text("export.about_title"), text("export.level"), text("export.about_reason"), text("export.about_source"),
        "s", "p",
    ]  # fmt: skip
    assert found[-2][2:] == [
        "s", "/data/s", text("export.cell_one"), text("casework.level_handling"), text("export.treatment_plain"),
        "a = 甲",
    ]  # fmt: skip
    assert found[-1][6] == text("export.treatment_starred")


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (column("a", path="/data/a", type="string"), "cell_text"),
        (column("a", Cell.DATE, path="/data/a", type="string"), "cell_date"),
        (column("a", path="/data/a", type="string", several=True), "cell_several"),
        (column("a", path="/data/a", type="string", list="areas.csv"), "cell_one"),
        (column("a", path="/data/a", type="geopoint"), "cell_geopoint"),
        (column("a", path="/data/a", type="binary"), "cell_binary"),
    ],
)
def test_the_codebook_names_no_type_that_only_programs_know(tmp_path, rows_of, made, key):
    write(Order(tmp_path / "c.xlsx", level=Level.FULL), [Table("t", "表", (made,), list)])
    assert rows_of(tmp_path / "c.xlsx", 1)[-1][4] == Text("zh")(f"export.{key}")


def test_csv_has_a_mark_and_linked_sheets_beside_it(tmp_path):
    tables = [
        Table("main", "表", (column("a"), column("n", Cell.WHOLE)), lambda: [["=1", "-5"], ['x,"y"\n', "6"]]),
        Table("member", "成员", (column("b"),), lambda: [["陈"]]),
    ]
    written = write(Order(tmp_path / "t.csv", level=Level.FULL), tables)
    assert {name: rows for name, rows in written.sheets.items() if name not in ADDED} == {"表": 2, "成员": 1}
    content = (tmp_path / "t.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["a", "n"], ["'=1", "-5"], ['x,"y"\n', "6"]]
    assert (tmp_path / "t-member.csv").read_text("utf-8-sig") == "b\n陈\n"
    assert sorted(os.listdir(tmp_path)) == ["t-member.csv", "t.csv"]


def test_a_strange_file_beside_a_csv_is_never_replaced(tmp_path):
    tables = [Table(key, key, (column("a"),), lambda: [["new"]]) for key in ("main", "member")]
    for name in ("t-member.csv", "t (2)-member.csv"):
        (tmp_path / name).write_text("before")
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / "t.csv"), tables)
    assert raised.value.code == "export.beside_exists"
    for language in LANGUAGES:
        assert "t-member.csv" in raised.value.message(Text(language))
        assert "t (3).csv" in raised.value.remedy(Text(language))
    assert {file.read_text() for file in tmp_path.iterdir()} == {"before"}
    write(Order(tmp_path / "t (3).csv"), tables)
    assert (tmp_path / "t (3)-member.csv").exists()


def test_the_same_csv_again_replaces_what_lies_beside_it(tmp_path):
    for word in ("old", "new"):
        tables = [Table(key, key, (column("a"),), lambda word=word: [[word]]) for key in ("main", "member")]
        write(Order(tmp_path / "t.csv"), tables)
    assert sorted(os.listdir(tmp_path)) == ["t-member.csv", "t.csv"]
    assert (tmp_path / "t-member.csv").read_text("utf-8-sig") == "a\nnew\n"


def test_repeats_of_one_name_have_a_file_each(tmp_path):
    tables = [Table(key, key, (column("a"),), lambda: [["x"]]) for key in ("main", "member", "member", "Member")]
    written = write(Order(tmp_path / "t.csv"), tables)
    assert sorted(os.listdir(tmp_path)) == ["t-Member-3.csv", "t-member-2.csv", "t-member.csv", "t.csv"]
    assert set(written.sheets.values()) == {1}
    assert len(written.sheets) == 4


def rows_then(error):
    def rows():
        for _ in range(500):
            yield ["x"]
        raise error

    return rows


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv"])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "export.disk_full"),
        (OSError(errno.EACCES, "no"), "export.not_writable"),
        (OSError(errno.EIO, "broken"), "export.failed"),
    ],
)
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path, name, error, code):
    (tmp_path / name).write_text("before")
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / name), [Table("t", "表", (column("a"),), rows_then(error))])
    assert raised.value.code == code
    for language in LANGUAGES:
        assert raised.value.message(Text(language))
        assert raised.value.remedy(Text(language))
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "before"


def test_a_bug_in_the_rows_leaves_nothing_either(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write(Order(tmp_path / "t.xlsx"), [Table("t", "表", (column("a"),), rows_then(ZeroDivisionError()))])
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_open_elsewhere_is_named(tmp_path, monkeypatch):
    def replace(self, target):
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(placing.Path, "replace", replace)
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / "t.xlsx"), [Table("t", "表", (column("a"),), list)])
    assert raised.value.code == "export.in_use"
    assert "t (2).xlsx" in raised.value.remedy(Text("zh"))
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_and_a_wrong_suffix_are_usage(tmp_path):
    tables = [Table("t", "表", (column("a"),), list)]
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / "no" / "t.xlsx"), tables)
    assert raised.value.code == "export.no_folder"
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / "t.ods"), tables)
    assert raised.value.code == "export.suffix"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_really_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(placing, "_created", lambda path: open("/dev/full", "wb"))  # noqa: SIM115
    with pytest.raises(Fault) as raised:
        write(Order(tmp_path / "t.xlsx"), [Table("t", "表", (column("a"),), lambda: [["x"]] * 50_000)])
    assert raised.value.code == "export.disk_full"
    assert os.listdir(tmp_path) == []


def test_progress_counts_and_cancelling_leaves_nothing(tmp_path):
    seen = []
    table = Table("t", "表", (column("a"),), lambda: (["x"] for _ in range(1000)), 1000)
    write(Order(tmp_path / "t.xlsx"), [table], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (1000, 1000)
    assert seen == sorted(seen)
    (tmp_path / "t.xlsx").unlink()
    with pytest.raises(Cancelled):
        write(Order(tmp_path / "t.xlsx"), [table], cancelled=lambda: len(seen) > 0)
    assert os.listdir(tmp_path) == []


def test_the_same_rows_give_the_same_bytes(tmp_path):
    table = Table("t", "表", (column("a"),), lambda: [["x"]])
    for name in ("a.xlsx", "b.xlsx"):
        write(Order(tmp_path / name, title="t"), [table])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_reads_it_without_repair(tmp_path):
    columns = (column("a"), column("n", Cell.WHOLE), column("t", Cell.DATE), column("m", Cell.MOMENT))
    rows = [[payload, "5", "2026-11-21", "2026-11-21T10:26:05+08:00"] for payload in PAYLOADS]
    tables = [Table("t", "表'一", columns, lambda: rows), Table("u", "二", columns, list)]
    write(Order(tmp_path / "t.xlsx", level=Level.FULL), tables)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for kind in ("csv:Text - txt - csv (StarCalc):44,34,76", "ods", "xlsx:Calc MS Excel 2007 XML"):
        out = tmp_path / kind.partition(":")[0]
        command = [shutil.which("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", out]
        done = subprocess.run(
            [*command, tmp_path / "t.xlsx"],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip
        assert b"Error" not in done.stderr
    with (tmp_path / "csv" / "t.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert len(read) == len(PAYLOADS) + 1
    assert [row[0].strip() for row in read[1:6]] == [payload.strip() for payload in PAYLOADS[:5]]
    assert {tuple(row[1:]) for row in read[1:]} == {("5", "2026-11-21", "2026-11-21 10:26:05")}
    again = openpyxl.load_workbook(tmp_path / "xlsx" / "t.xlsx")
    assert all(cell.data_type != "f" for sheet in again for row in sheet.iter_rows() for cell in row)
