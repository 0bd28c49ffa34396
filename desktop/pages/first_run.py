"""The first start: language, who you are, a passphrase, and the township's invitation code, in one screen."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QWidget

from desktop.pages.menu import ChoiceButton
from desktop.pages.parts import act, picture, segment
from desktop.pages.presenter import present
from desktop.services.clock import Clock
from desktop.services.practice_place import practice_folder
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, fill, frame, label, row
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner
from forms.text import LANGUAGES, Text

if TYPE_CHECKING:
    from desktop.services.api import Workspace


@dataclass(frozen=True, slots=True)
class Typed:
    """What was written before another language was chosen."""

    name: str
    secret: str = field(repr=False)
    village: str
    code: str
    hub: str


class FirstRunPage(QWidget):
    """`ready(Workspace)`: made and open. `language(str)`: another language was chosen.

    Role and area come with the invitation; without one a village's workspace is made that can be enrolled later.
    """

    ready = Signal(object)
    language = Signal(str)

    def __init__(self, theme: Theme, text: Text, *, folder: Path, clock: Clock, doors: Lanes) -> None:  # type: ignore[type-arg]
        super().__init__()
        self._theme, self._text, self._folder, self._clock, self._doors = theme, text, folder, clock, doors
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scale = theme.scale
        card = frame("card")
        card.setFixedWidth(scale.em(40))
        lines = column(card, gap=scale.s, margins=(scale.xl, scale.l, scale.xl, scale.l))
        lines.addLayout(self._brand())
        self._banner = Banner(theme)
        lines.addWidget(self._banner)
        self._name = self._field(lines.addWidget, "first_name", "first_name_hint")
        self._secret = self._field(lines.addWidget, "first_passphrase", "first_passphrase_hint")
        self._secret.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
        lines.addLayout(self._offer_line())
        self._village = ChoiceButton(theme, name=text("pages.first_village"), small=False)
        self._village.stretch()
        lines.addWidget(label(text("pages.first_village"), "small-strong"))
        lines.addWidget(self._village)
        self._code = self._field(lines.addWidget, "first_code", "first_code_hint")
        self._hub = self._field(lines.addWidget, "first_hub", "first_hub_hint")
        self._join = act(theme, text("pages.first_join"), self.join, kind="primary", icon="handshake")
        self._alone = act(theme, text("pages.first_alone"), self.begin_alone)
        foot = row(gap=scale.s)
        self._try = act(theme, text("pages.first_try"), self.practise, kind="link", icon="star")
        fill(foot, [self._join, self._alone, None, self._try])
        lines.addSpacing(scale.s)
        lines.addLayout(foot)
        lines.addWidget(label(text("pages.first_foot"), "small", wrap=True))
        body = ScrollBody(margins=(scale.l, scale.l, scale.l, scale.l))
        middle = row()
        fill(middle, [None, card, None])
        body.body.addStretch(1)
        body.body.addLayout(middle)
        body.body.addStretch(1)
        column(self).addWidget(body)
        self._name.setFocus()
        doors.net(self, lambda _ticket: villages(text.language), self._village.offer, failed=self._failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._name.setFocus()

    @property
    def typed(self) -> Typed:
        return Typed(self._name.text(), self._secret.text(), self._village.value, self._code.text(), self._hub.text())

    def put(self, typed: Typed) -> None:
        """Go on with what was written on the page in another language."""
        for made, words in (
            (self._name, typed.name),
            (self._secret, typed.secret),
            (self._code, typed.code),
            (self._hub, typed.hub),
        ):
            made.setText(words)
        self._village.choose(typed.village)

    def join(self) -> None:
        """Enrol with the code; nothing is written before the hub has shown that it knows the code."""
        code, url = self._code.text().strip(), self._hub.text().strip()
        if not self._complete(self._name, self._secret, self._code, self._hub):
            return
        folder, user, secret, clock = self._folder, self._name.text().strip(), self._secret.text(), self._clock

        def work() -> Workspace:
            from desktop.services.workspace import enrol

            return enrol(folder, url=url, code=code, user=user, passphrase=secret, clock=clock)

        self._begin(work)

    def begin_alone(self) -> None:
        """Without a township yet: a village of the shipped areas, to be enrolled when there is a code."""
        if not self._complete(self._name, self._secret):
            return
        folder, user, secret, clock = self._folder, self._name.text().strip(), self._secret.text(), self._clock
        village = self._village.value

        def work() -> Workspace:
            from desktop.services.workspace import create
            from sync.protocol import Role

            return create(folder, user=user, passphrase=secret, role=Role.VILLAGE, area=village, clock=clock)

        self._begin(work)

    def practise(self) -> None:
        """A workspace beside the real one with invented people, laid out anew each time; it belongs to no township."""
        folder, clock = practice_folder(self._folder), self._clock
        user = self._name.text().strip() or self._text("pages.first_practiser")
        village = self._village.value

        def work() -> Workspace:
            from desktop.services.practice import lay_out

            return lay_out(folder, user=user, area=village, clock=clock)

        self._begin(work)

    def _begin(self, work: Callable[[], Workspace]) -> None:
        self._busy(on=True)
        self._doors.net(self, lambda _ticket: work(), self.ready.emit, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy(on=False)
        notice = present(error, self._text)
        if notice is not None:
            self._banner.say(notice.tone, notice.title, notice.detail)

    def _busy(self, *, on: bool) -> None:
        for button in (self._join, self._alone, self._try):
            button.setEnabled(not on)
        if on:
            self._banner.say(Tone.INFO, self._text("pages.first_working"))

    def _complete(self, *fields: QLineEdit) -> bool:
        for each in fields:
            if not each.text().strip():
                self._banner.say(Tone.WARN, self._text("pages.first_missing", field=each.accessibleName()))
                each.setFocus()
                return False
        return True

    def _brand(self) -> QHBoxLayout:
        theme, scale = self._theme, self._theme.scale
        made = row(gap=scale.m)
        names = column(gap=2)
        fill(
            names,
            [
                label(self._text("pages.first_title"), "h1"),
                label(self._text("pages.first_detail"), "second", wrap=True),
            ],
        )
        made.addWidget(picture(theme, "plant", "primary", scale.px(38)))
        made.addLayout(names, 1)
        group = QButtonGroup(self)
        for language in LANGUAGES:
            words, now = self._text(f"pages.language_{language}"), language == self._text.language
            button = segment(theme, words, chosen=now, does_what=partial(self.language.emit, language))
            button.setProperty("compact", True)
            group.addButton(button)
            made.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _field(self, add: Callable[[QWidget], None], name: str, hint: str) -> QLineEdit:
        words = label(self._text(f"pages.{name}"), "small-strong")
        made = QLineEdit()
        made.setAccessibleName(words.text())
        made.setPlaceholderText(self._text(f"pages.{hint}"))
        words.setBuddy(made)
        add(words)
        add(made)
        return made

    def _offer_line(self) -> QHBoxLayout:
        self._offered = label("", "small-strong")
        offer = act(self._theme, self._text("pages.first_offer"), self._offer, kind="link", icon="star", small=True)
        made = row(gap=self._theme.scale.s)
        fill(made, [offer, self._offered, None])
        return made

    def _offer(self) -> None:
        """Digits drawn by chance, shown so that they are written down."""
        self._secret.setText(offered())
        self._offered.setText(self._text("pages.first_write_down"))


def villages(language: str) -> tuple[tuple[str, str], ...]:
    """(code, "township · village") of the shipped areas."""
    from desktop.services.library import AREAS, shipped
    from forms.casework.areas import Areas

    areas = Areas.read(shipped(AREAS) or b"name\n")
    found = []
    for top in areas.children():
        for code in areas.below(top):
            area = areas.get(code)
            if area is not None and area.level == "village":
                above = areas.path(code).split("/")[-2:-1]
                names = [*(areas.label(each, language) for each in above), areas.label(code, language)]
                found.append((code, " · ".join(names)))
    return tuple(found)


def offered() -> str:
    """A passphrase by chance: twelve digits in three groups, about 40 bits, easy to write down and to type."""
    return "-".join("".join(str(secrets.randbelow(10)) for _ in range(4)) for _ in range(3))
