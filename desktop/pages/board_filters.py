"""What narrows the board: village, category, department, and which comes first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.menu import ChoiceButton
from desktop.pages.page import PageContext
from desktop.services.values import Board
from desktop.widgets.basics import label, row
from desktop.widgets.flow import FlowLayout

DUE, NEWEST = "due", "newest"


class BoardFilters(QWidget):
    """`changed`: another choice."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        t, scale = context.text, context.theme.scale
        line = row(self, gap=scale.s)
        holder = QWidget()
        flow = FlowLayout(holder, gap=scale.s)
        self._village = self._choice("pages.village")
        self._category = self._choice("board.category")
        self._department = self._choice("pages.department")
        self._order = self._choice("board.order")
        self._order.offer([(DUE, t("pages.due_first")), (NEWEST, t("board.newest_first"))])
        for box in (self._village, self._category, self._department, self._order):
            flow.addWidget(box)
        self._shown = label("", "small")
        line.addWidget(holder, 1)
        line.addWidget(self._shown)
        self._offer((), (), ())

    @property
    def village(self) -> str:
        return self._village.value

    @property
    def category(self) -> str:
        return self._category.value

    @property
    def department(self) -> str:
        return self._department.value

    @property
    def newest(self) -> bool:
        return self._order.value == NEWEST

    @property
    def narrowed(self) -> bool:
        return bool(self.village or self.category or self.department)

    def offer(self, board: Board) -> None:
        """What there is to choose from."""
        self._offer(board.villages, board.categories, board.departments)

    def clear(self) -> None:
        for box in (self._village, self._category, self._department):
            box.choose("")

    def say(self, here: int, total: int | None) -> None:
        """How many are shown of how many."""
        t = self._context.text
        self._shown.setText(t("board.shown", n=here) if total is None else t("pages.shown", n=here, m=total))

    def _choice(self, name: str) -> ChoiceButton:
        made = ChoiceButton(self._context.theme, name=self._context.text(name))
        made.setProperty("measure", "small")
        made.chosen.connect(lambda _: self.changed.emit())
        return made

    def _offer(
        self,
        villages: tuple[tuple[str, str], ...],
        categories: tuple[tuple[str, str], ...],
        departments: tuple[tuple[str, str], ...],
    ) -> None:
        t = self._context.text
        self._village.offer((("", t("pages.all_villages")), *villages))
        self._category.offer((("", t("board.all_categories")), *categories))
        self._department.offer((("", t("pages.all_departments")), *departments))
