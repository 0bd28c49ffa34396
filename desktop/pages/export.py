"""Export: which rows, how much of a person shows, where to; progress with stop; open the file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QLineEdit, QPushButton, QWidget

from desktop.pages.menu import ChoiceButton
from desktop.pages.page import Page, PageContext
from desktop.pages.parts import act, segment
from desktop.pages.places import Place
from desktop.pages.presenter import present
from desktop.services.values import ExportColumn, Exported, ExportOrder, FormRow, Level
from desktop.tasks import Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.notices import Banner, JobCard

KNOWN = ("requests", "residents", "households")
LEVEL_ICONS = {Level.STATISTICS: "shield-check", Level.HANDLING: "eye-slash", Level.FULL: "lock-open"}
TREATMENT = {  # how a column of a level shows in an export of a level: whole, masked or left out
    Level.STATISTICS: Tone.OK,
    Level.HANDLING: Tone.INFO,
    Level.FULL: Tone.WARN,
}
ENDINGS = (".xlsx", ".csv")


class ExportPage(Page):
    """Picture 06 in one page: what, level, format, columns with what becomes of each, run."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, scale = context.theme, context.theme.scale
        self._level, self._ending = Level.HANDLING, ENDINGS[0]
        self._ticket: Ticket | None = None
        self._job: JobCard | None = None
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._frame = self.frame_in(
            self.t("pages.export_title"), self.t("pages.export_detail"), scrolls=False, chips=False
        )
        self._said = Banner(theme)
        self._frame.add(self._said)
        self._levels: dict[Level, QPushButton] = {}
        body = row(gap=scale.m)
        body.addWidget(self._columns_card(), 4)
        self._right = column(gap=scale.m)
        fill(self._right, [self._what_card(), self._level_card(), self._file_card(), None])
        body.addLayout(self._right, 6)
        self._frame.body.addLayout(body, 1)
        note = label(self.t("pages.export_audit"), "small")
        self._go = act(theme, self.t("pages.export_run"), self.run, kind="primary", icon="export", tip="Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.run)
        fill(self._frame.footer, [note, None, self._go])
        self._frame.show_footer()
        self._choose_level(Level.HANDLING)

    def visit(self, place: Place) -> None:
        self.context.lanes.read(self, lambda desk: desk.forms.list(), self._offer_forms, latest="forms")
        self._show_columns()
        self._what.setFocus()

    def order(self) -> ExportOrder:
        """What is asked for now."""
        reason = self._reason.text().strip() if self._level is Level.FULL else ""
        return ExportOrder(
            what=self._what.value,
            to=self._target(),
            level=self._level,
            reason=reason,
            approver=self._approver.text().strip() if self._level is Level.FULL else "",
            approver_passphrase=self._secret.text() if self._level is Level.FULL else "",
        )

    def run(self) -> None:
        """Write the file; a stopped export leaves none."""
        if self._job is not None:
            return
        order = self.order()
        self._said.silence()
        job = JobCard(self.context.theme, self.context.text, self.t("pages.export_running"), icon="export")
        self._job = job
        self._frame.body.insertWidget(1, job)
        self._go.setEnabled(False)
        self._ticket = self.context.lanes.long(
            self,
            lambda desk, ticket: desk.exports.run(
                order, progress=lambda p: ticket.step(p.done, p.total), cancelled=lambda: ticket.cancelled
            ),
            self._done,
            failed=self._failed,
            progress=job.set_progress,
        )
        job.cancelled.connect(self._ticket.cancel)

    def _done(self, exported: Exported) -> None:
        self._end()
        sheets = " · ".join(f"{name} {rows}" for name, rows in exported.sheets.items())
        self._said.say(
            Tone.OK,
            self.t("pages.exported", sheets=sheets),
            f"{exported.path}　{self.t('pages.export_masked', count=exported.masked)}"
            if exported.masked
            else str(exported.path),
        )
        reveal(self._open, True)
        self._open.setProperty("path", str(exported.path))

    def _failed(self, error: BaseException) -> None:
        self._end()
        if isinstance(error, Stopped):
            self._said.say(Tone.INFO, self.t("pages.export_stopped"))
            return
        notice = present(error, self.context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)

    def _end(self) -> None:
        self._ticket = None
        self._go.setEnabled(True)
        if self._job is not None:
            self._job.hide()
            self._job.deleteLater()
            self._job = None

    # parts

    def _what_card(self) -> QFrame:
        card = Card(self.context.theme, self.t("pages.export_what"))
        self._what = ChoiceButton(self.context.theme, name=self.t("pages.export_what"), small=False)
        self._what.offer([(what, self.t(f"pages.export_{what}")) for what in KNOWN])
        self._what.chosen.connect(lambda _: self._show_columns())
        card.add(self._what)
        return card

    def _level_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.export_level"))
        line = row(gap=scale.s)
        group = QButtonGroup(self)
        for level in Level:
            words, choose = self.t(f"pages.level_{level.value}"), partial(self._choose_level, level)
            made = segment(theme, words, chosen=False, does_what=choose, icon=LEVEL_ICONS[level])
            group.addButton(made)
            self._levels[level] = made
            line.addWidget(made, 1)
        self._level_words = label("", "small", wrap=True)
        self._reason, self._approver, self._secret = QLineEdit(), QLineEdit(), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._full = QWidget()
        full = column(self._full, gap=scale.s)
        for field, name in ((self._reason, "reason"), (self._approver, "approver"), (self._secret, "approver_secret")):
            field.setPlaceholderText(self.t(f"pages.export_{name}"))
            field.setAccessibleName(self.t(f"pages.export_{name}"))
            full.addWidget(field)
        card.add(line)
        card.add(self._level_words)
        card.add(self._full)
        return card

    def _file_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.export_file"))
        line = row(gap=scale.s)
        group = QButtonGroup(self)
        for ending, words in zip(ENDINGS, ("Excel (.xlsx)", "CSV"), strict=True):
            choose = partial(self._choose_ending, ending)
            made = segment(theme, words, chosen=ending == self._ending, does_what=choose)
            group.addButton(made)
            line.addWidget(made)
        line.addStretch(1)
        where = row(gap=scale.s)
        self._path = label("", "small", wrap=True)
        where.addWidget(self._path, 1)
        where.addWidget(act(theme, self.t("pages.elsewhere"), self._elsewhere, kind="link", small=True))
        self._open = act(theme, self.t("pages.open_file"), self._open_file, icon="microsoft-excel-logo", small=True)
        reveal(self._open, False)
        where.addWidget(self._open)
        card.add(line)
        card.add(where)
        return card

    def _columns_card(self) -> QFrame:
        card = Card(self.context.theme, self.t("pages.export_columns"))
        self._columns = ScrollBody(gap=self.context.theme.scale.xs)
        card.body.addWidget(self._columns, 1)
        return card

    # what was chosen

    def _offer_forms(self, forms: Sequence[FormRow]) -> None:
        known = [(what, self.t(f"pages.export_{what}")) for what in KNOWN]
        self._what.offer(
            [
                *known,
                *(
                    (form.form_id, self.t("pages.export_form", form=self.context.words.form_title(form.title)))
                    for form in forms
                ),
            ]
        )

    def _choose_level(self, level: Level) -> None:
        self._level = level
        self._levels[level].setChecked(True)
        self._level_words.setText(self.t(f"pages.level_{level.value}_detail"))
        reveal(self._full, level is Level.FULL)
        self._show_columns()

    def _choose_ending(self, ending: str) -> None:
        self._ending = ending
        self._show_path()

    def _show_columns(self) -> None:
        what = self._what.value
        self._show_path()
        self.context.lanes.read(self, lambda desk: desk.exports.columns(what), self._put_columns, latest="columns")

    def _put_columns(self, columns: Sequence[ExportColumn]) -> None:
        clear(self._columns.body)
        theme = self.context.theme
        if self._level is Level.STATISTICS:
            self._columns.body.addWidget(label(self.t("pages.export_counts"), "second", wrap=True))
            self._columns.body.addStretch(1)
            return
        for export_column in columns:
            line = QWidget()
            inside = row(line, gap=theme.scale.s)
            inside.addWidget(label(export_column.label, wrap=True), 1)
            inside.addWidget(Chip(theme, self._treatment(export_column)))
            self._columns.body.addWidget(line)
        self._columns.body.addStretch(1)

    def _treatment(self, export_column: ExportColumn) -> Mark:
        """What becomes of a column at the chosen level."""
        if self._level is not Level.FULL and export_column.starred:
            return Mark(self.t("pages.treated_masked"), Tone.WARN, "eye-slash")
        if self._level is not Level.FULL and export_column.level is Level.FULL:
            return Mark(self.t("pages.treated_left_out"), Tone.MUTE, "x")
        return Mark(self.t("pages.treated_whole"), Tone.OK, "-")

    def _target(self) -> Path:
        day = self.context.words.today().strftime("%Y%m%d")
        level = self.t(f"pages.level_{self._level.value}")
        return self._folder / f"{self._what.words}_{self.context.me.area_label}_{day}_{level}{self._ending}"

    def _show_path(self) -> None:
        self._path.setText(str(self._target()))
        reveal(self._open, False)

    def _elsewhere(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.t("pages.elsewhere"), str(self._folder))
        if chosen:
            self._folder = Path(chosen)
            self._show_path()

    def _open_file(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._open.property("path"))))
