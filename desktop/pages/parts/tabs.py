"""A row of tabs, each with its count; the arrows go from one to the next. Where they find no room, one button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QButtonGroup, QPushButton, QSizePolicy, QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import CountBadge

GAP, MOST_LINES = 2, 2  # pixels between tabs; lines that they may take


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
    """`chosen(str)`: the key of the tab that was opened by a person.

    Where the tabs would take more than `most_lines`, as with very large text, they fold into one button with a menu.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, tabs: Sequence[tuple[str, str, Tone]], *, most_lines: int = MOST_LINES) -> None:
        super().__init__()
        self._most_lines = most_lines
        self._words = {key: words for key, words, _ in tabs}
        self._row = QWidget()
        line = FlowLayout(self._row, gap=GAP)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._tabs: dict[str, Tab] = {}
        for key, words, tone in tabs:
            tab = Tab(theme, words, tone)
            tab.clicked.connect(lambda _=False, k=key: self.chosen.emit(k))
            self._group.addButton(tab)
            self._tabs[key] = tab
            line.addWidget(tab)
        self._folded = ChoiceButton(theme, name=" / ".join(self._words.values()))
        self._folded.chosen.connect(self._take)
        self._folded.hide()
        fill(column(self), [self._row, self._folded])
        self._offer()

    def choose(self, key: str) -> None:
        """Open a tab without telling."""
        self._tabs[key].setChecked(True)
        self._folded.choose(key)

    def count(self, key: str, number: int) -> None:
        self._tabs[key].count(number)
        self._offer()
        self._fold()

    def take_focus(self) -> None:
        """To the tab that is open."""
        if not self._folded.isHidden():
            self._folded.setFocus()
        elif (here := self._group.checkedButton()) is not None:
            here.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not self._folded.isHidden():
            super().keyPressEvent(event)
            return
        keys = list(self._tabs)
        at = next((n for n, key in enumerate(keys) if self._tabs[key].isChecked()), 0)
        at = (at + (1 if event.key() == Qt.Key.Key_Right else -1)) % len(keys)
        self.choose(keys[at])
        self._tabs[keys[at]].setFocus()
        self.chosen.emit(keys[at])

    def _take(self, key: str) -> None:
        self.choose(key)
        self.chosen.emit(key)

    def _offer(self) -> None:
        self._folded.offer([(key, tab.accessibleName()) for key, tab in self._tabs.items()])

    def _fold(self) -> None:
        """Tabs or the button, by what fits; whoever stood in one stands in the other."""
        folds = self._lines() > self._most_lines
        if folds is not self._folded.isHidden():
            return
        here = QApplication.focusWidget()
        stood = here is not None and self.isAncestorOf(here)
        self._row.setHidden(folds)
        self._folded.setHidden(not folds)
        if stood:
            self.take_focus()

    def _lines(self) -> int:
        """How many the tabs would take."""
        lines, x = 1, 0
        for tab in self._tabs.values():
            if x and x + tab.minimumWidth() > self.width():
                lines, x = lines + 1, 0
            x += tab.minimumWidth() + GAP
        return lines
