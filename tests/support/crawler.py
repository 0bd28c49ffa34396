"""Goes over a page with Tab and the arrows alone, as somebody who has no mouse or sees nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid
from window_driver import WindowDriver

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QAbstractItemView, QComboBox, QAbstractSpinBox)
LEAST = 24  # pixels: the smallest target that WCAG 2.2 allows
CHANGED = 40  # pixels that differ at least where the focus came
AROUND = 4  # pixels beside a control in which its ring may be drawn
MOST_ALIKE = 24  # members of one group
MOST = 400  # Tab presses after which one is caught


@dataclass(slots=True)
class Crawl:
    """What was found on the way; `faults` are lines for people."""

    reached: list[QWidget] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    swept: set[int] = field(default_factory=set)  # groups that the arrows have gone through


def crawl(window: WindowDriver) -> Crawl:
    """Once round the page that is shown."""
    found = Crawl()
    wanted = list(_controls(window.window))
    _round(window, found)
    for control in wanted:
        if (
            isValid(control)  # the arrows may have chosen what builds a part anew
            and control.isVisible()
            and not any(control is each for each in found.reached)
            and not _by_arrows(window, control, found)
        ):
            found.faults.append(f"not reached: {name_of(control)}")
    return found


def _round(window: WindowDriver, found: Crawl) -> None:
    """Tab until one comes back to where one began."""
    first: QWidget | None = None
    plain = window.window.grab().toImage()
    for _ in range(MOST):
        before = window.focus
        QTest.keyClick(window.focus, Qt.Key.Key_Tab)
        window.app.processEvents()
        now = window.app.focusWidget()
        if now is None:
            found.faults.append(f"focus lost after {name_of(before)}")
            return
        if first is None:
            first = now
        elif now is first or (not _there(first) and any(now is each for each in found.reached)):
            return
        if now is before:
            found.faults.append(f"caught in {name_of(now)}")
            return
        found.reached.append(now)
        shown = window.window.grab().toImage()
        _look_at(window, now, (plain, shown), found)
        plain = shown
    found.faults.append("Tab never comes round")


def _there(control: QWidget) -> bool:
    """Whether one can come back to it: what can be undone for ten seconds goes meanwhile."""
    return isValid(control) and control.isVisible()


def _look_at(window: WindowDriver, control: QWidget, pictures: tuple[QImage, QImage], found: Crawl) -> None:
    """`pictures` are those of the window before and after the focus came here."""
    name = name_of(control)
    if not _spoken(control):
        found.faults.append(f"no name for a screen reader: {name}")
    if min(control.width(), control.height()) < LEAST and isinstance(control, QAbstractButton):
        found.faults.append(f"small: {name} {control.width()}x{control.height()}")
    scroller = _scroller(control)
    if scroller is not None and control.height() <= scroller.height():
        inside = QRect(control.mapTo(scroller, QPoint(0, 0)), control.size())
        if inside.top() < 0 or inside.bottom() > scroller.height():
            found.faults.append(f"out of sight: {name}")
    if _changed(window, control, *pictures) < CHANGED and not _shows_again(window, control):
        found.faults.append(f"focus does not show: {name}")


def _shows_again(window: WindowDriver, control: QWidget) -> bool:
    """As before, where the page has scrolled meanwhile: the focus is taken away and given back."""
    control.clearFocus()
    window.app.processEvents()
    plain = window.window.grab().toImage()
    control.setFocus(Qt.FocusReason.TabFocusReason)
    window.app.processEvents()
    return _changed(window, control, plain, window.window.grab().toImage()) >= CHANGED


def _changed(window: WindowDriver, control: QWidget, plain: QImage, now: QImage) -> int:
    """How many pixels at the control differ from the picture without the focus."""
    shown = window.window
    box = QRect(control.mapTo(shown, QPoint(0, 0)), control.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
    box = box.intersected(shown.rect())
    if now.size() != plain.size():
        return CHANGED
    one, other = (image.copy(box).convertToFormat(QImage.Format.Format_RGB32) for image in (now, plain))
    return sum(_differing(one, other, line) for line in range(one.height()))


def _differing(one: QImage, other: QImage, line: int) -> int:
    """Pixels of a line that are not the same; lines that are, at once."""
    wide = one.bytesPerLine()
    here, there = (bytes(image.constBits()[line * wide : (line + 1) * wide]) for image in (one, other))
    return 0 if here == there else sum(here[at : at + 4] != there[at : at + 4] for at in range(0, wide, 4))


def _by_arrows(window: WindowDriver, control: QWidget, found: Crawl) -> bool:
    """One of a group that Tab enters at one of its members, or a list that one goes through from the field above."""
    if isinstance(control, QAbstractItemView):
        return any(
            _goes_through(window, control, each)
            for each in found.reached
            if isValid(each) and isinstance(each, QLineEdit)
        )
    if not isinstance(control, QAbstractButton) or not control.isCheckable():
        return False
    group = control.group()
    if group is not None and group.exclusive():  # Qt's own arrows; choosing a language would build all anew
        return any(isValid(each) and each in group.buttons() for each in found.reached)
    beside = [each for each in found.reached if isValid(each) and _same_group(control, each)]
    if beside and id(control.parentWidget()) not in found.swept:
        found.swept.add(id(control.parentWidget()))
        _sweep(window, beside[0], found)
    return any(control is each for each in found.reached)


def _sweep(window: WindowDriver, start: QWidget, found: Crawl) -> None:
    """Through a group with the right arrow, until it comes round."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(MOST_ALIKE):
        QTest.keyClick(window.focus, Qt.Key.Key_Right)
        window.app.processEvents()
        now = window.app.focusWidget()
        if now is None or now is start:
            return
        found.reached.append(now)


def _same_group(control: QAbstractButton, other: QWidget) -> bool:
    if not isinstance(other, QAbstractButton) or not other.isCheckable():
        return False
    group = control.group()
    return other.parentWidget() is control.parentWidget() or (group is not None and other.group() is group)


def _goes_through(window: WindowDriver, rows: QAbstractItemView, line: QLineEdit) -> bool:
    if not line.isVisible():
        return False
    line.setFocus(Qt.FocusReason.TabFocusReason)
    before = rows.currentIndex().row()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(line, key)
        window.app.processEvents()
        if rows.currentIndex().row() != before:
            return True
    return False


def _controls(top: QWidget) -> Iterator[QWidget]:
    for control in top.findChildren(QWidget):
        if not isinstance(control, CONTROLS) or not control.isVisible() or not control.isEnabled():
            continue
        if control.window() is top.window() and not _part_of_another(control):
            yield control


def _part_of_another(control: QWidget) -> bool:
    """The line of a spin box, the header of a table, the button in a line edit."""
    parent = control.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, QLineEdit | QAbstractSpinBox | QComboBox | QAbstractItemView):
            return True
        parent = parent.parentWidget()
    return False


def _spoken(control: QWidget) -> str:
    heard = QAccessible.queryAccessibleInterface(control)
    return heard.text(QAccessible.Text.Name) if heard is not None else ""


def _scroller(control: QWidget) -> QWidget | None:
    parent = control.parentWidget()
    while parent is not None:
        above = parent.parentWidget()
        if isinstance(above, QAbstractScrollArea) and above.viewport() is parent:
            return parent
        parent = above
    return None


def name_of(control: QWidget) -> str:
    words = control.text() if isinstance(control, QAbstractButton | QLineEdit) else ""
    where = control.parentWidget()
    holder = where.accessibleName() if where is not None else ""
    return f"{type(control).__name__} {control.accessibleName() or words!r} {holder}".strip()


def doubled_keys(window: QWidget) -> list[str]:
    """Keys that two at once would answer to, so that Qt gives them to neither."""
    found: dict[str, list[QWidget]] = {}
    for shortcut in window.findChildren(QShortcut):
        holder = shortcut.parent()
        if shortcut.isEnabled() and isinstance(holder, QWidget) and holder.isVisible():
            for key in QShortcut.keys(shortcut):
                found.setdefault(key.toString(), []).append(holder)
    return [
        f"{key} of {type(one).__name__} and {type(other).__name__}"
        for key, holders in found.items()
        for one, other in combinations(holders, 2)
        if one is other or one.isAncestorOf(other) or other.isAncestorOf(one)
    ]
