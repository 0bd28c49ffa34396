"""Who can open this computer's workspace: the people, one more of them, and six digits for coming back from a lock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, face
from desktop.pages.shell.presenter import present
from desktop.services.keeping.users import Users
from desktop.services.keeping.workspace import OpenWorkspace
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, clear, fill, label, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.notices import Banner

PIN_DIGITS = 6


class WhoOpensCard(Card):
    """Keys are derived on the WRITE lane: it takes a moment on purpose, and the audit log is written with it."""

    def __init__(self, context: PageContext, workspace: OpenWorkspace) -> None:
        super().__init__(context.theme, context.text("pages.who_opens"))
        self._context, self._workspace, self._users = context, workspace, Users(workspace)
        self._said = Banner(context.theme)
        self._people = FlowLayout(gap=context.theme.scale.m)
        self.add(self._said)
        self.body.addLayout(self._people)
        self._show_people()
        self._name = self._field("who_add_name")
        self._secret = self._field("who_add_passphrase")
        self._pin = self._field("pin", hidden=True)
        self._pin.setMaxLength(PIN_DIGITS)
        self._add_line("who_add", [self._name, self._secret], self._add_person, offers=True)
        self.add(label(context.text("pages.pin_detail"), "small", wrap=True))
        self._add_line("pin_set", [self._pin], self._set_pin)

    def _field(self, name: str, *, hidden: bool = False) -> QLineEdit:
        made = QLineEdit()
        words = self._context.text(f"pages.{name}")
        made.setAccessibleName(words)
        made.setPlaceholderText(words)
        if hidden:
            made.setEchoMode(QLineEdit.EchoMode.Password)
            made.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        return made

    def _add_line(self, does: str, fields: list[QLineEdit], then: Callable[[], None], *, offers: bool = False) -> None:
        theme = self._context.theme
        line = row(gap=theme.scale.s)
        for field in fields:
            line.addWidget(field, 1)
            field.returnPressed.connect(lambda: then())
        if offers:
            offer = button(theme, self._context.text("pages.first_offer"), kind="link", icon="star", small=True)
            offer.clicked.connect(self._offer)
            line.addWidget(offer)
        made = button(theme, self._context.text(f"pages.{does}"), small=True)
        made.clicked.connect(lambda: then())
        line.addWidget(made)
        self.add(line)

    def _show_people(self) -> None:
        clear(self._people)
        for user in self._users.list():
            self._people.addWidget(self._person(user.name, me=user.me))

    def _person(self, name: str, *, me: bool) -> Card:
        theme, t = self._context.theme, self._context.text
        made = Card(theme, sunken=True)
        line = row(gap=theme.scale.s)
        fill(line, [face(theme, name), label(name, "strong")])
        if me:
            line.addWidget(label(t("pages.who_me"), "small"))
        else:
            away = act(theme, t("pages.who_remove"), lambda: self._remove(name), kind="link", small=True)
            away.setAccessibleName(f"{t('pages.who_remove')} {name}")
            line.addWidget(away)
        made.add(line)
        return made

    def _offer(self) -> None:
        """Four words, shown so that they are written down."""
        offered = self._users.offer()
        self._secret.setText(offered.typed)
        self._said.say(Tone.INFO, self._context.text("pages.first_write_down"), offered.shown)

    def _add_person(self) -> None:
        name, secret = self._name.text().strip(), self._secret.text()
        said = self._context.text("pages.who_added", user=name)
        self._do(lambda: self._users.add(name, secret), said)

    def _remove(self, name: str) -> None:
        self._do(lambda: self._users.remove(name), self._context.text("pages.who_removed", user=name))

    def _set_pin(self) -> None:
        pin = self._pin.text()
        self._do(lambda: self._workspace.set_pin(pin), self._context.text("pages.pin_is_set"))

    def _do(self, what: Callable[[], object], said: str) -> None:
        self._context.lanes.write(self, lambda _desk: what(), lambda _: self._done(said), failed=self._failed)

    def _done(self, said: str) -> None:
        for field in (self._name, self._secret, self._pin):
            field.clear()
        self._show_people()
        self._said.say(Tone.OK, said)

    def _failed(self, error: BaseException) -> None:
        notice = present(error, self._context.text)
        if notice is not None:
            self._said.say(notice.tone, notice.title, notice.detail)
