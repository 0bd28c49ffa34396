"""An office that is not set up yet: one name, one button, and a sheet that belongs into an envelope."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop.pages.office.ask import said
from desktop.pages.paper.slip import A5
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture
from desktop.services.office.founding import Founded
from desktop.widgets.basics import column, label, reveal, row
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
        self._sheet: Founded | None = None
        t, theme = context.text, context.theme
        inside = column(gap=theme.scale.m)
        inside.addWidget(label(t("office.found_title"), "h2", wrap=True))
        for icon, key in STEPS:
            line = row(gap=theme.scale.m)
            line.addWidget(picture(theme, icon))
            line.addWidget(label(t(key), wrap=True), 1)
            inside.addLayout(line)
        inside.addSpacing(theme.scale.s)
        inside.addWidget(label(t("office.found_name"), "strong"))
        self._name = QLineEdit(t("office.found_default", place=context.me.area_label))
        self._name.setAccessibleName(t("office.found_name"))
        self._name.setMaximumWidth(theme.scale.em(28))
        self._name.returnPressed.connect(self.begin)
        inside.addWidget(self._name)
        self._begin = act(theme, t("office.found_begin"), self.begin, kind="primary", icon="bank")
        line = row()
        line.addWidget(self._begin)
        line.addStretch(1)
        inside.addLayout(line)
        self._job = JobCard(theme, t, t("office.founding"), icon="bank")
        self._job.stop.hide()
        self._job.hide()
        self._problem = label("", "error", wrap=True)
        inside.addWidget(self._job)
        inside.addWidget(self._problem)
        inside.addStretch(1)
        self.body.addLayout(inside, 1)

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

    def _done(self, founded: Founded) -> None:
        reveal(self._job, shown=False)
        self._begin.setEnabled(True)
        self.founded.emit()
        save_sheet(self, self._context, founded)
        self._context.restyle()


def save_sheet(page: Card, context: PageContext, founded: Founded) -> None:
    """Ask where the sheet for the envelope is to lie; without it nobody but this workspace opens the reception."""
    name, _ = QFileDialog.getSaveFileName(page, context.text("office.sheet_save"), "hamlet.pdf", "PDF (*.pdf)")
    if name:
        write_sheet(context, founded, Path(name))
        said(context, context.text("office.sheet_saved"), name)


def write_sheet(context: PageContext, founded: Founded, file: Path) -> None:
    """One A5 page: what opens the reception and its backup identity."""
    t = context.text
    lines = "".join(
        f"<tr><td width='30%'>{escape(t(f'office.sheet_{name}'))}</td><td><b>{escape(value)}</b></td></tr>"
        for name, value in founded.sheet
    )
    made = QTextDocument()
    made.setDefaultFont(context.theme.font())
    made.setHtml(
        f"<h2>{escape(t('office.sheet_title'))}</h2><hr><table width='100%' cellpadding='6'>{lines}</table><hr>"
        f"<p>{escape(t('office.sheet_keep'))}</p>"
    )
    writer = QPdfWriter(str(file))
    writer.setTitle(t("office.sheet_title"))
    writer.setPageLayout(A5)
    made.print_(writer)
