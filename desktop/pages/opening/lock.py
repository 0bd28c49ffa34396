"""The locked window: whose turn is it, and the passphrase. Nothing of anybody shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.pages.parts.parts import act, face, picture
from desktop.theme.apply import Theme, restyle
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, fill, frame, label, row
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner
from forms.text import Text

if TYPE_CHECKING:
    from desktop.pages.parts.notice import Notice

LOOK_AGAIN_MS = 15_000  # how often a page that waits asks whether the wait is over


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
    look_again = Signal()  # who has to wait how long may have changed

    def __init__(self, theme: Theme, text: Text, *, users: Sequence[str] = (), place: str = "") -> None:
        super().__init__()
        self._theme, self._text = theme, text
        self._user = ""
        self._waits: dict[str, int] = {}
        self._waiting = False
        self._pin = ("", 0)
        self._asked = label(text("pages.passphrase"), "small-strong")
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_AGAIN_MS)
        self._again.timeout.connect(self.look_again)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scale, card = theme.scale, self._card(place)
        body = ScrollBody(margins=(scale.l, scale.l, scale.l, scale.l), as_needed=True)  # for large text
        middle = row()
        fill(middle, [None, card, None])
        fill(body.body, [None, middle, None])
        column(self).addWidget(body)
        self.offer(users)

    def _card(self, place: str) -> QWidget:
        """Who, the passphrase, and the button that opens."""
        theme, text, scale = self._theme, self._text, self._theme.scale
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
        lines.addWidget(self._asked)
        lines.addWidget(self._passphrase_field())
        self._go = act(theme, text("pages.unlock"), self._confirm, kind="primary", icon="lock-open")
        foot = row(gap=scale.s)
        fill(foot, [self._go, None, act(theme, text("pages.other_folder"), self.other.emit, kind="link", small=True)])
        lines.addLayout(foot)
        lines.addWidget(label(text("pages.lock_hint"), "small", wrap=True))
        return card

    def offer(self, users: Sequence[str], waits: Mapping[str, int] | None = None) -> None:
        """Show these people; the first is chosen. What was typed meanwhile stays.

        `waits`: minutes that each has to wait after wrong tries, as the disk remembers them.
        """
        if users and not self._tiles.buttons():
            for number, user in enumerate(users):
                self._row.addWidget(self._tile(user, first=number == 0))
            self._choose(users[0], focus=False)
        self._waits = dict(waits or {})
        self._show_wait()

    @property
    def passphrase(self) -> QLineEdit:
        return self._secret

    def ready(self) -> None:
        """Put the cursor where one types."""
        self._secret.setFocus()

    def busy(self, *, on: bool) -> None:
        """While the key is being derived, which takes a second on purpose."""
        self._go.setEnabled(not on and not self._waiting)
        self._secret.setEnabled(not on and not self._waiting)
        self._go.setText(self._text("pages.unlocking" if on else "pages.unlock"))

    def allow_pin(self, user: str, tries: int) -> None:
        """Six digits open for this person as long as `tries` are left."""
        self._pin = (user, tries)
        self._name_field()

    def say(self, title: str, detail: str) -> None:
        """What whoever unlocks should know first."""
        self._banner.say(Tone.WARN, title, detail)

    def refused(self, notice: Notice) -> None:
        """It did not open: say why. How long to wait is asked of the disk, so that opening anew shortens nothing."""
        self.busy(on=False)
        self._secret.clear()
        self._banner.say(notice.tone, notice.title, notice.detail)
        self._secret.setFocus()
        self.look_again.emit()

    def _show_wait(self) -> None:
        """Whoever has to wait sees for how long and cannot type; the others can."""
        minutes = self._waits.get(self._user, 0)
        if minutes:
            title = self._text("pages.lock_wait", minutes=minutes)
            self._banner.say(Tone.WARN, title, self._text("pages.lock_wait_detail"))
            self._again.start()
        elif self._waiting:
            self._banner.silence()
        if bool(minutes) is not self._waiting:
            self._waiting = bool(minutes)
            self.busy(on=False)

    def _name_field(self) -> None:
        """Whether a PIN will do stands over the field."""
        user, tries = self._pin
        key = "pages.passphrase_or_pin" if tries and user == self._user else "pages.passphrase"
        self._asked.setText(self._text(key))
        self._secret.setAccessibleName(self._asked.text())

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

    def _choose(self, user: str, *, focus: bool = True) -> None:
        self._user = user
        self._name_field()
        self._show_wait()
        if focus:
            self._secret.setFocus()

    def _confirm(self) -> None:
        if not self._secret.text():
            restyle(self._secret, state="bad")
            self._secret.setFocus()
            return
        restyle(self._secret, state="")
        self.busy(on=True)
        self.unlock.emit(self._user, self._secret.text())
