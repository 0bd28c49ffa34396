"""What several pages are put together from: buttons that do something, rows with a picture, the page's chips."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, column, fill, label, put_icon_beside_words, reveal, row


def does(made: QPushButton, act: Callable[[], object]) -> QPushButton:
    """Let the button do `act`; Enter presses it while it has the focus."""
    made.clicked.connect(lambda _=False: act())
    made.setAutoDefault(True)
    return made


def act(
    theme: Theme,
    words: str,
    does_what: Callable[[], object],
    *,
    kind: str = "",
    icon: str = "",
    small: bool = False,
    tip: str = "",
    name: str = "",
) -> QPushButton:
    """A button with what it does."""
    return does(button(theme, words, kind=kind, icon=icon, small=small, tip=tip, name=name), does_what)


def segment(theme: Theme, words: str, *, chosen: bool, does_what: Callable[[], object], icon: str = "") -> QPushButton:
    """One of a few choices side by side; as wide as its words are when they are bold."""
    made = QPushButton(words)
    made.setProperty("kind", "segment")
    made.setCheckable(True)
    made.setChecked(chosen)
    if icon:
        put_icon_beside_words(theme, made, icon, role="primary")
    wide = QFontMetrics(theme.font(bold=True)).horizontalAdvance(words)
    made.setMinimumWidth(wide + theme.scale.px(32) + (theme.scale.icon + theme.scale.m if icon else 0))
    made.setAutoDefault(True)
    made.clicked.connect(lambda _=False: does_what())
    return made


def picture(theme: Theme, name: str, role: str = "primary", size: int = 0) -> QLabel:
    """An icon beside a word that says the same."""
    made = QLabel()
    size = size or theme.scale.icon
    made.setPixmap(theme.pixmap(name, role, size=size, ratio=made.devicePixelRatioF()))
    made.setFixedWidth(size)
    return made


def two_lines(title: str, detail: str, *, wrap: bool = False) -> QWidget:
    """A bold line over a small one."""
    made = QWidget()
    lines = column(made, gap=1)
    first, second = label(title, "strong", wrap=wrap), label(detail, "small", wrap=wrap)
    reveal(second, bool(detail))
    fill(lines, [first, second])
    return made


def work_row(
    theme: Theme, *, icon: str, tone: Tone, title: str, detail: str, buttons: tuple[QPushButton, ...] = ()
) -> QFrame:
    """One line of a work list: what it is, where it stands, what to do about it."""
    made = QFrame()
    made.setProperty("kind", "plain")
    scale = theme.scale
    line = row(made, gap=scale.m, margins=(scale.l, scale.xs, scale.m, scale.xs))
    made.setMinimumHeight(scale.px(55))
    fill(line, [picture(theme, icon, tone.value)])
    line.addWidget(Elided.pair(theme, title, detail), 1)
    fill(line, list(buttons))
    return made


def face(theme: Theme, name: str, *, large: bool = False) -> QLabel:
    """The first character of a name on a round tint."""
    side = theme.scale.px(56 if large else 34)
    ratio = 2.0
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    ink = theme.colours.tone(Tone.INFO)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(ink.edge) if ink.tint == theme.colours.surface else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.tint))
    painter.drawEllipse(QRectF(0.5, 0.5, side - 1, side - 1))
    painter.setPen(QColor(ink.text))
    painter.setFont(theme.font(pixels=round(side * 0.42), bold=True))
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, name[:1])
    painter.end()
    made = QLabel()
    made.setPixmap(drawn)
    made.setFixedSize(side, side)
    return made


class Elided(QLabel):
    """A label that shows as much as there is room for, with the whole in its tooltip."""

    def __init__(self, words: str, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._words = words
        if role:
            self.setProperty("role", role)
        self.setMinimumWidth(1)
        self.setText(words)

    @classmethod
    def pair(cls, theme: Theme, title: str, detail: str) -> QWidget:
        made = QWidget()
        lines = column(made, gap=1)
        lines.addStretch(1)
        lines.addWidget(cls(title, "strong"))
        if detail:
            lines.addWidget(cls(detail, "small"))
        lines.addStretch(1)
        return made

    @property
    def words(self) -> str:
        return self._words

    def setText(self, words: str) -> None:
        self._words = words
        self.setToolTip("")
        self.setAccessibleName(words)
        self._cut()

    def resizeEvent(self, event: object) -> None:
        self._cut()

    def _cut(self) -> None:
        metrics = self.fontMetrics()
        one_line = " ".join(self._words.split())
        shown = metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, max(1, self.width()))
        super().setText(shown)
        self.setToolTip(self._words if shown != one_line else "")
