"""Filters for the whole application: the wheel changes no answer, composing fires no shortcut, focus is in view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QShortcutEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QWidget,
)

# To ask an event for its type costs more than all else here, and most events are neither of these.
HEARD = frozenset({QInputMethodEvent, QKeyEvent, QMouseEvent, QShortcutEvent, QTabletEvent, QTouchEvent, QWheelEvent})
PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
# While an IME composes, these pick or end a candidate and must not reach buttons, segments or shortcuts.
COMPOSING_KEYS = frozenset(
    {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape}
    | {Qt.Key(Qt.Key.Key_0.value + digit) for digit in range(10)}
)


class Guards(QObject):
    """Watches every event, so it does as little as it can for most of them.

    The wheel turns no field: the page scrolls instead, unless the field's own list is open. While someone
    composes, confirm keys and shortcuts are quiet. What gets the focus is scrolled into sight. `touched` is called
    whenever somebody touches keyboard or pointer.
    """

    def __init__(self, app: QApplication, margin: int, touched: Callable[[], None]) -> None:
        super().__init__(app)
        self._margin, self._touched = margin, touched
        self._at: QObject | None = None
        app.installEventFilter(self)
        app.focusChanged.connect(self._focus_moved)

    @property
    def composing(self) -> bool:
        return self._at is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.__class__ not in HEARD:
            return False
        self._touched()
        if isinstance(event, QWheelEvent):
            if _would_change(watched):
                event.ignore()  # so that the parent gets it
                return True
        elif isinstance(event, QInputMethodEvent):
            self._at = watched if event.preeditString() else None
        elif self._at is not None:
            if isinstance(event, QShortcutEvent):
                return True
            if isinstance(event, QKeyEvent) and event.type() in PRESSES and event.key() in COMPOSING_KEYS:
                event.accept()
                return True
        return False

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._at = None
        if new is not None:
            bring_into_view(new, self._margin)


def _would_change(watched: QObject) -> bool:
    if isinstance(watched, QComboBox):
        return not watched.view().isVisible()
    return isinstance(watched, QAbstractSpinBox) or (
        isinstance(watched, QAbstractSlider) and not isinstance(watched, QScrollBar)
    )


def bring_into_view(widget: QWidget, margin: int) -> None:
    """Scroll every scroll area around the widget so far that it is seen."""
    shown, parent = widget, widget.parentWidget()
    while parent is not None:
        if parent.property("kind") == "question":
            shown = parent
        if isinstance(parent, QScrollArea) and parent.widget() is not None and parent is not widget:
            _scroll_to(parent, widget, shown, margin)
        parent = parent.parentWidget()


def _scroll_to(area: QScrollArea, widget: QWidget, whole: QWidget, margin: int) -> None:
    inner = area.widget()
    if not inner.isAncestorOf(widget):
        return
    room = area.viewport().height()
    target = whole if inner.isAncestorOf(whole) and whole.height() + 2 * margin <= room else widget
    margin = max(0, min(margin, (room - target.height()) // 2))  # what nearly fills the room is shown whole
    box = QRect(target.mapTo(inner, QPoint(0, 0)), target.size())
    bar = area.verticalScrollBar()
    if box.top() - margin < bar.value():
        bar.setValue(box.top() - margin)
    elif box.bottom() + margin > bar.value() + room:
        bar.setValue(min(box.top() - margin, box.bottom() + margin - room))


def keeps_escape(event: QEvent) -> bool:
    """Whether this was the question whose Esc is, answered with: of what lies open here, not of the window."""
    mine = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
    if not mine or event.key() != Qt.Key.Key_Escape:  # type: ignore[attr-defined]
        return False
    event.accept()
    return True


def install(app: QApplication, margin: int, touched: Callable[[], None] = lambda: None) -> Guards:
    """Put the guards on the application, once; `margin` is the room in pixels around what has the focus."""
    return Guards(app, margin, touched)
