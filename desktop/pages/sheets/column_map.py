"""What each column of somebody's spreadsheet is taken for: a line for each, with what it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import Elided
from desktop.widgets.basics import clear, label, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from forms.foreign import ColumnMap, WorkbookMap

NOTHING = ""


class ColumnMapCard(Card):
    """`changed`: a column was taken for something else. `nothing` are the words for a column that is none of ours."""

    changed = Signal()

    def __init__(self, context: PageContext, title: str, *, nothing: str) -> None:
        super().__init__(context.theme, title)
        self._context, self._nothing = context, nothing
        self._mapping: WorkbookMap | None = None
        self._chosen: list[ChoiceButton] = []
        self._list = ScrollBody(gap=context.theme.scale.xs)
        self.body.addWidget(self._list, 1)

    @property
    def mapping(self) -> WorkbookMap | None:
        """The map as it is chosen now; None before there is a spreadsheet."""
        if self._mapping is None:
            return None
        columns = zip(self._mapping.columns, self._chosen, strict=True)
        return replace(self._mapping, columns=tuple(_taken(column, made.value) for column, made in columns))

    def put(self, mapping: WorkbookMap, facts: Mapping[str, str]) -> None:
        """Offer each column of `mapping` the `facts` (fact -> words)."""
        self._mapping = mapping
        self._chosen = []
        clear(self._list.body)
        offered = [(NOTHING, self._nothing), *((fact, words or fact) for fact, words in facts.items())]
        for column in mapping.columns:
            self._list.body.addWidget(self._line(column, offered))
        self._list.body.addStretch(1)

    def _line(self, column: ColumnMap, offered: list[tuple[str, str]]) -> QWidget:
        made = QWidget()
        line = row(made, gap=self._context.theme.scale.s)
        line.addWidget(Elided(column.heading), 5)
        line.addWidget(label("→", "small"))
        choice = ChoiceButton(self._context.theme, name=column.heading)
        choice.stretch()
        choice.offer(offered)
        choice.choose(column.fact)
        choice.chosen.connect(lambda _: self.changed.emit())
        self._chosen.append(choice)
        line.addWidget(choice, 6)
        return made


def _taken(column: ColumnMap, fact: str) -> ColumnMap:
    """The column as another fact; words, keys and whom to ask belong to the one that was suggested."""
    return column if fact == column.fact else ColumnMap(column.heading, fact)
