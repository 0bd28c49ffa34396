"""The locked window: whose turn is it, and the passphrase. Nothing of anybody shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.pages.parts import act, face, picture
from desktop.theme.apply import Theme, restyle
from desktop.widgets.basics import column, fill, frame, label, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.notices import Banner
from forms.text import Text

if TYPE_CHECKING:
    from desktop.pages.notice import Notice

FREE_TRIES = 5  # then waits of 1, 2, 4 ... 60 minutes


def wait_after(tries: int) -> int:
    """Minutes to wait after so many wrong passphrases in a row."""
    return 0 if tries < FREE_TRIES else min(60, 2 ** (tries - FREE_TRIES))


class Tile(QPushButton):
    """A person's button, as high as a face needs."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self.setProperty("measure", "free")

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return QSize(inside.sizeHint().width() if inside is not None else 0, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class LockPage(QWidget):
    """Tiles with names; `unlock(user, passphrase)` comes when somebody confirms, `other()` for another workspace."""

    unlock = Signal(str, str)
    other = Signal()

    def __init__(self, theme: Theme, text: Text, *, users: Sequence[str] = (), place: str = "") -> None:
        super().__init__()
        self._theme, self._text = theme, text
        self._user = ""
        self._tries = 0
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scale = theme.scale
        card = frame("card")
        card.setFixedWidth(scale.em(32))
        lines = column(card, gap=scale.m, margins=(scale.xl, scale.xl, scale.xl, scale.xl))
        lines.addLayout(self._brand(place))
        self._banner = Banner(theme)
        lines.addWidget(self._banner)
        lines.addWidget(label(text("pages.lock_who"), "small-strong"))
        people = QWidget()
        people.setMinimumHeight(scale.px(46))
        self._row = FlowLayout(people, gap=scale.s)
        self._tiles = QButtonGroup(self)
        lines.addWidget(people)
        lines.addWidget(label(text("pages.passphrase"), "small-strong"))
        lines.addWidget(self._passphrase_field())
        self._go = act(theme, text("pages.unlock"), self._confirm, kind="primary", icon="lock-open")
        foot = row(gap=scale.s)
        fill(foot, [self._go, None, act(theme, text("pages.other_folder"), self.other.emit, kind="link", small=True)])
        lines.addLayout(foot)
        lines.addWidget(label(text("pages.lock_hint"), "small", wrap=True))
        outer = column(self)
        fill(outer, [None])
        middle = row()
        fill(middle, [None, card, None])
        outer.addLayout(middle)
        fill(outer, [None])
        self.offer(users)

    def offer(self, users: Sequence[str]) -> None:
        """Show these people; the first is chosen. What was typed meanwhile stays."""
        for number, user in enumerate(users):
            self._row.addWidget(self._tile(user, first=number == 0))
        if users:
            self._user = users[0]

    @property
    def passphrase(self) -> QLineEdit:
        return self._secret

    def ready(self) -> None:
        """Put the cursor where one types."""
        self._secret.setFocus()

    def busy(self, *, on: bool) -> None:
        """While the key is being derived, which takes a second on purpose."""
        self._go.setEnabled(not on)
        self._secret.setEnabled(not on)
        self._go.setText(self._text("pages.unlocking" if on else "pages.unlock"))

    def refused(self, notice: Notice) -> None:
        """It did not open: say why, and after five times wait."""
        self.busy(on=False)
        self._tries += 1
        self._secret.clear()
        minutes = wait_after(self._tries)
        detail = self._text("pages.lock_wait", minutes=minutes) if minutes else notice.detail
        self._banner.say(notice.tone, notice.title, detail)
        self._secret.setFocus()
        if minutes:
            self.busy(on=True)
            QTimer.singleShot(minutes * 60_000, self, lambda: self.busy(on=False))

    def _brand(self, place: str) -> QHBoxLayout:
        theme, scale = self._theme, self._theme.scale
        made = row(gap=scale.m)
        names = column(gap=2)
        fill(names, [label(self._text("shell.name"), "h1")])
        if place:
            names.addWidget(label(place, "second"))
        made.addWidget(picture(theme, "plant", "primary", scale.px(38)))
        made.addLayout(names, 1)
        return made

    def _tile(self, user: str, *, first: bool) -> QPushButton:
        made = Tile(self._theme.scale.px(46))
        made.setProperty("kind", "segment")
        made.setCheckable(True)
        made.setChecked(first)
        made.setAccessibleName(user)
        scale = self._theme.scale
        inside = row(made, gap=scale.s, margins=(scale.s, scale.xs, scale.m, scale.xs))
        name = label(user, "strong")
        for part in (face(self._theme, user), name):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(part)
        made.clicked.connect(lambda: self._choose(user))
        self._tiles.addButton(made)
        return made

    def _passphrase_field(self) -> QLineEdit:
        """Input method off, an eye to look at what one typed, paste allowed."""
        self._secret = QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._secret.setAccessibleName(self._text("pages.passphrase"))
        self._secret.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self._secret.returnPressed.connect(self._confirm)
        self._eye = QAction(self._theme.icon("eye"), self._text("pages.show_passphrase"), self._secret)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._look)
        self._secret.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        return self._secret

    def _look(self, on: bool) -> None:
        self._secret.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._eye.setIcon(self._theme.icon("eye-slash" if on else "eye"))

    def _choose(self, user: str) -> None:
        self._user = user
        self._secret.setFocus()

    def _confirm(self) -> None:
        if not self._secret.text():
            restyle(self._secret, state="bad")
            self._secret.setFocus()
            return
        restyle(self._secret, state="")
        self.busy(on=True)
        self.unlock.emit(self._user, self._secret.text())
