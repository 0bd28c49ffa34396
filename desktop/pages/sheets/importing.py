"""A spreadsheet taken in: file chosen, columns looked over, what would become of the rows, taken in, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QFrame, QPushButton

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import Elided, act
from desktop.pages.parts.places import Name, Place
from desktop.pages.sheets.column_map import ColumnMapCard
from desktop.pages.sheets.head import ask_at_head
from desktop.pages.sheets.import_rows import ImportRows
from desktop.pages.sheets.running import RunningJob
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.filling.filling_values import FormRow
from desktop.services.sheets.import_values import Columns, Imported, ImportOrder, ImportRun, Looked, Undoing, Undone
from desktop.tasks import Lane, Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.notices import Banner, JobCard
from forms.register.delimited import ENDINGS

REGISTER = "resident"
LAST = 4  # earlier imports that are shown
SHEETS = " ".join(f"*{ending}" for ending in (".xlsx", *ENDINGS))


class ImportPage(Page):
    """Nothing is stored before the button at the foot; every row that cannot be read says why."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._file = Path()
        self._looked: Looked | None = None
        self._looking: Ticket | None = None
        self._done: Imported | None = None
        self._frame = self.frame_in(self.t("intake.title"), self.t("intake.detail"), scrolls=False, chips=False)
        self._job = RunningJob(context, self._frame)
        self._add_head()
        self._add_cards()
        self._add_foot()
        self._clear()

    def _add_head(self) -> None:
        """Which file, as what, and what came of it."""
        theme = self.context.theme
        self._what = ChoiceButton(theme, name=self.t("intake.what"))
        self._what.offer([(REGISTER, self.t("intake.register"))])
        self._what.chosen.connect(lambda _: self._look())
        self._first = act(theme, self.t("intake.choose"), self._choose, kind="primary", icon="folder-open")
        ask_at_head(self._frame, theme, (self._what, self._first))
        self._said = Banner(theme)
        self._open = self._said.add_action(act(theme, self.t("intake.open_report"), self._open_report, small=True))
        self._undo = self._said.add_action(act(theme, self.t("intake.undo"), self._undo_last, small=True))
        self._frame.add(self._said)
        self._name = Elided("", "second")
        self._frame.add(self._name)

    def _add_cards(self) -> None:
        """Columns at the left, rows and what was taken in before at the right."""
        context, theme = self.context, self.context.theme
        scale = theme.scale
        self._columns = ColumnMapCard(context, self.t("intake.columns"), nothing=self.t("intake.nothing"))
        self._columns.changed.connect(self._look_again)
        self._rows = ImportRows(context)
        fill_in = partial(context.go, Place(Name.WORKBOOK))
        self._other = act(theme, self.t("workbook.title"), fill_in, kind="link", icon="microsoft-excel-logo")
        if self._rows.header is not None:
            self._rows.header.add_action(self._other)
        self._earlier = Card(theme, self.t("intake.earlier"))
        self._runs = column(gap=scale.xs)
        self._earlier.add(self._runs)
        right = column(gap=scale.m)
        right.addWidget(self._rows, 1)
        right.addWidget(self._earlier)
        body = row(gap=scale.m)
        body.addWidget(self._columns, 4)
        body.addLayout(right, 6)
        self._frame.body.addLayout(body, 1)

    def _add_foot(self) -> None:
        theme = self.context.theme
        self._note = label(self.t("intake.note"), "small", wrap=True)
        self._go = act(theme, self.t("intake.go"), self.run, kind="primary", icon="download-simple")
        self._frame.footer.addWidget(self._note, 1)
        self._frame.footer.addWidget(self._go)
        self._frame.show_footer()

    def visit(self, place: Place) -> None:
        self.context.lanes.read(self, lambda desk: desk.forms.list(), self._offer, latest="forms")
        self._read_runs()
        self._first.setFocus()

    def take_file(self, file: Path) -> None:
        """Look at a spreadsheet."""
        self._file = file
        self._name.setText(file.name)
        self._name.setToolTip(str(file))
        reveal(self._name, True)
        reveal(self._other, False)
        self._said.silence()
        self._look()

    def run(self) -> None:
        """Take the rows in, a few at a time; one can go on working meanwhile, and stop."""
        looked = self._looked
        if looked is None or self._job.busy or not looked.intake.new:
            return
        lanes = self.context.lanes

        def work(ticket: Ticket) -> Imported:
            while not looked.finished and not ticket.cancelled:
                said = lanes.on_lane(Lane.WRITE, lambda desk: desk.imports.take(looked))
                ticket.say(said.done, said.total)
            return lanes.on_lane(Lane.WRITE, lambda desk: desk.imports.finish(looked))

        card = self._begin(self.t("intake.running"))
        self._job.follow(lanes.net(self, work, self._taken, failed=self._failed, progress=card.set_progress))

    def undo(self, run: int) -> None:
        """Take a whole import back."""
        if self._job.busy:
            return
        lanes = self.context.lanes

        def work(ticket: Ticket) -> Undone | None:
            undoing: Undoing = lanes.on_lane(Lane.WRITE, lambda desk: desk.imports.look_back(run))
            while not undoing.finished:
                if ticket.cancelled:
                    return None
                said = lanes.on_lane(Lane.WRITE, lambda desk: desk.imports.take_back(undoing, count=10))
                ticket.say(said.done, said.total)
            return lanes.on_lane(Lane.WRITE, lambda desk: desk.imports.taken_back(undoing))

        card = self._begin(self.t("intake.undoing"))
        self._job.follow(lanes.net(self, work, self._undone, failed=self._failed, progress=card.set_progress))

    # what was chosen

    def _offer(self, forms: Sequence[FormRow]) -> None:
        others = [(form.form_id, self.context.words.form_title(form.title)) for form in forms if form.own]
        register = (REGISTER, self.t("intake.register"))
        self._what.offer([register, *(each for each in others if each[0] != REGISTER)])

    def _choose(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = str(self._file.parent) if self._file.name else documents
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.t("intake.choose"), start, f"{self.t('intake.tables')} ({SHEETS})"
        )
        if chosen:
            self.take_file(Path(chosen))

    def _look(self) -> None:
        """Read the file's columns anew, then its rows."""
        if not self._begin_reading():
            return
        form, file = self._what.value, self._file
        self._looking = self.context.lanes.long(
            self, lambda desk, _ticket: desk.imports.columns(form, file), self._show_columns, failed=self._not_read
        )

    def _show_columns(self, found: Columns) -> None:
        reveal(self._columns, True)
        self._columns.put(found.mapping, found.facts)
        self._look_again()

    def _look_again(self) -> None:
        """Read the rows by the columns as they are chosen now."""
        mapping = self._columns.mapping
        if mapping is None or not self._begin_reading():
            return
        order = ImportOrder(self._what.value, self._file, mapping)
        self._looking = self.context.lanes.long(
            self, lambda desk, _ticket: desk.imports.look(order), self._show, failed=self._not_read
        )

    def _begin_reading(self) -> bool:
        if not self._file.name or self._job.busy:
            return False
        self._rows.say(self.t("intake.reading"))
        self._go.setEnabled(False)
        if self._looking is not None:
            self._looking.cancel()
        return True

    def _show(self, looked: Looked) -> None:
        self._looked = looked
        self._rows.put(looked)
        new = looked.intake.new
        self._go.setText(self.t("intake.run", count=f"{new:,}"))
        self._go.setEnabled(bool(new))

    def _not_read(self, error: BaseException) -> None:
        if isinstance(error, Stopped):
            return
        self._looked = None
        self._rows.say(self.t("intake.empty"))
        self._say_failure(error)

    # work

    def _begin(self, title: str) -> JobCard:
        self._said.silence()
        self._go.setEnabled(False)
        return self._job.begin(title, waiting=(self._first, self._what), detail=self.t("intake.running_detail"))

    def _end(self) -> None:
        self._job.end()
        self.context.changed()
        self._read_runs()

    def _taken(self, done: Imported) -> None:
        stopped = self._looked is not None and not self._looked.finished
        self._end()
        self._done, self._looked = done, None
        self._go.setText(self.t("intake.go"))
        self._rows.finished(done)
        title = self.t("intake.stopped" if stopped else "intake.done", count=f"{done.added:,}")
        detail = self.t("intake.done_detail", refused=done.refused, same=done.duplicates, report=done.report.name)
        self._said.say(Tone.INFO if stopped else Tone.OK, title, detail)
        reveal(self._open, True)
        reveal(self._undo, done.run)

    def _undone(self, undone: Undone | None) -> None:
        self._end()
        if undone is None:
            self._said.say(Tone.INFO, self.t("intake.undo_stopped"))
        else:
            said = self.t("intake.undone", people=f"{undone.people:,}", households=f"{undone.households:,}")
            self._said.say(Tone.OK, said, self.t("intake.undone_kept", kept=undone.kept) if undone.kept else "")
        for made in (self._open, self._undo):
            reveal(made, False)
        self._look()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._say_failure(error)
        self._look_again()

    def _say_failure(self, error: BaseException) -> None:
        notice = present(error, self.context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)
        for made in (self._open, self._undo):
            reveal(made, False)

    def _open_report(self) -> None:
        if self._done is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._done.report)))

    def _undo_last(self) -> None:
        if self._done is not None and self._done.run:
            self.undo(self._done.run)

    # what was taken in before

    def _read_runs(self) -> None:
        def read(desk: Desk) -> tuple[ImportRun, ...]:
            return desk.imports.list()

        self.context.lanes.read(self, read, self._show_runs, latest="runs")

    def _show_runs(self, runs: Sequence[ImportRun]) -> None:
        clear(self._runs)
        reveal(self._earlier, bool(runs))
        for run in runs[:LAST]:
            self._runs.addWidget(self._run_line(run))

    def _run_line(self, run: ImportRun) -> QFrame:
        made = QFrame()
        line = row(made, gap=self.context.theme.scale.s)
        when = self.context.words.moment(datetime.fromisoformat(run.at.replace("Z", "+00:00")))
        line.addWidget(Elided(self.t("intake.run_line", when=when, file=run.file, count=run.records)), 1)
        if run.undone_at:
            line.addWidget(label(self.t("intake.was_undone"), "small"))
            return made
        words = self.t("intake.undo")
        button: QPushButton = act(
            self.context.theme, words, partial(self.undo, run.id), kind="link", small=True, name=f"{words} {run.file}"
        )
        line.addWidget(button)
        return made

    def _clear(self) -> None:
        for made in (self._name, self._columns, self._earlier):
            reveal(made, False)
        self._go.setEnabled(False)
        self._rows.say(self.t("intake.empty"))
