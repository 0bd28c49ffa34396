"""Sheets on paper, and as PDF where there is no printer: the same drawing for both, in black and white."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import singledispatch
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.services.paper.sheets import Asked, Block, Heading, Item, Pairs, Paper, Passage, Sheet, Table
from desktop.theme.tokens import Tone

POINTS, SMALL = 10.5, 8.5  # of text, and of what is only explained
MARGIN = 14.0  # millimetres
FOOT = 3.2  # lines of small text that the foot takes
BOX, TICK = "□", "☐"
WIDE, NARROW = "cellpadding='4'", "cellpadding='2'"  # of tables on whole and on half pages
TABLE = f"<table width='100%' border='1' cellspacing='0' {WIDE} style='border-collapse:collapse'>"
LINE = "<tr><td style='border-bottom:1px solid #000; font-size:17pt'>&nbsp;</td></tr>"
JOINER = "\u2060"  # no line ends here
QUESTION = re.compile(r"\d+\. ")  # what a question begins with
LONG = 40  # signs from which an option may go over two lines
PALE = 40  # of 255: how dark the mark of practice is


def layout_of(paper: Paper) -> QPageLayout:
    size = QPageSize.PageSizeId.A5 if paper is Paper.A5 else QPageSize.PageSizeId.A4
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    return QPageLayout(QPageSize(size), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def document(context: PageContext, sheet: Sheet) -> QTextDocument:
    """The sheet's words laid out; its page size is the paper's only once it is drawn."""
    required = escape(context.text("printing.required"))
    head = f"<h2>{escape(sheet.title)}</h2>"
    second = f"<p style='font-size:{SMALL}pt'>{escape(sheet.second)}</p>" if sheet.second else ""
    numbered, parts = 0, []
    for block in sheet.blocks:
        if isinstance(block, Asked):
            numbered += 1
            parts.append(asked(block, numbered, required))
        else:
            parts.append(html(block))
    made = QTextDocument()
    font = QFont(context.theme.font())
    font.setPointSizeF(POINTS if sheet.paper is Paper.A4 else SMALL)
    made.setDefaultFont(font)
    body = "".join(parts)
    if sheet.paper is Paper.A5:
        body = body.replace(WIDE, NARROW)
    made.setHtml(f"{head}{second}<hr>{body}")
    return made


@singledispatch
def html(block: Block) -> str:
    """A block as the markup that Qt's documents understand."""
    raise TypeError(block)


@html.register
def _(block: Heading) -> str:
    return f"<h3>{escape(block.words)}</h3>"


@html.register
def _(block: Passage) -> str:
    size = SMALL if block.small else POINTS
    return f"<p style='font-size:{size}pt'>{escape(_plain(block.words))}</p>"


@html.register
def _(block: Item) -> str:
    box = f"{TICK} " if block.tick else ""
    lines = "".join(f"<br>{escape(line)}" for line in block.lines)
    return f"<p><b>{box}{escape(block.title)}</b>{lines}</p><hr>"


@html.register
def _(block: Pairs) -> str:
    lines = "".join(
        f"<tr><td width='34%'>{escape(name)}</td><td><b>{escape(value) or '&nbsp;'}</b></td></tr>"
        for name, value in block.rows
    )
    return f"{TABLE}{lines}</table><p></p>"


@html.register
def _(block: Table) -> str:
    head = "".join(f"<th align='left'>{escape(each)}</th>" for each in block.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(each) or '&nbsp;'}</td>" for each in line) + "</tr>" for line in block.rows
    )
    return f"{TABLE}<tr>{head}</tr>{rows}</table>"


def asked(block: Asked, number: int, required: str) -> str:
    """A numbered question with room for its answer."""
    must = f" <span style='font-size:{SMALL}pt'>（{required}）</span>" if block.required else ""
    hint = f"<br><span style='font-size:{SMALL}pt'>{escape(_plain(block.hint))}</span>" if block.hint else ""
    head = f"<b>{number}. {escape(_plain(block.label))}</b>{must}{hint}"
    if block.options:
        sign = BOX if block.several else "○"
        room = "&nbsp;&nbsp; ".join(f"{sign}&nbsp;{_together(each)}" for each in block.options)
    elif block.boxes:
        room = "".join(f"{BOX}&nbsp;" if each == " " else f"{escape(each)}&nbsp;" for each in block.boxes)
        room = f"<span style='font-size:{POINTS + 4}pt'>{room}</span>"
    else:
        return f"<p>{head}</p><table width='100%' cellspacing='0'>{LINE * block.lines}</table>"
    return f"<p>{head}<br>{room}</p>"


def draw(document: QTextDocument, device: QPagedPaintDevice, *, foot: str = "", practice: str = "") -> int:
    """The document on the device, page by page, with its foot and, in practice, a pale mark; how many pages."""
    painter = QPainter(device)
    try:
        resolution = device.logicalDpiX()
        page = QRectF(QPointF(0, 0), QSizeF(device.pageLayout().paintRectPixels(resolution).size()))
        small = QFont(document.defaultFont())
        small.setPointSizeF(SMALL)
        painter.setFont(small)
        below = painter.fontMetrics().height() * FOOT
        document.documentLayout().setPaintDevice(device)
        document.setDocumentMargin(0)
        document.setPageSize(QSizeF(page.width(), page.height() - below))
        keep_together(document)
        pages = document.pageCount()
        for number in range(pages):
            if number:
                device.newPage()
            _mark(painter, page, practice)
            painter.save()
            painter.translate(0, -number * (page.height() - below))
            inner = QRectF(0, number * (page.height() - below), page.width(), page.height() - below)
            painter.setClipRect(inner)
            context = QAbstractTextDocumentLayout.PaintContext()
            context.clip = inner  # type: ignore[attr-defined]
            context.palette.setColor(context.palette.ColorRole.Text, Qt.GlobalColor.black)  # type: ignore[attr-defined]
            document.documentLayout().draw(painter, context)
            painter.restore()
            painter.setFont(small)
            words = QRectF(0, page.height() - below, page.width(), below)
            flags = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(words.adjusted(0, 0, -page.width() * 0.12, 0), flags | Qt.AlignmentFlag.AlignLeft, foot)
            painter.drawText(words, flags | Qt.AlignmentFlag.AlignRight, f"{number + 1}/{pages}")
        return pages
    finally:
        painter.end()


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


def _mark(painter: QPainter, page: QRectF, words: str) -> None:
    """Across the page, so pale that one reads what stands over it."""
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


def write_pdf(context: PageContext, sheet: Sheet, file: Path) -> int:
    """The sheet as a PDF, how many pages; OSError where the file cannot be written."""
    with file.open("ab"):  # says in words of the system why not; the writer of PDF would say nothing
        pass
    writer = QPdfWriter(str(file))
    writer.setTitle(sheet.title)
    writer.setPageLayout(layout_of(sheet.paper))
    return draw(document(context, sheet), writer, foot=sheet.foot, practice=practice_words(context))


def practice_words(context: PageContext) -> str:
    """What is printed across a sheet that was only practised."""
    return context.text("printing.practice") if context.practice else ""


def ask_for_pdf(page: QWidget, context: PageContext, sheet: Sheet, *, why: str = "") -> None:
    """Ask where to, and write it there; `why` is said where it was not the person who wanted a file."""
    from PySide6.QtWidgets import QFileDialog

    name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), f"{sheet.name}.pdf", "PDF (*.pdf)")
    if not name:
        return
    try:
        write_pdf(context, sheet, Path(name))
    except OSError as refused:
        context.warn(Notice(Tone.BAD, context.text("pages.pdf_failed", file=name), refused.strerror or ""))
    else:
        context.warn(Notice(Tone.OK, why or context.text("pages.pdf_saved"), name))


def print_sheet(page: QWidget, context: PageContext, sheet: Sheet) -> None:
    """Ask for a printer; where there is none, keep the sheet as PDF."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo  # rare, and costs time to load

    if not QPrinterInfo.availablePrinterNames():
        ask_for_pdf(page, context, sheet, why=context.text("pages.no_printer"))
        return
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(layout_of(sheet.paper))
    if QPrintDialog(printer, page).exec() == QPrintDialog.DialogCode.Accepted:
        draw(document(context, sheet), printer, foot=sheet.foot, practice=practice_words(context))


def _together(words: str) -> str:
    """An option that stays on one line, where it is short enough for one."""
    return (
        JOINER.join(escape(sign) if sign != " " else "&nbsp;" for sign in words) if len(words) < LONG else escape(words)
    )


def _plain(words: str) -> str:
    """Without the marks of markdown, which paper would show."""
    return words.replace("**", "").replace("__", "")
