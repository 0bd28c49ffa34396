"""Typing while an input method composes, and offers that float under a box."""

import pytest
from form_pages import compose, letters, press, say
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.guards import install
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox


def show(widget: QWidget) -> QWidget:
    holder = QWidget()
    QVBoxLayout(holder).addWidget(widget)
    holder.resize(600, 400)
    holder.show()
    holder.activateWindow()
    widget.setFocus()
    QApplication.processEvents()
    return holder


def wheel(widget: QWidget) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(5, 5), QPointF(widget.mapToGlobal(QPoint(5, 5))), QPoint(0, 0), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


def test_the_box_speaks_of_what_is_composed(qapp: QApplication, theme: Theme) -> None:
    box = SearchBox(theme, name="找人")
    holder = show(box)
    asked: list[str] = []
    box.asked.connect(asked.append)
    compose("ldc")
    assert box.text() == ""
    assert asked == ["ldc"]
    say("李大成")
    assert asked == ["ldc", "李大成"]
    holder.close()


def test_enter_while_composing_confirms_nothing(qapp: QApplication, theme: Theme) -> None:
    box = SearchBox(theme, name="找人")
    holder = show(box)
    confirmed: list[bool] = []
    box.confirmed.connect(lambda: confirmed.append(True))
    compose("ldc")
    press(Qt.Key.Key_Return)
    assert confirmed == []
    compose("")
    press(Qt.Key.Key_Return)
    assert confirmed == [True]
    holder.close()


def test_composing_in_the_middle_of_a_text(qapp: QApplication, theme: Theme) -> None:
    box = SearchBox(theme, name="找人")
    holder = show(box)
    box.put("李成")
    box.setCursorPosition(1)
    compose("da")
    assert box.query == "李da成"
    holder.close()


def test_guards_keep_shortcuts_quiet_while_composing(qapp: QApplication) -> None:
    guards = install(qapp, 12)
    line = QLineEdit()
    pressed: list[bool] = []
    holder = show(line)
    again = QShortcut(QKeySequence("F9"), holder)
    again.activated.connect(lambda: pressed.append(True))
    entered: list[bool] = []
    line.returnPressed.connect(lambda: entered.append(True))
    compose("ni")
    assert guards.composing
    press(Qt.Key.Key_F9, Qt.Key.Key_Return)
    assert (pressed, entered) == ([], [])
    say("你")
    assert not guards.composing
    press(Qt.Key.Key_F9, Qt.Key.Key_Return)
    assert (pressed, entered) == ([True], [True])
    compose("ni")
    line.clearFocus()
    assert not guards.composing
    holder.close()
    qapp.removeEventFilter(guards)
    guards.deleteLater()


@pytest.mark.parametrize("kind", [QComboBox, QSpinBox])
def test_the_wheel_turns_no_field(qapp: QApplication, kind: type[QWidget]) -> None:
    guards = install(qapp, 12)
    field = kind()
    if isinstance(field, QComboBox):
        field.addItems(["a", "b", "c"])
    holder = show(field)
    before = field.currentIndex() if isinstance(field, QComboBox) else field.value()
    event = wheel(field)
    after = field.currentIndex() if isinstance(field, QComboBox) else field.value()
    assert before == after
    assert not event.isAccepted()
    holder.close()
    qapp.removeEventFilter(guards)
    guards.deleteLater()


OFFERS = [
    Offer("a", "李大成", "3 组 27 号", hit=(0, 1)),
    Offer("b", "李小红", second="2 组"),
    Offer("new", "新登记", icon="plus"),
]


def test_offers_are_stepped_through_and_chosen(qapp: QApplication, theme: Theme) -> None:
    box = SearchBox(theme, name="找人")
    holder = show(box)
    popup = PickerPopup(theme, name="找人")
    popup.attach(box)
    picked: list[str] = []
    popup.picked.connect(picked.append)
    box.moved.connect(popup.step)
    box.confirmed.connect(popup.choose)
    popup.offer(OFFERS)
    assert popup.isVisible()
    assert popup.parentWidget() is holder
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert popup.current == OFFERS[1]
    press(Qt.Key.Key_Return)
    assert picked == ["b"]
    QTest.mouseClick(
        popup.view.viewport(), Qt.MouseButton.LeftButton, pos=popup.view.visualRect(popup.model.index(0)).center()
    )
    assert picked == ["b", "a"]
    assert not popup.grab().isNull()
    popup.offer([], note="没有")
    assert popup.isVisible()
    assert not popup.choose()
    popup.offer([])
    assert not popup.isVisible()
    holder.close()


def test_offers_are_heard_by_screen_readers(qapp: QApplication, theme: Theme) -> None:
    popup = PickerPopup(theme, name="找人")
    popup.offer(OFFERS)
    said = popup.model.data(popup.model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "李大成, 3 组 27 号"
    popup.deleteLater()


def test_letters_go_into_the_box(qapp: QApplication, theme: Theme) -> None:
    box = SearchBox(theme, name="找人", key="F2")
    holder = show(box)
    letters("zjg")
    assert box.query == "zjg"
    box.clear()
    assert box.query == ""
    holder.close()
