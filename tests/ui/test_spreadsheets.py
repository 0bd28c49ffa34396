"""Spreadsheets in the window: a register taken in and taken back, a department's workbook filled, one's own data."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from lived_in import LivedIn
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from window_driver import WindowDriver

from desktop.pages.parts.places import Name, Place
from desktop.pages.people.own_data import OwnDataPage
from desktop.pages.sheets.export import ExportPage
from desktop.pages.sheets.importing import ImportPage
from desktop.pages.sheets.workbook import WorkbookPage
from desktop.services.api import Desk
from desktop.services.values import Level
from forms.export.types import Choices


@pytest.fixture
def village(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> WindowDriver:
    folder = tmp_path / "village"
    shutil.copytree(lived_in.village, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    return window


def read(window: WindowDriver, work) -> object:
    found: list[object] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, work, found.append)
    window.settle()
    return found[0]


def count(window: WindowDriver) -> int:
    def people(desk: Desk) -> int:
        return sum(row.left == "" for row in desk.people.list(limit=1000))

    return int(str(read(window, people)))


def said(window: WindowDriver) -> str:
    return "\n".join(each.text() for each in window.page.findChildren(QLabel) if each.isVisible())


def table(window: WindowDriver) -> QTableView:
    (found,) = [each for each in window.page.findChildren(QTableView) if each.isVisible()]
    return found


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


REGISTER = (
    ("村", "组", "户主姓名", "姓名", "与户主关系", "性别", "出生日期", "电话"),
    ("石桥村", "1组", "单长福", "单长福", "户主", "男", "1948-03-12", "15412345678"),
    ("石桥村", "1组", "单长福", "李小满", "孙女", "女", "2015.7.4", ""),
    ("石桥村", "1组", "单长福", "单长禄", "其他", "男", "某年", ""),
)


def test_a_register_is_looked_over_taken_in_and_taken_back(village: WindowDriver, tmp_path: Path) -> None:
    village.go(Place(Name.INTAKE))
    page = village.page
    assert isinstance(page, ImportPage)
    assert not page._go.isEnabled()
    page.take_file(sheet(tmp_path / "r.xlsx", *REGISTER))
    village.settle()
    assert table(village).model().rowCount() == 1
    assert "2" in page._go.text()
    before = count(village)
    page._go.click()
    village.settle()
    assert count(village) == before + 2
    assert (tmp_path / "r-report.xlsx").exists()
    page._undo.click()
    village.settle()
    assert count(village) == before


def test_a_column_that_was_not_understood_is_chosen_by_hand(village: WindowDriver, tmp_path: Path) -> None:
    rows = [("村", "组", "户主", "大名", "性别"), *((row[0], row[1], row[2], row[3], row[5]) for row in REGISTER[1:])]
    village.go(Place(Name.INTAKE))
    page = village.page
    assert isinstance(page, ImportPage)
    page.take_file(sheet(tmp_path / "r.xlsx", *rows))
    village.settle()
    assert not page._go.isEnabled()
    column = next(each for each in page._columns._chosen if each.accessibleName().startswith("大名"))
    assert column.value == ""
    column._take("full_name")
    village.settle()
    assert "3" in page._go.text()


def test_what_is_no_spreadsheet_is_told(village: WindowDriver, tmp_path: Path) -> None:
    village.go(Place(Name.INTAKE))
    page = village.page
    assert isinstance(page, ImportPage)
    (tmp_path / "x.xlsx").write_bytes(b"nothing")
    page.take_file(tmp_path / "x.xlsx")
    village.settle()
    assert "x.xlsx" in said(village)
    assert not page._go.isEnabled()


def test_a_departments_workbook_shows_what_it_would_get_and_is_filled(village: WindowDriver, tmp_path: Path) -> None:
    theirs = sheet(tmp_path / "d.xlsx", ("序号", "姓名", "性别", "学历"), (1, None, None, None), (2, None, None, None))
    village.go(Place(Name.WORKBOOK))
    page = village.page
    assert isinstance(page, WorkbookPage)
    page.take_file(theirs)
    village.settle()
    assert table(village).model().rowCount() > 2
    before = theirs.read_bytes()
    page.run(tmp_path / "out.xlsx")
    village.settle()
    filled = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert filled["B2"].value
    assert theirs.read_bytes() == before
    page.take_file(theirs)
    village.settle()
    assert page._look is not None


def test_a_person_sees_their_data_takes_it_away_and_is_erased(village: WindowDriver, tmp_path: Path) -> None:
    row = read(village, lambda desk: desk.people.list(limit=1)[0])
    village.go(Place(Name.RESIDENT, row.uuid))
    village.go(Place(Name.OWN_DATA, row.uuid))
    page = village.page
    assert isinstance(page, OwnDataPage)
    assert row.name in said(village)
    page.export(tmp_path / "own.xlsx")
    village.settle()
    assert (tmp_path / "own.xlsx").exists()
    page._ask_erase()
    sure = page._erasing._sure
    assert not page._erasing._go.isEnabled()
    sure.click()
    assert page._erasing._go.isEnabled()
    village.press("Esc")
    assert village.here.page is Name.OWN_DATA
    assert isinstance(page._erase, QPushButton)


@pytest.fixture
def office(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> WindowDriver:
    folder = tmp_path / "township"
    shutil.copytree(lived_in.township, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    return window


def test_an_export_is_kept_under_a_name_and_used_again(office: WindowDriver) -> None:
    office.go(Place(Name.EXPORT))
    page = office.page
    assert isinstance(page, ExportPage)
    page._what._take("residents")
    office.settle()
    page._file._several._take(Choices.COLUMNS.value)
    page._file._buttons[".csv"].click()
    office.settle()
    page._schemes._add.click()
    office.commit("给民政")
    office.press("Return")
    page._what._take("requests")
    page._file._buttons[".xlsx"].click()
    office.settle()
    page._schemes._list._take("")
    page._schemes._list._take("给民政")
    office.settle()
    order = page.order()
    assert (order.what, order.choices, order.to.suffix) == ("residents", Choices.COLUMNS, ".csv")
    page._schemes.forget()
    office.settle()
    assert read(office, lambda desk: desk.schemes.list()) == ()


def test_everything_needs_a_reason_and_somebody_elses_passphrase(office: WindowDriver, tmp_path: Path) -> None:
    office.go(Place(Name.EXPORT))
    page = office.page
    assert isinstance(page, ExportPage)
    page._folder = tmp_path
    page._level._take(Level.FULL)
    office.settle()
    page.run()
    office.settle()
    assert list(tmp_path.glob("*.xlsx")) == []
    assert page._said.isVisible()
    page._level._take(Level.HANDLING)
    office.settle()
    page.run()
    office.settle()
    (written,) = tmp_path.glob("*.xlsx")
    assert openpyxl.load_workbook(written).worksheets[0].max_row > 1


def test_a_file_that_another_program_holds_open_is_told(office: WindowDriver, tmp_path: Path, monkeypatch) -> None:
    office.go(Place(Name.EXPORT))
    page = office.page
    assert isinstance(page, ExportPage)
    page._folder = tmp_path

    def held(*_: object, **__: object) -> None:
        error = OSError(13, "in use")
        error.winerror = 32  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr("forms.export.place._created", held)
    page.run()
    office.settle()
    assert "(2)" in page._said.detail.text()
    assert page._go.isEnabled()


def test_stopping_keeps_what_was_stored_and_the_next_run_adds_the_rest(village: WindowDriver, tmp_path: Path) -> None:
    rows = [("石桥村", "2组", f"户{at:03}", f"人{at:03}", "户主", "男", "1960-01-01", "") for at in range(100, 160)]
    names = [(*row[:2], _name(at), _name(at), *row[4:]) for at, row in enumerate(rows)]
    village.go(Place(Name.INTAKE))
    page = village.page
    assert isinstance(page, ImportPage)
    page.take_file(sheet(tmp_path / "r.xlsx", REGISTER[0], *names))
    village.settle()
    before = count(village)
    page.run()
    assert page._job.card is not None
    page._job.card.stop.click()
    village.settle()
    first = count(village) - before
    assert first < len(names)
    assert not page._job.busy
    page.take_file(tmp_path / "r.xlsx")
    village.settle()
    page.run()
    village.settle()
    assert count(village) - before == len(names)


def _name(at: int) -> str:
    signs = "甲乙丙丁戊己庚辛壬癸"
    return f"单{signs[at // 10]}{signs[at % 10]}"
