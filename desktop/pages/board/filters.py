"""What narrows the board: village, category, department, what stands still; which comes first; what was kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QPushButton, QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import segment
from desktop.services.office.remembered import KeptFilter
from desktop.services.requests.rows import QUIET
from desktop.services.values import Board, BoardFilter
from desktop.widgets.flow import FlowLayout
from sync.protocol import Role

DUE, NEWEST = "due", "newest"
KEEP, FORGET = "+", "-"


class BoardFilters(QWidget):
    """`changed`: another choice. `chosen(KeptFilter)`: one that was kept; `keep(str)`, `forget(str)`: under a name."""

    changed = Signal()
    chosen = Signal(object)
    keep = Signal(str)
    forget = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        t = context.text
        flow = FlowLayout(self, gap=context.theme.scale.px(6))
        self._village = self._choice("pages.village")
        self._category = self._choice("board.category")
        self._department = self._choice("pages.department")
        self._order = self._choice("board.order")
        self._order.offer([(DUE, t("pages.due_first")), (NEWEST, t("board.newest_first"))])
        self._stuck = self._make_stuck()
        self._before = ""
        self._known: tuple[KeptFilter, ...] = ()
        self._kept = ChoiceButton(context.theme, name=t("board.kept"))
        self._kept.setProperty("measure", "small")
        self._kept.chosen.connect(self._take)
        for box in (self._village, self._category, self._department, self._stuck, self._order, self._kept):
            flow.addWidget(box)
        if context.me.role is Role.DEPARTMENT:
            self._department.hide()  # it sees its own only
        self.know(())
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
    def stuck(self) -> bool:
        """Whether only those are wanted of which nothing was heard for days."""
        return self._stuck.isChecked()

    @property
    def narrowed(self) -> bool:
        return self.count > 0

    @property
    def count(self) -> int:
        """How many narrow the list."""
        return sum(map(bool, (self.village, self.category, self.department, self.stuck)))

    def turn_stuck(self) -> None:
        """Only what stands still, or all again; as if it had been pressed."""
        self._stuck.click()

    def offer(self, board: Board) -> None:
        """What there is to choose from."""
        self._offer(board.villages, board.categories, board.departments)

    def know(self, kept: tuple[KeptFilter, ...]) -> None:
        """What was kept under names."""
        t, here = self._context.text, self._kept.value
        self._known = kept
        names = [each.name for each in kept]
        forget = ((FORGET, t("board.kept_forget", name=here)),) if here in names else ()
        self._kept.offer(
            (("", t("board.kept_none")), *((name, name) for name in names), (KEEP, t("board.kept_keep")), *forget)
        )

    def put(self, wanted: BoardFilter) -> None:
        """Choose as was kept, without telling."""
        self._village.choose(wanted.village)
        self._category.choose(wanted.category)
        self._department.choose(wanted.department)
        self._order.choose(NEWEST if wanted.newest else DUE)
        self._stuck.setChecked(wanted.stuck)

    def _take(self, name: str) -> None:
        before = self._before
        if name == FORGET:
            self._kept.choose("")
            self.forget.emit(before)
        elif name == KEEP:
            self._kept.choose("")
            self._ask_name()
        else:
            found = next((each for each in self._known if each.name == name), None)
            if found is not None:
                self.chosen.emit(found)
        self._before = self._kept.value
        self.know(self._known)

    def _ask_name(self) -> None:
        t = self._context.text
        name, given = QInputDialog.getText(self, t("board.kept_keep"), t("board.kept_name"))
        if given and name.strip():
            self.keep.emit(name.strip())

    def clear(self) -> None:
        for box in (self._village, self._category, self._department):
            box.choose("")
        self._stuck.setChecked(False)

    def _make_stuck(self) -> QPushButton:
        t, theme = self._context.text, self._context.theme
        made = segment(theme, t("board.stuck"), chosen=False, does_what=self.changed.emit, icon="hourglass")
        made.setProperty("measure", "small")
        made.setToolTip(t("board.stuck_tip", count=QUIET))
        return made

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
