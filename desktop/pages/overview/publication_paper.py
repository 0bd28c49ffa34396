"""The sheet for the notice board on paper."""

from __future__ import annotations

from desktop.pages.paper.drawing import layout_of, plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.overview.publication_values import Released
from desktop.services.overview.sheet_markup import markup
from desktop.services.paper.sheets import Paper


def on_paper(context: PageContext, found: Released) -> OnPaper:
    """What was approved, with the office and the day."""
    across, draft = layout_of(Paper.A4, across=True), found.draft
    day = found.decided_on or found.made_on
    signed = context.text("publication.signed", place=context.me.area_label, day=day.isoformat() if day else "")
    shown = markup(draft, context.text, signed=signed)
    return OnPaper("sheet", draft.title, lambda: plain_document(context.theme, shown), layout=across)
