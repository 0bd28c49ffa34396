"""Words and numbers that are written."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from desktop.fill.fields.base import Field
from desktop.fill.kit import Kit
from desktop.theme.apply import restyle
from desktop.widgets.basics import label, reveal
from forms.api import Node

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NUMBER_EMS = 13
PHONE_EMS = 20
LINES = (3, 9)  # least and most lines of a long text
PLAIN_NUMBER = str.maketrans({",": "", "，": "", "。": ".", " ": "", "\u3000": ""})


class Line(QLineEdit):
    """A line whose Enter goes on."""

    confirmed = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LineField(Field):
    """One line of text; for numbers and telephones narrow, with full-width digits made plain."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit)
        self._numeric = node.type in ("int", "decimal") or "numbers" in node.appearance
        self.line = Line()
        if self._numeric:
            ems = PHONE_EMS if node.type == "string" else NUMBER_EMS
            self.line.setMaximumWidth(kit.theme.scale.em(ems))
            self.line.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.box.addWidget(self.line)
        self.line.textEdited.connect(self._edited)
        self.line.confirmed.connect(self.confirmed)
        self._last = ""

    def show_node(self, node: Node) -> None:
        self._last = node.value
        self.line.setReadOnly(node.readonly)
        if self._read(self.line.text()) != node.value:
            self.line.setText(node.value)

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        value = self._read(self.line.text())
        if self._numeric and value != self.line.text():
            self.line.setText(value)

    def mark(self, *, bad: bool) -> None:
        restyle(self.line, state="bad" if bad else "")

    def _edited(self, words: str) -> None:
        value = self._read(words)
        if value != self._last:
            self._last = value
            self.answered.emit(value)

    def _read(self, words: str) -> str:
        if not self._numeric:
            return words
        return unicodedata.normalize("NFKC", words).translate(PLAIN_NUMBER)


class Paper(QPlainTextEdit):
    """Some lines; Enter goes on, Shift+Enter begins a new line, Tab leaves."""

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


class ParagraphField(Field):
    """A text of some lines that grows with what is written."""

    def __init__(self, kit: Kit, _node: Node) -> None:
        super().__init__(kit)
        self.paper = Paper()
        self.count = label("", "small")
        self.box.addWidget(self.paper)
        self.box.addWidget(self.count)
        self._last = ""
        self._grow()
        self.paper.textChanged.connect(self._edited)
        self.paper.confirmed.connect(self.confirmed)

    def show_node(self, node: Node) -> None:
        self._last = node.value
        self.paper.setReadOnly(node.readonly)
        if self.paper.toPlainText() != node.value:
            self.paper.setPlainText(node.value)
        self._tell()

    def take_focus(self) -> None:
        self.paper.setFocus(Qt.FocusReason.TabFocusReason)

    def mark(self, *, bad: bool) -> None:
        restyle(self.paper, state="bad" if bad else "")

    def _edited(self) -> None:
        value = self.paper.toPlainText()
        self._grow()
        self._tell()
        if value != self._last:
            self._last = value
            self.answered.emit(value)

    def _tell(self) -> None:
        count = len(self.paper.toPlainText())
        self.count.setText(self.kit.text("fill.written", n=count))
        reveal(self.count, count)

    def _grow(self) -> None:
        least, most = LINES
        lines = min(max(self.paper.document().lineCount(), least), most)
        metrics = self.paper.fontMetrics()
        self.paper.setFixedHeight(metrics.lineSpacing() * lines + 2 * self.kit.theme.scale.m)
