"""Export: what and from when, how much of a person shows, which columns, a preview, where to; progress with stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog

from desktop.pages.parts.beside import cramped
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import Elided, act
from desktop.pages.parts.places import Name, Place
from desktop.pages.sheets.export_columns import ColumnsCard
from desktop.pages.sheets.export_file import FileCard
from desktop.pages.sheets.export_preview import PreviewCard
from desktop.pages.sheets.export_schemes import SchemeLine
from desktop.pages.sheets.head import ask_at_head
from desktop.pages.sheets.level_card import LevelCard
from desktop.pages.sheets.running import RunningJob
from desktop.pages.shell.presenter import present
from desktop.services.filling.filling_values import FormRow
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.rights import RIGHTS, Use
from desktop.services.sheets.export_values import ExportColumn, Exported, ExportOrder
from desktop.services.sheets.schemes import Scheme
from desktop.services.values import BoardFilter, Level
from desktop.tasks import Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, reveal, row
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner

KNOWN = ("requests", "residents", "households")
UNDATED = ("residents", "households")  # as they stand today
PERIODS = ("all", "month", "last_month", "year")
COLUMNS_HIGH = 15  # em of the list of columns where it stands below the rest
SOON_MS = 150  # a preview is read when nothing more was chosen for so long


class ExportPage(Page):
    """Picture 06 in one page: what, level, format, columns with what becomes of each, run."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._running: ExportOrder | None = None
        self._previewing: Ticket | None = None
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._folder = documents if documents.is_dir() else Path.home()
        self._frame = self.frame_in(
            self.t("pages.export_title"), self.t("pages.export_detail"), scrolls=False, chips=False
        )
        self._job = RunningJob(context, self._frame, at=1)
        self._add_range()
        self._schemes = SchemeLine(context, self.scheme)
        self._schemes.chosen.connect(self.use)
        self._said = Banner(theme)
        self._frame.add(self._said)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._read_preview)
        self._columns = ColumnsCard(context)
        self._columns.changed.connect(self._soon.start)
        self._preview = PreviewCard(context)
        self._level = LevelCard(context, tuple(Level), self.t("pages.export_level"))
        self._level.changed.connect(self._show_columns)
        self._file = FileCard(context, self._elsewhere)
        self._file.changed.connect(self._file_changed)
        self._lay_out()
        self._add_foot()
        self._show_columns()

    def _lay_out(self) -> None:
        """Columns at the left, use, file and preview at the right; with large text below each other."""
        theme, scale = self.context.theme, self.context.theme.scale
        body = row(gap=scale.m)
        right = ScrollBody(gap=scale.s)
        fill(right.body, [self._level, self._file, self._preview])
        if cramped(theme):
            self._columns.setMinimumHeight(scale.em(COLUMNS_HIGH))
            right.body.addWidget(self._columns)
        else:
            right.body.addStretch(1)
            body.addWidget(self._columns, 4)
        body.addWidget(right, 6)
        self._frame.body.addLayout(body, 1)

    def _add_foot(self) -> None:
        context, theme = self.context, self.context.theme
        note = Elided(self.t("pages.export_audit"), "small")
        self._go = act(theme, self.t("pages.export_run"), self.run, kind="primary", icon="export", tip="Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.run)
        fill_in = partial(context.go, Place(Name.WORKBOOK))
        other = act(theme, self.t("workbook.title"), fill_in, kind="link", icon="microsoft-excel-logo")
        self._frame.footer.addWidget(note, 1)
        reveal(note, not cramped(theme))  # there it would be cut after its first word
        reveal(other, self._has_people)  # its cells are filled with what is known of people
        fill(self._frame.footer, [other, self._schemes, self._go])
        self._frame.show_footer()

    def visit(self, place: Place) -> None:
        self.context.lanes.read(self, lambda desk: desk.forms.list(), self._offer_forms, latest="forms")
        nothing = BoardFilter(limit=1)
        self.context.lanes.read(
            self, lambda desk: desk.requests.board(nothing).villages, self._offer_villages, latest="villages"
        )
        self._schemes.read()
        self._show_columns()
        self._what.setFocus()

    def order(self) -> ExportOrder:
        """What is asked for now."""
        level = self._level
        return ExportOrder(
            what=self._what.value,
            to=self._target(),
            level=level.level,
            reason=level.reason,
            approver=level.approver,
            approver_passphrase=level.approver_secret,
            since=self._span()[0],
            until=self._span()[1],
            area=self._village.value,
            columns=() if level.level is Level.STATISTICS else self._columns.chosen,
            choices=self._file.choices,
            words=self._file.words,
        )

    def scheme(self, name: str) -> Scheme:
        """What is chosen now, to be kept."""
        return Scheme(
            name,
            self._what.value,
            self._level.level,
            self._period.value,
            self._village.value,
            self._file.ending,
            self._file.choices,
            self._file.words,
            self._columns.left_out,
        )

    def use(self, scheme: Scheme) -> None:
        """Choose what was kept."""
        self._what.choose(scheme.what)
        self._period.choose(scheme.period)
        self._village.choose(scheme.village)
        self._level.choose(scheme.level)
        self._file.put(scheme.ending, scheme.choices, scheme.words)
        self._columns.leave_out(scheme.left_out)
        self._show_columns()

    def run(self) -> None:
        """Write the file; a stopped export leaves none."""
        if not self._job.busy:
            self._run(self.order())

    def cut_short(self) -> Interrupted | None:
        return Interrupted(self._running) if self._running is not None else None

    def go_on(self, work: Interrupted) -> None:
        """One that another person approved is not begun again: their passphrase was not kept."""
        if work.order is None or work.order.approver:
            self._said.say(Tone.WARN, self.t("pages.export_stopped"))
        elif not self._job.busy:
            self._run(work.order)

    def _run(self, order: ExportOrder) -> None:
        self._said.silence()
        self._running = order
        card = self._job.begin(self.t("pages.export_running"), waiting=(self._go,), icon="export")
        ticket = self.context.lanes.long(
            self,
            lambda desk, ticket: desk.exports.run(
                order, progress=lambda p: ticket.step(p.done, p.total), cancelled=lambda: ticket.cancelled
            ),
            self._done,
            failed=self._failed,
            progress=card.set_progress,
        )
        self._job.follow(ticket)

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
        self._file.written(exported.path)
        self._level.forget()

    def _failed(self, error: BaseException) -> None:
        self._end()
        if isinstance(error, Stopped):
            self._said.say(Tone.INFO, self.t("pages.export_stopped"))
            return
        notice = present(error, self.context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)
        self._level.point_out()

    def _end(self) -> None:
        self._running = None
        self._job.end()

    # parts

    def _add_range(self) -> None:
        """What, from when and from where, at the page's head."""
        theme = self.context.theme
        self._what = ChoiceButton(theme, name=self.t("pages.export_what"))
        self._offer_forms(())
        self._what.chosen.connect(lambda _: self._show_columns())
        self._period = ChoiceButton(theme, name=self.t("board.period"))
        self._period.offer([(period, self.t(f"board.period_{period}")) for period in PERIODS])
        self._village = ChoiceButton(theme, name=self.t("pages.village"))
        self._offer_villages(())
        for box in (self._period, self._village):
            box.chosen.connect(lambda _: self._soon.start())
        ask_at_head(self._frame, theme, (self._what, self._period, self._village))

    @property
    def _has_people(self) -> bool:
        return self.context.me.role in RIGHTS[Use.SEE_PEOPLE]

    # what was chosen

    def _offer_forms(self, forms: Sequence[FormRow]) -> None:
        """A department has the requests that it was given, and neither people nor records."""
        known = [(what, self.t(f"pages.export_{what}")) for what in (KNOWN if self._has_people else KNOWN[:1])]
        self._what.offer(
            [
                *known,
                *(
                    (form.form_id, self.t("pages.export_form", form=self.context.words.form_title(form.title)))
                    for form in forms
                    if self._has_people
                ),
            ]
        )

    def _offer_villages(self, villages: Sequence[tuple[str, str]]) -> None:
        self._village.offer((("", self.t("pages.all_villages")), *villages))

    def _show_columns(self) -> None:
        what = self._what.value
        self._said.silence()  # what was said of an earlier file
        self._show_path()
        reveal(self._period, what not in UNDATED)
        self.context.lanes.read(self, lambda desk: desk.exports.columns(what), self._put_columns, latest="columns")

    def _put_columns(self, columns: Sequence[ExportColumn]) -> None:
        self._columns.put(columns, self._level.level)
        self._read_preview()

    def _read_preview(self) -> None:
        """The first rows, read beside everything else: counting what there is may take its time."""
        order = self.order()
        if self._previewing is not None:
            self._previewing.cancel()
        self._preview.say(self.t("board.preview_reading"))
        self._previewing = self.context.lanes.long(
            self,
            lambda desk, _ticket: desk.exports.preview(order),
            self._preview.put,
            failed=self._no_preview,
        )

    def _no_preview(self, error: BaseException) -> None:
        notice = None if isinstance(error, Stopped) else present(error, self.context.text)
        if notice is not None:
            self._preview.say(notice.title)

    def _span(self) -> tuple[date | None, date | None]:
        """First and last day of the chosen period."""
        today, period = self.context.words.today(), self._period.value
        first = today.replace(day=1)
        if self._what.value in UNDATED or period == "all":
            return None, None
        if period == "year":
            return today.replace(month=1, day=1), None
        if period == "month":
            return first, None
        before = first - timedelta(days=1)
        return before.replace(day=1), before

    def _target(self) -> Path:
        day = self.context.words.today().strftime("%Y%m%d")
        level = self.t(f"pages.level_{self._level.level.value}")
        return self._folder / f"{self._what.words}_{self.context.me.area_label}_{day}_{level}{self._file.ending}"

    def _show_path(self) -> None:
        self._file.show_path(self._target())

    def _file_changed(self) -> None:
        self._show_path()
        self._soon.start()

    def _elsewhere(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.t("pages.elsewhere"), str(self._folder))
        if chosen:
            self._folder = Path(chosen)
            self._show_path()
