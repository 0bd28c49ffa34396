"""The sheet for the notice board on paper."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QTextDocument

from desktop.pages.paper.drawing import layout_of, plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.overview.publication_values import Draft
from desktop.services.paper.sheets import Paper

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
    return plain_document(
        context.theme,
        f"<h1>{escape(draft.title)}</h1><table width='100%' border='1' cellspacing='0' cellpadding='5'>"
        f"<tr>{heads}</tr>{lines}<tr><th>{escape(t('publication.total'))}</th>{sums}</tr></table>"
        + "".join(f"<p>{escape(note)}</p>" for note in draft.notes)
        + (f"<h2>{escape(t('publication.opinions'))}</h2>{said}" if said else ""),
    )


def on_paper(context: PageContext, draft: Draft) -> OnPaper:
    across = layout_of(Paper.A4, across=True)
    return OnPaper("sheet", draft.title, lambda: document(context, draft), layout=across)
