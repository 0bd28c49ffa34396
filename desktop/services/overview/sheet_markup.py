"""A sheet that leaves the office as markup, the same for the page that is saved and for paper; no names."""

from __future__ import annotations

from html import escape

from desktop.services.overview.publication_values import Draft, DraftLine, Said
from forms.text import Text

HIDDEN = "…"


def markup(draft: Draft, text: Text) -> str:
    """Title, table, notes, what people said with the answers."""
    total = text("publication.total")
    heads = "".join(f"<th>{escape(each)}</th>" for each in ("", *draft.heads, total))
    lines = "".join(map(_line, draft.lines))
    sums = "".join(f"<td align='center'><b>{each}</b></td>" for each in (*draft.totals, draft.total))
    return (
        f"<h1>{escape(draft.title)}</h1><table width='100%' border='1' cellspacing='0' cellpadding='5'>"
        f"<tr>{heads}</tr>{lines}<tr><th>{escape(total)}</th>{sums}</tr></table>"
        + "".join(f"<p>{escape(note)}</p>" for note in draft.notes)
        + _opinions(draft, text)
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
