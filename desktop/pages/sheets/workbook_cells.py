"""What a department's workbook would get, cell by cell, and what it still lacks, with whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import segment
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, fill, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel
from forms.export.department import Change, Filled, Gap

CELLS, MISSING = 0, 1


class CellsCard(Card):
    """Two tables, one of which is shown."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("workbook.preview"))
        self._context = context
        self._chips = row(gap=context.theme.scale.s)
        self.add(self._chips)
        self._tabs: list[QPushButton] = []
        self.add(self._make_tabs())
        self._changes, self._gaps = self._changes_model(), self._gaps_model()
        self._stack = QStackedWidget()
        self._empty = EmptyState(context.theme, "", icon="microsoft-excel-logo")
        theme, cells, missing = context.theme, context.text("workbook.cells"), context.text("workbook.missing")
        self._stack.addWidget(DataTable(theme, self._changes, name=cells, two_lines=False))
        self._stack.addWidget(DataTable(theme, self._gaps, name=missing, two_lines=False))
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self._filled: Filled | None = None

    def say(self, words: str) -> None:
        """No cells, and why."""
        self._filled = None
        clear(self._chips)
        for tab in self._tabs:
            reveal(tab, False)
        self._empty.sentence.setText(words)
        self._stack.setCurrentWidget(self._empty)

    def put(self, filled: Filled) -> None:
        self._filled = filled
        for tab in self._tabs:
            reveal(tab, True)
        self._changes.put(filled.changes)
        self._gaps.put(filled.missing)
        self._show_counts(filled)
        self._show(CELLS)

    def _make_tabs(self) -> QHBoxLayout:
        line = row(gap=self._context.theme.scale.s)
        group = QButtonGroup(self)
        for at, name in enumerate(("cells", "missing")):
            words = self._context.text(f"workbook.{name}")
            made = segment(self._context.theme, words, chosen=at == CELLS, does_what=partial(self._show, at))
            group.addButton(made)
            self._tabs.append(made)
        fill(line, [*self._tabs, None])
        return line

    def _show(self, at: int) -> None:
        self._tabs[at].setChecked(True)
        found = self._filled
        if found is None:
            return
        rows: Sequence[object] = (found.changes, found.missing)[at]
        if rows:
            self._stack.setCurrentIndex(at)
            return
        key = "nobody" if not found.lines else "nothing_missing" if at == MISSING else "nothing_known"
        self._empty.sentence.setText(self._context.text(f"workbook.{key}"))
        self._stack.setCurrentWidget(self._empty)

    def _show_counts(self, filled: Filled) -> None:
        clear(self._chips)
        counts = (
            (filled.lines, "lines", Tone.INFO),
            (filled.cells, "cells", Tone.OK),
            (filled.added, "added", Tone.INFO),
            (len(filled.missing), "missing", Tone.WARN),
        )
        for count, name, tone in counts:
            if count:
                words = self._context.text(f"workbook.count_{name}", count=f"{count:,}")
                self._chips.addWidget(Chip(self._context.theme, Mark(words, tone, "-")))
        fill(self._chips, [None])

    def _changes_model(self) -> RowsModel[Change]:
        t = self._context.text
        return RowsModel(
            [
                Column(t("workbook.cell"), lambda each: Cell(f"{each.column}{each.row}"), 5),
                Column(t("workbook.who"), lambda each: Cell(each.label, strong=True), 8),
                Column(t("workbook.heading"), lambda each: Cell(each.heading)),
                Column(t("workbook.value"), lambda each: Cell(each.said)),
            ],
            key=lambda each: f"{each.column}{each.row}",
        )

    def _gaps_model(self) -> RowsModel[Gap]:
        t = self._context.text
        return RowsModel(
            [
                Column(t("workbook.cell"), lambda each: Cell(f"{each.column}{each.row}"), 5),
                Column(t("workbook.who"), lambda each: Cell(each.label, strong=True), 8),
                Column(t("workbook.heading"), lambda each: Cell(each.heading)),
                Column(t("workbook.whom"), lambda each: Cell(each.whom), 9),
                Column(t("workbook.why"), lambda each: Cell(t(f"workbook.why_{each.why.value}"))),
            ],
            key=lambda each: f"{each.column}{each.row}",
        )
