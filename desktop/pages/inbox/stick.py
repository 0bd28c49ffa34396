"""Sticks at the inbox: what lies on those that are plugged in, read and answered from the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.exchange.bundles import VillageBundle, hand_to_hub
from desktop.services.exchange.sticks import plugged_in
from desktop.tasks import Lane, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.notices import Banner, JobCard
from sync.bundle.content import ENDING
from sync.store.api import Store

T = TypeVar("T")
REPLY = "-reply"
MOST = 6  # files of all sticks together


@dataclass(frozen=True, slots=True)
class Found:
    """A village's file on a stick; `size` in bytes."""

    path: Path
    stick: str
    size: int


def on_sticks(folder: Path) -> tuple[Found, ...]:
    """Villages' files on what is plugged in, the newest first."""
    found = []
    for stick in plugged_in(folder):
        try:
            files = [each for each in stick.path.glob(f"*{ENDING}") if not each.stem.endswith(REPLY)]
            found += [(each.stat().st_mtime, Found(each, stick.name, each.stat().st_size)) for each in files]
        except OSError:  # pulled out meanwhile
            continue
    return tuple(each for _, each in sorted(found, key=lambda pair: -pair[0])[:MOST])


class StickCard(Card):
    """`taken`: something was read, the inbox may look again. Esc closes it."""

    taken = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("inbox.sticks"))
        self._context = context
        theme, t = context.theme, context.text
        self._said = Banner(theme, Tone.INFO, "", "")
        self._said.hide()
        self._job = JobCard(theme, t, t("inbox.stick_reading"), icon="usb")
        self._job.hide()
        self._job.cancelled.connect(self._stop)
        self._files = column(gap=0)
        self.add(self._said)
        self.add(self._job)
        self.add(self._files)
        foot = row(gap=theme.scale.s)
        foot.addWidget(act(theme, t("inbox.stick_other"), self._ask, icon="folder-open", small=True))
        foot.addWidget(act(theme, t("inbox.stick_again"), self.look, icon="arrow-counter-clockwise", small=True))
        foot.addStretch(1)
        self.add(foot)
        self._ticket: Ticket | None = None

    def look(self) -> None:
        """What is plugged in now."""
        lanes = self._context.lanes

        def work(_ticket: Ticket) -> Sequence[Found]:
            folder: Path = lanes.on_lane(Lane.WRITE, lambda desk: desk.hand_over.here(lambda store: store.folder))
            return on_sticks(folder)

        lanes.net(self, work, self._show)

    def read(self, path: Path) -> None:
        """Give a village's file to the hub; its answer is put beside it, then what is new is fetched."""
        if self._ticket is not None:
            return
        reveal(self._said, shown=False)
        reveal(self._job, shown=True)
        self._ticket = self._context.lanes.net(
            self,
            lambda ticket: hand_to_hub(self._on_store, path, progress=ticket.say),
            self._read,
            failed=lambda error: self._failed(error, path),
            progress=self._job.set_progress,
        )

    def _show(self, files: Sequence[Found]) -> None:
        clear(self._files)
        t, theme, words = self._context.text, self._context.theme, self._context.words
        for each in files:
            detail = f"{each.stick} · {words.size(each.size)}"
            button = act(theme, t("inbox.stick_read"), partial(self.read, each.path), icon="usb", small=True)
            button.setAccessibleName(f"{button.text()} {each.path.name}")
            line = work_row(theme, icon="usb", tone=Tone.INFO, title=each.path.name, detail=detail, buttons=(button,))
            self._files.addWidget(line)
        if not files:
            nothing = work_row(
                theme, icon="usb", tone=Tone.MUTE, title=t("inbox.stick_none"), detail=t("inbox.stick_none_detail")
            )
            self._files.addWidget(nothing)

    def _read(self, done: VillageBundle) -> None:
        t, context = self._context.text, self._context
        self._end()
        left = done.held + done.rejected
        title = t("bundle.taken", letters=done.letters, stored=done.stored, duplicate=done.duplicate, left=left)
        detail = t("bundle.review") if done.review else t("bundle.answer_beside", name=done.answer.name)
        self._said.say(Tone.WARN if left or done.review else Tone.OK, title, detail)
        context.lanes.write(self, lambda desk: desk.inbox.came_by_stick(done.area), lambda _: self._fetch())

    def _fetch(self) -> None:
        self._context.exchange.begin()
        self.taken.emit()

    def _failed(self, error: BaseException, path: Path) -> None:
        """Nothing of a damaged file was used; which one it was is said, and that the village writes it again."""
        self._end()
        notice = present(error, self._context.text)
        if notice is not None:
            again = self._context.text("inbox.stick_write_again", name=path.name)
            self._said.say(notice.tone, notice.title, " ".join(filter(None, (notice.detail, again))))

    def _end(self) -> None:
        self._ticket = None
        reveal(self._job, shown=False)

    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()

    def _ask(self) -> None:
        t = self._context.text
        kinds = f"{t('bundle.files')} (*{ENDING})"
        found, _ = QFileDialog.getOpenFileName(self, t("bundle.choose_village"), "", kinds)
        if found:
            self.read(Path(found))

    def _on_store(self, work: Callable[[Store], T], /) -> T:
        def here(desk: Desk) -> T:
            return desk.hand_over.here(work)

        return self._context.lanes.on_lane(Lane.WRITE, here)
