"""Requests on paper, for the desk that handles them: number, matter, whose, what, with whom and until when."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.services.values import RequestRow
from desktop.theme.tokens import Tone

MARGIN = 14.0  # millimetres


def document(context: PageContext, rows: Sequence[RequestRow]) -> QTextDocument:
    """A table with a line for notes under each request; prints in black and white."""
    t, words = context.text, context.words
    parts = []
    for request in rows:
        due, _ = words.due(request)
        head = " · ".join(filter(None, (request.ref, request.matter_label, words.state(request.state), due)))
        about = " · ".join(filter(None, (request.who, request.area_label, request.phone, request.department_label)))
        said = escape(request.description)
        parts.append(f"<tr><td><p><b>{escape(head)}</b></p><p>{escape(about)}</p><p>{said}</p><p>&nbsp;</p></td></tr>")
    title = escape(t("board.print_title", place=context.me.area_label, day=words.long_day(words.today())))
    made = QTextDocument()
    made.setDefaultFont(context.theme.font())
    made.setHtml(
        f"<h2>{title}</h2><table width='100%' border='1' cellspacing='0' cellpadding='6'>{''.join(parts)}</table>"
    )
    return made


def print_requests(page: QWidget, context: PageContext, rows: Sequence[RequestRow]) -> None:
    """Ask for a printer; where there is none, keep the list as PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    printer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins))
    if QPrinterInfo.availablePrinterNames():
        if QPrintDialog(printer, page).exec() != QPrintDialog.DialogCode.Accepted:
            return
    else:
        name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), "requests.pdf", "PDF (*.pdf)")
        if not name:
            return
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(name)
        context.warn(Notice(Tone.INFO, context.text("pages.no_printer"), name))
    document(context, rows).print_(printer)
