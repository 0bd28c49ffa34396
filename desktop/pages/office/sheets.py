"""What an office puts on paper: the sheet that belongs into an envelope, and the slip for who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from desktop.pages.paper.drawing import layout_of, plain_document
from desktop.pages.paper.output import OnPaper
from desktop.pages.parts.page import PageContext
from desktop.services.office.founding import Founded
from desktop.services.paper.sheets import Paper


def sealed_sheet(context: PageContext, founded: Founded) -> OnPaper:
    """One A5 page: what opens the reception, and its backup identity. Nothing of it is shown again."""
    t = context.text
    lines = "".join(
        f"<tr><td width='30%'>{escape(t(f'office.sheet_{name}'))}</td><td><b>{escape(value)}</b></td></tr>"
        for name, value in founded.sheet
    )
    title = t("office.sheet_title")
    return _half_a_page(
        context,
        "hamlet",
        title,
        f"<h2>{escape(title)}</h2><hr><table width='100%' cellpadding='6'>{lines}</table><hr>"
        f"<p>{escape(t('office.sheet_keep'))}</p>",
    )


def invitation_slip(context: PageContext, code: str, until: str, lines: Sequence[str]) -> OnPaper:
    """An invitation on one A5 page, for who is not here; `until` says when it ends, `lines` for whom and where."""
    t = context.text
    title = t("office.slip_title", place=context.me.area_label)
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return _half_a_page(
        context,
        "hamlet-invitation",
        title,
        f"<h2>{escape(title)}</h2><hr><h1 align='center'>{escape(code)}</h1><p align='center'>{escape(until)}</p>"
        f"<hr>{said}<p>{escape(t('office.slip_how'))}</p>",
    )


def _half_a_page(context: PageContext, name: str, title: str, markup: str) -> OnPaper:
    return OnPaper(name, title, lambda: plain_document(context.theme, markup), layout=layout_of(Paper.A5))
