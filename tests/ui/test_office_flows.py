"""What a township's office does with what villages hand over: taken in, returned, assigned, decided, undone; and an
office set up from nothing. In the window, over a real hub.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from office_world import TOWNSHIP, VILLAGES, OfficeWorld, at, office_world, write_down
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from service_world import PASSPHRASE, clock, household, workspace
from window_driver import WindowDriver

from desktop.pages.board.returning import ReturnPlan
from desktop.pages.office.page import OfficePage
from desktop.pages.parts.places import Name, Place, navigation
from desktop.services.keeping.workspace import enrol
from desktop.services.office.inbox_values import Channel, InboxView
from desktop.services.office.review_values import ReviewView
from desktop.services.values import RequestState, Tab
from forms.casework.merging import Act
from forms.text import Text
from sync.hub import admin
from sync.hub.forms import newest_form
from sync.hub.pack import shipped, version_of
from sync.hub.service import Hub
from sync.protocol import Role

GROUP = f"{VILLAGES[0]}01"
PHONE = "15412345678"  # of the household that is written down
Open = Callable[..., WindowDriver]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OfficeWorld]:
    with office_world(tmp_path / "world") as made:
        yield made


def enter(open_window: Open, folder: Path, language: str) -> WindowDriver:
    window = open_window(folder, language=language, clock=clock())
    window.unlock(PASSPHRASE)
    return window


def inbox(window: WindowDriver) -> InboxView:
    found: list[InboxView] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.inbox.view(), found.append)
    window.settle()
    return found[0]


def reviewed(window: WindowDriver) -> ReviewView:
    found: list[ReviewView] = []
    assert window.window.lanes is not None
    window.window.lanes.read(window.window, lambda desk: desk.review.view(), found.append)
    window.settle()
    return found[0]


def test_two_hundred_from_three_villages_seven_go_back_forty_are_assigned(
    world: OfficeWorld, open_window: Open, language: str
) -> None:
    for village, (count, again) in zip(world.villages, ((70, 3), (60, 2), (60, 2)), strict=True):
        write_down(village, count=count, again=again, hand_over=village is not world.villages[2])
    file = world.place / "stick.hamlet"
    with at(world.villages[2]) as desk:
        desk.bundles.write(file)
    office = enter(open_window, world.township.folder, language)
    office.press("Ctrl+2")
    assert office.here.page is Name.INBOX
    office.press("U")  # with nothing there yet, too
    assert office.page._stick.isVisible()
    office.page._stick.read(file)
    office.settle()
    found = inbox(office)
    assert sum(row.total for row in found.batches) == 200
    assert sorted(row.channel for row in found.batches) == [Channel.NETWORK, Channel.NETWORK, Channel.STICK]
    for _ in found.batches:
        office.press("Ctrl+Home")
        office.press("Return")
        office.press("Ctrl+Return")
        office.press("Ctrl+1")  # leaving the page ends the time to take it back
        office.press("Ctrl+2")
    found = inbox(office)
    counts = [(row.open, row.accepted, row.returned) for row in found.batches]
    assert tuple(map(sum, zip(*counts, strict=True))) == (0, 193, 7)
    office.press("Ctrl+3")
    page = office.page
    page.rows.choose(Tab.TO_ASSIGN)
    office.settle()
    chosen = [page.rows.model.row_at(number) for number in range(40)]
    for number in range(40):
        page.rows.model.tick(number)
    page.rows.table.setFocus()
    office.press("A")
    office.press("Ctrl+Return")
    taken = chosen[7].ref
    assert office.window.lanes is not None
    office.window.lanes.write(office.window, lambda desk: desk.requests.assign([taken], department="MZ"))
    office.settle()
    office.press("Ctrl+1")
    office.press("Ctrl+3")
    states = {row.ref: row.state for row in office.rows(Tab.IN_PROGRESS)}
    assert {states.get(row.ref) for row in chosen} == {RequestState.ASSIGNED}
    assert len(states) == 40
    assert taken in office.words()
    several_go_back(office)


def several_go_back(office: WindowDriver) -> None:
    """R with seven ticked: the question is named, taken back once, then written; what is returned is left out."""
    page, text = office.page, office.shell.context.text
    page.rows.choose(Tab.TO_ASSIGN)
    office.settle()
    chosen = [page.rows.model.row_at(number).ref for number in range(7)]
    for undone in (True, False):
        for number in range(7):
            page.rows.model.tick(number)
        page.rows.table.setFocus()
        office.press("R")
        plan = page._many.findChildren(ReturnPlan)[-1]
        office.press("Ctrl+Return")
        assert text("board.return_why_missing") in office.words()
        office.press("2")
        plan.question._take(plan.question.choices[3][0])
        assert plan.question.words in plan.said.toPlainText()
        office.press("Ctrl+Return")
        assert text("board.return_waits") in office.words()
        if undone:
            page._toast.undo.click()
            office.settle()
            assert not {row.ref for row in office.rows(Tab.RETURNED)} & set(chosen)
            page.rows.model.untick_all()
    page.leave()
    office.settle()
    assert text("board.return_done", count=7) in office.words()
    back = {row.ref: row.returned_text for row in office.rows(Tab.RETURNED)}
    assert {ref for ref, said in back.items() if plan_words(text) in said} >= set(chosen)


def plan_words(text: Text) -> str:
    """How a named question begins in the words to the village."""
    return text("board.return_named", question="").split("「")[0].split('"')[0].strip()


def test_a_duplicate_and_a_conflict_are_decided_and_undone(
    world: OfficeWorld, open_window: Open, language: str
) -> None:
    with at(world.villages[0]) as desk:
        desk.batch("household").add(household(GROUP, "王建国", "李秀兰", "陈桂芳"), base=Path())
        desk.hand_over.run()
        people = {item.label: item.uuid for item in desk.context.store.entities.all("residents")}
    second = world.invited("second", VILLAGES[0], Role.VILLAGE, user="张建设")
    with at(second) as desk:
        desk.hand_over.run()
        twin = household(GROUP, "陈桂方", "赵春花")
        desk.batch("household").add(twin, base=Path())
        other = next(i.uuid for i in desk.context.store.entities.all("residents") if i.label == "陈桂方")
        desk.review.propose("residents", people["陈桂芳"], other)
    for village, phone in ((world.villages[0], "15411110000"), (second, "15411110001")):
        with at(village) as desk:
            which = {"target": "resident", "resident": people["李秀兰"], "why": "asked", "fields": ["phone"]}
            desk.batch("correction").add({"which": which, "res": {"n_phone": phone}}, base=Path())
            desk.hand_over.run()
    office = enter(open_window, world.township.folder, language)
    text = office.shell.context.text
    office.press("F9")
    office.page.run()
    office.settle()
    office.press("Ctrl+5")
    assert office.here.page is Name.REVIEW
    assert "陈桂芳 / 陈桂方" in [row.one_name + " / " + row.other_name for row in office.page._pairs]
    office.press("Left")
    (done,) = reviewed(office).decided
    assert done.kept == people["陈桂芳"]
    assert [row.dataset for row in office.page._pairs] == ["households"]  # the same door and telephone
    office.press("N")
    assert office.page._pairs == []
    office.go(Place(Name.REVIEW, tab="decided"))
    office.click(f"{text('review.undo')} {text('review.did_merge', one='陈桂芳', other='陈桂方')}")
    assert [each.act for each in reviewed(office).decided] == [Act.DIFFERENT]
    office.go(Place(Name.REVIEW, tab="pairs"))
    assert len(office.page._pairs) == 1
    office.press("M")
    office.press("Ctrl+Return")
    assert len(reviewed(office).decided) == 2
    office.go(Place(Name.RESIDENT, people["陈桂芳"]))
    office.click(f"{text('review.undo')} {text('services.timeline_merged', name='陈桂方')}")
    assert [each.act for each in reviewed(office).decided] == [Act.DIFFERENT]
    assert text("services.timeline_parted", name="陈桂方") in office.words()
    office.go(Place(Name.REVIEW, tab="conflicts"))
    assert "李秀兰" in office.words()
    office.press("Ctrl+Return")
    assert office.window.lanes is not None
    office.go(Place(Name.HAND_OVER))
    office.page.run()
    office.settle()
    assert reviewed(office).conflicts == ()


def test_somebody_was_quicker(world: OfficeWorld, open_window: Open) -> None:
    """What changed while one looked at it is read anew, and nothing is decided."""
    with at(world.villages[0]) as desk:
        desk.batch("household").add(household(GROUP, "王建国", "李秀兰"), base=Path())
        desk.batch("household").add(household(GROUP, "王建国", "赵春花"), base=Path())
        one, other = sorted(i.uuid for i in desk.context.store.entities.all("residents") if i.label == "王建国")
        desk.review.propose("residents", one, other)
        desk.hand_over.run()
    with world.office():
        pass
    office = enter(open_window, world.township.folder, "zh")
    office.press("Ctrl+5")
    assert office.window.lanes is not None
    which = {"target": "resident", "resident": one, "why": "asked", "fields": ["phone"]}
    answers = {"which": which, "res": {"n_phone": "15412340000"}}
    office.window.lanes.write(office.window, lambda desk: desk.batch("correction").add(answers, base=Path()))
    office.settle()
    office.press("Right")
    assert office.shell.context.text("review.changed") in office.words()
    assert reviewed(office).decided == ()
    office.press("Right")
    assert len(reviewed(office).decided) == 1


def test_an_office_is_set_up_and_its_first_village_hands_over(
    open_window: Open, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "township"
    workspace(folder, role=Role.TOWNSHIP, area=TOWNSHIP, user="林晓").close()
    sheet = tmp_path / "sheet.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sheet), ""))
    office = enter(open_window, folder, language)
    text = office.shell.context.text
    office.click(text("shell.nav_office"))
    assert office.here.page is Name.OFFICE
    office.click(text("office.found_begin"))
    assert sheet.stat().st_size > 0
    assert office.here.page is Name.OFFICE
    assert text("office.on") not in ("", text("office.off"))
    office.go(Place(Name.OFFICE, tab="people"))
    office.click(text("office.invite_code"))
    made = office.page._people._invitation
    assert made is not None
    assert made.code in office.words()
    receiving = office.shell.context.receiving
    assert receiving is not None
    url = receiving.reception.own_url
    village = enrol(tmp_path / "village", url=url, code=made.code, user="王秀兰", passphrase=PASSPHRASE, clock=clock())
    write_down(village, count=1)
    office.press("Ctrl+2")
    office.click(text("inbox.fetch"))
    (row,) = inbox(office).batches
    assert (row.village, row.total) == (made.area_label, 2)
    _a_form_is_tried_and_then_published(office, own_form(tmp_path))
    office.press("Ctrl+L")
    write_down(village, count=1)  # while the window is locked, the villages hand over all the same


def own_form(place: Path) -> Path:
    """An XLSForm of one question, as an office writes it."""
    made = openpyxl.Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    for line in (("type", "name", "label"), ("text", "which", "哪口井")):
        survey.append(line)
    settings = made.create_sheet("settings")
    for line in (("form_title", "form_id", "version"), ("水井", "well", "1")):
        settings.append(line)
    file = place / "well.xlsx"
    made.save(file)
    return file


def _a_changed_form_of_an_older_pack_is_offered(office: WindowDriver, hub: Hub) -> None:
    """Nothing of it is replaced without a person's word."""
    text, new = office.shell.context.text, shipped("told")
    older = new.replace(version_of(new).encode(), b"2026010101", 1)
    hub.write(lambda there: there.exec_driver_sql("DELETE FROM form WHERE form_id = 'told'"))
    hub.publish_form(older)
    office.go(Place(Name.OFFICE, tab="forms"))
    assert text("office.form_newer_detail") in office.words()
    office.click(text("office.form_renew"))
    assert hub.read(lambda there: newest_form(there, "told")) == (version_of(new), new)
    assert text("office.form_newer_detail") not in office.words()


def _a_form_is_tried_and_then_published(office: WindowDriver, file: Path) -> None:
    """A trial keeps nothing and publishes nothing; publishing is a step of its own."""
    text, receiving = office.shell.context.text, office.shell.context.receiving
    assert receiving is not None
    hub = receiving.reception.hub
    _a_changed_form_of_an_older_pack_is_offered(office, hub)
    office.go(Place(Name.OFFICE, tab="forms"))
    page = office.page
    assert isinstance(page, OfficePage)
    page.check_form(file)
    office.settle()
    office.click(text("office.form_try"))
    assert office.here.page is Name.TRIAL
    assert text("office.trial") in office.words()
    office.commit("第一次试")
    office.press("Ctrl+Return")
    office.press("Return")
    assert office.here.page is Name.OFFICE
    assert text("office.trial_done") in office.words()
    office.go(Place(Name.HAND_OVER))
    office.page.run()
    office.settle()
    assert hub.read(lambda there: newest_form(there, "well")) is None
    office.go(Place(Name.OFFICE, tab="forms"))
    office.click(text("office.form_publish"))
    assert hub.read(lambda there: newest_form(there, "well")) is not None


def test_a_department_sees_and_answers_only_its_own(world: OfficeWorld, open_window: Open, language: str) -> None:
    write_down(world.villages[0], count=6)
    with world.office() as desk:
        rows = desk.requests.list()
        ours, others = rows[:2], rows[2:]
        desk.requests.assign([row.ref for row in ours], department="MZ")
        desk.requests.assign([row.ref for row in others], department="JT")
        desk.hand_over.run()
    code = admin.invite(world.hub, area=TOWNSHIP, role=Role.DEPARTMENT, departments=("MZ",)).code
    folder = world.place / "department"
    made = enrol(folder, url=world.url, code=code, user="周科长", passphrase=PASSPHRASE, clock=clock())
    with at(made) as desk:
        desk.hand_over.run()
    made.close()
    window = enter(open_window, folder, language)
    assert {entry.page for entry in navigation(Role.DEPARTMENT)} >= {Name.BOARD, Name.HAND_OVER}
    window.go(Place(Name.BOARD))
    assert {row.ref for row in window.rows(Tab.ALL)} == {row.ref for row in ours}
    window.press("A")  # a department assigns nothing
    window.press("Return")
    asked = next(row for row in ours if row.ref == window.page.rows.here.ref)
    assert (asked.who in window.words(), "154****5678" in window.words(), PHONE in window.words()) == (
        True,
        True,
        False,
    )
    QTest.keyPress(window.focus, Qt.Key.Key_F7)
    window.settle()
    assert PHONE in window.words()
    QTest.keyRelease(window.focus, Qt.Key.Key_F7)
    window.press("Down")
    assert PHONE not in window.words(), "the next one is covered"
    window.press("Up")
    window.press("D")
    window.commit("已经上门核实，下个月起发放")
    window.press("Ctrl+Return")
    window.press("Ctrl+1")
    assert [row.state for row in window.rows(Tab.TO_TELL)] == [RequestState.ANSWERED]
    for page in (Name.INBOX, Name.REVIEW, Name.OFFICE, Name.PEOPLE):
        assert page not in {entry.page for entry in navigation(Role.DEPARTMENT)}
    window.go(Place(Name.HAND_OVER))
    window.page.run()
    window.settle()
    with world.office() as desk:
        (answered,) = desk.requests.list(state=RequestState.ANSWERED)
        assert answered.department == "MZ"
