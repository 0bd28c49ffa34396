"""Rows of a spreadsheet as records of any form: a row whose answers a record has already is not taken in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.services.context import Context
from desktop.services.filling.batch import Batch
from desktop.services.filling.filling import FillingDesk
from desktop.services.filling.leaves import leaves
from desktop.services.filling.library import read_rows
from desktop.services.filling.refusal import Refused
from desktop.services.sheets.import_values import Refused as RefusedRow
from desktop.services.sheets.import_values import Same, Sorted
from forms.api import Form
from forms.register.answers import AnswerReader, Filling, by_word
from forms.register.lenient import Flaw
from forms.register.reasons import Problem
from forms.register.table import Row

Said = tuple[str, ...]


class TableIntake:
    """See `import_values.Intake`. One row is one record."""

    def __init__(self, context: Context, reader: AnswerReader, rows: Sequence[Row]) -> None:
        self._context, self._reader = context, reader
        self.sorted = Sorted(rows=len(rows))
        self.added = self.households = 0
        self._texts = {row.number: {key: cell.text for key, cell in row.cells.items()} for row in rows}
        self._known = _recorded(context, reader.form, reader.paths)
        self._new: list[Filling] = []
        self._batches: dict[int, Batch] = {}
        for row in rows:
            self._place(reader.read(row))

    @property
    def new(self) -> int:
        return len(self._new)

    total = new

    def take(self, filling: FillingDesk, start: int, count: int) -> Sequence[str]:
        """See `import_values.Intake.take`."""
        batch = self._batches.get(id(filling))
        if batch is None:  # beginning one reads the form's lists
            batch = self._batches[id(filling)] = Batch.begin(filling, self._reader.form.form_id)
        done = []
        for row in self._new[start : start + count]:
            try:
                done.append(batch.add(_whole(row.answers, self._reader.form), base=Path()).instance_id)
            except Refused as why:
                said = "; ".join(problem.message(self._context.text) for problem in why.problems)
                self._refuse(row.row, Problem("", Flaw.FORM, said))
        self.added += len(done)
        return done

    def _place(self, row: Filling) -> None:
        if row.problems:
            self._refuse(row.row, *row.problems)
            return
        said = tuple(row.answers.get(path, "") for path in self._reader.paths)
        if said in self._known:
            self.sorted.same.append(
                Same(row.row, next(filter(None, said), ""), self._known[said], self._texts[row.row])
            )
            return
        self._known[said] = str(row.row)
        self._new.append(row)

    def _refuse(self, row: int, *problems: Problem) -> None:
        self.sorted.refused.append(RefusedRow(row, problems, self._texts[row]))


def _whole(answers: Mapping[str, str], form: Form) -> dict[str, object]:
    """Where the form asks first whether there is a telephone, the spreadsheet has answered that too."""
    asks = {question.name: question.path for question in form.questions}
    has, phone = asks.get("has_phone", ""), asks.get("phone", "")
    more = {has: "yes" if answers.get(phone) else "no"} if has and phone and has not in answers else {}
    return {**more, **answers}


def _recorded(context: Context, form: Form, paths: Sequence[str]) -> dict[Said, str]:
    """What records of the form answer to `paths` -> the record; those of an import that was undone left out."""
    store = context.store
    undone = {id for run in store.imports.list() if run.undone_at for id in store.imports.records(run.id)}
    found: dict[Said, str] = {}
    for row, xml in store.records.submissions(form.form_id, area=context.actor.area):
        if row.instance_id not in undone and xml:
            values = dict(leaves(xml))
            found.setdefault(tuple(values.get(path, "") for path in paths), row.instance_id)
    return found


def words_of_lists(context: Context, form: Form) -> dict[str, Mapping[str, str]]:
    """Of each list that the form chooses from: word -> value. Lists of people and households by their labels."""
    found: dict[str, Mapping[str, str]] = {}
    for name in {question.itemset for question in form.questions if question.itemset}:
        data = context.list_bytes(name)
        if data is not None:
            rows = read_rows(data)
            found[name] = by_word(
                (row["name"], (row["name"], row.get("label", ""), row.get("label_en", ""))) for row in rows
            )
            continue
        items = context.store.entities.all(name.removesuffix(".csv"), area=context.actor.area)
        found[name] = by_word((item.uuid, (item.uuid, item.label)) for item in items if not item.deleted)
    return found
