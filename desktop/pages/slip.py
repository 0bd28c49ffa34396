"""The resident's slip on paper or as PDF: number, matter, dates; nothing that is secret."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.notice import Notice
from desktop.pages.page import PageContext
from desktop.services.values import Stored
from desktop.theme.tokens import Tone


def document(context: PageContext, stored: Stored) -> QTextDocument:
    """The slip as a document of one A5 page."""
    lines = "".join(
        f"<tr><td width='28%'>{escape(name)}</td><td><b>{escape(value)}</b></td></tr>" for name, value in stored.slip
    )
    title = escape(context.text("pages.slip_title", place=context.me.area_label))
    made = QTextDocument()
    made.setDefaultFont(context.theme.font())
    made.setHtml(
        f"<h2 align='center'>{title}</h2><hr><table width='100%' cellpadding='6'>{lines}</table><hr>"
        f"<p>{escape(context.text('pages.slip_foot'))}</p>"
    )
    return made


def print_slip(page: QWidget, context: PageContext, stored: Stored) -> None:
    """Ask for a printer; where there is none, keep the slip as PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A5), QPageLayout.Orientation.Portrait, QMarginsF(12, 12, 12, 12))
    )
    if QPrinterInfo.availablePrinterNames():
        if QPrintDialog(printer, page).exec() != QPrintDialog.DialogCode.Accepted:
            return
    else:
        name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), f"{stored.ref}.pdf", "PDF (*.pdf)")
        if not name:
            return
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(name)
        context.warn(Notice(Tone.INFO, context.text("pages.no_printer"), name))
    document(context, stored).print_(printer)
