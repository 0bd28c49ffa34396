"""A register is taken in once, whole, and what was refused is handed back to be mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from service_world import workspace
from shared_folder import SHARED

from desktop.services.desk import TheDesk
from desktop.services.import_values import ImportOrder
from desktop.services.values import Progress
from forms.errors import Fault
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
    assert [str(row[0]) for row in kept.values][1:] == ["2", "5"]
    assert same.max_row == 1


def test_a_stop_keeps_what_was_added_and_the_next_run_adds_the_rest(desk: TheDesk, tmp_path: Path) -> None:
    file, seen = register(tmp_path, *ROWS), []

    def stop() -> bool:
        return len(people(desk)) >= 1

    def progress(at: Progress) -> None:
        seen.append(at.done)

    with pytest.raises(Cancelled):
        desk.imports.run(ImportOrder("resident", file), progress=progress, cancelled=stop)
    assert len(people(desk)) == 1
    done = desk.imports.run(ImportOrder("resident", file))
    assert done.added == 2
    assert seen


@pytest.mark.parametrize(
    ("form", "content", "code"),
    [
        ("told", b"", "services.import_form"),
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
