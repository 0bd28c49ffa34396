"""Requests on paper, for the desk that handles them: number, matter, whose, what, with whom and until when."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtGui import QTextDocument

from desktop.pages.paper.drawing import plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.values import RequestRow


def document(context: PageContext, title: str, rows: Sequence[RequestRow]) -> QTextDocument:
    """A table with a line for notes under each request; prints in black and white."""
    words = context.words
    parts = []
    for request in rows:
        due, _ = words.due(request)
        head = " · ".join(filter(None, (request.ref, request.matter_label, words.state(request.state), due)))
        about = " · ".join(filter(None, (request.who, request.area_label, request.phone, request.department_label)))
        said = escape(request.description)
        parts.append(f"<tr><td><p><b>{escape(head)}</b></p><p>{escape(about)}</p><p>{said}</p><p>&nbsp;</p></td></tr>")
    lines = "".join(parts)
    return plain_document(
        context.theme,
        f"<h2>{escape(title)}</h2><table width='100%' border='1' cellspacing='0' cellpadding='6'>{lines}</table>",
    )


def on_paper(context: PageContext, rows: Sequence[RequestRow]) -> OnPaper:
    day = context.words.long_day(context.words.today())
    title = context.text("board.print_title", place=context.me.area_label, day=day)
    return OnPaper("requests", title, lambda: document(context, title, rows))
