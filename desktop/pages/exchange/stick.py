"""The stick on the hand-over page: write this village's bundle, read the answer; at a township, read a village's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.exchange.bundles import BundleWritten, VillageBundle, hand_to_hub, read_answer, write_bundle
from desktop.services.exchange.hand_over_values import HandOverResult
from desktop.services.exchange.sticks import Stick
from desktop.tasks import Lane, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.notices import Banner
from sync.bundle.content import ENDING
from sync.store.api import Store

T = TypeVar("T")
R = TypeVar("R")


class StickWork(QObject):
    """What a stick is good for here. It says "pull it out" only after the file was read again and found right.

    `changed`: something began or ended. `say` gets what it has to say; `over` is under what dialogs open.
    """

    changed = Signal()

    def __init__(self, context: PageContext, over: QWidget, say: Banner) -> None:
        super().__init__(over)
        self._context, self._over, self._said = context, over, say
        self._ticket: Ticket | None = None
        self.plugged: Stick | None = None  # where dialogs begin

    @property
    def running(self) -> bool:
        return self._ticket is not None

    def write(self, folder: Path | None = None) -> None:
        """Write everything without a receipt to a stick."""
        chosen = folder or self._folder("bundle.choose_stick")
        if chosen is not None:
            self._start(lambda ticket: write_bundle(self._on_store, chosen, cancelled=lambda: ticket.cancelled),
                        self._written)  # fmt: skip

    def read(self, path: Path | None = None) -> None:
        """Read the township's answer."""
        chosen = path or self._file("bundle.choose_answer")
        if chosen is not None:
            self._start(lambda _ticket: read_answer(self._on_store, chosen), self._heard)

    def read_village(self, path: Path | None = None) -> None:
        """Give a village's bundle to the hub, which opens it; the answer is put beside it."""
        chosen = path or self._file("bundle.choose_village")
        if chosen is not None:
            self._start(lambda ticket: hand_to_hub(self._on_store, chosen, progress=ticket.say), self._taken)

    def stop(self) -> None:
        """At the next step; the half-written file is taken away."""
        if self._ticket is not None:
            self._ticket.cancel()

    # what is said

    def _written(self, done: BundleWritten) -> None:
        t = self._context.text
        size = self._context.words.size(done.size)
        detail = t("bundle.left", left=done.left) if done.left else t("bundle.pull_out")
        self._say(Tone.WARN if done.left else Tone.OK, t("bundle.written", records=done.records, size=size), detail)

    def _heard(self, done: HandOverResult) -> None:
        t = self._context.text
        tone = Tone.WARN if done.rejected or done.held else Tone.OK
        self._say(tone, t("bundle.heard", pushed=done.pushed, pulled=done.pulled), t("bundle.pull_out"))

    def _taken(self, done: VillageBundle) -> None:
        t = self._context.text
        left = done.held + done.rejected
        title = t("bundle.taken", letters=done.letters, stored=done.stored, duplicate=done.duplicate, left=left)
        detail = t("bundle.review") if done.review else t("bundle.answer_beside", name=done.answer.name)
        self._say(Tone.WARN if left or done.review else Tone.OK, title, detail)

    def _say(self, tone: Tone, title: str, detail: str) -> None:
        self._end()
        self._said.say(tone, title, detail)
        self._context.changed()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._context.shut_out(error)
        notice = present(error, self._context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)

    # how it runs

    def _start(self, work: Callable[[Ticket], R], done: Callable[[R], None]) -> None:
        if self.running:
            return
        self._said.silence()
        self._ticket = self._context.lanes.net(self, work, done, failed=self._failed)
        self.changed.emit()

    def _end(self) -> None:
        self._ticket = None
        self.changed.emit()

    def _on_store(self, work: Callable[[Store], T], /) -> T:
        def here(desk: Desk) -> T:
            return desk.hand_over.here(work)

        return self._context.lanes.on_lane(Lane.WRITE, here)

    def _folder(self, title: str) -> Path | None:
        found = QFileDialog.getExistingDirectory(self._over, self._context.text(title), self._begin_at)
        return Path(found) if found else None

    def _file(self, title: str) -> Path | None:
        t = self._context.text
        kinds = f"{t('bundle.files')} (*{ENDING})"
        found, _ = QFileDialog.getOpenFileName(self._over, t(title), self._begin_at, kinds)
        return Path(found) if found else None

    @property
    def _begin_at(self) -> str:
        return str(self.plugged.path) if self.plugged is not None else ""
