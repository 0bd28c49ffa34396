"""What stands beside each other where there is room, and below each other where there is not."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import row

UNLIMITED = 16_777_215  # Qt's own for a width that nothing holds
USUAL_WIDTH, CRAMPED = 1366, 52  # pixels of a laptop; em: with text so large nothing stands beside another


def cramped(theme: Theme) -> bool:
    return theme.scale.em(CRAMPED) > USUAL_WIDTH


class Beside(QWidget):
    """`main` at the left with the most room, `side` at its right, `side_width` pixels wide at the office size.

    Narrower than `least` em, `side` goes below `main`, as wide as it.
    """

    def __init__(self, theme: Theme, main: QWidget, side: QWidget, *, side_width: int, least: float) -> None:
        super().__init__()
        self._side, self._least = side, theme.scale.em(least)
        self._side_width = theme.scale.px(side_width)
        self._line = row(self, gap=theme.scale.m)
        self._line.addWidget(main, 1)
        self._line.addWidget(side)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        apart = self.width() >= self._least
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if apart else QBoxLayout.Direction.TopToBottom)
        self._side.setMinimumWidth(self._side_width if apart else 0)
        self._side.setMaximumWidth(self._side_width if apart else UNLIMITED)


def spread(drawer: QWidget, *, alone: bool) -> None:
    """As wide as the page where nothing stands beside it; else as wide as it was made."""
    usual = drawer.property("usual_width") or drawer.minimumWidth()
    drawer.setProperty("usual_width", usual)
    drawer.setMinimumWidth(0 if alone else int(usual))
    drawer.setMaximumWidth(UNLIMITED if alone else int(usual))
