"""Open requests of the same matter in the same village: looked at, and answered as one with this."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.services.values import SameRequest
from desktop.widgets.basics import clear, column, label, reveal
from desktop.widgets.flow import FlowLayout

SHOWN = 3


def about(context: PageContext, same: SameRequest) -> str:
    """Which one it is: number, whose, when."""
    day = context.words.brief(same.asked_on) if same.asked_on else ""
    return " · ".join(filter(None, (same.ref, same.who, day)))


class SameLines(QWidget):
    """Hidden where there is none. `wanted(uuid)`: this one is to be shown. `merged(ref)`: this request is that one."""

    wanted = Signal(str)
    merged = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._lines = column(self, gap=0)
        self.hide()

    def show_same(self, found: Sequence[SameRequest], *, answers: bool) -> None:
        """`answers`: whether whoever looks may answer."""
        clear(self._lines)
        t, theme = self._context.text, self._context.theme
        for same in found[:SHOWN]:
            holder = QWidget()
            line = FlowLayout(holder, gap=theme.scale.xs)  # a drawer is narrow, names and numbers are long
            words = " · ".join(filter(None, (same.ref, same.who)))
            whole = about(self._context, same)
            line.addWidget(act(theme, words, partial(self.wanted.emit, same.uuid), kind="link", small=True, tip=whole))
            if answers:
                merge = act(theme, t("answers.merge"), partial(self.merged.emit, same.ref), small=True, tip="M")
                merge.setAccessibleName(f"{merge.text()} {same.ref}")
                line.addWidget(merge)
            self._lines.addWidget(holder)
        if len(found) > SHOWN:
            self._lines.addWidget(label(t("board.same_more", count=len(found) - SHOWN), "small"))
        reveal(self, bool(found))
