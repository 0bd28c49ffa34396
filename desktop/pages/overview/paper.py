"""The overview on paper: black on white, every mark with its number, late bars hatched; two landscape pages, and one
more with the map while it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPagedPaintDevice, QPageLayout, QPageSize, QPainter

from desktop.pages.overview.cards import ChartCard
from desktop.pages.overview.say import Sayings
from desktop.pages.paper.drawing import mark_practice, painter_on
from desktop.pages.parts.page import PageContext
from desktop.widgets.charts.pens import Pens

MARGIN = 12.0  # millimetres
WIDE, HIGH = 1100.0, 720.0  # the page in the units in which charts are drawn
EXPLAINED, LINE = 12, 17  # the words under a title, in the same units
MAP = "map"
SHARES: Sequence[Sequence[tuple[str, float, float, float, float]]] = (
    (("needs", 0.0, 0.17, 0.66, 0.48), ("late", 0.69, 0.17, 0.31, 0.48), ("trend", 0.0, 0.67, 0.49, 0.32),
     ("visits", 0.52, 0.67, 0.48, 0.32)),
    (("answers", 0.0, 0.09, 0.48, 0.28), ("growth", 0.52, 0.09, 0.48, 0.28), ("loads", 0.0, 0.39, 1.0, 0.60)),
    ((MAP, 0.0, 0.09, 1.0, 0.89),),
)  # fmt: skip
"""On each page which card stands where, in shares of it: left, top, width, height."""


@dataclass(frozen=True, slots=True)
class OverviewOnPaper:
    """The cards that are shown, as `pages.paper.output` prints or saves them."""

    context: PageContext
    cards: Mapping[str, ChartCard]
    say: Sayings

    @property
    def name(self) -> str:
        return "overview"

    @property
    def title(self) -> str:
        words = self.context.words
        day = words.long_day(words.today())
        return self.context.text("overview.print_title", place=self.context.me.area_label, day=day)

    @property
    def layout(self) -> QPageLayout:
        margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
        return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins)

    def draw(self, device: QPagedPaintDevice, *, practice: str) -> int:
        """All pages onto a printer or a PDF."""
        painter, drawn = painter_on(device), pages(self.cards)
        try:
            for number in drawn:
                if number:
                    device.newPage()
                draw_page(painter, number, self, practice=practice)
        finally:
            painter.end()
        return len(drawn)


def pages(cards: Mapping[str, ChartCard]) -> list[int]:
    """Those of which there are cards."""
    return [number for number, page in enumerate(SHARES) if all(key in cards for key, *_ in page)]


def draw_page(painter: QPainter, number: int, paper: OverviewOnPaper, *, practice: str) -> None:
    """One page into the painter's viewport."""
    cards, pens, page = paper.cards, Pens(paper.context.theme, paper=True), painter.viewport()
    scale = min(page.width() / WIDE, page.height() / HIGH)
    painter.resetTransform()
    painter.scale(scale, scale)
    mark_practice(painter, QRectF(0, 0, WIDE, HIGH), practice)
    _head(painter, paper, pens, tiles=number == 0)
    for key, left, top, width, height in SHARES[number]:
        box = QRectF(left * WIDE, top * HIGH, width * WIDE, height * HIGH)
        pens.write(painter, QRectF(box.left(), box.top(), box.width(), 20), cards[key].title, pixels=15, bold=True)
        below = _explained(painter, pens, QRectF(box.left(), box.top() + 20, box.width(), 2 * LINE), cards[key].second)
        cards[key].chart.draw(painter, box.adjusted(0, 26 + below, 0, 0), pens)


def _explained(painter: QPainter, pens: Pens, box: QRectF, words: str) -> float:
    """What the marks mean, as it stands on the page; how high it is."""
    font = pens.font(EXPLAINED)
    painter.setFont(font)
    painter.setPen(pens.text2)
    flags = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignTop.value | Qt.TextFlag.TextWordWrap.value
    wanted = QFontMetricsF(font).boundingRect(box, flags, words).height() if words else 0.0
    painter.drawText(box, flags | Qt.TextFlag.TextDontClip.value, words)
    return wanted


def _head(painter: QPainter, paper: OverviewOnPaper, pens: Pens, *, tiles: bool) -> None:
    context, say = paper.context, paper.say
    t, words = context.text, context.words
    day = words.long_day(words.today())
    pens.write(painter, QRectF(0, 0, WIDE, 30), paper.title, pixels=22, bold=True)
    line = " · ".join((say.subtitle(day), t("overview.printed_by", user=context.me.user, day=day)))
    pens.write(painter, QRectF(0, 30, WIDE, 20), line, pixels=13)
    if not tiles:
        return
    for at, (name, figure, note, _, _) in enumerate(say.tiles()):
        left, wide = at * WIDE / 5, WIDE / 5 - 8
        pens.write(painter, QRectF(left, 56, wide, 16), name, pixels=13)
        pens.write(painter, QRectF(left, 72, wide, 28), figure, pixels=24, bold=True)
        pens.write(painter, QRectF(left, 100, wide, 16), note, pixels=12)
