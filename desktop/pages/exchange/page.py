"""The hand-over: what waits, by network or by stick, what runs, what was sent and signed for, what came back."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.pages.exchange.exchange import Ending
from desktop.pages.exchange.joining import JoinCard, may_join
from desktop.pages.exchange.lists import ANSWERS, HandOverLists
from desktop.pages.exchange.side import WhereCard, note_card, problems_card, receipts_card
from desktop.pages.exchange.stick import StickWork
from desktop.pages.parts.beside import Beside
from desktop.pages.parts.lent import Lent
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture
from desktop.pages.parts.places import WRITE, Name, Place
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk, Workspace
from desktop.services.exchange.hand_over_values import HandOverResult, HandOverStatus
from desktop.services.exchange.sticks import Stick, plugged_in
from desktop.services.filling.filling_values import RecordRow
from desktop.services.values import BoardFilter, RecordState, RequestRow, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import become, clear, column, fill, label, reveal, row
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.guards import bring_into_view
from desktop.widgets.notices import Banner, JobCard
from sync.protocol import Role

TWO_COLUMNS = 62  # em that the lists and what stands beside them need
USUAL_WIDTH = 1366  # pixels for which the upper card is laid out, as today is
LOOK_FOR_STICKS_MS = 3_000
Read = tuple[
    HandOverStatus,
    tuple[RecordRow, ...],
    tuple[RecordRow, ...],
    tuple[RequestRow, ...],
    tuple[RequestRow, ...],
    dict[str, str],
]


class HandOverPage(Page):
    """Picture 04. It speaks of records and people, never of queues."""

    def __init__(self, context: PageContext, door: Workspace | None = None) -> None:
        super().__init__(context)
        self._door, self._names = door, dict[str, str]()
        self._job: JobCard | None = None
        self._lent = Lent()
        self._join: JoinCard | None = None  # where the computer belongs to no township yet
        self._said = Banner(context.theme)
        self.stick = StickWork(context, self, self._said)
        frame = self.frame_in(
            self.t("shell.nav_hand_over"), self.t("pages.hand_over_detail"), scrolls=False, chips=False
        )
        frame.aside.addWidget(KeyHint("F9"))
        self._top = column(gap=context.theme.scale.m)
        fill(self._top, [self._sentence_card(), self._said])
        frame.body.addLayout(self._top)
        self._lists = HandOverLists(context)
        self._where = WhereCard(context)
        self._aside: QVBoxLayout = column(gap=context.theme.scale.m)
        frame.body.addWidget(Beside(context.theme, self._lists, self._side(), side_width=330, least=TWO_COLUMNS), 1)
        self._lists.tab_chosen.connect(self._tab_chosen)
        self._lists.looked_at.connect(self._look)
        self._lists.answer_opened.connect(self._open_answer)
        context.exchange.changed.connect(self._show_job)
        context.exchange.ended.connect(self._ended)
        self.stick.changed.connect(self._show_job)
        self._sticks = QTimer(self)
        self._sticks.setInterval(LOOK_FOR_STICKS_MS)
        self._sticks.timeout.connect(self._look_for_sticks)
        self._show_job()

    @property
    def running(self) -> bool:
        return self.context.exchange.running

    def visit(self, place: Place) -> None:
        self.refresh()
        self._go.setFocus()
        if place.tab == "run" and not self.running:
            self.run()
        elif place.tab == WRITE and not self.stick.running:
            self._stick_buttons[0].setFocus()
            QTimer.singleShot(0, self, self.stick.write)  # its dialog comes over the page, which is there then

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._door is not None:
            self._sticks.start()
            self._look_for_sticks()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._sticks.stop()

    def refresh(self) -> None:
        tab, say = self._lists.tab, self.context.words.form_title
        village = self.context.me.role is Role.VILLAGE

        def read(desk: Desk) -> Read:
            rows = () if tab == ANSWERS else desk.hand_over.list(RecordState(tab))
            problems = desk.hand_over.list(RecordState.REJECTED) + desk.hand_over.list(RecordState.HELD)
            returned = desk.requests.board(BoardFilter(Tab.RETURNED)).rows if village else ()
            answers = desk.hand_over.answers() if village else ()
            names = {form.form_id: say(form.title) for form in desk.forms.list()}
            return desk.hand_over.status(), rows, problems, returned, answers, names

        self.context.lanes.read(self, read, lambda found: self._show(tab, *found), latest="lists")

    def run(self) -> None:
        """One hand-over. The person goes on registering meanwhile; stop leaves everything safe."""
        self._said.silence()
        self.context.exchange.begin()

    # what runs

    def _show_job(self) -> None:
        """The card of what runs, where something does."""
        exchange = self.context.exchange
        runs = exchange.running or self.stick.running
        self._lent.switch((self._go, *self._stick_buttons), on=not runs)
        if runs and self._job is None:
            self._job = self._job_card(by_stick=not exchange.running)
            self._top.insertWidget(1, self._job)
        elif not runs and self._job is not None:
            self._job.hide()
            self._job.deleteLater()
            self._job = None
        if self._job is not None and exchange.running:
            self._say_progress(self._job)

    def _job_card(self, *, by_stick: bool) -> JobCard:
        t, exchange = self.context.text, self.context.exchange
        title = t("exchange.title_alone" if exchange.alone else "exchange.title")
        made = JobCard(
            self.context.theme,
            t,
            t("bundle.running") if by_stick else title,
            chip=t("pages.job_go_on"),
            detail=t("bundle.running_detail" if by_stick else "pages.job_detail"),
            icon="usb" if by_stick else "arrows-left-right",
        )
        made.cancelled.connect(self.stick.stop if by_stick else exchange.stop)
        return made

    def _say_progress(self, job: JobCard) -> None:
        t, exchange = self.context.text, self.context.exchange
        job.title.setText(t("exchange.title_alone" if exchange.alone else "exchange.title"))
        now = exchange.progress
        if now is None:
            return
        job.set_progress(now.done, now.total)
        job.count.setText(" · ".join(filter(None, (job.count.text(), self._left(exchange.seconds_left)))))
        job.detail.setText(t("exchange.detail", step=t(f"sync.step_{now.phase}", done=now.done, total=now.total)))

    def _left(self, seconds: float | None) -> str:
        """How long it still takes, in words for somebody who waits."""
        if seconds is None:
            return ""
        minutes = round(seconds / 60)
        return self.context.text("exchange.left_minutes", count=minutes) if minutes else self.t("exchange.left_soon")

    def _ended(self, ending: Ending) -> None:
        if ending.alone:
            return
        if ending.stopped:
            self._said.say(Tone.INFO, self.t("pages.job_stopped"), self.t("shell.safe"))
        elif ending.result is not None:
            self._say_done(ending.result)
        elif ending.error is not None:
            notice = present(ending.error, self.context.text)
            if notice is not None:
                self._said.say(notice.tone, notice.title, notice.detail)
        QTimer.singleShot(0, self, lambda: bring_into_view(self._said, self.context.theme.scale.m))
        self.refresh()

    def _say_done(self, result: HandOverResult) -> None:
        left = result.rejected + result.held
        if left:
            title = self.t("pages.job_done_some", pushed=result.pushed, left=left)
            self._said.say(Tone.WARN, title, self.t("shell.safe"))
            return
        words = self.context.words
        up, down = words.size(result.bytes_up), words.size(result.bytes_down)
        volume = self.t("pages.job_volume", up=up, down=down, seconds=max(1, round(result.seconds)))
        self._said.say(Tone.OK, self.t("pages.job_done", pushed=result.pushed, pulled=result.pulled), volume)

    # what is shown

    def _sentence_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        said = QWidget()
        line = row(said, gap=scale.l)
        self._clock: QLabel = picture(theme, "clock-fill", "badge", scale.px(34))
        self._sentence, self._last = label("", "h2", wrap=True), label("", "second", wrap=True)
        words = column(gap=scale.xs)
        fill(words, [None, self._sentence, self._last, None])
        line.addWidget(self._clock)
        line.addLayout(words, 1)
        card, buttons = Card(theme), self._buttons()
        few = len(self._stick_buttons) < 3  # a township has one more
        wide = few and theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        whole: QBoxLayout = row(gap=scale.l) if wide else column(gap=scale.m)
        whole.addWidget(said, 1)
        whole.addWidget(buttons)
        card.add(whole)
        return card

    def _buttons(self) -> QWidget:
        """By network, by stick out, by stick in; below them what is plugged in."""
        theme, t = self.context.theme, self.context.text
        made = QWidget()
        lines = column(made, gap=theme.scale.xs)
        self._go = act(theme, t("pages.hand_over_network"), self.run, kind="primary", icon="wifi-high")
        write = act(theme, t("bundle.write"), lambda: self.stick.write(), icon="usb")
        read = act(theme, t("bundle.read"), lambda: self.stick.read(), icon="download-simple")
        self._stick_buttons: list[QPushButton] = [write, read]
        if self.context.me.role is Role.TOWNSHIP:
            village = act(theme, t("bundle.read_village"), lambda: self.stick.read_village(), icon="tray")
            self._stick_buttons.append(village)
        flow = FlowLayout(gap=theme.scale.s)
        for button in (self._go, *self._stick_buttons):
            flow.addWidget(button)
        self._plugged = label(t("bundle.card_detail"), "small", wrap=True)
        lines.addLayout(flow)
        lines.addWidget(self._plugged)
        return made

    def _look_for_sticks(self) -> None:
        door = self._door
        if door is not None and not self.stick.running:
            self.context.lanes.net(self, lambda _ticket: plugged_in(door.folder), self._show_sticks)

    def _show_sticks(self, found: tuple[Stick, ...]) -> None:
        """With a stick and no line, writing on it is what one came for."""
        first = found[0] if found else None
        if first == self.stick.plugged:
            return
        self.stick.plugged = first
        free = self.context.words.size(first.free) if first else ""
        words = self.t("exchange.plugged", name=first.name, free=free) if first else self.t("bundle.card_detail")
        self._plugged.setText(words)
        by_stick = first is not None and not self.context.status.known.online
        theme = self.context.theme
        become(theme, self._go, kind="" if by_stick else "primary", icon="wifi-high")
        become(theme, self._stick_buttons[0], kind="primary" if by_stick else "", icon="usb")

    def _side(self) -> QWidget:
        made = QWidget()
        lines = column(made, gap=self.context.theme.scale.m)
        reveal(self._where, False)
        fill(lines, [self._where, self._aside])
        return made

    def _show(
        self,
        tab: str,
        status: HandOverStatus,
        rows: tuple[RecordRow, ...],
        problems: tuple[RecordRow, ...],
        returned: tuple[RequestRow, ...],
        answers: tuple[RequestRow, ...],
        names: dict[str, str],
    ) -> None:
        self._names = names
        self._say(status)
        self._lists.show_rows(tab, status, rows=rows, answers=answers, names=names)
        clear(self._aside)
        if problems or returned:
            self._aside.addWidget(problems_card(self.context, problems, returned, names))
        fill(self._aside, [receipts_card(self.context, status, answers), note_card(self.context), None])

    def _say(self, status: HandOverStatus) -> None:
        t, words, theme = self.t, self.context.words, self.context.theme
        for button in (self._go, *self._stick_buttons, self._plugged):
            reveal(button, status.hub)  # nobody is there to hand over to
        if not status.hub:
            self._offer_to_join()
            self._sentence.setText(t("pages.no_hub"))
            self._last.setText(t("pages.no_hub_detail"))
            return
        if status.waiting:
            size = words.size(status.waiting_bytes)
            said = t("pages.waits_files", count=status.waiting, files=status.attachments, size=size)
            self._sentence.setText(said if status.attachments else words.text("pages.waits", count=status.waiting))
        else:
            self._sentence.setText(t("pages.hand_over_done"))
        icon, role = ("clock-fill", "badge") if status.waiting else ("check-circle-fill", "ok")
        ratio = self.devicePixelRatioF()
        self._clock.setPixmap(theme.pixmap(icon, role, size=theme.scale.px(34), ratio=ratio))
        here = status.to_tell if self.context.me.role is Role.VILLAGE else 0
        fetched = words.text("pages.receipt_answers", count=here) if here else ""
        self._last.setText(" · ".join(filter(None, (words.contact(status.last_contact), fetched))))

    def _offer_to_join(self) -> None:
        door = may_join(self._door)
        if self._join is None and door is not None:
            self._join = JoinCard(self.context, door)
            self._top.addWidget(self._join)

    def _tab_chosen(self) -> None:
        reveal(self._where, False)
        self.refresh()

    def _look(self, record: RecordRow) -> None:
        self._where.look(record, record.title or self._names.get(record.form_id, ""))

    def _open_answer(self, request: RequestRow) -> None:
        self.context.go(Place(Name.REQUESTS, subject=request.uuid, tab="to_tell"))
