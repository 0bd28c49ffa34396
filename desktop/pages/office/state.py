"""How this computer receives the villages: address, firewall, last copy, what waits for somebody."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.office.ask import Ask, said
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, two_lines
from desktop.services.office.office_values import OfficeState, ToReview
from desktop.tasks import Stopped, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row, rule
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.notices import Banner, JobCard


class StateCard(Card):
    """The reception itself, with what one does about it."""

    def __init__(self, context: PageContext, ask: Ask) -> None:
        super().__init__(context.theme)
        self._context, self._ask = context, ask
        theme, t = context.theme, context.text
        scroll = ScrollBody(gap=theme.scale.m)
        self.body.addWidget(scroll, 1)
        head = row(gap=theme.scale.s)
        self._name = label("", "h2")
        self._chip = Chip(theme, Mark(""))
        fill(head, [self._name, self._chip, None])
        self._problem = Banner(theme, Tone.BAD, "", "")
        self._problem.hide()
        self._facts = column(gap=theme.scale.s)
        self._jobs = column(gap=theme.scale.s)
        self._job: JobCard | None = None  # a backup that is being written
        self._review = column(gap=theme.scale.s)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=theme.scale.s)
        self._start = act(theme, t("office.start"), self._switch_on, kind="primary", icon="tray")
        self._stop = act(theme, t("office.stop"), self._switch_off, icon="stop")
        self._copy = act(theme, t("office.back_up"), self._back_up, icon="floppy-disk")
        self._with = act(theme, t("office.start_with"), self._switch_starting, icon="sun")
        self._opens = False  # by itself, with the computer
        for made in (self._start, self._copy, self._with, self._stop):
            flow.addWidget(made)
        self._starting_words = label("", "strong", wrap=True)
        self._starting = self._fact(t("office.starting"), self._starting_words, t("office.starting_hint"))
        fill(scroll.body, [head, self._problem, self._jobs, self._facts, self._starting, buttons, self._review, None])

    def show_state(self, state: OfficeState) -> None:
        t = self._context.text
        name = state.name or self._context.me.hub_name
        self._name.setText(name)
        reveal(self._name, bool(name))
        on = state.running
        self._chip.set_mark(Mark(t("office.on" if on else "office.off"), Tone.OK if on else Tone.MUTE, "tray"))
        pressed = self._stop.hasFocus() or self._start.hasFocus()
        reveal(self._start, not on)
        reveal(self._stop, on)
        reveal(self._copy, on)
        if pressed:
            (self._copy if on else self._start).setFocus()  # not where Enter would stop what just began
        reveal(self._starting, on)
        self._read_starting()
        clear(self._facts)
        clear(self._review)
        receiving = self._context.receiving
        problem = receiving.problem if receiving is not None else None
        if problem is not None:
            self._problem.say(Tone.BAD, problem.message(t), problem.remedy(t))
        else:
            self._problem.silence()
        if on:
            self._show_facts(state)
        else:
            self._facts.addWidget(label(t("office.off_detail"), wrap=True))

    def _show_facts(self, state: OfficeState) -> None:
        """What whoever sets a village up, or keeps the network, has to know."""
        t, words = self._context.text, self._context.words
        backup = words.moment(state.backup) if state.backup else t("office.no_backup")
        held = " · ".join(
            (t("office.held_records", count=state.records), t("office.held_devices", count=state.devices))
        )
        facts = (
            (t("office.address"), "\n".join(state.addresses), t("office.address_hint")),
            (t("office.firewall"), t("office.firewall_port", port=state.port), t("office.firewall_hint")),
            (t("office.identity"), state.fingerprint, t("office.identity_hint")),
            (t("office.held"), held, ""),
            (t("office.last_backup"), backup, t("office.backup_hint")),
        )
        for named, value, hint in facts:
            self._facts.addWidget(self._fact(named, label(value, "strong", wrap=True, selectable=True), hint))
        if state.review:
            self._ask(lambda office: office.to_review(), self._show_review)

    def _fact(self, name: str, value: QWidget, hint: str) -> QWidget:
        made = QWidget()
        line = row(made, gap=self._context.theme.scale.m)
        first = label(name, "small")
        first.setFixedWidth(self._context.theme.scale.em(9))
        first.setContentsMargins(0, self._context.theme.scale.px(3), 0, 0)  # on the line of what it names
        line.addWidget(first, 0, Qt.AlignmentFlag.AlignTop)
        lines = column(gap=1)
        lines.addWidget(value)
        if hint:
            lines.addWidget(label(hint, "small", wrap=True))
        line.addLayout(lines, 1)
        return made

    def _show_review(self, waiting: tuple[ToReview, ...]) -> None:
        clear(self._review)
        if not waiting:
            return
        t, theme, words = self._context.text, self._context.theme, self._context.words
        by = {each.device: each for each in waiting}
        self._review.addWidget(rule())
        self._review.addWidget(label(t("office.review"), "h3"))
        for device, first in by.items():
            ids = [each.id for each in waiting if each.device == device]
            line = row(gap=theme.scale.s)
            when = words.moment(first.came) if first.came else ""
            detail = t("office.review_detail", count=len(ids), when=when)
            line.addWidget(two_lines(f"{first.person} · {first.village}", detail, wrap=True), 1)
            accept = act(theme, t("office.review_accept"), lambda ids=ids: self._accept(ids), icon="check", small=True)  # type: ignore[misc]
            accept.setAccessibleName(f"{accept.text()} {first.person}")
            line.addWidget(accept)
            holder = QWidget()
            holder.setLayout(line)
            self._review.addWidget(holder)

    def _accept(self, ids: list[str]) -> None:
        def done(result: object) -> None:
            said(self._context, self._context.text("office.review_done", count=len(ids)))
            self._ask(lambda office: office.state(), self.show_state)

        self._ask(lambda office: office.accept(ids), done)

    def _read_starting(self) -> None:
        receiving = self._context.receiving
        if receiving is not None:
            starting = receiving.starting
            self._context.lanes.net(self, lambda _: starting.is_on(), self._say_starting)

    def _say_starting(self, on: bool) -> None:
        t, self._opens = self._context.text, on
        self._with.setText(t("office.start_alone" if on else "office.start_with"))
        self._with.setAccessibleName(self._with.text())
        self._starting_words.setText(t("office.starting_on" if on else "office.starting_off"))

    def _switch_starting(self) -> None:
        """Open with the computer from now on, or not."""
        receiving, wanted = self._context.receiving, not self._opens
        if receiving is not None:
            starting = receiving.starting
            self._context.lanes.net(
                self,
                lambda _: starting.switch(on=wanted),
                lambda _: self._read_starting(),
                failed=self._context.failed,
            )

    def _switch_on(self) -> None:
        if self._context.receiving is not None:
            self._context.receiving.come_in(self._context.lanes)

    def _switch_off(self) -> None:
        if self._context.receiving is not None:
            self._context.receiving.stop()

    def _back_up(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._context.text("office.backup_where"))
        if folder:
            self.back_up(Path(folder))

    def back_up(self, folder: Path) -> None:
        """A copy of the whole reception into a folder."""

        context, receiving = self._context, self._context.receiving
        if receiving is None or self._job is not None:
            return
        office = receiving.office(context.me, context.text)
        job = self._job = JobCard(context.theme, context.text, context.text("office.backing_up"), icon="floppy-disk")
        self._jobs.addWidget(job)
        self._copy.setEnabled(False)

        def done(file: Path) -> None:
            self._end_job()
            said(context, context.text("office.backup_made"), str(file))
            self._ask(lambda office: office.state(), self.show_state)

        ticket = context.lanes.net(
            self,
            lambda ticket: office.back_up(folder, step=partial(_percent, ticket)),
            done,
            failed=self._not_copied,
            progress=job.set_progress,
        )
        job.cancelled.connect(ticket.cancel)

    def _not_copied(self, error: BaseException) -> None:
        self._end_job()
        if isinstance(error, Stopped):
            said(self._context, self._context.text("copies.stopped"))
        else:
            self._context.failed(error)

    def _end_job(self) -> None:
        job, self._job = self._job, None
        self._copy.setEnabled(True)
        if job is not None:
            job.hide()
            job.deleteLater()


def _percent(ticket: Ticket, done: int, all: int) -> None:
    """Bytes say nothing to a person, hundredths do."""
    ticket.step(100 * done // max(all, 1), 100)
