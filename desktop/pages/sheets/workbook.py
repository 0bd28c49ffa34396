"""A department's own workbook filled: chosen, its columns looked over, cells and gaps seen first, saved as a copy."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QBoxLayout, QFileDialog

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import Elided, act
from desktop.pages.parts.places import Place
from desktop.pages.sheets.column_map import ColumnMapCard
from desktop.pages.sheets.head import ask_at_head
from desktop.pages.sheets.level_card import LevelCard
from desktop.pages.sheets.running import RunningJob
from desktop.pages.sheets.workbook_cells import CellsCard
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.sheets.department_values import WorkbookFilled, WorkbookLook, WorkbookOrder
from desktop.services.values import Level
from desktop.tasks import Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, label, reveal, row
from desktop.widgets.notices import Banner
from forms.export.department import Filled
from forms.foreign import WorkbookMap

NOWHERE = Path("preview.xlsx")
LINES_EMS = 14  # some lines of the columns are in sight, however little room there is
TWO_COLUMNS = 55  # em that the cards need beside each other
USUAL_WIDTH = 1366  # pixels for which the cards are laid out, as today is


class WorkbookPage(Page):
    """The chosen file itself is never written to."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._file, self._written = Path(), Path()
        self._look: WorkbookLook | None = None
        self._reading: Ticket | None = None
        self._frame = self.frame_in(self.t("workbook.title"), self.t("workbook.detail"), scrolls=False, chips=False)
        self._job = RunningJob(context, self._frame)
        self._add_head()
        self._add_cards()
        self._add_foot()
        self._clear()

    def _add_head(self) -> None:
        """Which file, what one line of it is, and what came of it."""
        theme = self.context.theme
        self._lines = ChoiceButton(theme, name=self.t("workbook.lines"))
        self._lines.chosen.connect(self._look_as)
        self._first = act(theme, self.t("workbook.choose"), self._choose, kind="primary", icon="folder-open")
        ask_at_head(self._frame, theme, (self._lines, self._first))
        self._said = Banner(theme)
        self._open = self._said.add_action(act(theme, self.t("pages.open_file"), self._open_file, small=True))
        self._frame.add(self._said)
        self._name = Elided("", "second")
        self._only = Elided("", "small")
        self._all = act(theme, self.t("workbook.all"), self._take_all, kind="link", small=True)
        about = row(gap=theme.scale.m)
        about.addWidget(self._name, 1)
        about.addWidget(self._only, 1)
        about.addWidget(self._all)
        self._frame.add(about)

    def _add_cards(self) -> None:
        """Columns at the left, cells and use at the right."""
        context, scale = self.context, self.context.theme.scale
        self._columns = ColumnMapCard(context, self.t("workbook.columns"), nothing=self.t("workbook.nothing"))
        self._columns.changed.connect(self._preview)
        self._cells = CellsCard(context)
        self._level = LevelCard(context, (Level.HANDLING, Level.FULL), self.t("workbook.level"))
        self._level.changed.connect(self._preview)
        right = column(gap=scale.m)
        right.addWidget(self._cells, 1)
        right.addWidget(self._level)
        beside = scale.em(TWO_COLUMNS) <= USUAL_WIDTH  # else below each other, as with very large text
        body: QBoxLayout = row(gap=scale.m) if beside else column(gap=scale.m)
        if not beside:
            self._columns.setMinimumHeight(scale.em(LINES_EMS))
        body.addWidget(self._columns, 4)
        body.addLayout(right, 6)
        self._frame.body.addLayout(body, 1)

    def _add_foot(self) -> None:
        theme = self.context.theme
        self._go = act(theme, self.t("workbook.run"), self._choose_target, kind="primary", icon="export")
        self._frame.footer.addWidget(label(self.t("workbook.note"), "small", wrap=True), 1)
        self._frame.footer.addWidget(self._go)
        self._frame.show_footer()

    def visit(self, place: Place) -> None:
        self._first.setFocus()

    def take_file(self, file: Path) -> None:
        """Look at a workbook."""
        self._file = file
        self._name.setText(file.name)
        reveal(self._name, True)
        self._look_as("")

    def run(self, target: Path) -> None:
        """Fill a copy; a stop leaves none."""
        order = self._order(target)
        if order is None or self._job.busy:
            return
        self._said.silence()
        card = self._job.begin(self.t("workbook.running"), waiting=(self._go,), icon="export")
        ticket = self.context.lanes.long(
            self,
            lambda desk, ticket: desk.departments.fill(
                order, progress=lambda p: ticket.step(p.done, p.total), cancelled=lambda: ticket.cancelled
            ),
            self._done,
            failed=self._failed,
            progress=card.set_progress,
        )
        self._job.follow(ticket)

    def _order(self, target: Path) -> WorkbookOrder | None:
        mapping = self._columns.mapping
        if mapping is None:
            return None
        chosen = self._level
        return WorkbookOrder(
            self._file, mapping, target, chosen.level, chosen.reason, chosen.approver, chosen.approver_secret
        )

    def _choose(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = str(self._file.parent) if self._file.name else documents
        chosen, _ = QFileDialog.getOpenFileName(self, self.t("workbook.choose"), start, "Excel (*.xlsx)")
        if chosen:
            self.take_file(Path(chosen))

    def _choose_target(self) -> None:
        name = self.t("workbook.filled_name", stem=self._file.stem)
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.t("workbook.run"), str(self._file.with_name(name)), "Excel (*.xlsx)"
        )
        if chosen:
            self.run(Path(chosen))

    def _look_as(self, lines: str) -> None:
        file = self._file
        if not file.name or self._job.busy:
            return
        self._said.silence()
        self._go.setEnabled(False)
        self._cells.say(self.t("workbook.reading"))
        self._read(lambda desk, _ticket: desk.departments.look(file, lines=lines), self._looked)

    def _looked(self, look: WorkbookLook) -> None:
        self._look = look
        self._lines.offer([(kind, self._kind(kind)) for kind in look.kinds])
        self._lines.choose(look.mapping.lines)
        for made in (self._lines, self._columns, self._level):
            reveal(made, True)
        self._columns.put(look.mapping, look.facts)
        self._show_where(look)
        self._preview()

    def _show_where(self, look: WorkbookLook) -> None:
        """Which lines only: a workbook about some of the people takes no others."""
        where = look.mapping.where
        said = ", ".join(look.facts.get(fact, fact) for fact in where)
        self._only.setText(self.t("workbook.only", facts=said) if where else "")
        for made in (self._only, self._all):
            reveal(made, where)

    def _take_all(self) -> None:
        look = self._look
        if look is not None:
            self._looked(replace(look, mapping=replace(self._columns.mapping or look.mapping, where={})))

    def _kind(self, kind: str) -> str:
        key = f"workbook.lines_{kind}"
        return self.t(key) if key in self.context.text else kind

    def _preview(self) -> None:
        order = self._order(NOWHERE)
        if order is None or self._job.busy:
            return
        self._cells.say(self.t("workbook.reading"))
        self._read(
            lambda desk, ticket: desk.departments.preview(order, cancelled=lambda: ticket.cancelled), self._previewed
        )

    def _read(self, work: object, done: object) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self.context.lanes.long(self, work, done, failed=self._not_read)  # type: ignore[arg-type]

    def _previewed(self, filled: Filled) -> None:
        self._cells.put(filled)
        self._go.setEnabled(bool(filled.changes))

    def _not_read(self, error: BaseException) -> None:
        if isinstance(error, Stopped):
            return
        self._cells.say(self.t("workbook.empty"))
        self._go.setEnabled(False)
        self._say_failure(error)

    def _done(self, done: WorkbookFilled) -> None:
        self._job.end()
        self._written = done.path
        title = self.t("workbook.done", lines=f"{done.lines:,}", cells=f"{done.cells:,}")
        self._said.say(Tone.OK, title, str(done.path))
        reveal(self._open, True)
        look, mapping = self._look, self._columns.mapping
        if look is not None and mapping is not None:
            self.context.lanes.write(self, partial(_remember, look=look, mapping=mapping))

    def _failed(self, error: BaseException) -> None:
        self._job.end()
        if isinstance(error, Stopped):
            self._said.say(Tone.INFO, self.t("workbook.stopped"))
            reveal(self._open, False)
            return
        self._say_failure(error)

    def _say_failure(self, error: BaseException) -> None:
        notice = present(error, self.context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)
        reveal(self._open, False)

    def _open_file(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _clear(self) -> None:
        reveal(self._name, False)
        for made in (self._lines, self._only, self._all, self._columns, self._level):
            reveal(made, False)
        self._go.setEnabled(False)
        self._cells.say(self.t("workbook.empty"))


def _remember(desk: Desk, *, look: WorkbookLook, mapping: WorkbookMap) -> None:
    desk.departments.remember(look, mapping)
