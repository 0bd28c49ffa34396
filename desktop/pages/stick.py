"""The stick on the hand-over page: write this village's bundle, read the answer; at a township, read a village's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop.pages.page import PageContext
from desktop.pages.parts import act, picture, two_lines
from desktop.pages.presenter import present
from desktop.services.api import Desk
from desktop.services.bundles import BundleWritten, VillageBundle, hand_to_hub, read_answer, write_bundle
from desktop.services.values import HandOverResult
from desktop.tasks import Lane, Ticket
from desktop.theme.tokens import Tone
from desktop.widgets.basics import row
from desktop.widgets.card import Card
from desktop.widgets.notices import Banner
from sync.bundle.content import ENDING
from sync.protocol import Role
from sync.store.api import Store

T = TypeVar("T")
R = TypeVar("R")


class StickCard(Card):
    """What a stick is good for here. It says "pull it out" only after the file was read again and found right."""

    def __init__(self, context: PageContext, said: Banner, changed: Callable[[], None]) -> None:
        super().__init__(context.theme)
        self._context, self._said, self._changed = context, said, changed
        self._ticket: Ticket | None = None
        t, theme = context.text, context.theme
        line = row(gap=theme.scale.m)
        line.addWidget(picture(theme, "usb"))
        line.addWidget(two_lines(t("bundle.card"), t("bundle.card_detail"), wrap=True), 1)
        self._buttons: list[QPushButton] = [act(theme, t("bundle.write"), self.write, icon="usb")]
        self._buttons.append(act(theme, t("bundle.read"), self.read))
        if context.me.role is Role.TOWNSHIP:
            self._buttons.append(act(theme, t("bundle.read_village"), self.read_village))
        for button in self._buttons:
            line.addWidget(button)
        self.add(line)

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
        self._changed()

    def _failed(self, error: BaseException) -> None:
        self._end()
        notice = present(error, self._context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)

    # how it runs

    def _start(self, work: Callable[[Ticket], R], done: Callable[[R], None]) -> None:
        if self.running:
            return
        self._said.silence()
        for button in self._buttons:
            button.setEnabled(False)
        self._said.say(Tone.INFO, self._context.text("bundle.running"), self._context.text("bundle.running_detail"))
        self._ticket = self._context.lanes.net(self, work, done, failed=self._failed)

    def _end(self) -> None:
        self._ticket = None
        self._said.silence()
        for button in self._buttons:
            button.setEnabled(True)

    def _on_store(self, work: Callable[[Store], T], /) -> T:
        def here(desk: Desk) -> T:
            return desk.hand_over.here(work)

        return self._context.lanes.on_lane(Lane.WRITE, here)

    def _folder(self, title: str) -> Path | None:
        found = QFileDialog.getExistingDirectory(self, self._context.text(title))
        return Path(found) if found else None

    def _file(self, title: str) -> Path | None:
        t = self._context.text
        found, _ = QFileDialog.getOpenFileName(self, t(title), "", f"{t('bundle.files')} (*{ENDING})")
        return Path(found) if found else None
