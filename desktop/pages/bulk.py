"""What can be done with several ticked requests: assign them to one department."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.pages.menu import ChoiceButton
from desktop.pages.page import PageContext
from desktop.pages.parts import act
from desktop.services.values import RequestRow
from desktop.widgets.basics import fill, label, reveal, row


class BulkBar(QFrame):
    """Shown while rows are ticked. `done(Mapping)`: what became of each reference; `cleared`: untick all."""

    done = Signal(object)
    cleared = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._rows: tuple[RequestRow, ...] = ()
        self.setProperty("kind", "bulk")
        scale = context.theme.scale
        line = row(self, gap=scale.s, margins=(scale.l, scale.s, scale.s, scale.s))
        self._count = label("")
        self._department = ChoiceButton(context.theme, name=context.text("pages.department"))
        self._department.setIcon(context.theme.icon("caret-down", "side_bright", scale.icon_small))
        assign = act(
            context.theme,
            context.text("pages.bulk_assign"),
            self._assign,
            kind="primary",
            icon="arrow-bend-up-right",
            tip="Enter",
        )
        clear = act(context.theme, context.text("pages.bulk_clear"), self.cleared.emit, tip="Esc")
        fill(line, [self._count, None, self._department, assign, clear])
        self.hide()

    def show_for(self, rows: Sequence[RequestRow], departments: Sequence[tuple[str, str]]) -> None:
        self._rows = tuple(rows)
        reveal(self, len(rows) > 0)
        self._count.setText(self._context.text("pages.bulk_count", count=len(rows)))
        self._department.offer(departments)

    def ask_department(self) -> None:
        self._department.setFocus()
        self._department.open()

    def _assign(self) -> None:
        refs = [request.ref or request.uuid for request in self._rows]
        department = self._department.value
        if department and refs:
            self._context.lanes.write(
                self, lambda desk: desk.requests.assign(refs, department=department), self.done.emit
            )
