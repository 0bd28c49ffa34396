"""Filters for the whole application: the wheel changes no answer, composing fires no shortcut, focus is in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QWidget,
)

# While an IME composes, these pick or end a candidate and must not reach buttons, segments or shortcuts.
COMPOSING_KEYS = frozenset(
    {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape}
    | {Qt.Key(Qt.Key.Key_0.value + digit) for digit in range(10)}
)


class WheelGuard(QObject):
    """Lets no wheel turn a field: the page scrolls instead, unless the field's own list is open."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and self._would_change(watched):
            event.ignore()  # so that the parent gets it
            return True
        return super().eventFilter(watched, event)

    def _would_change(self, watched: QObject) -> bool:
        if isinstance(watched, QComboBox):
            return not watched.view().isVisible()
        return isinstance(watched, QAbstractSpinBox) or (
            isinstance(watched, QAbstractSlider) and not isinstance(watched, QScrollBar)
        )


class ImeGuard(QObject):
    """Knows whether someone is composing, and keeps confirm keys and shortcuts quiet meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._at: QObject | None = None

    @property
    def composing(self) -> bool:
        return self._at is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._at = watched if event.preeditString() else None
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.FocusIn) and isinstance(watched, QWidget):
            self._at = None
        elif self._at is not None and kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            if isinstance(event, QKeyEvent) and self._confirms(event):
                event.accept()
                return True
        elif self._at is not None and kind == QEvent.Type.Shortcut:
            return True
        return super().eventFilter(watched, event)

    def _confirms(self, event: QKeyEvent) -> bool:
        return event.key() in COMPOSING_KEYS


class FocusInView(QObject):
    """Scrolls what gets the focus into sight, with room around it; a whole question where it fits."""

    def __init__(self, margin: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._margin = margin

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            bring_into_view(watched, self._margin)
        return super().eventFilter(watched, event)


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
    box = QRect(target.mapTo(inner, QPoint(0, 0)), target.size())
    bar = area.verticalScrollBar()
    if box.top() - margin < bar.value():
        bar.setValue(box.top() - margin)
    elif box.bottom() + margin > bar.value() + room:
        bar.setValue(min(box.top() - margin, box.bottom() + margin - room))


def install(app: QApplication, margin: int) -> ImeGuard:
    """Put all three on the application; the IME guard is returned for those who ask it."""
    ime = ImeGuard(app)
    for guard in (WheelGuard(app), ime, FocusInView(margin, app)):
        app.installEventFilter(guard)
    return ime
