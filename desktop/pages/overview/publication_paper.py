"""The sheet for the notice board on paper."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.parts.page import PageContext
from desktop.services.overview.publication_values import Draft

MARGIN = 14.0  # millimetres
HIDDEN = "…"


def document(context: PageContext, draft: Draft) -> QTextDocument:
    """Title, table, notes, what people said with the answers; no names."""
    t = context.text
    heads = "".join(f"<th>{escape(each)}</th>" for each in ("", *draft.heads, t("publication.total")))
    lines = "".join(
        f"<tr><th>{escape(line.label)}</th>"
        + "".join(f"<td align='center'>{HIDDEN if cell is None else cell or ''}</td>" for cell in line.cells)
        + f"<td align='center'><b>{line.total}</b></td></tr>"
        for line in draft.lines
    )
    sums = "".join(f"<td align='center'><b>{total}</b></td>" for total in (*draft.totals, draft.total))
    said = "".join(
        f"<p><b>{escape(each.topic)}</b>: {escape(each.text)}<br/>{escape(each.answer)}</p>" for each in draft.said
    )
    made = QTextDocument()
    made.setDefaultFont(context.theme.font())
    made.setHtml(
        f"<h1>{escape(draft.title)}</h1><table width='100%' border='1' cellspacing='0' cellpadding='5'>"
        f"<tr>{heads}</tr>{lines}<tr><th>{escape(t('publication.total'))}</th>{sums}</tr></table>"
        + "".join(f"<p>{escape(note)}</p>" for note in draft.notes)
        + (f"<h2>{escape(t('publication.opinions'))}</h2>{said}" if said else "")
    )
    return made


def print_sheet(page: QWidget, context: PageContext, draft: Draft) -> None:
    """Ask for a printer; where there is none, keep it as PDF."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
    printer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins))
    if QPrinterInfo.availablePrinterNames():
        if QPrintDialog(printer, page).exec() != QPrintDialog.DialogCode.Accepted:
            return
    else:
        name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), "sheet.pdf", "PDF (*.pdf)")
        if not name:
            return
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(name)
    document(context, draft).print_(printer)
