"""Beside a request that is being written: somebody may have reported it already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.services.api import Desk
from desktop.services.filling.reported import Reported
from desktop.services.values import RequestRow
from desktop.widgets.basics import clear, column, reveal, row, rule
from desktop.widgets.card import Card
from sync.protocol import Role


class SameCard(Card):
    """Hidden until there is something to show. What was said not to be the same stays away."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("pages.same"))
        self._context = context
        self._asked: tuple[str, ...] = ()
        self._away: set[str] = set()
        holder = QWidget()
        self._lines = column(holder, gap=context.theme.scale.s)
        self.add(holder)
        self.hide()

    def look(self, matter: str, *, resident: str, area: str, place: str) -> None:
        """Look for open requests of this matter, the nearest first; once for each answer."""
        asked = (matter, resident, area, place)
        if asked == self._asked:
            return
        self._asked = asked
        if not matter:
            self.hide()
            return

        def read(desk: Desk) -> tuple[Reported, ...]:
            return desk.reported.perhaps(matter, resident=resident, area=area, place=place)

        self._context.lanes.read(self, read, self._show, latest="same")

    def _show(self, rows: Sequence[Reported]) -> None:
        clear(self._lines)
        shown = [each for each in rows if each.row.uuid not in self._away]
        for number, each in enumerate(shown):
            if number:
                self._lines.addWidget(rule())
            self._lines.addWidget(self._line(each, rows))
        reveal(self, bool(shown))

    def _line(self, reported: Reported, rows: Sequence[Reported]) -> QWidget:
        request = reported.row
        theme, t, words = self._context.theme, self._context.text, self._context.words
        made = QWidget()
        lines = column(made, gap=theme.scale.xs)
        asked = words.day(request.asked_on) if request.asked_on else ""
        title = " · ".join(filter(None, (request.who, asked)))
        near = t(f"pages.same_near_{reported.near.name.lower()}")
        about = " · ".join(filter(None, (near, request.description, words.state(request.state))))
        lines.addWidget(two_lines(title, f"{request.ref}\n{about}", wrap=True))
        buttons = row(gap=theme.scale.s)
        page = Name.REQUESTS if self._context.me.role is Role.VILLAGE else Name.BOARD
        look = act(theme, t("pages.look"), partial(self._context.go, Place(page, request.uuid)), small=True)
        other = act(theme, t("pages.same_not"), partial(self._dismiss, request, rows), small=True)
        for button in (look, other):
            button.setAccessibleName(f"{button.text()} {request.ref}")
            buttons.addWidget(button)
        buttons.addStretch(1)
        lines.addLayout(buttons)
        return made

    def _dismiss(self, request: RequestRow, rows: Sequence[Reported]) -> None:
        self._away.add(request.uuid)
        self._show(rows)
