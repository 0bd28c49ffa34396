"""Taking in spreadsheets: each row looked at, nobody twice, a workbook of what was refused; and a whole import undone.

Records are committed a few at a time, so that a stop keeps what was stored and a second run adds only the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.forms import FROM_ELSEWHERE
from desktop.services.given_file import read_given
from desktop.services.rights import Actor, Use, needs
from desktop.services.sheets.hints import read_hints
from desktop.services.sheets.import_people import RESIDENT, PeopleIntake
from desktop.services.sheets.import_report import write_report
from desktop.services.sheets.import_table import TableIntake, words_of_lists
from desktop.services.sheets.import_undo import UndoDesk
from desktop.services.sheets.import_values import (
    Columns,
    Imported,
    ImportOrder,
    ImportRun,
    Intake,
    Looked,
    Undoing,
    Undone,
)
from desktop.services.values import Progress
from forms.api import Form
from forms.casework.areas import code
from forms.errors import Fault, Kind
from forms.export import Cancelled
from forms.export.place import placed
from forms.foreign import Book, Layout, Subject, WorkbookMap, read_map, suggest, write_map
from forms.register.answers import AnswerReader, asked, facts_of, suggest_answers
from forms.register.delimited import as_workbook
from forms.register.people import FACTS, Dictionary, PeopleReader
from forms.register.places import Places
from forms.register.table import Row, read_rows

WORDS = "register_words.csv"
AT_ONCE = 50
"""Records of one transaction: a moment's work, and few enough to lose nothing that a second run does not add."""

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
        """A map for a spreadsheet, from its headings. Raises Fault for what is no workbook or has no headings."""
        return self.columns(form, file).mapping

    @needs(Use.FILL)
    def columns(self, form: str, file: Path) -> Columns:
        """A suggested map, and what each column may be taken for."""
        compiled = self._form(form)
        name, layout, _ = _table(file, "")
        return Columns(self._suggested(compiled, name, layout), self._facts(compiled))

    def _suggested(self, form: Form, sheet: str, layout: Layout) -> WorkbookMap:
        if form.form_id == RESIDENT:
            return suggest(layout, sheet, read_hints(self.context), Subject((), "residents", {}), FACTS)
        return suggest_answers(form, layout, sheet)

    @needs(Use.FILL)
    def write_map(self, mapping: WorkbookMap, to: Path) -> None:
        with placed([to]) as (file,):
            file.write(write_map(mapping))

    @needs(Use.FILL)
    def look(self, order: ImportOrder) -> Looked:
        """Read and sort the rows; nothing is stored."""
        form = self._form(order.form)
        given = self._given(order)
        name, layout, rows = _table(order.file, given.sheet if given else "")
        mapping = given or self._suggested(form, name, layout)
        facts = self._facts(form)
        self._check(mapping, rows, facts, needed="full_name" if order.form == RESIDENT else "")
        return Looked(order, mapping, self._intake(form, mapping, rows))

    @needs(Use.FILL)
    def take(self, looked: Looked, *, count: int = AT_ONCE) -> Progress:
        """Store the next few records; all of them or, where the world fails, none."""
        self.context.require_writer()
        store = self.context.store.imports
        with store.together():
            run = looked.run or store.begin(looked.order.form, file=looked.order.file.name, author=self.actor.user)
            store.note(run, looked.intake.take(self.filling, looked.done, count))
        looked.run = run
        looked.done = min(looked.done + count, looked.intake.total)
        return Progress("write", looked.done, looked.intake.total)

    @needs(Use.FILL)
    def finish(self, looked: Looked) -> Imported:
        """Write the report of what was refused and what somebody should look at."""
        intake, order = looked.intake, looked.order
        rows = intake.sorted
        write_report(order.report_file, rows.refused, rows.same, rows.asides, self.context.text)
        if intake.added:
            self.context.audit(
                "import", what=order.form, rows=str(rows.rows), added=str(intake.added), file=order.file.suffix
            )
        return Imported(
            rows=rows.rows,
            added=intake.new if order.dry_run else intake.added,
            refused=len(rows.refused),
            duplicates=len(rows.same),
            households=intake.households,
            report=order.report_file,
            problems=tuple(rows.refused),
            run=looked.run,
        )

    @needs(Use.FILL)
    def run(self, order: ImportOrder, *, progress: Tell = None, cancelled: Stop = None) -> Imported:
        """Take a spreadsheet in, or with `dry_run` say what would become of it; the report is written both ways."""
        looked = self.look(order)
        while not order.dry_run and not looked.finished:
            if cancelled is not None and cancelled():
                raise Cancelled
            said = self.take(looked)
            if progress is not None:
                progress(said)
        return self.finish(looked)

    @needs(Use.FILL)
    def list(self) -> tuple[ImportRun, ...]:
        """What was taken in here, the newest first."""
        return self.context.store.imports.list()

    @needs(Use.FILL)
    def look_back(self, run: int) -> Undoing:
        """What undoing an import would take back."""
        return UndoDesk(self.context, self.filling).look(run)

    @needs(Use.FILL)
    def take_back(self, undoing: Undoing, *, count: int = AT_ONCE) -> Progress:
        """Take back the next few households; all of them or, where the world fails, none."""
        self.context.require_writer()
        return UndoDesk(self.context, self.filling).take(undoing, count=count)

    @needs(Use.FILL)
    def undo(self, run: int, *, progress: Tell = None, cancelled: Stop = None) -> Undone:
        """Undo a whole import: everybody whom it registered, but for those of whom something was written since."""
        undoing = self.look_back(run)
        while not undoing.finished:
            if cancelled is not None and cancelled():
                raise Cancelled
            said = self.take_back(undoing)
            if progress is not None:
                progress(said)
        return self.taken_back(undoing)

    @needs(Use.FILL)
    def taken_back(self, undoing: Undoing) -> Undone:
        """Note that the import was undone."""
        self.context.require_writer()
        return UndoDesk(self.context, self.filling).finish(undoing)

    def _form(self, form: str) -> Form:
        if form in FROM_ELSEWHERE:
            raise Fault("services.import_form", Kind.USAGE, form=form)
        return self.context.form(form)

    def _facts(self, form: Form) -> dict[str, str]:
        """What a column can be taken for, with words for people."""
        text = self.context.text
        if form.form_id == RESIDENT:
            return {fact: text(f"register.fact_{fact.rpartition('.')[2]}") for fact in FACTS}
        known = asked(form)
        named = {fact: question.labels for fact, question in known.items()}
        return {
            fact: _said(named[fact], self.context.language) or fact if fact in named else text(f"register.fact_{fact}")
            for fact in facts_of(form)
        }

    @staticmethod
    def _given(order: ImportOrder) -> WorkbookMap | None:
        if order.mapping is None or isinstance(order.mapping, WorkbookMap):
            return order.mapping
        return read_map(read_given(order.mapping), name=order.mapping.name)

    def _check(self, mapping: WorkbookMap, rows: Sequence[Row], facts: dict[str, str], *, needed: str) -> None:
        given = {each.fact for each in mapping.columns} - {""}
        if not given or needed not in (given | {""}):
            raise Fault("services.import_no_name", Kind.DAMAGED, facts=", ".join(sorted(facts)))
        unknown = sorted(given - set(facts))
        if unknown:
            raise Fault("foreign.map_fact", Kind.USAGE, fact=unknown[0], known=", ".join(sorted(facts)))
        headings = {heading for row in rows for heading in row.cells}
        for each in mapping.columns:
            if rows and needed and each.fact == needed and each.heading not in headings:
                raise Fault("foreign.map_heading", Kind.USAGE, heading=each.heading, known=", ".join(sorted(headings)))

    def _intake(self, form: Form, mapping: WorkbookMap, rows: Sequence[Row]) -> Intake:
        context, today = self.context, self.context.today()
        places = Places(context.areas(), context.names(), code(self.actor.area))
        if form.form_id == RESIDENT:
            words = Dictionary.read(context.list_bytes(WORDS) or b"")
            return PeopleIntake(context, PeopleReader(mapping, places, words, today), rows)
        lists = words_of_lists(context, form)
        return TableIntake(context, AnswerReader(form, mapping, places, lists, today.year), rows)


def _said(labels: object, language: str) -> str:
    by = dict(labels) if isinstance(labels, dict) else {}
    return next((label for name, label in by.items() if name == language or name.endswith(f"({language})")), "")


def _table(file: Path, sheet: str) -> tuple[str, Layout, tuple[Row, ...]]:
    """The sheet's name, layout and rows; the first sheet with headings where none is named."""
    book = Book(as_workbook(read_given(file), name=file.name), name=file.name)
    if sheet:
        return (sheet, *read_rows(book.sheet(sheet)))
    for name in book.shown[:-1]:
        try:
            return (name, *read_rows(book.sheet(name)))
        except Fault:
            continue
    return (book.shown[-1], *read_rows(book.sheet(book.shown[-1])))
