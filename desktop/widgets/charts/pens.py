"""With what charts are drawn: the theme's colours on the screen, black ink and hatches on paper."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone

_GREY = QColor.fromHsl(0, 0, 160)  # of Qt's own greys none is without colour
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_PALEST, _DEEPEST = 0.10, 1.0
_HATCHES = {
    Tone.BAD: Qt.BrushStyle.BDiagPattern,
    Tone.WARN: Qt.BrushStyle.Dense5Pattern,
    Tone.TELL: Qt.BrushStyle.CrossPattern,
    Tone.MUTE: Qt.BrushStyle.NoBrush,
}


@dataclass(frozen=True, slots=True)
class Pens:
    """`paper`: black on white."""

    theme: Theme
    paper: bool = False

    @property
    def text(self) -> QColor:
        return QColor(Qt.GlobalColor.black) if self.paper else QColor(self.theme.colours.text)

    @property
    def text2(self) -> QColor:
        return QColor(Qt.GlobalColor.black) if self.paper else QColor(self.theme.colours.text2)

    @property
    def line(self) -> QColor:
        return _GREY if self.paper else QColor(self.theme.colours.line)

    @property
    def ground(self) -> QColor:
        return QColor(Qt.GlobalColor.white) if self.paper else QColor(self.theme.colours.surface)

    @property
    def trough(self) -> QColor:
        return QColor(Qt.GlobalColor.white) if self.paper else QColor(self.theme.colours.sunken)

    @property
    def primary(self) -> QColor:
        return QColor(Qt.GlobalColor.black) if self.paper else QColor(self.theme.colours.primary)

    @property
    def band(self) -> QBrush:
        if self.paper:
            return QBrush(_GREY, Qt.BrushStyle.Dense6Pattern)
        return QBrush(QColor(self.theme.colours.chosen))

    @property
    def dot(self) -> QColor:
        return QColor(Qt.GlobalColor.black) if self.paper else QColor(self.theme.colours.badge)

    def tone(self, tone: Tone | None) -> QColor:
        """The colour of words of a tone."""
        return self.text if self.paper or tone is None else QColor(self.theme.colours.tone(tone).text)

    def bar(self, tone: Tone | None) -> QBrush:
        """What fills a bar; on paper late ones are hatched."""
        if self.paper:
            return QBrush(QColor(Qt.GlobalColor.black), _HATCHES.get(tone or Tone.OK, Qt.BrushStyle.SolidPattern))
        if tone is None:
            return QBrush(self.primary)
        return QBrush(self.dot if tone is Tone.WARN else QColor(self.theme.colours.tone(tone).edge))

    def heat(self, share: float) -> tuple[QColor, QColor]:
        """Ground and ink of a cell that counts `share` of the largest; on paper the number alone says it."""
        if self.paper:
            return self.ground, self.text
        depth = _PALEST + (_DEEPEST - _PALEST) * share**0.7
        ground = _between(QColor(self.theme.colours.surface), self.primary, depth if share else 0.04)
        inks = (QColor(self.theme.colours.text), QColor(self.theme.colours.on_primary))
        return ground, max(inks, key=lambda ink: _contrast(ink, ground))

    def font(self, pixels: int, *, bold: bool = False) -> QFont:
        return self.theme.font(pixels=pixels, bold=bold)

    def write(
        self, painter: QPainter, box: QRectF, words: str, *, pixels: int, bold: bool = False,
        ink: QColor | None = None, side: Qt.AlignmentFlag = LEFT,
    ) -> None:  # fmt: skip
        """One line, with an ellipsis where it does not fit; a low box cuts nothing off below."""
        font = self.font(pixels, bold=bold)
        painter.setFont(font)
        painter.setPen(ink or self.text)
        shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width() + 1)
        painter.drawText(box, side.value | Qt.TextFlag.TextDontClip.value, shown)

    def width(self, words: str, *, pixels: int, bold: bool = False) -> float:
        return QFontMetricsF(self.font(pixels, bold=bold)).horizontalAdvance(words)

    def edge(self, width: float = 1.0) -> QPen:
        return QPen(self.text, width)


def _between(one: QColor, other: QColor, share: float) -> QColor:
    parts = [round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)]  # type: ignore[index]
    return QColor(*parts)


def _luminance(colour: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]  # type: ignore[index]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def _contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
