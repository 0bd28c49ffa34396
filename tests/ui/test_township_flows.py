"""What a township's office does all day, by keys alone, on a real workspace in which people have worked."""

import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from lived_in import LivedIn
from PySide6.QtWidgets import QTableView
from window_driver import WindowDriver

from desktop.pages.board.page import BoardPage
from desktop.pages.parts.places import Name, Place
from desktop.services.values import RequestState, Tab


@pytest.fixture
def office(open_window, lived_in: LivedIn, tmp_path: Path, language: str) -> WindowDriver:
    """The township's window, unlocked, on its board."""
    folder = tmp_path / "township"
    shutil.copytree(lived_in.township, folder)
    window = open_window(folder, language=language, clock=lived_in.clock)
    window.unlock()
    window.press("Ctrl+3")
    assert window.here.page is Name.BOARD
    return window


def state(window: WindowDriver, ref: str) -> RequestState:
    return next(row.state for row in window.rows(Tab.ALL) if row.ref == ref)


def board(window: WindowDriver) -> BoardPage:
    page = window.page
    assert isinstance(page, BoardPage)
    return page


def go_to(window: WindowDriver, wanted: RequestState) -> str:
    """Down to the first row in that state; its number."""
    (table,) = [each for each in window.page.findChildren(QTableView) if each.isVisible()]
    listed = window.rows(Tab.OPEN)
    at = next(number for number, row in enumerate(listed) if row.state is wanted)
    for _ in range(at - table.currentIndex().row()):
        window.press("J")
    assert table.currentIndex().row() == at
    return listed[at].ref


def test_what_is_due_first_stands_first(office: WindowDriver) -> None:
    listed = office.rows(Tab.OPEN)
    left = [row.days_left for row in listed if row.days_left is not None]
    assert left[0] < 0
    assert left == sorted(left)
    model = board(office).rows.model
    office.press("S")
    assert {row.ref for row in model.rows} == {row.ref for row in listed if row.quiet} != set()
    assert len(model.rows) < len(listed)
    office.press("S")
    assert len(model.rows) == len(listed)


def test_with_large_text_a_request_lies_over_the_list(open_window, lived_in: LivedIn, tmp_path: Path) -> None:
    """Its keys are those of the list, and whoever looks for something sees the list again."""
    folder = tmp_path / "township"
    shutil.copytree(lived_in.township, folder)
    window = open_window(folder, clock=lived_in.clock, size=22)
    window.unlock()
    window.press("Ctrl+3")
    page = board(window)
    window.press("Return")
    assert page.rows.isHidden()
    first = page.rows.here
    window.press("J")
    assert page.rows.here != first
    window.press("K")
    assert page.rows.here == first
    window.press("S")
    assert page.rows.isVisible()
    window.press("Return")
    window.press("F2")
    window.commit("停水")
    assert page.rows.isVisible()
    assert {row.matter_label for row in page.rows.model.rows} == {"停水"}


def test_one_is_assigned_from_its_drawer(office: WindowDriver) -> None:
    ref = go_to(office, RequestState.ARRIVED)
    office.press("Return")
    office.press("A")
    office.press("Ctrl+Return")
    assert state(office, ref) is RequestState.ARRIVED
    office.press("Ctrl+1")  # leaving the page ends the time to take it back
    assert state(office, ref) is RequestState.ASSIGNED


def test_an_assignment_can_be_taken_back(office: WindowDriver) -> None:
    ref = go_to(office, RequestState.ARRIVED)
    office.press("A")
    office.press("Ctrl+Return")
    office.press("Ctrl+Z")
    office.press("Ctrl+1")
    assert state(office, ref) is RequestState.ARRIVED


def test_many_are_assigned_and_what_somebody_took_meanwhile_is_said(office: WindowDriver) -> None:
    go_to(office, RequestState.ARRIVED)
    office.press("Ctrl+A")
    before = office.rows(Tab.OPEN)
    free = [row.ref for row in before if row.state is RequestState.ARRIVED]
    office.press("A")
    office.press("Ctrl+Return")
    assert office.window.lanes is not None
    office.window.lanes.write(office.window, lambda desk: desk.requests.assign([free[0]]))
    office.settle()
    office.press("Ctrl+1")
    office.press("Ctrl+3")
    assert {state(office, ref) for ref in free} == {RequestState.ASSIGNED}
    assert free[0] in office.words()
    assert office.shell.context.text("board.not_done", count=1) in office.words()


def test_the_time_limit_of_one_is_set(office: WindowDriver) -> None:
    ref = go_to(office, RequestState.ASSIGNED)
    office.press("T")
    office.press("Return")
    office.press("Home")
    office.press("Return")
    office.press("Ctrl+Return")
    office.press("Ctrl+1")
    assert next(row.days for row in office.rows(Tab.ALL) if row.ref == ref) == 1


def test_one_is_answered(office: WindowDriver) -> None:
    ref = go_to(office, RequestState.ASSIGNED)
    office.press("D")
    office.commit("三盏灯都换好了，今晚就亮")
    assert office.words().count("三盏灯都换好了，今晚就亮") >= 3  # written, as the village sees it, as it is read out
    office.press("Ctrl+Return")
    assert state(office, ref) is RequestState.ASSIGNED
    office.press("Ctrl+1")
    assert state(office, ref) is RequestState.ANSWERED


def test_a_refusal_needs_reason_basis_and_next_step_and_no_slot_stays_open(office: WindowDriver) -> None:
    text = office.shell.context.text
    ref = go_to(office, RequestState.ASSIGNED)
    office.press("D")
    drawer = office.page._answer
    drawer._outcome.choose("declined")
    drawer._arrange()
    drawer._take(text("answers.not_entitled_name"))
    office.settle()
    office.press("Ctrl+Return")
    assert drawer.isVisible()
    slot = drawer._fields["reason"].textCursor().selectedText()
    assert text("answers.slot_open", slot=slot) in office.words()
    for name, words in (("reason", "家里有两辆汽车"), ("basis", "县低保办法第九条"), ("next_step", "可以申请复核")):
        drawer._fields[name].setPlainText(words)
    office.press("Ctrl+Return")
    office.press("Ctrl+1")
    (row,) = [row for row in office.rows(Tab.ALL) if row.ref == ref]
    assert (row.state, row.outcome, row.next_step) == (RequestState.ANSWERED, "declined", "可以申请复核")
    assert "县低保办法第九条" in row.answer


def test_an_answer_taken_back_is_there_to_be_changed(office: WindowDriver) -> None:
    ref = go_to(office, RequestState.ASSIGNED)
    office.press("D")
    office.commit("修好了")
    office.press("Ctrl+Return")
    office.press("Ctrl+Z")
    assert office.page._answer._said("did") == "修好了"
    office.press("Ctrl+1")
    assert state(office, ref) is RequestState.ASSIGNED


def test_two_alike_are_answered_as_one(office: WindowDriver) -> None:
    open_ones = office.rows(Tab.OPEN)
    asked = Counter((row.village_label, row.matter) for row in open_ones if row.state is not RequestState.ANSWERED)
    alike = next(about for about, count in asked.items() if count > 1)
    one = next(row for row in open_ones if (row.village_label, row.matter) == alike)
    assert office.window.lanes is not None
    office.window.lanes.write(office.window, lambda desk: desk.requests.assign([one.ref]))
    office.settle()
    office.go(Place(Name.BOARD, subject=one.uuid))
    office.press("M")
    drawer = office.page._answer
    assert drawer.isVisible()
    assert drawer._into.value in drawer._said("did")
    office.press("Ctrl+Return")
    office.press("Ctrl+1")
    (row,) = [row for row in office.rows(Tab.ALL) if row.ref == one.ref]
    assert (row.state, row.outcome) == (RequestState.ANSWERED, "merged")


def test_a_note_is_a_line_of_the_course(office: WindowDriver) -> None:
    go_to(office, RequestState.ANSWERED)
    office.press("C")
    said = office.shell.context.words.state(RequestState.ANSWERED)
    assert office.shell.context.text("board.not_now", state=said) in office.words()
    office.press("Ctrl+Home")
    go_to(office, RequestState.ASSIGNED)
    office.press("C")
    office.commit("给电工打了电话")
    office.press("Return")
    assert "给电工打了电话" in office.words()


def test_one_is_forwarded(office: WindowDriver) -> None:
    go_to(office, RequestState.ASSIGNED)
    office.press("F")
    assert office.here.page is Name.FORM
    assert ("action", "forward") in office.here.known


def test_esc_goes_back_step_by_step(office: WindowDriver) -> None:
    office.press("Space")
    office.press("A")
    office.press("Esc")
    office.press("Esc")
    office.press("Return")
    office.press("Esc")
    assert office.here.page is Name.BOARD


def test_requests_are_exported_with_what_was_chosen(office: WindowDriver, tmp_path: Path) -> None:
    office.press("Ctrl+7")
    assert office.here.page is Name.EXPORT
    office.page._folder = tmp_path
    office.press("Ctrl+Return")
    (file,) = tmp_path.glob("*.xlsx")
    sheet = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert len(sheet) == len(office.rows(Tab.ALL)) + 1
