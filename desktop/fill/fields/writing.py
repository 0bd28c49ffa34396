"""Words and numbers that are written."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from desktop.fill.fields.base import Field, mark_bad
from desktop.fill.kit import Kit
from desktop.widgets.basics import label, reveal
from forms.api import Node

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NUMBER_EMS = 13
PHONE_EMS = 20
SCAN_EMS = 26
SCAN_GAP = 0.03  # seconds between two keys of a scanner at most
LEAST_SCAN = 4
LINES = (3, 9)  # least and most lines of a long text
PLAIN_NUMBER = str.maketrans({",": "", "，": "", "。": ".", " ": "", "\u3000": ""})


class Line(QLineEdit):
    """A line whose Enter goes on; with nothing of its own to take back it leaves Ctrl+Z to the page."""

    confirmed = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        undoes = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        if undoes and event.type() == QEvent.Type.ShortcutOverride and not self.isUndoAvailable():
            event.ignore()
            return False
        return super().event(event)

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
            self.line.setText(self._write(node.value))

    def take_focus(self) -> None:
        self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        words = self._write(self._read(self.line.text()))
        if self._numeric and words != self.line.text():
            self.line.setText(words)

    def mark(self, *, bad: bool) -> None:
        mark_bad(self.line, bad=bad)

    def _edited(self, words: str) -> None:
        value = self._read(words)
        if value != self._last:
            self._last = value
            self.answered.emit(value)

    def _read(self, words: str) -> str:
        """The value that the words mean."""
        if not self._numeric:
            return words
        return unicodedata.normalize("NFKC", words).translate(PLAIN_NUMBER)

    def _write(self, value: str) -> str:
        """The words for a value."""
        return value


class SecretField(LineField):
    """A line whose signs are dots until one asks to see them."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaximumWidth(kit.theme.scale.em(SCAN_EMS))
        self.eye = QAction(kit.theme.icon("eye"), kit.text("fill.show_secret"), self.line)
        self.eye.setCheckable(True)
        self.eye.toggled.connect(self._look)
        self.line.addAction(self.eye, QLineEdit.ActionPosition.TrailingPosition)

    def _look(self, on: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)


class ScanField(LineField):
    """A code that a scanner types, or a person: many keys within an instant are a scan and take the place of all."""

    def __init__(self, kit: Kit, node: Node) -> None:
        super().__init__(kit, node)
        self.clock: Callable[[], float] = time.monotonic
        self._burst = ""
        self._last_key = 0.0
        self.echo = label(kit.text("fill.scan_how"), "small", wrap=True)
        self.line.setMaximumWidth(kit.theme.scale.em(SCAN_EMS))
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhLatinOnly | Qt.InputMethodHint.ImhNoPredictiveText)
        self.line.installEventFilter(self)
        self.box.addWidget(self.echo)

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in ENTER:
                self._take_scan()
            elif event.text():
                now = self.clock()
                self._burst = (self._burst if now - self._last_key < SCAN_GAP else "") + event.text()
                self._last_key = now
        return False

    def _take_scan(self) -> None:
        if len(self._burst) >= LEAST_SCAN and self.clock() - self._last_key < SCAN_GAP:
            self.line.setText(self._burst)
            self._edited(self._burst)
            self.echo.setText(self.kit.text("fill.scanned", code=self._burst))
        self._burst = ""


class Paper(QPlainTextEdit):
    """Some lines; Enter goes on, Shift+Enter begins a new line, Tab leaves.

    Where it `breaks`, Enter begins a line too, and goes on from an empty one.
    """

    confirmed = Signal()

    def __init__(self, *, breaks: bool = False) -> None:
        super().__init__()
        self._breaks = breaks
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        goes_on = not self._breaks or not self.textCursor().block().text().strip()
        if event.key() in ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier and goes_on:
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
        mark_bad(self.paper, bad=bad)

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
