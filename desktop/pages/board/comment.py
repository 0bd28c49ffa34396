"""A line for a note on a request: who called, what was seen. The resident does not see it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.widgets.basics import column, label, row


class CommentLine(QWidget):
    """`written(str)`: this is to be noted."""

    written = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        t, scale = context.text, context.theme.scale
        lines = column(self, gap=scale.xs)
        lines.addWidget(label(t("answers.comment"), "small-strong"))
        line = row(gap=scale.s)
        self._words = QLineEdit()
        self._words.setPlaceholderText(t("answers.comment_hint"))
        self._words.setAccessibleName(t("answers.comment"))
        self._words.returnPressed.connect(self._send)
        line.addWidget(self._words, 1)
        line.addWidget(act(context.theme, t("answers.comment_send"), self._send, small=True))
        lines.addLayout(line)

    def clear(self) -> None:
        self._words.clear()

    def take_focus(self) -> None:
        self._words.setFocus()

    def _send(self) -> None:
        words = self._words.text().strip()
        if words:
            self.written.emit(words)
