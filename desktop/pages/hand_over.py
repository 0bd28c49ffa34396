"""The hand-over: what waits, one button, what runs, what was sent and signed for, what came back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.models.records import records_table
from desktop.models.requests import village_table
from desktop.pages.beside import Beside
from desktop.pages.notice import Notice
from desktop.pages.page import Page, PageContext
from desktop.pages.parts import act, picture, two_lines
from desktop.pages.places import Name, Place
from desktop.pages.presenter import present
from desktop.pages.requests import sayings
from desktop.pages.status import Known
from desktop.pages.stick import StickCard
from desktop.pages.tabs import TabBar
from desktop.services.api import Desk
from desktop.services.interrupted import Interrupted
from desktop.services.values import (
    HandOverResult,
    HandOverStatus,
    Progress,
    RecordRow,
    RecordState,
    RequestRow,
)
from desktop.tasks import Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row, rule
from desktop.widgets.card import Card, EmptyState, KeyHint
from desktop.widgets.notices import Banner, JobCard
from desktop.widgets.table import DataTable
from sync.protocol import Role

LISTS = (RecordState.WAITING, RecordState.SENT, RecordState.ACKNOWLEDGED)
ANSWERS = "answers"
TWO_COLUMNS = 62  # em that the lists and what stands beside them need
LIST_EMS = 12  # some lines of a list are in sight, however little room there is
TONES = {RecordState.WAITING: Tone.WARN, RecordState.SENT: Tone.MUTE, RecordState.ACKNOWLEDGED: Tone.OK}
Read = tuple[HandOverStatus, tuple[RecordRow, ...], tuple[RecordRow, ...], tuple[RequestRow, ...], dict[str, str]]


class HandOverPage(Page):
    """Picture 04. It speaks of records and people, never of queues."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        scale = context.theme.scale
        self._tab: str = RecordState.WAITING.value
        self._names: dict[str, str] = {}
        self._ticket: Ticket | None = None
        self._frame = self.frame_in(
            self.t("shell.nav_hand_over"), self.t("pages.hand_over_detail"), scrolls=False, chips=False
        )
        self._frame.aside.addWidget(KeyHint("F9"))
        self._top = column(gap=scale.m)
        self._top.addWidget(self._sentence_card())
        self._job: JobCard | None = None
        self._said = Banner(context.theme)
        self._top.addWidget(self._said)
        self.stick = StickCard(context, self._said, context.changed)
        self._top.addWidget(self.stick)
        self._frame.body.addLayout(self._top)
        self._aside: QVBoxLayout = column(gap=scale.m)
        side = QWidget()
        side.setLayout(self._aside)
        self._frame.body.addWidget(
            Beside(context.theme, self._lists_card(), side, side_width=330, least=TWO_COLUMNS), 1
        )

    @property
    def running(self) -> bool:
        return self._job is not None

    def visit(self, place: Place) -> None:
        self.refresh()
        self._go.setFocus()
        if place.tab == "run" and not self.running:
            self.run()

    def refresh(self) -> None:
        tab, say = self._tab, self.context.words.form_title

        def read(desk: Desk) -> Read:
            rows = () if tab == ANSWERS else desk.hand_over.list(RecordState(tab))
            problems = desk.hand_over.list(RecordState.REJECTED) + desk.hand_over.list(RecordState.HELD)
            answers = desk.hand_over.answers()
            names = {form.form_id: say(form.title) for form in desk.forms.list()}
            return desk.hand_over.status(), rows, problems, answers, names

        self.context.lanes.read(self, read, lambda found: self._show(tab, *found), latest="lists")

    def run(self) -> None:
        """One hand-over. The person goes on registering meanwhile; stop leaves everything safe."""
        if self.running:
            return
        self._said.silence()
        self._go.setEnabled(False)
        job = JobCard(
            self.context.theme,
            self.context.text,
            self.t("pages.job_running"),
            chip=self.t("pages.job_go_on"),
            detail=self.t("pages.job_detail"),
            icon="arrows-left-right",
        )
        self._job = job
        self._top.insertWidget(1, job)
        start = self.context.start_hand_over
        self._ticket = start(self, self._progress, self._done, self._failed)
        job.cancelled.connect(self._ticket.cancel)

    def cut_short(self) -> Interrupted | None:
        return Interrupted() if self.running else None

    def go_on(self, work: Interrupted) -> None:
        self.run()

    def _progress(self, progress: Progress) -> None:
        if self._job is not None:
            self._job.set_progress(progress.done, progress.total)

    def _done(self, result: HandOverResult) -> None:
        self._end()
        known = self.context.status.known
        self.context.status.put(Known(hand_over=known.hand_over, online=True, board=known.board))
        if result.stopped:
            self._said.say(Tone.INFO, self.t("pages.job_stopped"), self.t("shell.safe"))
        elif result.rejected or result.held:
            self._said.say(
                Tone.WARN,
                self.t("pages.job_done_some", pushed=result.pushed, left=result.rejected + result.held),
                self.t("shell.safe"),
            )
        else:
            self._said.say(
                Tone.OK, self.t("pages.job_done", pushed=result.pushed, pulled=result.pulled), self._volume(result)
            )
        self.context.changed()

    def _volume(self, result: HandOverResult) -> str:
        words = self.context.words
        return self.t(
            "pages.job_volume",
            up=words.size(result.bytes_up),
            down=words.size(result.bytes_down),
            seconds=max(1, round(result.seconds)),
        )

    def _failed(self, error: BaseException) -> None:
        self._end()
        if isinstance(error, Stopped):
            self._said.say(Tone.INFO, self.t("pages.job_stopped"), self.t("shell.safe"))
        else:
            known = self.context.status.known
            self.context.status.put(Known(hand_over=known.hand_over, online=False, board=known.board))
            notice: Notice | None = present(error, self.context.text)
            if notice is not None:
                self._said.say(notice.tone, notice.title, notice.detail)
        self.context.changed()

    def _end(self) -> None:
        self._ticket = None
        self._go.setEnabled(True)
        if self._job is not None:
            self._job.hide()
            self._job.deleteLater()
            self._job = None

    # what is shown

    def _sentence_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme)
        line = row(gap=scale.l)
        self._clock: QLabel = picture(theme, "clock-fill", "badge", scale.px(34))
        self._sentence, self._last = label("", "h2", wrap=True), label("", "second", wrap=True)
        words = column(gap=scale.xs)
        fill(words, [self._sentence, self._last])
        self._go = act(theme, self.t("pages.hand_over_network"), self.run, kind="primary", icon="wifi-high")
        line.addWidget(self._clock)
        line.addLayout(words, 1)
        line.addWidget(self._go)
        card.add(line)
        return card

    def _lists_card(self) -> QFrame:
        theme = self.context.theme
        tabs = [(state.value, self.t(f"pages.list_{state.value}"), TONES[state]) for state in LISTS]
        if self.context.me.role is Role.VILLAGE:
            tabs.append((ANSWERS, self.t("pages.list_answers"), Tone.TELL))
        self._tabs = TabBar(theme, tabs)
        self._tabs.choose(self._tab)
        self._tabs.chosen.connect(self._choose)
        words = self.context.words
        self._records = records_table(
            self.context.text,
            state=lambda record: words.record(record.state),
            when=words.moment,
            form=lambda form: self._names.get(form, form),
            ask=lambda _last, _count: None,
        )
        self._answers = village_table(self.context.text, say=sayings(words), ask=lambda _last, _count: None)
        self._stack = QStackedWidget()
        records = DataTable(theme, self._records, name=self.t("shell.nav_hand_over"), two_lines=False)
        answers = DataTable(theme, self._answers, name=self.t("pages.list_answers"))
        answers.opened.connect(self._open_answer)
        self._empty = EmptyState(theme, self.t("pages.hand_over_empty"), icon="check")
        self._stack.setMinimumHeight(theme.scale.em(LIST_EMS))
        for page in (records, answers, self._empty):
            self._stack.addWidget(page)
        card = Card(theme)
        card.flush()
        card.add(self._tabs)
        card.add(rule())
        card.body.addWidget(self._stack, 1)
        self._more = label("", "small")
        self._more.setContentsMargins(*(theme.scale.m, theme.scale.xs) * 2)
        card.add(self._more)
        return card

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self.refresh()

    def _show(
        self,
        tab: str,
        status: HandOverStatus,
        rows: tuple[RecordRow, ...],
        problems: tuple[RecordRow, ...],
        answers: tuple[RequestRow, ...],
        names: dict[str, str],
    ) -> None:
        self._names = names
        self._say(status)
        for state, count in (
            (RecordState.WAITING, status.waiting),
            (RecordState.SENT, status.sent),
            (RecordState.ACKNOWLEDGED, status.acknowledged),
        ):
            self._tabs.count(state.value, count)
        if self.context.me.role is Role.VILLAGE:
            self._tabs.count(ANSWERS, len(answers))
        if tab == ANSWERS:
            self._answers.put(answers)
        else:
            self._records.put(rows)
        shown = answers if tab == ANSWERS else rows
        there = {
            RecordState.WAITING.value: status.waiting,
            RecordState.SENT.value: status.sent,
            RecordState.ACKNOWLEDGED.value: status.acknowledged,
        }.get(tab, len(answers))
        self._more.setText(self.t("pages.shown", n=len(shown), m=there))
        reveal(self._more, there > len(shown))
        self._stack.setCurrentIndex(2 if not shown else 1 if tab == ANSWERS else 0)
        self._empty.sentence.setText(self.t(f"pages.list_{tab}_empty"))
        clear(self._aside)
        if problems:
            self._aside.addWidget(self._problems_card(problems))
        self._aside.addWidget(self._receipts_card(status, answers))
        note = Card(self.context.theme, sunken=True)
        line = row(gap=self.context.theme.scale.m)
        line.addWidget(picture(self.context.theme, "lock-key"))
        line.addWidget(two_lines(self.t("pages.encrypted"), self.t("pages.encrypted_detail"), wrap=True), 1)
        note.add(line)
        self._aside.addWidget(note)
        self._aside.addStretch(1)

    def _say(self, status: HandOverStatus) -> None:
        t, words, theme = self.t, self.context.words, self.context.theme
        reveal(self._go, status.hub)  # nobody is there to hand over to
        if not status.hub:
            self._sentence.setText(t("pages.no_hub"))
            self._last.setText(t("pages.no_hub_detail"))
            return
        if status.waiting:
            size = words.size(status.waiting_bytes)
            said = t("pages.waits_files", count=status.waiting, files=status.attachments, size=size)
            self._sentence.setText(said if status.attachments else words.counted("pages.waits", status.waiting))
        else:
            self._sentence.setText(t("pages.hand_over_done"))
        icon, role = ("clock-fill", "badge") if status.waiting else ("check-circle-fill", "ok")
        ratio = self.devicePixelRatioF()
        self._clock.setPixmap(theme.pixmap(icon, role, size=theme.scale.px(34), ratio=ratio))
        self._last.setText(words.contact(status.last_contact))

    def _problems_card(self, problems: tuple[RecordRow, ...]) -> QFrame:
        card = Card(self.context.theme, self.t("pages.needs_you"))
        if card.header is not None:
            card.header.set_count(len(problems), tone=Tone.BAD)
        for record in problems[:4]:
            title = " · ".join(filter(None, (record.ref, record.title or self._names.get(record.form_id, ""))))
            card.add(two_lines(title, record.reason or self.context.words.record(record.state).word, wrap=True))
        return card

    def _receipts_card(self, status: HandOverStatus, answers: tuple[RequestRow, ...]) -> QFrame:
        theme = self.context.theme
        card = Card(theme, self.t("pages.receipts"))
        when = self.context.words.moment(status.last_contact) if status.last_contact else ""
        lines = [("check-circle-fill", "ok", self.t("pages.receipt_taken", count=status.acknowledged), when)]
        if answers:
            lines.append(
                (
                    "megaphone-fill",
                    "tell",
                    self.context.words.counted("pages.receipt_answers", len(answers)),
                    self.t("pages.receipt_answers_detail"),
                )
            )
        for icon, role, title, detail in lines:
            line = row(gap=theme.scale.m)
            line.addWidget(picture(theme, icon, role))
            line.addWidget(two_lines(title, detail, wrap=True), 1)
            card.add(line)
        if answers:
            there = Place(Name.REQUESTS, tab="to_tell")
            card.add(act(theme, self.t("pages.go_tell"), partial(self.context.go, there), kind="tell", small=True))
        return card

    def _open_answer(self, number: int) -> None:
        request = self._answers.row_or_none(number)
        if request is not None:
            self.context.go(Place(Name.REQUESTS, subject=request.uuid, tab="to_tell"))
