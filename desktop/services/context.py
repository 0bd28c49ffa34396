"""What every use case of one desk stands on, and the words for codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from desktop.services.clock import Clock
from desktop.services.filling.library import (
    AREAS,
    CALENDAR,
    CATEGORIES,
    DEPARTMENTS,
    MATTERS,
    SURNAMES,
    Library,
    form_language,
    list_bytes,
)
from desktop.services.rights import Actor
from desktop.services.values import Me
from forms.api import Form
from forms.casework.areas import Areas, code
from forms.casework.calendar import Calendar
from forms.casework.names import Names
from forms.errors import Fault, Kind
from forms.text import Text
from sync.store.api import FormSource, Store


@dataclass(frozen=True, slots=True)
class Context:
    """One connection's surroundings: store, who asks, clock, words and the shared library."""

    store: Store
    actor: Actor
    me: Me
    clock: Clock
    text: Text
    library: Library
    open_writer: Callable[[], Store]

    @property
    def language(self) -> str:
        return self.text.language

    def require_writer(self) -> None:
        if not self.store.writer:
            raise RuntimeError("a use case that writes was called on a reader's desk")

    def audit(self, action: str, *, subject: str = "", **detail: str) -> None:
        """A line in the audit log, from a reader's desk too."""
        if self.store.writer:
            self.store.audit.add(action, actor=self.actor.user, subject=subject, **detail)
            return
        writer = self.open_writer()
        try:
            writer.audit.add(action, actor=self.actor.user, subject=subject, **detail)
        finally:
            writer.close()

    def source(self, form_id: str, version: str = "") -> FormSource:
        found = self.store.forms.get(form_id, version or None)
        if found is None:
            raise Fault("services.unknown_form", Kind.USAGE, form=form_id)
        return found

    def form(self, form_id: str, version: str = "") -> Form:
        return self.library.form(self.source(form_id, version))

    def list_bytes(self, name: str) -> bytes | None:
        return list_bytes(self.store.lists, name)

    def areas(self) -> Areas:
        return self.library.areas(self.list_bytes(AREAS) or b"")

    def calendar(self) -> Calendar:
        return self.library.calendar(self.list_bytes(CALENDAR) or b"name,kind,seq\n")

    def names(self) -> Names:
        return self.library.names(self.list_bytes(SURNAMES) or b"surname,pinyin\n")

    def area_label(self, area: str) -> str:
        """Label of an area given as path or code."""
        return self.areas().label(code(area), self.language)

    def table(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """A list of the pack by its codes; empty where there is none."""
        data = self.list_bytes(name)
        return self.library.table(data) if data else {}

    def label(self, name: str, value: str) -> str:
        """The label of `value` in a list of the pack, the value itself where the list lacks it."""
        return labelled(self.table(name), value, self.language) if value else value

    def matter(self, code: str) -> str:
        return self.label(MATTERS, code)

    def category(self, code: str) -> str:
        return self.label(CATEGORIES, code)

    def department(self, code: str) -> str:
        return self.label(DEPARTMENTS, code)

    def today(self) -> date:
        return self.clock.now().date()

    def local(self, utc: str) -> datetime | None:
        """An instant of the store in the zone in which dates are meant."""
        if not utc:
            return None
        return datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone(self.clock.zone)


def labelled(table: Mapping[str, Mapping[str, str]], value: str, language: str) -> str:
    """The label of a code in a list read by its codes, the code itself where the list lacks it."""
    row = table.get(value) if value else None
    if row is None:
        return value
    return (row.get("label_en") if language == "en" else row.get("label")) or row.get("label", value)


def in_language(labels: dict[str, str], form: Form, language: str) -> str:
    """One label out of a question's labels by language."""
    wanted = form_language(form, language)
    return labels.get(wanted) or next((label for label in labels.values() if label), "")


def day(iso: str) -> date | None:
    """An ISO date out of a text; None where it is none."""
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def whole(text: str) -> int | None:
    try:
        return int(float(text))
    except ValueError:
        return None
