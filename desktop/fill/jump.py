"""Ctrl+J: any question of the form by its number or words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from shiboken6 import isValid

from desktop.fill.index import plain
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.say import said
from desktop.fill.screens import Numbering, Screen, is_asked, leaves
from desktop.widgets.basics import column
from desktop.widgets.guards import keeps_escape
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox

WIDTH_EMS = 34


class JumpBox(QFrame):
    """Lies over the top of the form until a question is chosen or Esc is pressed. `chosen(ref)`."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, kit: Kit, parts: Sequence[Screen], numbers: Numbering, *, over: QWidget) -> None:
        super().__init__(over)
        self._before = QApplication.focusWidget() or over  # where one is again when nothing was chosen
        self.setProperty("kind", "popup")
        scale = kit.theme.scale
        self._offers = [
            Offer(node.ref, f"{numbers[node.ref]}  {plain_words(node.label)}", said(kit.session, node, kit.text))
            for screen in parts
            for node in leaves(kit.session, screen.refs)
            if is_asked(node)
        ]
        self.line = SearchBox(kit.theme, name=kit.text("fill.jump"), placeholder=kit.text("fill.jump"))
        self.list = PickerPopup(kit.theme, name=kit.text("fill.jump"))
        self.list.setProperty("kind", "plain")
        box = column(self, gap=scale.xs, margins=(scale.s, scale.s, scale.s, scale.s))
        box.addWidget(self.line)
        box.addWidget(self.list)
        self.line.asked.connect(self._ask)
        self.line.moved.connect(self.list.step)
        self.line.confirmed.connect(self.list.choose)
        self.line.left.connect(self.dismiss)
        self.list.picked.connect(self._picked)
        self.setFixedWidth(min(scale.em(WIDTH_EMS), over.width() - scale.xl))
        self._ask("")
        self.move((over.width() - self.width()) // 2, scale.px(70))
        self.show()
        self.raise_()
        self.line.setFocus()

    def dismiss(self) -> None:
        if self.isVisible():
            self.hide()
            self.deleteLater()
            self.closed.emit()

    def event(self, event: QEvent) -> bool:
        if keeps_escape(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            if isValid(self._before):
                self._before.setFocus()
        else:
            super().keyPressEvent(event)

    def _ask(self, query: str) -> None:
        wanted = plain(query)
        self.list.offer([offer for offer in self._offers if wanted in plain(offer.title)])
        self.adjustSize()

    def _picked(self, ref: str) -> None:
        self.dismiss()
        self.chosen.emit(ref)
