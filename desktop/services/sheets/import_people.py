"""A register of people on its way in: nobody twice, households first, then those who live in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.refusal import Refused
from desktop.services.sheets.import_answers import CONSENT, household, resident
from desktop.services.sheets.import_values import Refused as RefusedRow
from desktop.services.sheets.import_values import Same, Sorted
from forms.casework.areas import code
from forms.casework.duplicates import Person
from forms.casework.names import Names
from forms.register.lenient import Flaw
from forms.register.people import KnownPeople, PeopleReader, Reading, Registered, order_of_trust
from forms.register.reasons import Problem
from forms.register.table import Row

RESIDENT, HOUSEHOLD = "resident", "household"
OUT = frozenset({"void", "erased"})
"""States of residents who were taken back: they are nobody's second writing."""
GONE = frozenset({"gone", *OUT})
House = tuple[str, str]


class PeopleIntake:
    """See `import_values.Intake`. Records are the new households, then the people."""

    def __init__(self, context: Context, reader: PeopleReader, rows: Sequence[Row]) -> None:
        self._context, self._reader = context, reader
        self._known = _registered(context, reader.places.names)
        self._homes = _homes(context)
        self.sorted = Sorted(rows=len(rows))
        self.added = self.households = 0
        self.people: list[Registered] = []
        self._texts = {row.number: {key: cell.text for key, cell in row.cells.items()} for row in rows}
        self._sort(rows)
        self._new_homes = self._houses()
        self._batches: dict[tuple[int, str], Batch] = {}

    @property
    def new(self) -> int:
        return len(self.people)

    @property
    def total(self) -> int:
        return len(self._new_homes) + len(self.people)

    def take(self, filling: FillingDesk, start: int, count: int) -> Sequence[str]:
        """See `import_values.Intake.take`."""
        done: list[str] = []
        first = len(self._new_homes)
        for house in list(self._new_homes)[start : start + count]:
            stored = self._batch(filling, HOUSEHOLD).add(household(self._new_homes[house]), base=Path())
            self._homes[house] = stored.uuid
            self.households += 1
            done.append(stored.instance_id)
        for person in self.people[max(start - first, 0) : max(start + count - first, 0)]:
            done += self._register(filling, person)
        return done

    def _sort(self, rows: Sequence[Row]) -> None:
        """Who is new, who is registered already or twice in the file, and what cannot be read."""
        readings = self._reader.read_all(rows)
        for person in order_of_trust([reading.person for reading in readings if not reading.problems]):
            self._place(person)
        refused = [reading for reading in readings if reading.problems]
        for reading in refused:
            self.sorted.refused.append(RefusedRow(reading.row, reading.problems, self._texts[reading.row]))
        self._offer(refused)
        self.people.sort(key=lambda person: (person.house, person.relation != "head", person.row))
        self.sorted.same.sort(key=lambda pair: pair.row)

    def _place(self, person: Registered) -> None:
        found = self._known.find(_compared(person), person.id_no)
        if found:
            self._same(person, found)
            return
        self._known.add(_compared(person), person.id_no)
        if not person.sex:
            self._refuse(person, Problem("sex", Flaw.SEX_MISSING, ""))
            return
        self.people.append(person)

    def _offer(self, refused: Sequence[Reading]) -> None:
        """Second writings one of which was refused are offered too: whoever mends the row must know."""
        among = KnownPeople(self._reader.places.names)
        for reading in refused:
            person = reading.person
            if not person.name:
                continue
            compared = _compared(person)
            found = self._known.find(compared, person.id_no) or among.find(compared, person.id_no)
            if found:
                self._same(person, found)
            else:
                among.add(compared, person.id_no)
        for person in self.people:
            found = among.find(_compared(person), person.id_no)
            if found:
                self._same(person, found)

    def _same(self, person: Registered, of: str) -> None:
        self.sorted.same.append(Same(person.row, person.name, of, self._texts[person.row]))

    def _refuse(self, person: Registered, problem: Problem) -> None:
        self.sorted.refused.append(RefusedRow(person.row, (problem,), self._texts[person.row]))

    def _houses(self) -> dict[House, list[Registered]]:
        """Households that are not registered yet, with whom the file has in them."""
        found: dict[House, list[Registered]] = {}
        for person in self.people:
            if person.house not in self._homes:
                found.setdefault(person.house, []).append(person)
        return found

    def _register(self, filling: FillingDesk, person: Registered) -> list[str]:
        answers = resident(person, self._homes[person.house], today=self._context.today())
        try:
            stored = self._batch(filling, RESIDENT).add(answers, base=Path())
        except Refused as why:
            said = "; ".join(problem.message(self._context.text) for problem in why.problems)
            self._refuse(person, Problem("", Flaw.FORM, said))
            return []
        self.added += 1
        asides = [*person.asides, *([self._context.text("register.ask_consent")] if CONSENT in answers else [])]
        self.sorted.asides += [(person.row, person.name, aside) for aside in asides]
        return [stored.instance_id]

    def _batch(self, filling: FillingDesk, form: str) -> Batch:
        """Lists are read once for each desk: people only after the last household."""
        key = (id(filling), form)
        if key not in self._batches:
            self._batches[key] = Batch.begin(filling, form)
        return self._batches[key]


def _homes(context: Context) -> dict[House, str]:
    """Households that are registered, by group and head."""
    found: dict[House, str] = {}
    for item in context.store.entities.all("households", area=context.actor.area):
        if not item.deleted and item.properties.get("state") not in GONE:
            found.setdefault((code(item.area), item.properties.get("head_name", "")), item.uuid)
    return found


def _registered(context: Context, names: Names) -> KnownPeople:
    """Everybody whom the workspace knows within its area."""
    homes = {item.uuid: item for item in context.store.entities.all("households", area=context.actor.area)}
    known = KnownPeople(names)
    for item in context.store.entities.all("residents", area=context.actor.area):
        has: Mapping[str, str] = item.properties
        if item.deleted or has.get("state") in OUT:
            continue
        home = homes.get(has.get("household", ""))
        house = "/".join((code(home.area), home.properties.get("head_name", ""))) if home else ""
        person = Person(
            item.uuid,
            has.get("full_name", ""),
            house,
            has.get("phone", ""),
            has.get("id_tail", ""),
            has.get("birth", ""),
            has.get("sex", ""),
        )
        known.add(person, has.get("id_no", ""))
    return known


def _compared(person: Registered) -> Person:
    house = "/".join(person.house)
    return Person(str(person.row), person.name, house, person.phone, person.id_no[-4:], person.birth, person.sex)
