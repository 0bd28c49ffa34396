"""Cards, chips, notices, choices, tables and dates as widgets."""

from dataclasses import dataclass
from datetime import date

import pytest
from form_pages import focus, press, say
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolTip, QVBoxLayout, QWidget

from desktop.theme.apply import Theme
from desktop.theme.tokens import Look, Tone
from desktop.widgets.basics import Button, button, clear, column, label, reveal
from desktop.widgets.calendar import CalendarPopup
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.choices import CheckRows, ChoiceButtons, Option
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Precision
from desktop.widgets.flow import ColumnsLayout
from desktop.widgets.frame import Drawer, PageFrame
from desktop.widgets.guards import bring_into_view
from desktop.widgets.mark import TONE_ICONS, Chip, CountBadge, Mark
from desktop.widgets.masked import MaskedLabel
from desktop.widgets.notices import Banner, JobCard, UndoToast
from desktop.widgets.say_date import say_date, say_lunar
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.text import Text

ENTER = Qt.Key.Key_Return


def show(widget: QWidget, width: int = 600) -> QWidget:
    holder = QWidget()
    QVBoxLayout(holder).addWidget(widget)
    holder.resize(width, 400)
    holder.show()
    holder.activateWindow()
    QApplication.processEvents()
    return holder


def test_small_buttons_are_small_and_none_grows_with_focus(qapp: QApplication, theme: Theme) -> None:
    large, small = button(theme, "存草稿"), button(theme, "改", small=True)
    first, second = show(large), show(small)
    assert (large.height(), small.height()) == (theme.scale.control, theme.scale.control_small)
    before = large.size()
    large.setFocus()
    qapp.processEvents()
    assert large.size() == before
    first.close()
    second.close()


def test_enter_presses_a_button(qapp: QApplication, theme: Theme) -> None:
    pressed: list[bool] = []
    made = button(theme, "提交", kind="primary")
    assert isinstance(made, Button)
    made.clicked.connect(lambda: pressed.append(True))
    holder = show(made)
    made.setFocus()
    press(ENTER)
    assert pressed == [True]
    holder.close()


def test_a_part_that_is_shown_early_is_no_window(qapp: QApplication) -> None:
    part = label("村")
    reveal(part, True)
    assert not part.isVisible()
    holder = show(part)
    assert part.isVisible()
    reveal(part, False)
    assert not part.isVisible()
    holder.close()


def test_clear_takes_everything_out(qapp: QApplication) -> None:
    holder = QWidget()
    box = column(holder)
    box.addWidget(QLabel("a"))
    inner = column()
    inner.addWidget(QLabel("b"))
    box.addLayout(inner)
    clear(box)
    assert box.count() == 0


@pytest.mark.parametrize("look", list(Look))
def test_every_status_has_word_icon_and_tint(qapp: QApplication, look: Look) -> None:
    theme = Theme(look)
    assert set(TONE_ICONS) == set(Tone)
    pictures = set()
    for tone in Tone:
        chip = Chip(theme, Mark("办理中", tone))
        assert chip.accessibleName() == "办理中"
        pictures.add(bytes(chip.grab().toImage().constBits()))
        chip.deleteLater()
    assert len(pictures) == len(Tone)


def test_badges_hide_at_nothing(qapp: QApplication, theme: Theme) -> None:
    badge = CountBadge(theme, 0)
    holder = show(badge)
    assert not badge.isVisible()
    badge.set_count(12)
    assert badge.isVisible()
    assert badge.accessibleName() == "12"
    holder.close()


def test_cards_and_empty_states_are_named(qapp: QApplication, theme: Theme) -> None:
    card = Card(theme, "交接")
    assert card.accessibleName() == "交接"
    assert card.header is not None
    card.header.set_count(3, tone=Tone.TELL)
    assert card.header.badge.count == 3
    empty = EmptyState(theme, "今天没有要办的。", action="登记诉求")
    assert empty.accessibleName() == "今天没有要办的。"
    assert isinstance(empty.action, QPushButton)
    for each in (card, empty):
        each.deleteLater()


def test_a_banner_speaks_and_is_silenced(qapp: QApplication, theme: Theme) -> None:
    banner = Banner(theme)
    holder = show(banner)
    assert not banner.isVisible()
    banner.say(Tone.BAD, "磁盘满了", "腾出地方再试")
    assert banner.isVisible()
    assert banner.accessibleDescription() == "腾出地方再试"
    banner.silence()
    assert not banner.isVisible()
    holder.close()


def test_a_toast_undoes_once(qapp: QApplication, theme: Theme, text: Text) -> None:
    page = show(QWidget())
    said: list[str] = []
    toast = UndoToast(theme, text, over=page, message="删掉了")
    toast.undone.connect(lambda: said.append("undone"))
    toast.expired.connect(lambda: said.append("expired"))
    toast.undo.click()
    toast.dismiss()
    assert said == ["undone"]
    page.close()


def test_a_toast_expires(qapp: QApplication, theme: Theme, text: Text) -> None:
    page = show(QWidget())
    said: list[str] = []
    toast = UndoToast(theme, text, over=page, message="删掉了", seconds_ms=30)
    toast.expired.connect(lambda: said.append("expired"))
    QTest.qWait(120)
    assert said == ["expired"]
    page.close()


def test_a_job_says_how_far_it_is_and_stops(qapp: QApplication, theme: Theme, text: Text) -> None:
    job = JobCard(theme, text, "写入 U 盘", chip="可以继续登记", detail="x")
    holder = show(job)
    stopped: list[bool] = []
    job.cancelled.connect(lambda: stopped.append(True))
    job.set_progress(7, 12)
    assert "7" in job.count.text()
    assert "12" in job.count.text()
    job.stop.click()
    job.stop.click()
    assert stopped == [True]
    holder.close()


OPTIONS = [Option("a", "一般"), Option("b", "较急"), Option("c", "紧急（人身或房屋正受威胁）" * 3)]


def test_segments_by_digits_arrows_and_back(qapp: QApplication, theme: Theme) -> None:
    choice = ChoiceButtons(theme, name="急不急")
    choice.offer(OPTIONS)
    holder = show(choice)
    chosen: list[str] = []
    choice.chosen.connect(chosen.append)
    choice.focus_first()
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Right)
    assert focus() is choice.buttons[2]
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Backspace)
    assert chosen == ["b", "c", ""]
    holder.close()


def test_long_segments_wrap_instead_of_widening(qapp: QApplication, theme: Theme) -> None:
    choice = ChoiceButtons(theme, name="急不急")
    choice.offer(OPTIONS)
    holder = show(choice, width=320)
    assert max(made.geometry().right() for made in choice.buttons) <= choice.width()
    assert choice.buttons[2].height() > theme.scale.control
    holder.close()


@pytest.mark.parametrize("width", [300, 460, 700])
def test_segments_of_one_row_have_one_height(qapp: QApplication, theme: Theme, width: int) -> None:
    choices = ChoiceButtons(theme, name="Urgency")
    words = ("Normal", "Urgent", "Emergency (people or homes at risk now)", "WeChat")
    choices.offer([Option(each, each) for each in words])
    holder = show(choices, width)
    heights: dict[int, set[int]] = {}
    for each in choices.buttons:
        heights.setdefault(each.y(), set()).add(each.height())
    assert all(len(found) == 1 for found in heights.values())
    holder.close()


def test_only_one_segment_is_a_stop_for_tab(qapp: QApplication, theme: Theme) -> None:
    choice = ChoiceButtons(theme, name="急不急")
    choice.offer(OPTIONS)
    choice.set_value("b")
    stops = [made for made in choice.buttons if made.focusPolicy() == Qt.FocusPolicy.StrongFocus]
    assert stops == [choice.buttons[1]]
    choice.deleteLater()


def test_ticks_keep_their_values_when_the_options_change(qapp: QApplication, theme: Theme) -> None:
    rows = CheckRows(theme, name="困难", exclusive=frozenset({"none"}))
    rows.offer([Option("a", "A"), Option("b", "B"), Option("none", "都没有")])
    rows.set_values(("a", "b"))
    rows.offer([Option("b", "B"), Option("none", "都没有")])
    assert rows.values == ("b",)
    ticked: list[tuple[str, ...]] = []
    rows.ticked.connect(ticked.append)
    rows.boxes[1].click()
    assert ticked == [("none",)]
    rows.deleteLater()


@dataclass(frozen=True)
class Village:
    name: str
    waiting: int


def table_model() -> RowsModel[Village]:
    columns = [
        Column[Village]("村", lambda v: Cell(v.name, "二组"), order=lambda v: v.name),
        Column[Village]("件", lambda v: Cell(mark=Mark(str(v.waiting), Tone.WARN)), 8, order=lambda v: v.waiting),
        Column[Village]("说明", lambda v: Cell("没有", tone=Tone.BAD, icon="warning-fill"), 8),
    ]
    model = RowsModel(columns, key=lambda v: v.name, checkable=True)
    model.put([Village("b", 2), Village("a", 3), Village("c", 1)])
    return model


def test_tables_sort_tick_and_open(qapp: QApplication, theme: Theme) -> None:
    model = table_model()
    table = DataTable(theme, model, name="各村")
    holder = show(table)
    opened: list[int] = []
    table.opened.connect(opened.append)
    table.setFocus()
    table.choose(0)
    press(Qt.Key.Key_Space, Qt.Key.Key_J, ENTER)
    assert [v.name for v in model.ticked] == ["b"]
    assert opened == [1]
    model.sort(1)
    assert [model.row_at(at).waiting for at in range(3)] == [1, 2, 3]
    assert [v.name for v in model.ticked] == ["b"]
    model.put([Village("a", 3)])
    assert model.ticked == []
    assert not table.grab().isNull()
    assert model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "3"
    assert sum(table.columnWidth(at) for at in range(3)) <= table.viewport().width()
    holder.close()


def test_the_edge_of_a_focused_table_covers_no_row(qapp: QApplication, theme: Theme) -> None:
    table = DataTable(theme, table_model(), name="各村")
    holder = show(table)
    before = table.viewport().geometry()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert table.viewport().geometry() == before
    assert before.left() >= theme.colours.ring
    assert table.horizontalHeader().geometry().left() >= theme.colours.ring
    holder.close()


def test_a_click_on_the_tick_ticks(qapp: QApplication, theme: Theme) -> None:
    model = table_model()
    table = DataTable(theme, model, name="各村")
    holder = show(table)
    place = table.visualRect(model.index(1, 0)).topLeft()
    place.setX(place.x() + theme.scale.l)
    place.setY(place.y() + theme.scale.m)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [v.name for v in model.ticked] == ["a"]
    holder.close()


def test_words_that_find_no_room_are_said_in_full(qapp: QApplication, theme: Theme) -> None:
    model = table_model()
    model.put([Village("柳树湾村" * 30, 1), Village("石桥村", 2)])
    table = DataTable(theme, model, name="各村")
    holder = show(table)
    said = []
    for row in (1, 0):
        place = table.visualRect(model.index(row, 0)).center()
        asked = QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place))
        QApplication.sendEvent(table.viewport(), asked)
        said.append(QToolTip.text() if QToolTip.isVisible() else "")
    QToolTip.hideText()
    assert said == ["", "柳树湾村" * 30 + "\n二组"]
    holder.close()


def test_dates_are_echoed_in_words(qapp: QApplication, theme: Theme) -> None:
    zh, en = Text("zh"), Text("en")
    assert say_date(date(2026, 10, 15), zh) == "2026年10月15日（周四）"
    assert say_date(date(2026, 10, 15), en) == "Thu 15 Oct 2026"
    assert say_date(date(2026, 10, 1), zh, precision=Precision.MONTH) == "2026年10月"
    assert say_lunar(date(2026, 10, 15), zh) == "农历九月初六"
    field = DateField(theme, zh, name="哪天", today=lambda: date(2026, 11, 21))
    holder = show(field)
    answered: list[str] = []
    field.answered.connect(answered.append)
    field.setFocus()
    assert field.text() == ""
    say("昨天")
    press(ENTER)
    assert field.text() == "2026年11月20日（周五）"
    press(ENTER)
    field.setText("说不清")
    press(ENTER)
    assert not field.readable
    field.clear()
    press(ENTER)
    assert answered == ["2026-11-20", "说不清", ""]
    holder.close()


def test_the_calendar_opens_by_key_and_gives_a_day(qapp: QApplication, theme: Theme, text: Text) -> None:
    field = DateField(theme, text, name="哪天", today=lambda: date(2026, 11, 21))
    holder = show(field)
    field.setFocus()
    press(Qt.Key.Key_F4)
    calendar = field._calendar
    assert isinstance(calendar, CalendarPopup)
    calendar.days.activated.emit(calendar.days.selectedDate())
    assert field.value == "2026-11-21"
    holder.close()


def test_masked_values_are_not_there_until_asked_for(qapp: QApplication, theme: Theme, text: Text) -> None:
    masked = MaskedLabel(theme, text, "138****2207")
    holder = show(masked)
    masked.revealed.connect(lambda: masked.uncover("13800002207"))
    QTest.mousePress(masked.eye, Qt.MouseButton.LeftButton)
    assert masked.words.text() == "13800002207"
    QTest.mouseRelease(masked.eye, Qt.MouseButton.LeftButton)
    assert masked.words.text() == "138****2207"
    holder.close()


def test_pages_and_drawers(qapp: QApplication, theme: Theme, text: Text) -> None:
    page = PageFrame(theme, "今天", "11月21日")
    for at in range(40):
        page.add(QLabel(str(at)))
    last = button(theme, "底")
    page.add(last)
    page.resize(600, 400)
    page.show()
    qapp.processEvents()
    bring_into_view(last, theme.scale.m)
    qapp.processEvents()
    assert not last.visibleRegion().isEmpty()
    page.set_title("居民")
    assert not page.subtitle.isVisible()
    page.show_footer()
    drawer = Drawer(theme, text)
    closed: list[bool] = []
    drawer.closed.connect(lambda: closed.append(True))
    drawer.show()
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    assert closed == [True]
    page.close()
    drawer.close()


@pytest.mark.parametrize(("asked", "wide", "lefts"), [(4, 1000, [0, 500, 0, 500]), (3, 1000, [0, 334, 667, 0])])
def test_fewer_columns_than_asked_for_share_the_lines_evenly(
    qapp: QApplication, asked: int, wide: int, lefts: list[int]
) -> None:
    holder = QWidget()
    layout = ColumnsLayout(holder, columns=asked, least=300)
    cards = [QLabel(str(number)) for number in range(4)]
    for card in cards:
        layout.addWidget(card)
    layout.setGeometry(QRect(0, 0, wide, 400))
    assert [card.x() for card in cards] == lefts
