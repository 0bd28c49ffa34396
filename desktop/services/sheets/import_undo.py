"""A whole import taken back: a change of people for each household, so that everybody who heard of them hears this."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.sheets.import_values import Undoing, Undone
from desktop.services.values import Progress
from forms.api import Rows
from forms.entities import changes
from forms.errors import Fault, Kind
from forms.rows import Columns

CHANGE, MISTAKE = "resident_change", "mistake"
HOUSEHOLDS, RESIDENTS = "households", "residents"
MOST = 2_000  # records of one entity that are looked at


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
        records = set(store.imports.records(run))
        made = self._made(records)
        if not any(made.values()):
            raise Fault("services.import_no_undo", Kind.USAGE, form=found.form_id)
        people = [uuid for uuid in made[RESIDENTS] if self._untouched(uuid, records)]
        by_home: dict[str, list[str]] = {uuid: [] for uuid in made[HOUSEHOLDS] if self._untouched(uuid, records)}
        for uuid in people:
            item = store.entities.get(uuid, RESIDENTS)
            if item is not None:
                by_home.setdefault(item.properties.get("household", ""), []).append(uuid)
        kept = sum(len(made[dataset]) for dataset in made) - len(people)
        kept -= len(set(by_home) & set(made[HOUSEHOLDS]))
        homes = tuple((home, tuple(members)) for home, members in by_home.items() if home)
        return Undoing(run, homes, kept)

    def take(self, undoing: Undoing, *, count: int) -> Progress:
        whole = Batch.begin(self.filling, CHANGE)
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

    def _made(self, records: set[str]) -> dict[str, list[str]]:
        """Residents and households that the records created."""
        found: dict[str, list[str]] = defaultdict(list, {HOUSEHOLDS: [], RESIDENTS: []})
        for instance_id in records:
            record = self.context.store.records.get(instance_id)
            if record is None or not record.xml:
                continue
            form = self.context.form(record.row.form_id, record.row.form_version)
            for change in changes(form, record.xml) if form.entities else ():
                if change.create and change.dataset in (HOUSEHOLDS, RESIDENTS):
                    found[change.dataset].append(change.uuid)
        return found

    def _untouched(self, uuid: str, records: set[str]) -> bool:
        """Whether nothing but the import has to do with it."""
        about = self.context.store.records.of_entity(uuid, limit=MOST)
        return all(row.instance_id in records for row in about)


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
