"""A register is taken in once, whole, and what was refused is handed back to be mended."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from service_world import request, workspace
from shared_folder import SHARED

from desktop.services.desk import TheDesk
from desktop.services.sheets.import_values import ImportOrder
from forms.errors import Fault, Kind
from forms.export import Cancelled
from sync.protocol import Role

HEADINGS = ("村", "组", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "身份证号", "电话", "低保", "备注")
ROWS = (
    ("石桥村", "1组", "单长福", "单长福", "户主", "男", "1948-03-12", "990621194803121175", "15412345678", "√", "在家"),
    ("石桥村", "1组", "单长福", "李小满", "孙女", "女", "2015.7.4", "990621201507040445", "", "", ""),
    ("石桥村", "2组", "尉迟明德", "尉迟明德", "户主", "", "1945.12", "", "", "", "住敬老院"),
    ("石桥村", "三组", "尉迟明德", "尉迟明德", "户主", "男", "1945.12", "", "15414485705", "", ""),
    ("外村", "1组", "王伟", "王伟", "户主", "男", "", "", "", "", ""),
)


def register(folder: Path, *rows: tuple[str, ...]) -> Path:
    sheet = Workbook().active
    assert sheet is not None
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    path = folder / "花名册.xlsx"
    sheet.parent.save(path)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> TheDesk:
    return workspace(tmp_path / "w", role=Role.TOWNSHIP, area="990621101", user="li").desk(writer=True)


def people(desk: TheDesk) -> dict[str, dict[str, str]]:
    found = desk.context.store.entities.all("residents")
    return {item.properties["full_name"]: dict(item.properties) for item in found}


def test_people_and_their_households(desk: TheDesk, tmp_path: Path) -> None:
    done = desk.imports.run(ImportOrder("resident", register(tmp_path, *ROWS)))
    assert (done.rows, done.added, done.refused, done.households) == (5, 3, 2, 2)
    found = people(desk)
    assert found["单长福"]["tags"] == "dibao"
    assert found["李小满"]["relation"] == "grandchild"
    assert found["单长福"]["household"] == found["李小满"]["household"]
    assert found["尉迟明德"]["phone"] == "15414485705"
    homes = {item.properties["head_name"]: item for item in desk.context.store.entities.all("households")}
    assert homes["单长福"].properties["registered"] == "2"


def test_the_second_time_adds_nothing(desk: TheDesk, tmp_path: Path) -> None:
    file = register(tmp_path, *ROWS)
    desk.imports.run(ImportOrder("resident", file))
    before = desk.context.store.entities.count("residents"), desk.context.store.entities.count("households")
    again = desk.imports.run(ImportOrder("resident", file))
    assert (again.added, again.households) == (0, 0)
    assert (desk.context.store.entities.count("residents"), desk.context.store.entities.count("households")) == before


def test_a_dry_run_keeps_nothing(desk: TheDesk, tmp_path: Path) -> None:
    done = desk.imports.run(ImportOrder("resident", register(tmp_path, *ROWS), dry_run=True))
    assert done.added == 3
    assert people(desk) == {}


def test_the_report_names_row_reason_and_remedy(desk: TheDesk, tmp_path: Path) -> None:
    done = desk.imports.run(ImportOrder("resident", register(tmp_path, *ROWS)))
    refused, same, kept = load_workbook(done.report).worksheets
    rows = list(refused.values)
    assert [row[0] for row in rows[1:]] == ["4", "6"]
    assert "外村" in str(rows[2][2])
    assert all(row[3] for row in rows[1:])
    assert [str(row[0]) for row in kept.values][1:] == ["2", "3", "5"]
    assert same.max_row == 1


def test_a_stop_keeps_what_was_added_and_the_next_run_adds_the_rest(desk: TheDesk, tmp_path: Path) -> None:
    file, seen = register(tmp_path, *ROWS), []
    looked = desk.imports.look(ImportOrder("resident", file))
    assert (looked.intake.total, looked.intake.new) == (5, 3)
    assert desk.imports.take(looked, count=3).done == 3
    assert len(people(desk)) == 1
    with pytest.raises(Cancelled):
        desk.imports.run(ImportOrder("resident", file), cancelled=lambda: True)
    done = desk.imports.run(ImportOrder("resident", file), progress=lambda at: seen.append(at.done))
    assert (done.added, done.households) == (2, 0)
    assert seen == [2]


def test_what_cannot_be_stored_leaves_none_of_its_few(desk: TheDesk, tmp_path: Path, monkeypatch: Any) -> None:
    looked = desk.imports.look(ImportOrder("resident", register(tmp_path, *ROWS)))

    def full(*_: object) -> None:
        raise Fault("vault.disk_full", Kind.DAMAGED)

    monkeypatch.setattr(desk.context.store.imports, "note", full)
    with pytest.raises(Fault):
        desk.imports.take(looked)
    assert people(desk) == {}
    assert desk.context.store.records.list().rows == ()


@pytest.mark.parametrize(
    ("form", "content", "code"),
    [
        ("told", b"", "services.import_form"),
        ("none", b"", "services.unknown_form"),
        ("resident", b"PK\x03\x04 nothing", "check.damaged"),
        ("resident", None, "services.no_file"),
    ],
)
def test_what_is_wrong_is_told(desk: TheDesk, tmp_path: Path, form: str, content: bytes | None, code: str) -> None:
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Fault) as told:
        desk.imports.run(ImportOrder(form, path))
    assert told.value.code == code


@pytest.mark.shared
@pytest.mark.slow
def test_a_messy_register_of_two_thousand(desk: TheDesk, tmp_path: Path) -> None:
    file = tmp_path / "register.xlsx"
    shutil.copy(SHARED / "pack" / "register_messy.xlsx", file)
    first = desk.imports.run(ImportOrder("resident", file))
    assert (first.rows, first.refused, first.duplicates, first.added) == (2000, 30, 60, 1912)
    again = desk.imports.run(ImportOrder("resident", file))
    assert (again.added, again.refused) == (0, 30)


def test_nobody_has_consented_by_standing_in_a_list(desk: TheDesk, tmp_path: Path) -> None:
    done = desk.imports.run(ImportOrder("resident", register(tmp_path, *ROWS)))
    assert people(desk)["李小满"]["guardian_consent"] == "later"
    kept = [str(row[2]) for row in load_workbook(done.report).worksheets[2].values]
    assert sum("监护人" in said for said in kept) == 1


def test_an_import_is_undone_as_a_whole_and_can_be_brought_again(desk: TheDesk, tmp_path: Path) -> None:
    file = register(tmp_path, *ROWS)
    done = desk.imports.run(ImportOrder("resident", file))
    assert [(run.id, run.records) for run in desk.imports.list()] == [(done.run, 5)]
    undone = desk.imports.undo(done.run)
    assert (undone.people, undone.households, undone.kept) == (3, 2, 0)
    assert {each["state"] for each in people(desk).values()} == {"void"}
    assert {item.properties["state"] for item in desk.context.store.entities.all("households")} == {"gone"}
    assert desk.people.person(next(iter(desk.people.list())).uuid).row.left
    with pytest.raises(Fault) as told:
        desk.imports.undo(done.run)
    assert told.value.code == "services.import_undone"
    assert desk.imports.run(ImportOrder("resident", file)).added == 3


def test_undoing_leaves_those_of_whom_something_was_written_since(desk: TheDesk, tmp_path: Path) -> None:
    done = desk.imports.run(ImportOrder("resident", register(tmp_path, *ROWS)))
    asker = next(item for item in desk.context.store.entities.all("residents") if item.label == "单长福")
    desk.batch("request").add(request(asker.uuid), base=Path())
    undone = desk.imports.undo(done.run)
    assert (undone.people, undone.kept) == (2, 1)
    found = people(desk)
    assert (found["单长福"]["state"], found["李小满"]["state"]) == ("active", "void")
    homes = {item.properties["head_name"]: item.properties for item in desk.context.store.entities.all("households")}
    assert (homes["单长福"]["state"], homes["单长福"]["registered"]) == ("active", "1")


def sheet(folder: Path, *rows: tuple[object, ...]) -> Path:
    made = Workbook().active
    assert made is not None
    for row in rows:
        made.append(row)
    path = folder / "户.xlsx"
    made.parent.save(path)
    return path


HOMES = (
    (
        "村",
        "村民小组",
        "门牌或住址",
        "户主姓名",
        "联系电话",
        "户口本上几口人",
        "现在常住几口人",
        "住房安全等级",
        "户类型",
    ),
    ("石桥村", "1组", "3号", "单长福", "15412345678", 4, 3, "A级（安全）", "低保户"),
    ("石桥村", "二组", "老井旁", "尉迟明德", "", "２", "2人", "C级", "一般户"),
    ("石桥村", "二组", "7号", "王伟", "", 2, 2, "好", "一般户"),
)


def test_rows_become_records_of_any_form(desk: TheDesk, tmp_path: Path) -> None:
    file = sheet(tmp_path, *HOMES)
    looked = desk.imports.look(ImportOrder("household", file))
    facts = [each.fact for each in looked.mapping.columns]
    assert desk.imports.columns("household", file).facts["head_name"] == "户主姓名"
    assert facts == [
        "village", "group", "house_no", "head_name", "phone", "registered", "living", "house_grade", "aid_type"
    ]  # fmt: skip
    done = desk.imports.run(ImportOrder("household", file))
    assert (done.rows, done.added, done.refused) == (3, 1, 2)
    reasons = {row.row: [problem.flaw.value for problem in row.problems] for row in done.problems}
    assert reasons == {3: ["number"], 4: ["choice"]}
    (home,) = desk.context.store.entities.all("households")
    has = home.properties
    assert (has["head_name"], has["area"], has["aid_type"], has["house_grade"]) == (
        "单长福", "99062110120201", "dibao", "A"
    )  # fmt: skip
    again = desk.imports.run(ImportOrder("household", file))
    assert (again.added, again.duplicates) == (0, 1)
    assert desk.imports.undo(done.run).households == 1


def test_the_forms_own_rules_refuse_a_row_with_its_reason(desk: TheDesk, tmp_path: Path) -> None:
    row = ("石桥村", "1组", "3号", "单长福", "15412345678", 4, 300, "A级（安全）", "低保户")
    done = desk.imports.run(ImportOrder("household", sheet(tmp_path, HOMES[0], row)))
    assert (done.added, done.refused) == (0, 1)
    assert "0" in done.problems[0].problems[0].value


def test_a_text_file_and_names_that_sound_alike(desk: TheDesk, tmp_path: Path) -> None:
    lines = [HEADINGS, *ROWS[:2], ("石桥村", "1组", "单长福", "李晓满", "孙女", "女", "2015年7月4日", "", "", "", "")]
    file = tmp_path / "花名册.csv"
    file.write_bytes("\r\n".join(",".join(line) for line in lines).encode("gb18030"))
    done = desk.imports.run(ImportOrder("resident", file))
    assert (done.rows, done.added, done.refused, done.duplicates) == (3, 2, 0, 1)
    again = desk.imports.run(ImportOrder("resident", file))
    assert (again.added, again.households) == (0, 0)
    desk.imports.undo(done.run)
    assert {has["state"] for has in people(desk).values()} == {"void"}
