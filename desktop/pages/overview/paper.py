"""The overview on paper: black on white, every mark with its number, late bars hatched; two landscape pages, and one
more with the map while it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.overview.cards import ChartCard
from desktop.pages.overview.say import Sayings
from desktop.pages.paper.drawing import mark_practice
from desktop.pages.paper.output import practice_words
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.theme.tokens import Tone
from desktop.widgets.charts.pens import Pens

MARGIN = 12.0  # millimetres
WIDE, HIGH = 1100.0, 720.0  # the page in the units in which charts are drawn
MAP = "map"
SHARES: Sequence[Sequence[tuple[str, float, float, float, float]]] = (
    (("needs", 0.0, 0.17, 0.66, 0.45), ("late", 0.69, 0.17, 0.31, 0.45), ("trend", 0.0, 0.68, 0.49, 0.30),
     ("visits", 0.52, 0.68, 0.48, 0.30)),
    (("answers", 0.0, 0.12, 0.48, 0.40), ("growth", 0.52, 0.12, 0.48, 0.40), ("loads", 0.0, 0.56, 1.0, 0.42)),
    ((MAP, 0.0, 0.12, 1.0, 0.86),),
)  # fmt: skip
"""On each page which card stands where, in shares of it: left, top, width, height."""


def draw(device: QPagedPaintDevice, context: PageContext, cards: Mapping[str, ChartCard], say: Sayings) -> None:
    """All pages onto a printer or a PDF."""
    painter = QPainter(device)
    for number in pages(cards):
        if number:
            device.newPage()
        draw_page(painter, number, context, cards, say)
    painter.end()


def pages(cards: Mapping[str, ChartCard]) -> list[int]:
    """Those of which there are cards."""
    return [number for number, page in enumerate(SHARES) if all(key in cards for key, *_ in page)]


def draw_page(
    painter: QPainter, number: int, context: PageContext, cards: Mapping[str, ChartCard], say: Sayings
) -> None:
    """One page into the painter's viewport."""
    pens, page = Pens(context.theme, paper=True), painter.viewport()
    scale = min(page.width() / WIDE, page.height() / HIGH)
    painter.resetTransform()
    painter.scale(scale, scale)
    mark_practice(painter, QRectF(0, 0, WIDE, HIGH), practice_words(context))
    _head(painter, context, say, pens, tiles=number == 0)
    for key, left, top, width, height in SHARES[number]:
        box = QRectF(left * WIDE, top * HIGH, width * WIDE, height * HIGH)
        pens.write(painter, QRectF(box.left(), box.top(), box.width(), 20), cards[key].title, pixels=15, bold=True)
        cards[key].chart.draw(painter, box.adjusted(0, 24, 0, 0), pens)


def _head(painter: QPainter, context: PageContext, say: Sayings, pens: Pens, *, tiles: bool) -> None:
    t, words = context.text, context.words
    day = words.long_day(words.today())
    title = t("overview.print_title", place=context.me.area_label, day=day)
    pens.write(painter, QRectF(0, 0, WIDE, 30), title, pixels=22, bold=True)
    line = " · ".join((say.subtitle(day), t("overview.printed_by", user=context.me.user, day=day)))
    pens.write(painter, QRectF(0, 30, WIDE, 20), line, pixels=13)
    if not tiles:
        return
    for at, (name, figure, note, _, _) in enumerate(say.tiles()):
        left, wide = at * WIDE / 5, WIDE / 5 - 8
        pens.write(painter, QRectF(left, 56, wide, 16), name, pixels=13)
        pens.write(painter, QRectF(left, 72, wide, 28), figure, pixels=24, bold=True)
        pens.write(painter, QRectF(left, 100, wide, 16), note, pixels=12)


def print_overview(page: QWidget, context: PageContext, cards: Mapping[str, ChartCard], say: Sayings) -> None:
    """Ask for a printer; where there is none, keep it as PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    printer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins))
    if QPrinterInfo.availablePrinterNames():
        if QPrintDialog(printer, page).exec() != QPrintDialog.DialogCode.Accepted:
            return
    else:
        name, _ = QFileDialog.getSaveFileName(
            page, context.text("pages.save_pdf"), context.text("overview.file"), "PDF (*.pdf)"
        )
        if not name:
            return
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(name)
        context.warn(Notice(Tone.INFO, context.text("pages.no_printer"), name))
    draw(printer, context, cards, say)
