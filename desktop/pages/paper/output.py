"""What a page has for paper: to a printer, and where there is none into a PDF that says where it is."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QWidget

from desktop.pages.paper.drawing import draw, layout_of
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import PageContext
from desktop.pages.shell.presenter import present
from desktop.services.paper.sheets import Paper
from desktop.theme.tokens import Tone
from sync.vault.files import fault_of

END = b"%%EOF"  # of every PDF that is whole


class Printed(Protocol):
    """`name` is the file's without its ending. Drawing gives the number of pages; OSError where none began."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def layout(self) -> QPageLayout: ...

    def draw(self, device: QPagedPaintDevice, *, practice: str) -> int: ...


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A document; `foot` stands under every page; `document` is asked for to be drawn."""

    name: str
    title: str
    document: Callable[[], QTextDocument]
    layout: QPageLayout = field(default_factory=lambda: layout_of(Paper.A4))
    foot: str = ""

    def draw(self, device: QPagedPaintDevice, *, practice: str) -> int:
        return draw(self.document(), device, foot=self.foot, practice=practice)


def print_or_save(page: QWidget, context: PageContext, paper: Printed) -> bool:
    """Ask for a printer; where there is none, keep it as PDF. Whether it is on paper or in a file."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo  # rare, and costs time to load

    if not QPrinterInfo.availablePrinterNames():
        return save(page, context, paper, why=context.text("pages.no_printer"))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(paper.layout)
    if QPrintDialog(printer, page).exec() != QPrintDialog.DialogCode.Accepted:
        return False
    try:
        paper.draw(printer, practice=practice_words(context))
    except OSError:
        context.warn(Notice(Tone.BAD, context.text("pages.print_failed"), context.text("pages.print_failed_remedy")))
        return False
    return True


def save(page: QWidget, context: PageContext, paper: Printed, *, why: str = "") -> bool:
    """Ask where to, and write it there; `why` is said where it was not the person who wanted a file."""
    from PySide6.QtWidgets import QFileDialog

    name, _ = QFileDialog.getSaveFileName(page, context.text("pages.save_pdf"), f"{paper.name}.pdf", "PDF (*.pdf)")
    return bool(name) and save_to(Path(name), context, paper, why=why)


def save_to(file: Path, context: PageContext, paper: Printed, *, why: str = "") -> bool:
    """Write it there, and say so, or why not and what to do."""
    try:
        write_pdf(context, paper, file)
    except OSError as refused:
        notice = present(fault_of(refused, file), context.text)
        if notice is not None:
            context.warn(notice)
        return False
    context.warn(Notice(Tone.OK, why or context.text("pages.pdf_saved"), str(file)))
    return True


def write_pdf(context: PageContext, paper: Printed, file: Path) -> int:
    """How many pages it has; OSError where the file cannot be written, or not to its end."""
    with file.open("ab"):  # says in words of the system why not; the writer of PDF would say nothing
        pass
    writer = QPdfWriter(str(file))
    writer.setTitle(paper.title)
    writer.setPageLayout(paper.layout)
    pages = paper.draw(writer, practice=practice_words(context))
    _require_whole(file)
    return pages


def _require_whole(file: Path) -> None:
    """The writer of PDF says nothing of a disk that is full or was pulled out: half a file is taken away."""
    with file.open("rb") as written:
        written.seek(max(0, os.fstat(written.fileno()).st_size - 64))
        whole = END in written.read()
    if not whole:
        file.unlink()
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def practice_words(context: PageContext) -> str:
    """What is printed across a sheet that was only practised."""
    return context.text("printing.practice") if context.practice else ""
