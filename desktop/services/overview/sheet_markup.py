"""A sheet that leaves the office as markup, the same for the page that is saved and for paper; no names."""

from __future__ import annotations

from html import escape

from desktop.services.overview.publication_values import Draft, DraftLine, Said
from forms.text import Text

HIDDEN = "…"
ROOMY, SMALL = 7, 7
"""Columns whose headings find room in full size, and the points of smaller ones: a word is not broken."""


def markup(draft: Draft, text: Text, *, signed: str = "") -> str:
    """Title, table, notes, what people said with the answers; whose it is and of which day."""
    total = text("publication.total")
    size = f" style='font-size:{SMALL}pt'" if len(draft.heads) > ROOMY else ""
    heads = "".join(f"<th{size}>{escape(each)}</th>" for each in (*draft.heads, total))
    lines = "".join(map(_line, draft.lines))
    sums = "".join(f"<td align='center'><b>{each}</b></td>" for each in (*draft.totals, draft.total))
    room = 3 if size else 5
    return (
        f"<h1>{escape(draft.title)}</h1><table width='100%' border='1' cellspacing='0' cellpadding='{room}'>"
        f"<tr><th width='15%'></th>{heads}</tr>{lines}<tr><th>{escape(total)}</th>{sums}</tr></table>"
        + "".join(f"<p>{escape(note)}</p>" for note in draft.notes)
        + _opinions(draft, text)
        + (f"<p>{escape(signed)}</p>" if signed else "")
    )


def _line(line: DraftLine) -> str:
    cells = "".join(f"<td align='center'>{HIDDEN if cell is None else cell or ''}</td>" for cell in line.cells)
    return f"<tr><th>{escape(line.label)}</th>{cells}<td align='center'><b>{line.total}</b></td></tr>"


def _opinions(draft: Draft, text: Text) -> str:
    if not draft.said:
        return ""
    return f"<h2>{escape(text('publication.opinions'))}</h2>" + "".join(_said(each, text) for each in draft.said)


def _said(said: Said, text: Text) -> str:
    answer = f"<br/>{escape(text('publication.answer'))}: {escape(said.answer)}" if said.answer else ""
    return f"<p><b>{escape(said.topic)}</b>: {escape(said.text)}{answer}</p>"
