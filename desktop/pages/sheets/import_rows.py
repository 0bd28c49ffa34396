"""What would become of a spreadsheet's rows: how many are new, known or cannot be read, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QStackedWidget

from desktop.pages.parts.page import PageContext
from desktop.services.sheets.import_values import Imported, Looked, Refused, Same
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, fill, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

NAMES = ("full_name", "name", "head_name", "visitor_name")
"""Facts by which a row is known to people."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the spreadsheet that is not simply taken in."""

    row: int
    who: str
    why: str
    remedy: str
    same: bool


class ImportRows(Card):
    """Chips with the counts, and a table of the rows that somebody should look at."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("intake.rows"))
        self._context = context
        self._name = ""
        self._chips = row(gap=context.theme.scale.s)
        self.add(self._chips)
        self._empty = EmptyState(context.theme, "", icon="microsoft-excel-logo")
        t = context.text
        columns: list[Column[Line]] = [
            Column(t("register.row"), lambda line: Cell(str(line.row)), 4, order=lambda line: line.row),
            Column(t("intake.row_who"), lambda line: Cell(line.who or "—", strong=True), 9),
            Column(t("register.why"), self._why),
        ]
        self._model = RowsModel(columns, key=lambda line: f"{line.row}/{line.why}")
        self._table = DataTable(context.theme, self._model, name=t("intake.rows"))
        self._clean = EmptyState(context.theme, t("intake.clean"), icon="check-circle-fill")
        self._stack = QStackedWidget()
        for page in (self._empty, self._table, self._clean):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack, 1)

    def say(self, words: str) -> None:
        """No rows, and why."""
        clear(self._chips)
        self._empty.sentence.setText(words)
        self._stack.setCurrentWidget(self._empty)

    def put(self, looked: Looked) -> None:
        named = {column.fact: column.heading for column in reversed(looked.mapping.columns)}
        self._name = next((named[fact] for fact in NAMES if fact in named), "")
        self._show(looked.intake.sorted.refused, looked.intake.sorted.same, new=looked.intake.new)

    def finished(self, done: Imported) -> None:
        """What is left to be looked at after the rows were taken in."""
        self._show(done.problems, (), new=0)

    def _show(self, refused: Sequence[Refused], same: Sequence[Same], *, new: int) -> None:
        clear(self._chips)
        t, theme = self._context.text, self._context.theme
        for count, key, tone in (
            (new, "new", Tone.OK),
            (len(same), "same", Tone.INFO),
            (len(refused), "bad", Tone.BAD),
        ):
            if count:
                self._chips.addWidget(Chip(theme, Mark(t(f"intake.count_{key}", count=f"{count:,}"), tone)))
        fill(self._chips, [None])
        lines = [*self._refused(refused), *self._same(same)]
        self._model.put(sorted(lines, key=lambda line: (line.same, line.row)))
        self._stack.setCurrentWidget(self._table if lines else self._clean)

    def _refused(self, rows: Sequence[Refused]) -> list[Line]:
        t = self._context.text
        return [
            Line(
                each.row,
                each.cells.get(self._name, "").strip(),
                t(f"register.{problem.flaw}", value=problem.value),
                t(f"register.{problem.flaw}.remedy"),
                same=False,
            )
            for each in rows
            for problem in each.problems
        ]

    def _same(self, rows: Sequence[Same]) -> list[Line]:
        t = self._context.text
        found = []
        for each in rows:
            of = t("intake.same_row", row=each.of) if each.of.isdigit() else t("intake.same_known")
            found.append(Line(each.row, each.name, of, t("intake.same_remedy"), same=True))
        return found

    def _why(self, line: Line) -> Cell:
        return Cell(line.why, line.remedy, tone=None if line.same else Tone.BAD)
