"""The sheet for the notice board on paper."""

from __future__ import annotations

from desktop.pages.paper.drawing import layout_of, plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.overview.publication_values import Draft
from desktop.services.overview.sheet_markup import markup
from desktop.services.paper.sheets import Paper


def on_paper(context: PageContext, draft: Draft) -> OnPaper:
    across = layout_of(Paper.A4, across=True)
    return OnPaper(
        "sheet", draft.title, lambda: plain_document(context.theme, markup(draft, context.text)), layout=across
    )
