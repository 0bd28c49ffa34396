"""The page on which a resident asks after a request: plain HTML, by number and code, and nothing without the code.

The code stands on the slip. It is made from the record's salt, so that it needs no table, cannot be guessed from the
number, and goes with the payload when that is erased.
"""

from __future__ import annotations

import html
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from sqlalchemy import Connection

from forms.casework.calendar import Calendar
from forms.text import LANGUAGES, Text
from sync import crypto, receipts
from sync.hub import derive, records, sql
from sync.hub.book import Book
from sync.protocol import Envelope

MOST_ALIKE = 100  # records under one number that are looked at; two laptops in a clone may give the same
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_NUMBER = re.compile(rb"<(?:\w+:)?request_no>([A-Z]{2}-[0-9A-Z]{2,6}-\d{4,}-[0-9A-Z])</")
_ENTITY = re.compile(rb"<(?:\w+:)?entity\b[^>]*\bdataset=\"requests\"[^>]*>")
_ID = re.compile(rb"\bid=\"(?:uuid:)?([0-9a-fA-F-]{36})\"")
_NOTHING = crypto.digest(b"no such request")


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be told of a request to whoever holds its slip: nothing of persons, nothing of what was written."""

    number: str
    state: str
    outcome: str
    due: str  # ISO date, "" while no limit runs


# ---- what is found


def number_of(envelope: Envelope) -> str:
    """The short number in a record that opens a request, "" in any other."""
    found = _NUMBER.search(envelope.xml) if _ENTITY.search(envelope.xml) else None
    return found[1].decode("ascii") if found else ""


def note_numbers(connection: Connection, envelopes: list[Envelope]) -> None:
    """Remember which records have which number."""
    rows = [
        {"ref": number, "instance_id": envelope.instance_id, "request": ""}
        for envelope in envelopes
        if (number := number_of(envelope))
    ]
    sql.put_many(connection, "request_number", ["ref", "instance_id"], rows, keep=True)


def find(connection: Connection, number: str, code: str, calendar: Calendar) -> Standing | None:
    """Where the request stands, for who knows number and code; None for anybody else, in the same time."""
    ids = sql.run(connection, "SELECT instance_id FROM request_number WHERE ref = :ref", ref=number).scalars().all()
    found = None
    for id in [*ids[:MOST_ALIKE], ""]:
        envelope = records.get(connection, id)
        right = receipts.code(envelope.salt, id) if envelope is not None and envelope.salt else _NOTHING.hex()
        if crypto.same(right.encode(), code.encode()) and envelope is not None:
            found = _standing(connection, number, envelope, calendar)
    return found


def _standing(connection: Connection, number: str, envelope: Envelope, calendar: Calendar) -> Standing | None:
    entity = _ENTITY.search(envelope.xml)
    id = _ID.search(entity[0]) if entity else None
    if id is None:
        return None
    course = derive.fold(Book(connection), id[1].decode().lower(), calendar)
    due = course.due.day.isoformat() if course.due is not None else ""
    return Standing(number, str(course.state), str(course.outcome or ""), due)


# ---- how often one may ask


class Patience:
    """Counts tries by address and by number, and all together, in windows of `seconds`. Thread-safe, in memory."""

    def __init__(self, *, each: int = 10, number: int = 20, all: int = 600, seconds: float = 60.0) -> None:
        self._limits = {"address": each, "number": number, "all": all}
        self._seconds = seconds
        self._lock = threading.Lock()
        self._since = 0.0
        self._counts: OrderedDict[tuple[str, str], int] = OrderedDict()

    def allows(self, *, address: str, number: str, now: float) -> bool:
        """Count one try; whether it may be answered."""
        with self._lock:
            if not 0 <= now - self._since < self._seconds:
                self._since = now
                self._counts.clear()
            asked = (("address", address), ("number", number), ("all", ""))
            for one in asked:
                self._counts[one] = self._counts.get(one, 0) + 1
            return all(self._counts[one] <= self._limits[one[0]] for one in asked)


# ---- the page


@dataclass(frozen=True, slots=True)
class Asked:
    number: str
    code: str


def read_form(body: bytes) -> Asked:
    """What was typed: width, case, spaces and dashes of the code make no difference."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=8, encoding="utf-8", errors="replace")
    except ValueError:
        return Asked("", "")
    number = _plain(fields.get("number", [""])[0])[:40]
    code = re.sub(r"[\s-]", "", _plain(fields.get("code", [""])[0]))[:20]
    return Asked(re.sub(r"[^0-9A-Z-]", "", number), re.sub(r"[^0-9A-Z]", "", code))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().strip()


def language_of(header: str) -> str:
    """The page's language from Accept-Language: English only where it is asked for before Chinese."""
    wanted = [part.split(";")[0].strip().lower()[:2] for part in header[:200].split(",")]
    return next((name for name in wanted if name in LANGUAGES), "zh")


def page(
    hub: str, language: str, *, asked: Asked | None = None, found: Standing | None = None, slow: bool = False
) -> str:
    """The whole page. `asked` without `found` is a number and code that do not belong together."""
    text = Text(language)
    said = ""
    if slow:
        said = _line(text("hub.page_slow"))
    elif found is not None:
        said = _found(text, found)
    elif asked is not None:
        said = _line(text("hub.page_unknown"))
    title = html.escape(text("hub.page_title", hub=hub))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width"><meta name="robots" content="noindex"><title>{title}</title></head><body>'
        f"<h1>{title}</h1>{said}"
        f'<form method="post" action="/ask" autocomplete="off"><p><label>{_said(text, "page_number")}<br>'
        f'<input name="number" required maxlength="40" size="24"></label></p>'
        f'<p><label>{_said(text, "page_code")}<br><input name="code" required maxlength="20" size="10"></label></p>'
        f"<p><button>{_said(text, 'page_ask')}</button></p></form><p>{_said(text, 'page_help')}</p></body></html>"
    )


def _found(text: Text, found: Standing) -> str:
    state = text(f"casework.state_{found.state}")
    rows: list[tuple[str, str]] = [("page_number", found.number), ("page_state", state)]
    if found.outcome:
        rows.append(("page_outcome", text(f"casework.outcome_{found.outcome}")))
    if found.due:
        rows.append(("page_due", found.due))
    lines = "".join(f"<dt>{_said(text, key)}</dt><dd>{html.escape(value)}</dd>" for key, value in rows)
    return f"<dl>{lines}</dl>"


def _said(text: Text, key: str) -> str:
    return html.escape(text(f"hub.{key}"))


def _line(words: str) -> str:
    return f'<p role="status"><strong>{html.escape(words)}</strong></p>'
