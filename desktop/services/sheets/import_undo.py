"""A whole import taken back: a change of people for each household, so that everybody who heard of them hears this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.sheets.import_values import Undoing, Undone
from desktop.services.values import Progress
from forms.api import Form, Rows
from forms.entities import changes
from forms.errors import Fault, Kind
from forms.rows import Columns

CHANGE, MISTAKE = "resident_change", "mistake"
HOUSEHOLDS, RESIDENTS = "households", "residents"


@dataclass(frozen=True, slots=True)
class UndoDesk:
    context: Context
    filling: FillingDesk

    def look(self, run: int) -> Undoing:
        """Whom the import registered and nobody has written about since. Faults services.import_*."""
        store = self.context.store
        found = store.imports.get(run)
        if found is None:
            raise Fault("services.import_unknown", Kind.USAGE, run=run)
        if found.undone_at:
            raise Fault("services.import_undone", Kind.USAGE, run=run)
        made = self._made(run)
        if not any(made.values()):
            raise Fault("services.import_no_undo", Kind.USAGE, form=found.form_id)
        touched = store.imports.touched(run)
        people = {uuid: said for uuid, said in made[RESIDENTS].items() if uuid not in touched}
        by_home: dict[str, list[str]] = {uuid: [] for uuid in made[HOUSEHOLDS] if uuid not in touched}
        for uuid, said in people.items():
            by_home.setdefault(said.get("household", ""), []).append(uuid)
        kept = sum(len(made[dataset]) for dataset in made) - len(people)
        kept -= len(set(by_home) & set(made[HOUSEHOLDS]))
        homes = tuple((home, tuple(members)) for home, members in by_home.items() if home)
        return Undoing(run, homes, kept)

    def take(self, undoing: Undoing, *, count: int) -> Progress:
        whole = undoing.batch
        if whole is None or whole.filling is not self.filling:
            whole = undoing.batch = Batch.begin(self.filling, CHANGE)
        with self.context.store.imports.together():
            for home, members in undoing.homes[undoing.done : undoing.done + count]:
                batch = replace(whole, rows=_concerned(whole, home), stale=frozenset())
                which = {"what": MISTAKE, "household": home} | ({"members": " ".join(members)} if members else {})
                batch.add({"which": which}, base=Path())
        undoing.done = min(undoing.done + count, len(undoing.homes))
        return Progress("write", undoing.done, len(undoing.homes))

    def finish(self, undoing: Undoing) -> Undone:
        self.context.store.imports.undone(undoing.run)
        done = Undone(undoing.people, len(undoing.homes), undoing.kept)
        self.context.audit("import.undone", people=str(done.people), kept=str(done.kept))
        return done

    def _made(self, run: int) -> dict[str, dict[str, Mapping[str, str]]]:
        """Households and residents that the import created, with what it said of each."""
        found: dict[str, dict[str, Mapping[str, str]]] = {HOUSEHOLDS: {}, RESIDENTS: {}}
        forms: dict[tuple[str, str], Form] = {}
        for record in self.context.store.imports.written(run):
            key = (record.form_id, record.version)
            form = forms.get(key) or forms.setdefault(key, self.context.form(*key))
            for change in changes(form, record.xml) if form.entities and record.xml else ():
                if change.create and change.dataset in found:
                    found[change.dataset][change.uuid] = change.properties
        return found


def _concerned(batch: Batch, home: str) -> dict[str, Rows]:
    """The lists cut to one household and its people: no household concerns another, and a form reads lists whole."""
    keys = {f"{HOUSEHOLDS}.csv": "name", f"{RESIDENTS}.csv": "household"}
    names = {external.id: external.name for external in batch.form.externals}
    found = dict(batch.rows)
    for id, rows in batch.rows.items():
        key = keys.get(names.get(id, ""))
        if key is not None:
            places = rows.where(key, home)
            found[id] = Columns({name: [rows.cell(at, name) for at in places] for name in rows.columns}, len(places))
    return found
