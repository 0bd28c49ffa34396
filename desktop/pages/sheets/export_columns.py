"""Which columns leave, and what becomes of each: plain, starred or left out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.pages.parts.page import PageContext
from desktop.services.sheets.export_values import ExportColumn
from desktop.services.values import Level
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, label, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.wrapping import Tick


class ColumnsCard(Card):
    """`changed`: other columns were chosen. What was left out stays so when the level changes."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("pages.export_columns"))
        self._context = context
        self._columns: tuple[ExportColumn, ...] = ()
        self._level = Level.HANDLING
        self._out: set[str] = set()
        self._boxes: dict[str, Tick] = {}
        self._lines: dict[str, QWidget] = {}
        self._count = label("", "small")
        if self.header is not None:
            self.header.add_action(self._count)
        self._find = QLineEdit()
        self._find.setProperty("measure", "small")
        self._find.setPlaceholderText(context.text("board.find_column"))
        self._find.setAccessibleName(context.text("board.find_column"))
        self._find.textChanged.connect(self._narrow)
        self.add(self._find)
        self._body = ScrollBody(gap=1)
        self.body.addWidget(self._body, 1)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys of the columns that are wanted; empty for all of them."""
        wanted = tuple(each.name for each in self._leaving if each.name not in self._out)
        return () if len(wanted) == len(self._leaving) else wanted

    @property
    def left_out(self) -> tuple[str, ...]:
        """The keys of the columns that are not wanted."""
        return tuple(sorted(self._out))

    def leave_out(self, keys: Sequence[str]) -> None:
        """From now on; `put` shows it."""
        self._out = set(keys)

    @property
    def _leaving(self) -> tuple[ExportColumn, ...]:
        return tuple(each for each in self._columns if self._leaves(each))

    def put(self, columns: Sequence[ExportColumn], level: Level) -> None:
        self._columns, self._level = tuple(columns), level
        clear(self._body.body)
        self._boxes, self._lines = {}, {}
        counted = level is Level.STATISTICS
        self._find.setVisible(not counted)
        self._count.setVisible(not counted)
        if counted:
            self._body.body.addWidget(label(self._context.text("pages.export_counts"), "second", wrap=True))
        else:
            for column in self._columns:
                self._body.body.addWidget(self._line(column))
        self._body.body.addStretch(1)
        self._narrow(self._find.text())
        self._say()

    def _line(self, column: ExportColumn) -> QWidget:
        made = QWidget()
        inside = row(made, gap=self._context.theme.scale.s)
        box = Tick(self._context.theme, column.label)
        leaves = self._leaves(column)
        box.setEnabled(leaves)
        box.setChecked(leaves and column.name not in self._out)
        box.toggled.connect(lambda on, name=column.name: self._take(name, on=on))
        mark = self._treatment(column)
        box.setAccessibleDescription(mark.word)
        inside.addWidget(box, 1)
        inside.addWidget(Chip(self._context.theme, mark))
        self._boxes[column.name], self._lines[column.name] = box, made
        return made

    def _take(self, name: str, *, on: bool) -> None:
        (self._out.discard if on else self._out.add)(name)
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        leaving = self._leaving
        wanted = sum(each.name not in self._out for each in leaving)
        self._count.setText(self._context.text("board.columns_chosen", n=wanted, m=len(leaving)))

    def _narrow(self, words: str) -> None:
        for column in self._columns:
            line = self._lines.get(column.name)
            if line is not None:
                line.setVisible(words.strip().lower() in column.label.lower())

    def _leaves(self, column: ExportColumn) -> bool:
        return self._level is Level.FULL or column.starred or column.level is not Level.FULL

    def _treatment(self, column: ExportColumn) -> Mark:
        t = self._context.text
        if self._level is not Level.FULL and column.starred:
            return Mark(t("pages.treated_masked"), Tone.WARN, "eye-slash")
        if not self._leaves(column):
            return Mark(t("pages.treated_left_out"), Tone.MUTE, "x")
        return Mark(t("pages.treated_whole"), Tone.OK, "-")
