"""Many records of one form from answers: the compiled form and its lists are opened once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.services.filling.answers import Attach, Places, apply, read
from desktop.services.filling.filling import FillingDesk, Started, free_name, plain_name
from desktop.services.filling.filling_values import Stored
from desktop.services.filling.refusal import refusal
from desktop.services.filling.renewing import renewed
from forms.api import Form, NotReady, Rows
from forms.entities import changes
from sync.store.api import FormSource, NewAttachment

WIDER = frozenset({"decision", "erasure"})
"""Forms by which the store changes more than their records say."""


@dataclass(slots=True)
class Files:
    """The attachments of one record: `base` is the folder from which relative paths count."""

    base: Path
    kept: list[NewAttachment] = field(default_factory=list)

    def __call__(self, source: Path) -> str:
        path = source if source.is_absolute() else self.base / source
        data = path.read_bytes()
        name = free_name(plain_name(path.name), {file.name for file in self.kept})
        self.kept.append(NewAttachment(name, data))
        return name


@dataclass(slots=True)
class Batch:
    """`add` stores one record and returns after its commit. Lists that a record changes are read anew."""

    filling: FillingDesk
    source: FormSource
    form: Form
    rows: dict[str, Rows]
    stale: frozenset[str]
    places: Places

    @classmethod
    def begin(cls, filling: FillingDesk, form_id: str) -> Batch:
        """Fault services.unknown_form; no right where the role may not fill it."""
        source, form = filling.prepare(form_id)
        changed = {f"{entity.dataset}.csv" for entity in form.entities}
        stale = frozenset(external.id for external in form.externals if external.name in changed)
        return cls(filling, source, form, filling.rows(form, source), stale, Places.of(form))

    def fill(self, answers: Mapping[str, object], attach: Attach | None = None) -> Started:
        """A session that holds the answers; Refused with every reason where one cannot stand in it."""
        opening = self.filling.begin(self.form, rows=self.rows)
        problems = apply(opening.session, read(answers, self.form, self.places), attach)
        if problems:
            raise refusal(opening.session, self.filling.context.language, problems)
        return opening

    def add(self, answers: Mapping[str, object], *, base: Path) -> Stored:
        """Fill in and hand in one record; Refused with every reason where it cannot be, and nothing is kept then."""
        files = Files(base)
        opening = self.fill(answers, files)
        try:
            stored = self.filling.hand_in(opening, tuple(files.kept))
        except NotReady:
            raise refusal(opening.session, self.filling.context.language) from None
        if self.stale:
            self._renew(stored)
        return stored

    def _renew(self, stored: Stored) -> None:
        """Bring the lists that the form changes up to date with a record of it."""
        store = self.filling.context.store
        record = store.records.get(stored.instance_id)
        changed = changes(self.form, record.xml) if record is not None and self.form.form_id not in WIDER else ()
        lists = {external.id: external.name.removesuffix(".csv") for external in self.form.externals}
        left = set(self.stale)
        for id in self.stale if changed else ():
            uuids = dict.fromkeys(change.uuid for change in changed if change.dataset == lists[id])
            rows = renewed(self.rows[id], store, lists[id], uuids) if id in self.rows else None
            if rows is not None:
                self.rows = {**self.rows, id: rows}
                left.discard(id)
        if left:
            self.rows = {**self.rows, **self.filling.rows(self.form, self.source, only=frozenset(left))}
