"""What a page about spreadsheets asks at its head: beside the title, or below it where the text is large."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.beside import cramped
from desktop.theme.apply import Theme
from desktop.widgets.basics import fill
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import PageFrame


def ask_at_head(frame: PageFrame, theme: Theme, asked: Sequence[QWidget]) -> None:
    if not cramped(theme):
        fill(frame.aside, asked)
        return
    holder = QWidget()
    flow = FlowLayout(holder, gap=theme.scale.s)
    for each in asked:
        flow.addWidget(each)
    frame.add(holder)
