"""A status as people see it: a word, an icon and a tint; painted alike in chips and in table rows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import reveal

TONE_ICONS = {
    Tone.INFO: "circle-half",
    Tone.OK: "check-circle-fill",
    Tone.WARN: "clock-fill",
    Tone.BAD: "warning-fill",
    Tone.TELL: "megaphone-fill",
    Tone.MUTE: "circle",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """`icon` is a name from resources/icons; the tone's own unless given; "-" for none."""

    word: str
    tone: Tone = Tone.MUTE
    icon: str = ""

    @property
    def drawn(self) -> str:
        return "" if self.icon == "-" else self.icon or TONE_ICONS[self.tone]


def mark_size(theme: Theme, mark: Mark) -> QSize:
    """The chip's size in pixels."""
    scale = theme.scale
    words = QFontMetrics(theme.font(pixels=scale.small, bold=True)).horizontalAdvance(mark.word)
    icon = scale.icon_small + scale.xs if mark.drawn else 0
    return QSize(words + icon + 2 * scale.px(9), scale.chip)


def paint_mark(painter: QPainter, theme: Theme, *, rect: QRect, mark: Mark) -> None:
    """Draw the chip in `rect`; its word is cut with an ellipsis where it does not fit."""
    scale, ink = theme.scale, theme.colours.tone(mark.tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outlined = ink.tint == theme.colours.surface
    painter.setPen(QColor(ink.edge) if outlined else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.tint))
    half = rect.height() / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), half, half)
    left = rect.left() + scale.px(9)
    if mark.drawn:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        pixmap = theme.pixmap(mark.drawn, mark.tone, size=scale.icon_small, ratio=ratio)
        painter.drawPixmap(left, rect.center().y() - scale.icon_small // 2 + 1, pixmap)
        left += scale.icon_small + scale.xs
    font = theme.font(pixels=scale.small, bold=True)
    painter.setFont(font)
    painter.setPen(QColor(ink.text))
    room = QRect(left, rect.top(), rect.right() - scale.px(7) - left, rect.height())
    word = QFontMetrics(font).elidedText(mark.word, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
    painter.restore()


class Chip(QWidget):
    """A status in a page."""

    def __init__(self, theme: Theme, mark: Mark, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = mark
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_mark(mark)

    def set_mark(self, mark: Mark) -> None:
        self._mark = mark
        self.setAccessibleName(mark.word)
        self.updateGeometry()
        self.update()

    @property
    def mark(self) -> Mark:
        return self._mark

    def sizeHint(self) -> QSize:
        return mark_size(self._theme, self._mark)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        paint_mark(painter, self._theme, rect=self.rect(), mark=self._mark)
        painter.end()


class CountBadge(QWidget):
    """A number on a tint; hidden at 0. Without a tone it is the strong badge of the bar."""

    def __init__(self, theme: Theme, count: int = 0, *, tone: Tone | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._tone = tone
        self._count = count
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(str(count))
        reveal(self, count > 0)
        self.updateGeometry()
        self.update()

    @property
    def count(self) -> int:
        return self._count

    def sizeHint(self) -> QSize:
        scale = self._theme.scale
        words = QFontMetrics(self._font()).horizontalAdvance(str(self._count))
        height = scale.px(20)
        return QSize(max(height + scale.xs, words + scale.l), height)

    def paintEvent(self, _event: object) -> None:
        colours = self._theme.colours
        ink = colours.tone(self._tone) if self._tone is not None else None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = ink is not None and ink.tint == colours.surface
        painter.setPen(QColor(ink.edge) if ink is not None and edge else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.tint if ink is not None else colours.badge))
        half = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), half, half)
        painter.setPen(QColor(ink.text if ink is not None else colours.on_badge))
        painter.setFont(self._font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._count))
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(pixels=self._theme.scale.small, bold=True)
