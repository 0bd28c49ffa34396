"""The parts of a request's drawer, made once and written anew for every request: the next row costs no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.words import KINDS
from desktop.services.values import RequestState, TimelineEntry, TimelineKind
from desktop.theme.apply import Theme
from desktop.widgets.basics import column, label, reveal, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.mark import Chip, Mark

SEPARATOR = "\N{NO-BREAK SPACE}· "  # at the end of a line, never at the beginning of the next
SHOWN = 6  # entries of a course that are shown before somebody asks for the rest


def dotted(*parts: str) -> str:
    """Words beside each other, those that there are; a narrow line breaks after a dot."""
    return SEPARATOR.join(filter(None, parts))


class Said(QWidget):
    """Named words under each other; those without words are not there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._lines = column(self, gap=theme.scale.xs)
        self._pairs: list[tuple[QLabel, QLabel]] = []

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        said = [(name, words) for name, words in pairs if words]
        while len(self._pairs) < len(said):
            pair = label("", "small-strong"), label("", wrap=True, selectable=True)
            self._pairs.append(pair)
            for each in pair:
                self._lines.addWidget(each)
        for at, pair in enumerate(self._pairs):
            for part, words in zip(pair, said[at] if at < len(said) else ("", ""), strict=True):
                part.setText(words)
                reveal(part, at < len(said))
        reveal(self, bool(said))


class Marks(QWidget):
    """A line of chips."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._flow = FlowLayout(self, gap=theme.scale.xs)
        self._chips: list[Chip] = []

    def show_marks(self, marks: Sequence[tuple[Mark, str]]) -> None:
        """Marks with what their tooltip says."""
        while len(self._chips) < len(marks):
            chip = Chip(self._theme, Mark(""))
            self._chips.append(chip)
            self._flow.addWidget(chip)
        for at, chip in enumerate(self._chips):
            reveal(chip, at < len(marks))
            if at < len(marks):
                chip.set_mark(marks[at][0])
                chip.setToolTip(marks[at][1])
        self.updateGeometry()


class CourseView(QWidget):
    """What happened, oldest first; of a long course the last steps, until all are asked for."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._entries: Sequence[TimelineEntry] = ()
        self._lines: list[_Step] = []
        self._column = column(self, gap=0)
        self._earlier = act(context.theme, "", partial(self._show, every=True), kind="link", small=True)
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(context.text("pages.timeline"))

    def show_course(self, entries: Sequence[TimelineEntry]) -> None:
        self._entries = entries
        self._show(every=len(entries) <= SHOWN + 1)

    def _show(self, *, every: bool) -> None:
        entries = self._entries if every else self._entries[-SHOWN:]
        hidden = len(self._entries) - len(entries)
        reveal(self._earlier, hidden > 0)
        self._earlier.setText(self._context.text("board.earlier", count=hidden))
        while len(self._lines) < len(entries):
            step = _Step(self._context)
            self._lines.append(step)
            self._column.addWidget(step)
        for at, step in enumerate(self._lines):
            reveal(step, at < len(entries))
            if at < len(entries):
                step.show_entry(entries[at], last=at == len(entries) - 1)


class _Step(QWidget):
    """One entry: its sign with the thread below, what happened, when and by whom."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        scale = context.theme.scale
        line = row(self, gap=scale.m)
        rail = column(gap=scale.xs)
        self._sign, self._thread = QLabel(), QFrame()
        self._sign.setFixedWidth(scale.icon)
        self._thread.setProperty("kind", "upright")
        rail.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        rail.addWidget(self._thread, 100, Qt.AlignmentFlag.AlignHCenter)
        rail.addStretch(1)  # the last entry has no thread
        line.addLayout(rail)
        said = column(gap=1, margins=(0, 0, 0, scale.m))
        self._title, self._detail = label("", "strong", wrap=True), label("", "small", wrap=True)
        self._chip = Chip(context.theme, Mark(""))
        said.addWidget(self._title)
        said.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
        said.addWidget(self._detail)
        said.addStretch(1)
        line.addLayout(said, 1)

    def show_entry(self, entry: TimelineEntry, *, last: bool) -> None:
        words, theme = self._context.words, self._context.theme
        sign = KINDS[entry.kind]
        pixmap = theme.pixmap(sign.icon, sign.tone.value, size=theme.scale.icon, ratio=self.devicePixelRatioF())
        self._sign.setPixmap(pixmap)
        reveal(self._thread, not last)
        self._title.setText(entry.title)
        self._detail.setText(dotted(words.moment(entry.when), entry.detail, entry.by))
        to_tell = entry.kind is TimelineKind.ANSWERED and entry.state is RequestState.ANSWERED
        reveal(self._chip, to_tell or entry.pending)
        if to_tell or entry.pending:
            self._chip.set_mark(words.mark(RequestState.ANSWERED if to_tell else RequestState.READY))
