"""A search box that searches while the input method is still composing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.card import KeyHint

BESIDE_GLASS = 10  # pixels that Qt leaves too many between the glass and the words


class SearchBox(QLineEdit):
    """One line that speaks of its text and of what is being composed (pinyin letters) alike.

    `asked(str)`: the text with the preedit string in its place, at every change.
    `moved(int)`: Up or Down, -1 or 1 (PgUp and PgDn 8). `confirmed()`: Enter, never while composing.
    `left()`: the focus went.
    """

    asked = Signal(str)
    moved = Signal(int)
    confirmed = Signal()
    escaped = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, *, name: str, placeholder: str = "", key: str = "", icon: bool = True) -> None:
        super().__init__()
        self._preedit = ""
        self._last = ""
        self._scale = theme.scale
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        if icon:
            glass = QAction(theme.icon("magnifying-glass", "text2"), name, self)
            self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        left = -theme.scale.px(BESIDE_GLASS) if icon else 0
        right = 0
        self._hint: QWidget | None = None
        if key:
            self._hint = KeyHint(key)
            self._hint.setParent(self)
            right = self._hint.sizeHint().width() + theme.scale.s
        self.setTextMargins(left, 0, right, 0)
        self.textChanged.connect(self._say)

    @property
    def query(self) -> str:
        """The text with what is being composed at the cursor."""
        at = self.cursorPosition()
        text = self.text()
        return text[:at] + self._preedit + text[at:]

    @property
    def composing(self) -> bool:
        return bool(self._preedit)

    def put(self, text: str) -> None:
        """Set the text without asking."""
        self._last = text
        self.setText(text)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), self._scale.em(16)), hint.height())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)
        self._say()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._preedit = ""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in steps and plain and not self.composing:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not self.composing:
                self.confirmed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._hint is not None:
            self._hint.adjustSize()
            inset = self._scale.s
            self._hint.move(self.width() - self._hint.width() - inset, (self.height() - self._hint.height()) // 2)

    def _say(self) -> None:
        if self.query != self._last:
            self._last = self.query
            self.asked.emit(self._last)
