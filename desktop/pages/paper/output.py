"""What a page has for paper: to a printer, and where there is none into a PDF that says where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QPageLayout, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from desktop.pages.paper.drawing import draw, layout_of
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.services.paper.sheets import Paper
from desktop.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class OnPaper:
    """`name` is the file's without its ending; `foot` stands under every page; `document` is asked for to be drawn."""

    name: str
    title: str
    document: Callable[[], QTextDocument]
    layout: QPageLayout = field(default_factory=lambda: layout_of(Paper.A4))
    foot: str = ""


def print_or_save(page: QWidget, context: PageContext, paper: OnPaper) -> None:
    """Ask for a printer; where there is none, keep it as PDF."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo  # rare, and costs time to load

    if not QPrinterInfo.availablePrinterNames():
        save(page, context, paper, why=context.text("pages.no_printer"))
        return
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(paper.layout)
    if QPrintDialog(printer, page).exec() == QPrintDialog.DialogCode.Accepted:
        draw(paper.document(), printer, foot=paper.foot, practice=practice_words(context))


def save(page: QWidget, context: PageContext, paper: OnPaper, *, why: str = "") -> None:
    """Ask where to, and write it there; `why` is said where it was not the person who wanted a file."""
    from PySide6.QtWidgets import QFileDialog

    name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), f"{paper.name}.pdf", "PDF (*.pdf)")
    if not name:
        return
    try:
        write_pdf(context, paper, Path(name))
    except OSError as refused:
        context.warn(Notice(Tone.BAD, context.text("pages.pdf_failed", file=name), refused.strerror or ""))
    else:
        context.warn(Notice(Tone.OK, why or context.text("pages.pdf_saved"), name))


def write_pdf(context: PageContext, paper: OnPaper, file: Path) -> int:
    """How many pages it has; OSError where the file cannot be written."""
    with file.open("ab"):  # says in words of the system why not; the writer of PDF would say nothing
        pass
    writer = QPdfWriter(str(file))
    writer.setTitle(paper.title)
    writer.setPageLayout(paper.layout)
    return draw(paper.document(), writer, foot=paper.foot, practice=practice_words(context))


def practice_words(context: PageContext) -> str:
    """What is printed across a sheet that was only practised."""
    return context.text("printing.practice") if context.practice else ""
