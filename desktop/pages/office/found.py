"""An office that is not set up yet: one name, one button, and a sheet that belongs into an envelope."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.pages.office.sheets import sealed_sheet
from desktop.pages.paper.output import print_or_save
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture
from desktop.services.office.founding import Founded
from desktop.widgets.basics import column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.notices import JobCard
from forms.errors import Fault

STEPS = (("tray", "office.found_what"), ("sun", "office.found_needs"), ("lock", "office.found_sheet"))


class FoundCard(Card):
    """`founded`: this computer receives the villages now."""

    founded = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context = context
        t, theme = context.text, context.theme
        inside = column(gap=theme.scale.m)
        inside.addWidget(label(t("office.found_title"), "h2", wrap=True))
        for icon, key in STEPS:
            line = row(gap=theme.scale.m)
            line.addWidget(picture(theme, icon))
            line.addWidget(label(t(key), wrap=True), 1)
            inside.addLayout(line)
        inside.addSpacing(theme.scale.s)
        self._add_name(inside)
        self._job = JobCard(theme, t, t("office.founding"), icon="bank")
        self._job.stop.hide()
        self._job.hide()
        self._problem = label("", "error", wrap=True)
        fill(inside, [self._job, self._problem, None])
        self.body.addLayout(inside, 1)

    def _add_name(self, inside: QVBoxLayout) -> None:
        """What the office is called, and the button that begins."""
        t, theme = self._context.text, self._context.theme
        self._name = QLineEdit(t("office.found_default", place=self._context.me.area_label))
        self._name.setAccessibleName(t("office.found_name"))
        self._name.setMaximumWidth(theme.scale.em(28))
        self._name.returnPressed.connect(self.begin)
        self._begin = act(theme, t("office.found_begin"), self.begin, kind="primary", icon="bank")
        line = row()
        fill(line, [self._begin, None])
        fill(inside, [label(t("office.found_name"), "strong"), self._name])
        inside.addLayout(line)

    def begin(self) -> None:
        """Set the office up."""
        receiving, name = self._context.receiving, self._name.text().strip()
        if receiving is None or not name:
            self._name.setFocus()
            return
        reveal(self._job, shown=True)
        reveal(self._problem, shown=False)
        self._begin.setEnabled(False)
        receiving.found(self._context.lanes, user=self._context.me.user, name=name, done=self._done)

    def show_problem(self, problem: Fault | None) -> None:
        reveal(self._problem, problem is not None)
        if problem is not None:
            t = self._context.text
            self._problem.setText(f"{problem.message(t)} {problem.remedy(t)}")
            self._begin.setEnabled(True)
            reveal(self._job, shown=False)

    def _done(self, _founded: Founded) -> None:
        reveal(self._job, shown=False)
        self._begin.setEnabled(True)
        self.founded.emit()
        save_sheet(self, self._context)
        self._context.restyle()


def save_sheet(page: QWidget, context: PageContext) -> None:
    """Onto paper or into a file; until it is there the office is reminded, since nothing of it is shown again."""
    receiving = context.receiving
    if receiving is None or receiving.sheet is None:
        return
    if print_or_save(page, context, sealed_sheet(context, receiving.sheet)):
        receiving.sheet = None
        receiving.changed.emit()
