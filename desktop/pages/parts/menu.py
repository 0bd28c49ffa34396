"""A button that shows what is chosen and opens the choices: for filters and short lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from desktop.theme.apply import Theme
from desktop.widgets.basics import put_icon_beside_words


class ChoiceButton(QPushButton):
    """`chosen(str)`: another value. Enter, Space or Alt+Down opens the menu, letters and arrows choose in it."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._name, self._theme = name, theme
        self._stretches = False
        self._choices: tuple[tuple[str, str], ...] = ()
        self._value = ""
        self._filled = False
        self._menu = QMenu(self)
        put_icon_beside_words(theme, self, "caret-down", role="text2", size=theme.scale.icon_small)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(True)
        self.clicked.connect(self.open)

    def stretch(self) -> None:
        """As wide as its place, words at the left, cut where they are too long: a field among fields."""
        self._stretches = True
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("kind", "choice")

    @property
    def value(self) -> str:
        return self._value

    @property
    def words(self) -> str:
        """The words of what is chosen."""
        return next((words for value, words in self._choices if value == self._value), "")

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        return self._choices

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """(value, words) to choose from; what was chosen stays where it is still there, else the first is."""
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        self._filled = False
        if self._value not in {value for value, _ in choices}:
            self._value = choices[0][0] if choices else ""
        self._show()

    def choose(self, value: str) -> None:
        """Choose without telling."""
        self._value = value
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.open()
        else:
            super().keyPressEvent(event)

    def open(self) -> None:
        self._fill()
        at = next((n for n, (value, _) in enumerate(self._choices) if value == self._value), 0)
        actions = self._menu.actions()
        if actions:
            self._menu.setActiveAction(actions[at])
            self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _fill(self) -> None:
        """The menu's lines, when somebody wants to see them."""
        if self._filled:
            return
        self._filled = True
        self._menu.clear()
        for value, words in self._choices:
            action = QAction(words, self._menu)
            action.triggered.connect(lambda _=False, v=value: self._take(v))
            self._menu.addAction(action)

    def _take(self, value: str) -> None:
        if value != self._value:
            self.choose(value)
            self.chosen.emit(value)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(0, hint.height()) if self._stretches else hint

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._stretches:
            self._cut()

    def _cut(self) -> None:
        room = self.width() - self.iconSize().width() - 2 * self._theme.scale.xl
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, max(1, room))
        self.setText(shown)
        self.setToolTip(self.words if shown != self.words else "")

    def _show(self) -> None:
        self.setText(self.words)
        if self._stretches and self.isVisible():
            self._cut()
        self.setAccessibleName(f"{self._name}: {self.words}")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
