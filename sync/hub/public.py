"""The page for everybody: tables that an office published, as submissions of form `publication` say.

Only what one person proposed and another approved stands here; what was taken back is gone with the next look. The
submission holds more than is shown, what the numbers were made of: that never leaves.
"""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from sqlalchemy import Connection

from forms import xml
from forms.casework import publishing
from forms.casework.publishing import Proposal, Said, Stage
from forms.errors import Fault
from forms.export.published import Shown, Words, unpack
from forms.text import LANGUAGES, Text
from sync.hub import asking, records, sql
from sync.hub.records import State
from sync.hub.service import Hub

MOST = 24  # tables on the page, the newest
HIDDEN = "…"
_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
Stamp = tuple[int, int, int]
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Item:
    """One table that everybody may see; `day` is that of its approval, ISO 8601."""

    id: str
    day: str
    shown: Shown


class Board:
    """What is public at a hub, read anew when something was said about it. Thread-safe."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._known: tuple[Stamp, tuple[Item, ...]] = ((-1, 0, 0), ())

    @property
    def name(self) -> str:
        return self._hub.identity.name

    def items(self) -> tuple[Item, ...]:
        """Newest first."""
        stamp = self._hub.read(_stamp)
        with self._lock:
            if self._known[0] != stamp:
                self._known = stamp, self._hub.read(find)
            return self._known[1]


def _stamp(connection: Connection) -> Stamp:
    """Another one whenever a submission came, became readable or lost its content."""
    query = (
        "SELECT count(*) AS here, coalesce(max(n), 0) AS newest, coalesce(sum(length(xml)), 0) AS size FROM record"
        " WHERE form_id = :form AND state = :applied"
    )
    row = sql.run(connection, query, form=publishing.FORM, applied=str(State.APPLIED)).one()
    return int(row.here), int(row.newest), int(row.size)


def find(connection: Connection) -> tuple[Item, ...]:
    """What is approved and not taken back, the newest first."""
    query = "SELECT instance_id FROM record WHERE form_id = :form AND state = :applied ORDER BY n"
    ids = sql.run(connection, query, form=publishing.FORM, applied=str(State.APPLIED)).scalars().all()
    said = [each for id in ids if (each := _said(connection, id)) is not None]
    items = [item for proposal in publishing.fold(said) if (item := _item(proposal)) is not None]
    return tuple(sorted(items, key=lambda item: (item.day, item.id), reverse=True)[:MOST])


def _said(connection: Connection, id: str) -> Said | None:
    envelope = records.get(connection, id)
    if envelope is None or not envelope.xml:
        return None
    try:
        root = xml.parse(envelope.xml)
    except Fault:
        return None
    values = {xml.local(each.tag): each.text for each in root.iter(etree.Element) if len(each) == 0 and each.text}
    return publishing.read(id, values, author=envelope.author, at=envelope.wall_time)


def _item(proposal: Proposal) -> Item | None:
    made, decision = proposal.made, proposal.decision
    if proposal.stage is not Stage.APPROVED or decision is None or not _ID.fullmatch(made.release):
        return None
    try:
        return Item(made.release, decision.at[:10], unpack(json.loads(made.body)["shown"]))
    except _UNREADABLE:
        return None


# ---- the page


def language_of(wanted: str, header: str) -> str:
    """As the address says, else as the browser does."""
    return wanted if wanted in LANGUAGES else asking.language_of(header)


def file_name(item: Item) -> str:
    return f"{item.id}.csv"


def page(hub: str, language: str, items: Sequence[Item]) -> str:
    """The whole page: one table under the other."""
    text = Text(language)
    title = html.escape(text("hub.public_title", hub=hub))
    shown = "".join(_section(text, item) for item in items) or f"<p>{_word(text, 'hub.public_none')}</p>"
    other = next(each for each in LANGUAGES if each != language)
    links = f'<a href="/public?lang={other}" lang="{other}">{_word(Text(other), "hub.public_language")}</a>'
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width"><title>{title}</title></head><body>'
        f'<h1>{title}</h1><p>{links} · <a href="/ask">{_word(text, "hub.public_ask")}</a></p>{shown}</body></html>'
    )


def _section(text: Text, item: Item) -> str:
    shown = item.shown
    words = shown.words_in(text.language)
    notes = "".join(f"<p><small>{html.escape(note)}</small></p>" for note in words.notes)
    data = f'<a href="/public/{item.id}.csv?lang={text.language}">{_word(text, "hub.public_data")}</a>'
    day = html.escape(text("hub.public_on", day=item.day))
    return (
        f'<h2>{html.escape(words.title)}</h2><p>{day} · {data}</p><table border="1" cellspacing="0" cellpadding="4">'
        f"{_head(text, words)}{_lines(text, shown, words)}</table>{notes}{_opinions(text, shown)}"
    )


def _head(text: Text, words: Words) -> str:
    cells = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in (*words.heads, text("publication.total")))
    return f'<tr><th scope="col">{_word(text, "publication.village")}</th>{cells}</tr>'


def _lines(text: Text, shown: Shown, words: Words) -> str:
    lines = zip((*words.lines, text("publication.total")), (*shown.cells, shown.totals),
                (*shown.line_totals, shown.total), strict=True)  # fmt: skip
    return "".join(
        f'<tr><th scope="row">{html.escape(label)}</th>'
        + "".join(f"<td>{HIDDEN if cell is None else cell or ''}</td>" for cell in cells)
        + f"<td><b>{total}</b></td></tr>"
        for label, cells, total in lines
    )


def _opinions(text: Text, shown: Shown) -> str:
    if not shown.said:
        return ""
    said = "".join(
        f"<p><b>{html.escape(each.topic.get(text.language, ''))}</b>: {html.escape(each.text)}"
        + (f"<br>{_word(text, 'publication.answer')}: {html.escape(each.answer)}" if each.answer else "")
        + "</p>"
        for each in shown.said
    )
    return f"<h3>{_word(text, 'publication.opinions')}</h3>{said}"


def _word(text: Text, key: str) -> str:
    return html.escape(text(key))
