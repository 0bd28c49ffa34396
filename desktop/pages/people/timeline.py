"""What happened, newest or oldest first: day, sign, words, and what can be done about an entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import picture
from desktop.pages.parts.words import KINDS
from desktop.services.values import RequestState, TimelineEntry, TimelineKind
from desktop.theme.tokens import Size
from desktop.widgets.basics import column, fill, label, reveal, row
from desktop.widgets.mark import Chip

Act = Callable[[TimelineEntry], QPushButton | None]


class Timeline(QWidget):
    """Entries under each other, joined by a line. `act` gives an entry's button, if it has one."""

    def __init__(
        self, context: PageContext, entries: Sequence[TimelineEntry], *, act: Act | None = None, narrow: bool = False
    ) -> None:
        super().__init__()
        lines = column(self, gap=0)
        for number, entry in enumerate(entries):
            button = act(entry) if act is not None else None
            lines.addWidget(_entry(context, entry, button=button, last=number == len(entries) - 1, narrow=narrow))
        self.setAccessibleName(context.text("pages.timeline"))


def _entry(
    context: PageContext, entry: TimelineEntry, *, button: QPushButton | None, last: bool, narrow: bool
) -> QWidget:
    scale, words = context.theme.scale, context.words
    made = QWidget()
    line = row(made, gap=scale.m)
    when = words.moment(entry.when)
    if not narrow:
        day = label(when, "small")
        day.setFixedWidth(scale.em(7.2 if context.text.language == "zh" else 8.8))
        day.setAlignment(Qt.AlignmentFlag.AlignTop)
        line.addWidget(day)
    line.addLayout(_rail(context, entry, last=last))
    said = _said(context, entry, when=when if narrow else "", narrow=narrow)
    line.addLayout(said, 1)
    if button is not None and narrow:
        foot = row()
        fill(foot, [button, None])
        said.addLayout(foot)
    elif button is not None:
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return made


def _said(context: PageContext, entry: TimelineEntry, *, when: str, narrow: bool) -> QVBoxLayout:
    """What happened with its status over when, which, how and who."""
    theme, scale, words = context.theme, context.theme.scale, context.words
    said, head = column(gap=1, margins=(0, 0, 0, scale.m)), row(gap=scale.s)
    head.addWidget(label(entry.title, "strong", wrap=True), 1)
    said.addLayout(head)
    beside: QBoxLayout = said if narrow or scale.base > Size.VILLAGE.value else head  # large text needs the line
    if entry.kind is TimelineKind.ANSWERED and entry.state is RequestState.ANSWERED:
        beside.addWidget(Chip(theme, words.mark(RequestState.ANSWERED)), 0, Qt.AlignmentFlag.AlignLeft)
    elif entry.pending:
        beside.addWidget(Chip(theme, words.mark(RequestState.READY)), 0, Qt.AlignmentFlag.AlignLeft)
    until = context.text("review.until", day=words.day(entry.undo_until)) if entry.undo_until is not None else ""
    detail = " · ".join(filter(None, (when, entry.ref, entry.detail, entry.by, until)))
    said.addWidget(label(detail, "small", wrap=True))
    return said


def _rail(context: PageContext, entry: TimelineEntry, *, last: bool) -> QVBoxLayout:
    """The sign of what happened, and the thread to what was before it."""
    theme, sign = context.theme, KINDS[entry.kind]
    rail = column(gap=theme.scale.xs)
    rail.addWidget(picture(theme, sign.icon, sign.tone.value), 0, Qt.AlignmentFlag.AlignHCenter)
    thread = QFrame()
    thread.setProperty("kind", "upright")
    reveal(thread, not last)
    rail.addWidget(thread, 1, Qt.AlignmentFlag.AlignHCenter)
    if last:
        rail.addStretch(1)
    return rail
