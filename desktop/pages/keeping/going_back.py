"""Going back to a copy: what it holds and lacks first, then the passphrase, then it takes the workspace's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.words import sentences
from desktop.pages.shell.presenter import present
from desktop.services.api import Workspace
from desktop.services.keeping.backup import Backups, Preview
from desktop.services.keeping.bringing_back import bring_back
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.theme.tokens import Tone
from desktop.widgets.basics import fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.notices import Banner


class GoingBack(Card):
    """Hidden until `look` was asked. `replace` gets the workspace that was brought back, beside the one that is open.

    Whoever changes their mind loses nothing: the present state is kept in its own folder in any case.
    """

    def __init__(self, context: PageContext, backups: Backups | None, replace: Callable[[Workspace], None]) -> None:
        super().__init__(context.theme, context.text("copies.going_back"))
        self._context, self._backups, self._replace = context, backups, replace
        self._source: Path | None = None
        t, theme = context.text, context.theme
        self._said = Banner(theme)
        self._words, self._detail = label("", "strong", wrap=True), label("", "small", wrap=True)
        self._secret = QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._secret.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self._secret.setAccessibleName(t("pages.passphrase"))
        self._secret.setPlaceholderText(t("copies.passphrase_hint"))
        self._secret.setMaximumWidth(theme.scale.em(24))
        self._secret.returnPressed.connect(self.go_back)
        self._go = act(theme, t("copies.go_back"), self.go_back, kind="primary", icon="arrow-counter-clockwise")
        self._not = act(theme, t("copies.not_now"), self.hide, kind="link")
        foot = row(gap=theme.scale.s)
        fill(foot, [self._go, self._not, None])
        fill(self.body, [self._said, self._words, self._detail, self._secret, foot])
        self.hide()

    def look(self, source: Path) -> None:
        """Say what this copy would bring back."""
        backups = self._backups
        if backups is None:
            return
        self._source = source
        self._said.silence()
        self._secret.clear()
        self._context.lanes.long(self, lambda _desk, _ticket: backups.preview(source), self._show, failed=self._failed)

    def go_back(self) -> None:
        """Bring it back beside the workspace, then let it take its place."""
        backups, source, secret = self._backups, self._source, self._secret.text()
        if backups is None or source is None:
            return
        if not secret:
            self._secret.setFocus()
            return
        here, clock = backups.workspace, self._context.clock
        self._busy(on=True)

        def work(_desk: object, _ticket: object) -> OpenWorkspace:
            return bring_back(source, here.folder, user=here.user, passphrase=secret, clock=clock)

        self._context.lanes.long(self, work, self._replace, failed=self._failed)

    def _show(self, found: Preview) -> None:
        t, words = self._context.text, self._context.words
        when = words.moment(found.made_at)
        key = "returns_other" if found.newer is None else "returns_newer" if found.newer else "returns_to"
        self._words.setText(t(f"copies.{key}", when=when, count=found.newer or 0))
        held = t("copies.holds", records=found.records, drafts=found.drafts, files=found.attachments)
        lost = t("copies.lacks", count=found.lost) if found.lost else ""
        self._detail.setText(sentences(t, held, lost, t("copies.kept_beside")))
        reveal(self, True)
        self._secret.setFocus()

    def _failed(self, error: BaseException) -> None:
        self._busy(on=False)
        reveal(self, True)
        notice = present(error, self._context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)

    def _busy(self, *, on: bool) -> None:
        for part in (self._go, self._not, self._secret):
            part.setEnabled(not on)
        if on:
            self._said.say(Tone.INFO, self._context.text("copies.returning"), self._context.text("copies.kept_beside"))
