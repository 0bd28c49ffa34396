"""Forms about entities that are known already, filled in from answers: they see these, not all of the area's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.services.context import Context
from desktop.services.filling.answers import apply, read
from desktop.services.filling.filling import FillingDesk, named
from desktop.services.filling.filling_values import Opening, Stored
from desktop.services.filling.refusal import refusal
from forms.api import Form, NotReady, Rows
from forms.rows import Columns

FIXED = ("name", "label", "__version", "__trunkVersion", "__branchId")
LIST = ".csv"
Named = Mapping[str, Iterable[str]]
"""Entities by dataset."""


@dataclass(frozen=True, slots=True)
class Steps:
    """`hand_in` stores one submission; a list of the area's entities is not read for it, however long that is."""

    context: Context
    filling: FillingDesk

    def hand_in(self, form_id: str, answers: Mapping[str, object], *, about: Named, words: bool = False) -> Stored:
        """Fill in and store; `words` adds what can be read to the resident. Refused says which answers are wrong."""
        opening = self._begin(form_id, about)
        given = {_placed(name, value, opening.form): value for name, value in answers.items()}
        problems = apply(opening.session, read(given, opening.form))
        if problems:
            raise refusal(opening.session, self.context.language, problems)
        try:
            return self.filling.finish(opening) if words else self.filling.hand_in(opening)
        except NotReady:
            raise refusal(opening.session, self.context.language) from None

    def _begin(self, form_id: str, about: Named) -> Opening:
        source, form = self.filling.prepare(form_id)
        kept = {f"{dataset}{LIST}": uuids for dataset, uuids in about.items()}
        others = frozenset(external.id for external in form.externals if external.name not in kept)
        rows = self.filling.rows(form, source, only=others)
        for external in form.externals:
            if external.name in kept:
                dataset = external.name.removesuffix(LIST)
                rows[external.id] = self._narrow(dataset, kept[external.name], external.columns)
        return self.filling.begin(form, rows=rows)

    def _narrow(self, dataset: str, uuids: Iterable[str], columns: Iterable[str]) -> Rows:
        """Just these entities as the form's list."""
        wanted = [name for name in columns if name not in FIXED]
        table: dict[str, list[str]] = {name: [] for name in (*FIXED, *wanted)}
        length = 0
        for uuid in dict.fromkeys(uuids):
            item = self.context.store.entities.get(uuid, dataset)
            if item is None:
                continue
            fixed = (item.uuid, item.label, *self.context.store.entities.versions(dataset, uuid))
            for name, value in zip(FIXED, fixed, strict=True):
                table[name].append(value)
            for name in wanted:
                table[name].append(item.properties.get(name, ""))
            length += 1
        return Columns(table, length)


def _placed(name: str, value: object, form: Form) -> str:
    """A bare question name means the only question of that name, wherever its group is."""
    if name.startswith("/") or (isinstance(value, Mapping) and set(value) != {"file"}):
        return name
    return named(form, name) or name
