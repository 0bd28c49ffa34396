"""What a page about spreadsheets asks at its head: beside the title, or below it where the text is large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import fill
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import PageFrame

USUAL_WIDTH, CRAMPED = 1366, 52  # pixels, em: with text so large nothing stands beside another


def cramped(theme: Theme) -> bool:
    return theme.scale.em(CRAMPED) > USUAL_WIDTH


def ask_at_head(frame: PageFrame, theme: Theme, asked: Sequence[QWidget]) -> None:
    if not cramped(theme):
        fill(frame.aside, asked)
        return
    holder = QWidget()
    flow = FlowLayout(holder, gap=theme.scale.s)
    for each in asked:
        flow.addWidget(each)
    frame.add(holder)
