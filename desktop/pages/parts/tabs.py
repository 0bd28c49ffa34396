"""A row of tabs, each with its count; the arrows go from one to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import CountBadge


class Tab(QPushButton):
    """One tab: words and a badge."""

    def __init__(self, theme: Theme, words: str, tone: Tone) -> None:
        super().__init__()
        self._words, self._theme = words, theme
        self.setProperty("kind", "tab")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        scale = theme.scale
        self._line = row(self, gap=scale.s, margins=(scale.s, 0, scale.s, 0))
        self._label, self._badge = label(words), CountBadge(theme, tone=tone)
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label.setMinimumWidth(QFontMetrics(theme.font(bold=True)).horizontalAdvance(words) + 2)
        fill(self._line, [self._label, self._badge])
        self.toggled.connect(self._show)
        self.count(0)
        self._show(on=False)

    def count(self, number: int) -> None:
        self._badge.set_count(number)
        self.setAccessibleName(f"{self._words} {number}" if number else self._words)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._line.sizeHint().width(), self._theme.scale.control)

    def _show(self, on: bool) -> None:
        restyle(self._label, role="strong" if on else "second")

    def _fit(self) -> None:
        self._line.invalidate()
        self.setFixedWidth(self._line.sizeHint().width())


class TabBar(QWidget):
    """`chosen(str)`: the key of the tab that was opened by a person."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, tabs: Sequence[tuple[str, str, Tone]]) -> None:
        super().__init__()
        line = FlowLayout(self, gap=2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._tabs: dict[str, Tab] = {}
        for key, words, tone in tabs:
            tab = Tab(theme, words, tone)
            tab.clicked.connect(lambda _=False, k=key: self.chosen.emit(k))
            self._group.addButton(tab)
            self._tabs[key] = tab
            line.addWidget(tab)

    def choose(self, key: str) -> None:
        """Open a tab without telling."""
        self._tabs[key].setChecked(True)

    def count(self, key: str, number: int) -> None:
        self._tabs[key].count(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
            return
        keys = list(self._tabs)
        at = next((n for n, key in enumerate(keys) if self._tabs[key].isChecked()), 0)
        at = (at + (1 if event.key() == Qt.Key.Key_Right else -1)) % len(keys)
        self._tabs[keys[at]].setChecked(True)
        self._tabs[keys[at]].setFocus()
        self.chosen.emit(keys[at])
