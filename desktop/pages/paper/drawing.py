"""Sheets on paper, and as PDF where there is no printer: the same drawing for both, in black and white."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from desktop.services.paper.sheets import Paper
from desktop.theme.apply import Theme

POINTS, SMALL = 10.5, 8.5  # of text, and of what is only explained
MARGIN = 14.0  # millimetres
FOOT = 3.2  # lines of small text that the foot takes
QUESTION = re.compile(r"\d+\. ")  # what a question begins with
PALE = 40  # of 255: how dark the mark of practice is


def layout_of(paper: Paper, *, across: bool = False) -> QPageLayout:
    """`across`: lying, for wide tables."""
    size = QPageSize.PageSizeId.A5 if paper is Paper.A5 else QPageSize.PageSizeId.A4
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    turned = QPageLayout.Orientation.Landscape if across else QPageLayout.Orientation.Portrait
    return QPageLayout(QPageSize(size), turned, margins, QPageLayout.Unit.Millimeter)


def plain_document(theme: Theme, markup: str, points: float = POINTS) -> QTextDocument:
    """Laid out in the interface's font; its page size is the paper's only once it is drawn."""
    made = QTextDocument()
    font = QFont(theme.font())
    font.setPointSizeF(points)
    made.setDefaultFont(font)
    made.setHtml(markup)
    return made


def draw(document: QTextDocument, device: QPagedPaintDevice, *, foot: str = "", practice: str = "") -> int:
    """The document on the device, page by page, with its foot and, in practice, a pale mark; how many pages."""
    painter = painter_on(device)
    try:
        page = QRectF(QPointF(0, 0), QSizeF(device.pageLayout().paintRectPixels(device.logicalDpiX()).size()))
        small = QFont(document.defaultFont())
        small.setPointSizeF(SMALL)
        painter.setFont(small)
        below = painter.fontMetrics().height() * FOOT
        room = QSizeF(page.width(), page.height() - below)
        _lay_out(document, device, room)
        pages = document.pageCount()
        for number in range(pages):
            if number:
                device.newPage()
            mark_practice(painter, page, practice)
            _page(painter, document, number, room)
            painter.setFont(small)
            words = QRectF(0, room.height(), page.width(), below)
            flags = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(words.adjusted(0, 0, -page.width() * 0.12, 0), flags | Qt.AlignmentFlag.AlignLeft, foot)
            painter.drawText(words, flags | Qt.AlignmentFlag.AlignRight, f"{number + 1}/{pages}")
        return pages
    finally:
        painter.end()


def painter_on(device: QPagedPaintDevice) -> QPainter:
    """OSError where the printer or the file does not take anything."""
    painter = QPainter(device)
    if not painter.isActive():
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    return painter


def _lay_out(document: QTextDocument, device: QPagedPaintDevice, room: QSizeF) -> None:
    document.documentLayout().setPaintDevice(device)
    document.setDocumentMargin(0)
    document.setPageSize(room)
    keep_together(document)


def _page(painter: QPainter, document: QTextDocument, number: int, room: QSizeF) -> None:
    """That page of the document at the top of the paper, in black."""
    painter.save()
    painter.translate(0, -number * room.height())
    inner = QRectF(QPointF(0, number * room.height()), room)
    painter.setClipRect(inner)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = inner  # type: ignore[attr-defined]
    context.palette.setColor(context.palette.ColorRole.Text, Qt.GlobalColor.black)  # type: ignore[attr-defined]
    document.documentLayout().draw(painter, context)
    painter.restore()


def keep_together(document: QTextDocument) -> None:
    """Begin a question on the next page where its answer would stand there; the page size is that of the paper."""
    layout, height = document.documentLayout(), document.pageSize().height()
    starts = [at for at in _blocks_of(document) if QUESTION.match(at.text()) or at.blockFormat().headingLevel()]
    for start, after in zip(starts, [*starts[1:], document.end()], strict=True):
        last = after.previous() if after.isValid() else document.lastBlock()
        top, bottom = layout.blockBoundingRect(start).top(), layout.blockBoundingRect(last).bottom()
        if start.blockFormat().headingLevel() and after.isValid():
            bottom = layout.blockBoundingRect(after).bottom()  # a heading stays with what it is over
        if top // height != (bottom - 1) // height and bottom - top < height:
            cursor = QTextCursor(start)
            broken = QTextBlockFormat()
            broken.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            cursor.mergeBlockFormat(broken)
            document.markContentsDirty(0, document.characterCount())  # all that follows stands elsewhere now


def _blocks_of(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def mark_practice(painter: QPainter, page: QRectF, words: str) -> None:
    """Across the page, so pale that one reads what stands over it; nothing where there are no words."""
    if not words:
        return
    painter.save()
    font = QFont(painter.font())
    font.setPointSizeF(64)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(0, 0, 0, PALE))
    painter.translate(page.center())
    painter.rotate(-35)
    side = max(page.width(), page.height())
    painter.drawText(QRectF(-side, -side, 2 * side, 2 * side), Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
