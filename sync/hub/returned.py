"""What an office sends back: a submission of form `batch_check`, told to the village as a notice for each record."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from forms.casework.areas import Areas
from forms.xml import local
from sync.hub.book import Book
from sync.protocol import Envelope, RowKind

BATCH_CHECK = "batch_check"
KIND = "returned"
"""What the notice's body says it is."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record that goes back: which one, why, at which question, and what the village should add."""

    record: str
    form: str
    why: str
    question: str
    said: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What somebody decided about a batch; `village` is a code."""

    village: str
    items: tuple[Item, ...]


def read(form_id: str, root: etree._Element) -> Checked | None:
    """From a submission's root; None where it is another form."""
    if form_id != BATCH_CHECK:
        return None
    village = next((each.text or "" for each in root.iter("{*}village")), "")
    found = []
    for item in root.iter("{*}item"):
        said = {local(child.tag): child.text or "" for child in item if isinstance(child.tag, str)}
        if said.get("record"):
            found.append(Item(*(said.get(name, "") for name in ("record", "form", "why", "question", "said"))))
    return Checked(village, tuple(found))


def show(book: Book, checked: Checked, envelope: Envelope, *, n: int, areas: Areas) -> None:
    """Tell every computer of the village; only the one that has the record can mend it."""
    for item in checked.items:
        body = {
            "what": KIND,
            "record": item.record,
            "form": item.form,
            "why": item.why,
            "question": item.question,
            "said": item.said,
            "author": envelope.author,
            "wall_time": envelope.wall_time,
        }
        book.show(RowKind.NOTICE, f"{KIND}/{item.record}", n=n, body=body, area=areas.path(checked.village))
