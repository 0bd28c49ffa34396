"""Taking in an existing register: each row looked at, people registered once, a workbook of what was refused.

A record is committed row by row, so that a stop loses nothing: a second run knows those who are registered and adds
only the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.services.batch import Batch
from desktop.services.context import Context
from desktop.services.filling import FillingDesk
from desktop.services.given_file import read_given
from desktop.services.hints import read_hints
from desktop.services.import_answers import household, resident
from desktop.services.import_report import Refused as RefusedRow
from desktop.services.import_report import Same, write_report
from desktop.services.import_values import Imported, ImportOrder
from desktop.services.refusal import Refused
from desktop.services.rights import Actor, Use, needs
from desktop.services.values import Progress
from forms.casework.areas import code
from forms.casework.duplicates import Person
from forms.casework.names import Names
from forms.errors import Fault, Kind
from forms.export import Cancelled
from forms.export.place import placed
from forms.foreign import Book, Layout, Subject, WorkbookMap, read_map, suggest, write_map
from forms.register.lenient import Flaw
from forms.register.people import (
    Dictionary,
    KnownPeople,
    PeopleReader,
    Problem,
    Reading,
    Registered,
    order_of_trust,
)
from forms.register.places import Places
from forms.register.table import Row, read_rows

RESIDENT, HOUSEHOLD = "resident", "household"
WORDS = "register_words.csv"
FACTS = frozenset(
    {
        "village",
        "group",
        "household.head_name",
        "full_name",
        "relation",
        "sex",
        "birth",
        "id_no",
        "phone",
        "tags",
        "remark",
    }
)
"""Facts of a person that a register's columns can give."""

Tell = Callable[[Progress], None] | None
Stop = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class ImportDesk:
    context: Context
    filling: FillingDesk

    @property
    def actor(self) -> Actor:
        return self.context.actor

    @needs(Use.FILL)
    def suggest(self, form: str, file: Path) -> WorkbookMap:
        """A map for a register, from its headings. Raises Fault for what is no workbook or has no headings."""
        if form != RESIDENT:
            raise Fault("services.import_form", Kind.USAGE, form=form)
        name, layout, _ = _table(file, "")
        return suggest(layout, name, read_hints(self.context), Subject((), "residents", {}), FACTS)

    @needs(Use.FILL)
    def write_map(self, mapping: WorkbookMap, to: Path) -> None:
        with placed([to]) as (file,):
            file.write(write_map(mapping))

    @needs(Use.FILL)
    def run(self, order: ImportOrder, *, progress: Tell = None, cancelled: Stop = None) -> Imported:
        """Take the register in, or with `dry_run` only say what would become of it; the report is written both ways."""
        mapping = self._mapping(order)
        _, _, rows = _table(order.file, mapping.sheet)
        self._check(mapping, rows)
        running = _Running(self.context, self.filling, self._reader(mapping), progress, cancelled)
        running.sort(rows)
        if not order.dry_run:
            running.store()
        report = order.report or order.file.with_name(f"{order.file.stem}-report.xlsx")
        write_report(report, running.refused, running.same, running.asides, self.context.text)
        if running.added:
            self.context.audit(
                "import", what=order.form, rows=str(running.rows), added=str(running.added), file=order.file.suffix
            )
        return Imported(
            rows=running.rows,
            added=len(running.people) if order.dry_run else running.added,
            refused=len(running.refused),
            duplicates=len(running.same),
            households=running.households,
            report=report,
            problems=tuple(running.refused),
        )

    def _mapping(self, order: ImportOrder) -> WorkbookMap:
        if order.mapping is None:
            return self.suggest(order.form, order.file)
        if order.form != RESIDENT:
            raise Fault("services.import_form", Kind.USAGE, form=order.form)
        return read_map(read_given(order.mapping), name=order.mapping.name)

    def _check(self, mapping: WorkbookMap, rows: Sequence[Row]) -> None:
        facts = {each.fact for each in mapping.columns}
        if "full_name" not in facts:
            raise Fault("services.import_no_name", Kind.DAMAGED, facts=", ".join(sorted(FACTS)))
        unknown = sorted(facts - FACTS - {""})
        if unknown:
            raise Fault("foreign.map_fact", Kind.USAGE, fact=unknown[0], known=", ".join(sorted(FACTS)))
        headings = {heading for row in rows for heading in row.cells}
        for each in mapping.columns:
            if rows and each.fact and each.heading not in headings and each.fact == "full_name":
                raise Fault("foreign.map_heading", Kind.USAGE, heading=each.heading, known=", ".join(sorted(headings)))

    def _reader(self, mapping: WorkbookMap) -> PeopleReader:
        context = self.context
        places = Places(context.areas(), self._names(), code(self.actor.area))
        return PeopleReader(mapping, places, Dictionary.read(self._data(WORDS)), context.today())

    def _names(self) -> Names:
        return Names.read(self._data("surnames.csv"))

    def _data(self, name: str) -> bytes:
        return self.context.list_bytes(name) or b""


class _Running:
    """One register on its way in."""

    def __init__(
        self, context: Context, filling: FillingDesk, reader: PeopleReader, progress: Tell, cancelled: Stop
    ) -> None:
        self._context, self._filling, self._reader = context, filling, reader
        self._progress, self._cancelled = progress, cancelled
        self._known = _registered(context, reader.places.names)
        self.rows = self.added = self.households = 0
        self.people: list[Registered] = []
        self.refused: list[RefusedRow] = []
        self.same: list[Same] = []
        self.asides: list[tuple[int, str, str]] = []
        self._texts: dict[int, Mapping[str, str]] = {}

    def sort(self, rows: Sequence[Row]) -> None:
        """Who is new, who is registered already or twice in the file, and what cannot be read."""
        self.rows = len(rows)
        self._texts = {row.number: {key: cell.text for key, cell in row.cells.items()} for row in rows}
        readings = [self._reader.read(row) for row in rows]
        sound = [reading.person for reading in readings if not reading.problems]
        for person in order_of_trust(sound):
            self._place(person)
        refused = [reading for reading in readings if reading.problems]
        for reading in refused:
            self.refused.append(RefusedRow(reading.row, reading.problems, self._texts[reading.row]))
        self._offer(refused)
        self.people.sort(key=lambda person: (person.house, person.relation != "head", person.row))
        self.same.sort(key=lambda pair: pair.row)

    def _place(self, person: Registered) -> None:
        found = self._known.find(_compared(person), person.id_no)
        if found:
            self.same.append(Same(person.row, person.name, found, self._texts[person.row]))
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
                self.same.append(Same(person.row, person.name, found, self._texts[person.row]))
            else:
                among.add(compared, person.id_no)
        for person in self.people:
            found = among.find(_compared(person), person.id_no)
            if found:
                self.same.append(Same(person.row, person.name, found, self._texts[person.row]))

    def store(self) -> None:
        """Register the households that are new, then the people; what the form refuses is refused with its reasons."""
        homes = self._homes()
        by_house: dict[tuple[str, str], list[Registered]] = {}
        for person in self.people:
            by_house.setdefault(person.house, []).append(person)
        households = Batch.begin(self._filling, HOUSEHOLD)
        for house, people in by_house.items():
            self._look(0)
            if house not in homes:
                homes[house] = households.add(household(people), base=Path()).uuid
                self.households += 1
        residents = Batch.begin(self._filling, RESIDENT)
        for done, person in enumerate(self.people):
            self._look(done)
            self._register(residents, person, homes[person.house])

    def _register(self, batch: Batch, person: Registered, home: str) -> None:
        try:
            batch.add(resident(person, home, today=self._context.today()), base=Path())
        except Refused as why:
            said = "; ".join(problem.message(self._context.text) for problem in why.problems)
            self._refuse(person, Problem("", Flaw.FORM, said))
            return
        self.added += 1
        self.asides += [(person.row, person.name, aside) for aside in person.asides]

    def _refuse(self, person: Registered, problem: Problem) -> None:
        self.refused.append(RefusedRow(person.row, (problem,), self._texts[person.row]))

    def _homes(self) -> dict[tuple[str, str], str]:
        """Households that are registered, by group and head."""
        found: dict[tuple[str, str], str] = {}
        for item in self._context.store.entities.all("households", area=self._context.actor.area):
            if not item.deleted:
                found.setdefault((code(item.area), item.properties.get("head_name", "")), item.uuid)
        return found

    def _look(self, done: int) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(Progress("write", done, len(self.people)))


def _registered(context: Context, names: Names) -> KnownPeople:
    """Everybody whom the workspace knows within its area."""
    homes = {item.uuid: item for item in context.store.entities.all("households", area=context.actor.area)}
    known = KnownPeople(names)
    for item in context.store.entities.all("residents", area=context.actor.area):
        if item.deleted:
            continue
        has, home = item.properties, homes.get(item.properties.get("household", ""))
        house = "/".join((code(home.area), home.properties.get("head_name", ""))) if home else ""
        id_no = has.get("id_no", "")
        person = Person(
            item.uuid,
            has.get("full_name", ""),
            house,
            has.get("phone", ""),
            has.get("id_tail", ""),
            has.get("birth", ""),
            has.get("sex", ""),
        )
        known.add(person, id_no)
    return known


def _compared(person: Registered) -> Person:
    house = "/".join(person.house)
    return Person(str(person.row), person.name, house, person.phone, person.id_no[-4:], person.birth, person.sex)


def _table(file: Path, sheet: str) -> tuple[str, Layout, tuple[Row, ...]]:
    """The sheet's name, layout and rows; the first sheet with headings where none is named."""
    book = Book(read_given(file), name=file.name)
    if sheet:
        return (sheet, *read_rows(book.sheet(sheet)))
    for name in book.names[:-1]:
        try:
            return (name, *read_rows(book.sheet(name)))
        except Fault:
            continue
    return (book.names[-1], *read_rows(book.sheet(book.names[-1])))
