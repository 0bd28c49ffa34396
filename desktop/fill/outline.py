"""The form's screens at the left: how far each is, in a word and a sign; below, what is to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy

from desktop.fill.screens import Progress, State
from desktop.theme.apply import Theme
from desktop.widgets.basics import button, clear, column, fill, label, reveal, rule
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from forms.text import Text

SIGNS = {
    State.UNTOUCHED: ("circle", "field"),
    State.PART: ("circle-half-fill", "info"),
    State.DONE: ("check-circle-fill", "ok"),
    State.WRONG: ("warning-fill", "bad"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    title: str
    progress: Progress


def progress_words(progress: Progress, text: Text) -> str:
    """还差 2 题必填, 已填 6 题, 3 份, 未开始."""
    if progress.state is State.WRONG:
        return text("fill.state_wrong", n=progress.wrong)
    if progress.instances is not None and not progress.missing:
        return text("fill.state_instances", n=progress.instances)
    if progress.state is State.PART:
        return text("fill.state_missing", n=progress.missing)
    if progress.state is State.DONE:
        return text("fill.state_done", n=progress.answered) if progress.answered else text("fill.state_read")
    return text("fill.state_untouched")


class OutlineButton(QAbstractButton):
    """One screen: sign, number and title, and a second line in words."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._theme = theme
        self._text = text
        self._entry = Entry(1, "", Progress(State.UNTOUCHED, 0, 0, 0, 0))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_entry(self, entry: Entry) -> None:
        if entry != self._entry:
            self._entry = entry
            words = progress_words(entry.progress, self._text)
            self.setAccessibleName(f"{entry.number} {entry.title}")
            self.setAccessibleDescription(words)
            self.setToolTip(entry.title)
            self.update()

    def sizeHint(self) -> QSize:
        scale = self._theme.scale
        return QSize(scale.px(200), scale.px(53))

    def paintEvent(self, _event: object) -> None:
        theme, scale, colours = self._theme, self._theme.scale, self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        sign, role = SIGNS[self._entry.progress.state]
        side = scale.px(17)
        pixmap = theme.pixmap(sign, role, size=side, ratio=self.devicePixelRatioF())
        painter.drawPixmap(scale.m, (self.height() - side) // 2, pixmap)
        left = scale.m + side + scale.m
        room = QRect(left, scale.px(6), self.width() - left - scale.xs, scale.px(22))
        title = f"{self._entry.number} {self._entry.title}"
        self._line(painter, room, title, pixels=scale.base, bold=self.isChecked(), colour=colours.text)
        room.translate(0, scale.px(20))
        words = progress_words(self._entry.progress, self._text)
        wrong = self._entry.progress.state is State.WRONG
        self._line(
            painter, room, words, pixels=scale.small, bold=False, colour=colours.bad.text if wrong else colours.text2
        )
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        """The tint of the chosen one, and the ring of the one with the focus."""
        colours, radius = self._theme.colours, self._theme.scale.radius
        box = self.rect().adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.chosen if self.isChecked() else colours.hover))
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), colours.ring))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, radius, radius)

    def _line(self, painter: QPainter, room: QRect, words: str, *, pixels: int, bold: bool, colour: str) -> None:
        font = self._theme.font(pixels=pixels, bold=bold)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Outline(QFrame):
    """`went(int)`: a screen was chosen, by its place in `show_entries`; `problems()`: show the list of them."""

    went = Signal(int)
    problems = Signal()

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._theme = theme
        self._text = text
        scale = theme.scale
        self.setProperty("kind", "outline")
        self.setFixedWidth(scale.outline)
        self.setAccessibleName(text("fill.outline"))
        self._buttons: list[OutlineButton] = []
        box = column(self, gap=scale.s, margins=(scale.m, scale.m, scale.m, scale.m))
        self._scroll = ScrollBody(gap=scale.s)
        self._list = column(gap=scale.xs)
        self.wrong = button(theme, "", kind="status", icon="warning-fill", small=True)
        self.wrong.setIcon(theme.icon("warning-fill", "bad", scale.px(16)))
        self.wrong.setProperty("tone", "bad")
        self.wrong.clicked.connect(self.problems)
        self._keys = label(text("fill.outline_keys"), "small", wrap=True)
        self._scroll.body.addLayout(self._list)
        self._how = Card(theme, sunken=True)
        self._how.add(label(text("fill.how_title"), "small-strong"))
        self._how.add(label(text("fill.how"), "small", wrap=True))
        fill(self._scroll.body, [rule(), self.wrong, self._keys, None])
        fill(box, [label(text("fill.outline"), "small-strong"), self._scroll, self._how])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_how()

    def _show_how(self) -> None:
        """The explanation gives way where the screens need the room."""
        inside = self.width() - 2 * self._theme.scale.m
        needed = self._scroll.body.heightForWidth(inside) + self._how.heightForWidth(inside)
        reveal(self._how, needed + self._theme.scale.em(5) < self.height())

    def show_entries(self, entries: Sequence[Entry], *, here: int, wrong: int) -> None:
        if len(entries) != len(self._buttons):
            self._rebuild(len(entries))
        for at, (entry, made) in enumerate(zip(entries, self._buttons, strict=True)):
            made.set_entry(entry)
            made.setChecked(at == here)
            if at == here:
                self._scroll.ensureWidgetVisible(made)
        reveal(self.wrong, wrong > 0)
        self.wrong.setText(self._text("fill.state_wrong", n=wrong))
        self.wrong.setAccessibleName(self._text("fill.state_wrong", n=wrong))

    @property
    def buttons(self) -> tuple[OutlineButton, ...]:
        return tuple(self._buttons)

    def _rebuild(self, count: int) -> None:
        clear(self._list)
        self._buttons = []
        for at in range(count):
            made = OutlineButton(self._theme, self._text)
            made.clicked.connect(lambda _checked, to=at: self.went.emit(to))
            self._buttons.append(made)
            self._list.addWidget(made)
        self._show_how()
