"""The second copy: where it lies, writing it now, going back to a day of it, trying it, checking the workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QFrame, QPushButton, QVBoxLayout

from desktop.pages.keeping.going_back import GoingBack
from desktop.pages.parts.lent import Lent
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import Elided, act, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.presenter import present
from desktop.pages.today.troubles import said
from desktop.services.api import Desk, Workspace
from desktop.services.keeping.backup import Backups, BackupStatus, Copy, Preview
from desktop.services.keeping.backup import Place as Where
from desktop.services.keeping.backup import Stopped as Broken
from desktop.services.keeping.workspace import Checked, OpenWorkspace, check_workspace
from desktop.services.values import Progress
from desktop.tasks import Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row, rule
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.guards import bring_into_view
from desktop.widgets.mark import Chip, Mark
from desktop.widgets.notices import Banner, JobCard

R = TypeVar("R")


class Following(TypedDict):
    """How a long piece of work hears that it is to stop, and tells how far it is."""

    progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]


WHERE = {
    Where.SAME_DISK: Mark("", Tone.WARN, "warning-circle-fill"),
    Where.OTHER_DISK: Mark("", Tone.OK, "check-circle-fill"),
    Where.AWAY: Mark("", Tone.BAD, "x-circle-fill"),
}


class BackupPage(Page):
    """Everything here runs on the LONG lane: one can leave the page and go on working meanwhile."""

    def __init__(self, context: PageContext, door: Workspace | None, replace: Callable[[Workspace], None]) -> None:
        super().__init__(context)
        self._backups = Backups(door) if isinstance(door, OpenWorkspace) else None
        self._ticket: Ticket | None = None
        self._job: JobCard | None = None
        self._lent = Lent()
        frame = self.frame_in(self.t("copies.title"), self.t("copies.subtitle"), chips=False)
        there = Place(Name.SETTINGS)
        frame.aside.addWidget(
            act(context.theme, self.t("shell.nav_settings"), lambda: context.go(there), icon="arrow-left", kind="link")
        )
        self._said = Banner(context.theme)
        self._jobs: QVBoxLayout = column(gap=context.theme.scale.m)
        self._jobs.addWidget(self._said)
        self._days: QVBoxLayout = column()
        self._buttons: list[QPushButton] = []
        frame.add(self._jobs)
        frame.add(self._now_card())
        self._back = GoingBack(context, self._backups, replace)
        frame.add(self._back)
        frame.add(self._days_card())
        frame.add(self._sure_card())
        frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self._now.setFocus()
        self.refresh()
        if place.tab == "run" and self._ticket is None:
            self.copy_now()

    def refresh(self) -> None:
        backups = self._backups
        if backups is not None:

            def read(_desk: Desk) -> tuple[BackupStatus, tuple[Copy, ...]]:
                return backups.status(), backups.copies()

            self.context.lanes.read(self, read, lambda found: self._show(*found), latest="copies")

    # what one does

    def copy_now(self) -> None:
        """Write today's copy, and another on every disk that has one already."""
        backups = self._backups
        if backups is not None:
            self._do("copies.job_copy", lambda ticket: backups.run(**_following(ticket)), self._copied)

    def to_file(self, target: Path | None = None) -> None:
        """Everything in one file, to put away."""
        backups = self._backups
        chosen = target or self._file()
        if backups is not None and chosen is not None:
            self._do("copies.job_file", lambda ticket: backups.to_file(chosen, **_following(ticket)), self._copied)

    def choose(self, folder: Path | None = None) -> None:
        """Another place for it from now on, and the first copy there at once."""
        backups = self._backups
        found = "" if folder else QFileDialog.getExistingDirectory(self, self.t("copies.choose"))
        chosen = folder or (Path(found) if found else None)
        if backups is not None and chosen is not None:
            self.context.lanes.long(
                self, lambda _desk, _ticket: backups.choose(chosen), lambda _: self.copy_now(), failed=self._failed
            )

    def drill(self) -> None:
        """Bring the newest copy back where nobody sees it, open it, and take it away again."""
        backups = self._backups
        if backups is not None:
            self._do("copies.job_drill", lambda _ticket: backups.drill(), self._drilled)

    def check(self) -> None:
        """Look at every page of the database and every file."""
        door = self._backups.workspace if self._backups is not None else None
        if door is not None:
            self._do("copies.job_check", lambda _ticket: check_workspace(door), self._checked)

    # how it runs

    def _do(self, title: str, work: Callable[[Ticket], R], done: Callable[[R], None]) -> None:
        if self._ticket is not None:
            return
        self._said.silence()
        self._job = JobCard(self.context.theme, self.context.text, self.t(title), chip=self.t("pages.job_go_on"))
        self._jobs.insertWidget(0, self._job)
        self._lent.switch(self._buttons, on=False)

        def finish(result: R) -> None:
            self._end()
            done(result)
            self.refresh()

        self._ticket = self.context.lanes.long(
            self, lambda _desk, ticket: work(ticket), finish, failed=self._failed, progress=self._job.set_progress
        )
        self._job.cancelled.connect(self._ticket.cancel)

    def _end(self) -> None:
        self._ticket = None
        self._lent.switch(self._buttons, on=True)
        if self._job is not None:
            self._job.hide()
            self._job.deleteLater()
            self._job = None
        QTimer.singleShot(0, self, lambda: bring_into_view(self._said, self.context.theme.scale.m))

    def _failed(self, error: BaseException) -> None:
        self._end()
        if isinstance(error, Broken):
            self._said.say(Tone.INFO, self.t("copies.stopped"), self.t("shell.safe"))
        else:
            notice = present(error, self.context.text)
            if notice is not None:
                self._said.say(notice.tone, notice.title, notice.detail)
            else:
                self._said.say(Tone.INFO, self.t("copies.stopped"), self.t("shell.safe"))
        self.refresh()

    def _copied(self, _made: object) -> None:
        self._said.say(Tone.OK, self.t("copies.copied"), self.t("copies.copied_detail"))

    def _drilled(self, found: Preview) -> None:
        when = self.context.words.moment(found.made_at)
        self._said.say(Tone.OK, self.t("copies.drilled", when=when, records=found.records))

    def _checked(self, found: Checked) -> None:
        if found.ok:
            self._said.say(Tone.OK, self.t("copies.sound", records=found.records))
        else:
            self._said.say(
                Tone.BAD, self.t("copies.damaged", count=len(found.problems)), self.t("copies.damaged_detail")
            )

    # what is shown

    def _show(self, status: BackupStatus, copies: tuple[Copy, ...]) -> None:
        t, words = self.t, self.context.words
        last = t("copies.last", when=words.moment(status.last)) if status.last else t("copies.never")
        self._last.setText(last)
        self._place.setText(str(status.folder))
        sign = WHERE[status.place]
        self._chip.set_mark(Mark(t(f"copies.place_{status.place.value}"), sign.tone, sign.icon))
        failed = t("services.alarm_backup", code=said(status.failed, self.context.text)) if status.failed else ""
        self._wrong.setText(failed)
        reveal(self._wrong, failed)
        clear(self._days)
        for number, copy in enumerate(copies):
            if number:
                self._days.addWidget(rule())
            self._days.addWidget(self._day(copy))
        if not copies:
            self._days.addWidget(label(t("copies.no_days"), "second", wrap=True))

    def _now_card(self) -> Card:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("copies.second"))
        self._last, self._place = label("", "strong", wrap=True), Elided("", "small")
        self._wrong = label("", "error", wrap=True)
        self._chip = Chip(theme, Mark(""))
        reveal(self._wrong, False)
        where = row(gap=scale.s)
        where.addWidget(self._chip)
        where.addWidget(self._place, 1)
        self._now = act(theme, self.t("copies.now"), self.copy_now, kind="primary", icon="floppy-disk")
        elsewhere = act(theme, self.t("copies.choose"), lambda: self.choose(), icon="folder-open")
        file = act(theme, self.t("copies.to_file"), lambda: self.to_file(), icon="download-simple")
        self._buttons += [self._now, elsewhere, file]
        foot = FlowLayout(gap=scale.s)
        for button in (self._now, elsewhere, file):
            foot.addWidget(button)
        fill(card.body, [self._last, where, self._wrong, label(self.t("copies.why"), "small", wrap=True), foot])
        return card

    def _days_card(self) -> Card:
        card = Card(self.context.theme, self.t("copies.days"), second=self.t("copies.days_detail"))
        card.add(self._days)
        return card

    def _day(self, copy: Copy) -> QFrame:
        made = QFrame()
        line = row(made, gap=self.context.theme.scale.m)
        words = self.context.words
        day = two_lines(words.day(copy.day), words.weekday(copy.day))
        look = act(self.context.theme, self.t("copies.back"), lambda: self._back.look(copy.path), small=True)
        look.setAccessibleName(f"{look.text()} {words.day(copy.day)}")
        fill(line, [day, None, look])
        return made

    def _sure_card(self) -> Card:
        theme = self.context.theme
        card = Card(theme, self.t("copies.sure"))
        line = FlowLayout(gap=theme.scale.s)
        other = act(theme, self.t("copies.from_file"), self._from_file, icon="folder-open")
        for words, does, icon in (("drill", self.drill, "seal-check-fill"), ("check", self.check, "shield-check")):
            made = act(theme, self.t(f"copies.{words}"), does, icon=icon)
            self._buttons.append(made)
            line.addWidget(made)
        self._buttons.append(other)
        line.addWidget(other)
        card.add(label(self.t("copies.sure_detail"), "small", wrap=True))
        card.add(line)
        return card

    def _from_file(self) -> None:
        """A copy that lies elsewhere: one file."""
        found, _ = QFileDialog.getOpenFileName(self, self.t("copies.from_file"))
        if found:
            self._back.look(Path(found))

    def _file(self) -> Path | None:
        name = f"hamlet-{self.context.clock.now():%Y%m%d-%H%M}.backup"
        found, _ = QFileDialog.getSaveFileName(self, self.t("copies.to_file"), name)
        return Path(found) if found else None


def _following(ticket: Ticket) -> Following:
    def progress(said: Progress) -> None:
        ticket.say(said.done, said.total)

    return {"progress": progress, "cancelled": lambda: ticket.cancelled}
