"""One line of a short list of questions: its name, its field, a hint at the right, under it what is to be mended."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.fill.fields.make import maker
from desktop.fill.kit import Kit
from desktop.fill.lines import ErrorLine
from desktop.fill.say import wrong_words
from desktop.widgets.basics import column, label, reveal, row
from forms.api import Node

NAME_EMS, NAME_EMS_WIDE, FIELD_EMS = 6.2, 9, 20  # wide: in languages that need more letters


class AskedLine(QWidget):
    """Holds the field of one node under a name of its own; `answered(value)`, `confirmed()`: Enter."""

    answered = Signal(str)
    confirmed = Signal()

    def __init__(self, kit: Kit, node: Node, *, name: str, hint: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._told = False
        scale = kit.theme.scale
        names = scale.em(NAME_EMS if kit.text.language == "zh" else NAME_EMS_WIDE)
        self.node = node
        self.field = maker(kit, node)(kit, node)
        self.field.setFixedWidth(scale.em(FIELD_EMS))
        self.field.answered.connect(self.answered)
        self.field.confirmed.connect(self.confirmed)
        self.field.describe(name, hint)
        self.said = label()  # in the field's place, where the answer follows from another
        self._error = ErrorLine(kit)
        reveal(self._error, False)
        heading = label(name, "strong", wrap=True)
        heading.setFixedWidth(names)
        whole, line = column(self, gap=scale.xs), row(gap=scale.m)
        line.addWidget(heading, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.field)
        line.addWidget(self.said)
        line.addWidget(label(hint, "small", wrap=True), 1)
        under = row(margins=(names + scale.m, 0, 0, 0))
        under.addWidget(self._error)
        whole.addLayout(line)
        whole.addLayout(under)
        reveal(self.said, False)
        self.field.show_node(node)

    def show_node(self, node: Node, *, said: str = "") -> None:
        """Bring the field in step; `said` stands in its place."""
        self.node = node
        reveal(self.field, not said)
        reveal(self.said, bool(said))
        self.said.setText(said)
        self.field.show_node(node)
        self._show_error()

    def tell(self) -> None:
        """What is wrong may be said from now on."""
        self._told = True
        self._show_error()

    def take_focus(self) -> None:
        self.field.take_focus()

    @property
    def holds_focus(self) -> bool:
        return self.field.isAncestorOf(self.focusWidget() or self)

    def _show_error(self) -> None:
        wrong = self._told and self.node.relevant and not self.node.valid
        words = wrong_words(self.node.violation or "type", self.node, self._kit.text) if wrong else ""
        self._error.words.setText(words)
        self._error.setAccessibleName(words)
        reveal(self._error, bool(words))
        self.field.mark(bad=bool(words))
