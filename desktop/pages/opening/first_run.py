"""The first start in five screens: every choice can be changed later, and nothing is made before the last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.pages.opening.first_steps import (
    LanguageStep,
    PersonStep,
    SizeStep,
    Step,
    TownshipStep,
    VillageStep,
    WayStep,
)
from desktop.pages.parts.parts import act, picture
from desktop.pages.shell.presenter import present
from desktop.services.clock import Clock
from desktop.services.keeping.beginning import Beginning, Offers, Way, begin, offers
from desktop.tasks import Lanes
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, fill, frame, label, reveal, row
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner
from forms.text import Text

if TYPE_CHECKING:
    from desktop.services.api import Workspace

STEPS = 5
LEAST_HIGH = 540  # pixels: below them the card hardly changes its height from screen to screen, on a laptop too
WAY, PLACE, PERSON = 2, 3, 4  # where screens stand, counted from 0


@dataclass(frozen=True, slots=True)
class Typed:
    """What was chosen before another language or size built everything anew, and on which screen."""

    step: int = 0
    chosen: Beginning = field(default_factory=lambda: Beginning(Way.JOIN, "", ""))


class FirstRunPage(QWidget):
    """`ready(Workspace)`: made and open. `language(str)`, `resized(int)`: everything is to be built anew.

    Role and area come with the invitation; without one a village's workspace is made that can be enrolled later.
    """

    ready = Signal(object)
    language = Signal(str)
    resized = Signal(int)

    def __init__(self, theme: Theme, text: Text, *, folder: Path, clock: Clock, doors: Lanes) -> None:  # type: ignore[type-arg]
        super().__init__()
        self._theme, self._text, self._folder, self._clock, self._doors = theme, text, folder, clock, doors
        self._typed = Typed()
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._banner = Banner(theme)
        self._screen = QWidget()  # no higher than the step that it shows: large text leaves no room for others
        self._steps = self._make_steps()
        screen = column(self._screen)
        for step in self._steps.values():
            step.body.addStretch(1)
            reveal(step, False)
            screen.addWidget(step)
        card = self._card()
        body = ScrollBody(margins=(theme.scale.l,) * 4, as_needed=True)
        middle = row()
        fill(middle, [None, card, None])
        fill(body.body, [None, middle, None])
        column(self).addWidget(body)
        self._show_step()
        language = text.language
        doors.net(self, lambda _ticket: offers(folder, language), self._offer, failed=self._failed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._step.first.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
        elif event.key() == Qt.Key.Key_Escape:
            self.go_back()
        else:
            super().keyPressEvent(event)

    @property
    def typed(self) -> Typed:
        person, chosen = self._steps["person"], self._taken()
        if isinstance(person, PersonStep) and person.offered:
            chosen = replace(chosen, passphrase="")  # another one is offered, with its words
        return replace(self._typed, chosen=chosen)

    def put(self, typed: Typed) -> None:
        """Go on with what was chosen, on the screen where one was."""
        self._typed = typed
        for step in self._steps.values():
            step.show_chosen(typed.chosen)
        self._show_step()

    def go_on(self) -> None:
        """The next screen, or after the last: make it."""
        if not self._next.isEnabled():
            return
        empty = self._step.missing()
        if empty is not None:
            self._banner.say(Tone.WARN, self._text("first.missing", field=empty.accessibleName()))
            empty.setFocus()
            return
        chosen = self._taken()
        if chosen.way is Way.TRY and self._typed.step >= WAY:
            self.practise()
        elif self._typed.step < STEPS - 1:
            self._typed = Typed(self._typed.step + 1, chosen)
            self._show_step()
        else:
            self._begin(chosen)

    def go_back(self) -> None:
        if self._typed.step:
            self._typed = Typed(self._typed.step - 1, self._taken())
            self._show_step()

    def practise(self) -> None:
        """A workspace beside the real one with invented people, laid out anew each time; it belongs to no township."""
        chosen = self._taken()
        user = chosen.user or self._text("first.practiser")
        self._begin(replace(chosen, way=Way.TRY, user=user))

    # inside

    @property
    def _step(self) -> Step:
        alone = self._typed.step == PLACE and self._typed.chosen.way is Way.ALONE
        return self._steps["alone" if alone else ("language", "size", "way", "join", "person")[self._typed.step]]

    def _taken(self) -> Beginning:
        chosen = self._typed.chosen
        for step in self._steps.values():
            chosen = step.taken(chosen)
        return chosen

    def _make_steps(self) -> dict[str, Step]:
        theme, text = self._theme, self._text
        language, size, person = LanguageStep(theme, text), SizeStep(theme, text), PersonStep(theme, text)
        language.language.connect(self.language)
        size.resized.connect(self.resized)
        person.another.connect(self._offer_another)
        made = {
            "language": language,
            "size": size,
            "way": WayStep(theme, text),
            "join": TownshipStep(theme, text),
            "alone": VillageStep(theme, text),
            "person": person,
        }
        return made

    def _card(self) -> QWidget:
        theme, scale = self._theme, self._theme.scale
        card = frame("card")
        card.setFixedWidth(scale.em(42))
        card.setMinimumHeight(min(scale.em(36), LEAST_HIGH))
        lines = column(card, gap=scale.m, margins=(scale.xl, scale.l, scale.xl, scale.l))
        lines.addLayout(self._brand())
        lines.addWidget(self._banner)
        lines.addWidget(self._screen, 1)
        foot = row(gap=scale.s)
        self._back = act(theme, self._text("first.back"), self.go_back, icon="arrow-left")
        self._next = act(theme, self._text("first.next"), self.go_on, kind="primary")
        fill(foot, [self._back, None, self._next])
        lines.addLayout(foot)
        lines.addWidget(label(self._text("first.foot"), "small", wrap=True))
        return card

    def _brand(self) -> QHBoxLayout:
        made = row(gap=self._theme.scale.m)
        self._count = label("", "small")
        name = label(self._text("shell.name"), "h2")
        fill(made, [picture(self._theme, "plant", "primary", self._theme.scale.px(32)), name, None, self._count])
        return made

    def _show_step(self) -> None:
        step, number = self._step, self._typed.step
        self._banner.silence()
        for each in self._steps.values():
            reveal(each, each is step)
        self._count.setText(self._text("first.step", n=number + 1, m=STEPS))
        reveal(self._back, number > 0)
        last = number == STEPS - 1
        self._next.setText(self._text("first.done" if last else "first.next"))
        self._next.setAccessibleName(self._next.text())
        step.first.setFocus()

    def _offer(self, found: Offers) -> None:
        for step in self._steps.values():
            step.offer(found)

    def _offer_another(self) -> None:
        folder, language = self._folder, self._text.language
        person = self._steps["person"]

        def put(found: Offers) -> None:
            if isinstance(person, PersonStep):
                person.put_passphrase(found)

        self._doors.net(self, lambda _ticket: offers(folder, language), put, failed=self._failed)

    def _begin(self, chosen: Beginning) -> None:
        folder, clock = self._folder, self._clock
        self._busy(on=True)

        def work(_ticket: object) -> Workspace:
            return begin(chosen, folder, clock)

        self._doors.net(self, work, self.ready.emit, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy(on=False)
        notice = present(error, self._text)
        if notice is not None:
            self._banner.say(notice.tone, notice.title, notice.detail)

    def _busy(self, *, on: bool) -> None:
        for part in (self._back, self._next, self._screen):
            part.setEnabled(not on)
        if on:
            self._banner.say(Tone.INFO, self._text("first.working"))
