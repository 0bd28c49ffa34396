"""Compiled forms and read lists, kept by the hash of their bytes and shared by every desk of a workspace."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import TypeVar

from forms.api import Form, Rows
from forms.casework.areas import Areas, contains
from forms.casework.calendar import Calendar
from forms.casework.names import Names
from forms.casework.outlines import Outlines
from forms.casework.outlines import read as read_outlines
from forms.errors import Fault
from forms.load import Kept, load_form
from forms.rows import from_records, read_csv
from sync.store.api import FormSource, Lists

T = TypeVar("T")
KEPT = 128  # forms and lists; a workspace has a few dozen
AREAS, CALENDAR, MATTERS, DEPARTMENTS, CATEGORIES, SURNAMES = (
    "areas.csv",
    "calendar.csv",
    "matters.csv",
    "departments.csv",
    "categories.csv",
    "surnames.csv",
)


@dataclass(slots=True)
class Library:
    """Expensive readings, made once for each content; safe in several threads. `kept`: compiled forms on disk."""

    kept: Kept | None = None
    _kept: dict[Hashable, object] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def form(self, source: FormSource) -> Form:
        key = ("form", sha256(source.xform).digest())
        return self._once(key, lambda: load_form(source.xform, name=source.form_id, kept=self.kept))

    def choices(self, source: FormSource, language: str) -> Mapping[tuple[str, str], str]:
        """(question, value) to the choice's label in `language` ("zh", "en")."""
        key = ("choices", sha256(source.xform).digest(), language)
        return self._once(key, lambda: _labels(self.form(source), language))

    def rows(self, data: bytes) -> Rows:
        return self._once(("rows", sha256(data).digest()), lambda: read_csv(data))

    def table(self, data: bytes) -> Mapping[str, Mapping[str, str]]:
        """A list by the `name` column."""
        return self._once(("table", sha256(data).digest()), lambda: {row["name"]: row for row in read_rows(data)})

    def outlines(self, data: bytes) -> Outlines:
        """Nothing where what lies here cannot be read: a hub checked it, which may have been another program."""
        return self._once(("outlines", sha256(data).digest()), lambda: _outlines(data))

    def areas(self, data: bytes) -> Areas:
        return self._once(("areas", sha256(data).digest()), lambda: Areas.read(data))

    def areas_within(self, data: bytes, area: str, *, villages: bool = False) -> Rows:
        """The list of areas cut to those inside `area` (a path) and its parents: what may be chosen here.

        `villages`: a village may be chosen where a group is asked for, as nobody may know yet which group it is.
        """
        return self._once(
            ("within", sha256(data).digest(), area, villages), lambda: self._cut(data, area, villages=villages)
        )

    def calendar(self, data: bytes) -> Calendar:
        return self._once(("calendar", sha256(data).digest()), lambda: Calendar.read(data))

    def names(self, data: bytes) -> Names:
        """How names are read."""
        return self._once(("names", sha256(data).digest()), lambda: Names.read(data))

    def _cut(self, data: bytes, area: str, *, villages: bool) -> Rows:
        areas = self.areas(data)
        rows = read_rows(data)
        kept = [
            row for row in rows if contains(area, path := areas.path(row["name"])) or contains(path, area) or not area
        ]
        if villages:
            kept += [{**row, "level": "group"} for row in kept if row["level"] == "village"]
        return from_records(kept, columns=list(rows[0]) if rows else ())

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                if len(self._kept) >= KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = found
        return found  # type: ignore[return-value]


def form_language(form: Form, language: str) -> str:
    """The form's own name for `language` ("zh" finds "中文 (zh)"), else its default."""
    for name in form.languages:
        if name == language or name.endswith(f"({language})"):
            return name
    return form.default_language


def _labels(form: Form, language: str) -> Mapping[tuple[str, str], str]:
    wanted = form_language(form, language)
    return {
        (question.name, value): by.get(wanted) or next(iter(by.values()), value)
        for question in form.questions
        for value, by in question.choices
    }


def read_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@lru_cache(maxsize=16)
def _outlines(data: bytes) -> Outlines:
    try:
        return read_outlines(data)
    except Fault:
        return {}


def shipped(name: str) -> bytes | None:
    """A list of the pack that ships with the program."""
    file = files("resources") / "pack" / name
    return file.read_bytes() if file.is_file() else None


def list_bytes(lists: Lists, name: str) -> bytes | None:
    """The township's own list where it brought one, else the pack's."""
    return lists.get(name) or shipped(name)
