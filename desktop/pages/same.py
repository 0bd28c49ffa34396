"""Beside a request that is being written: somebody may have reported it already."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.pages.page import PageContext
from desktop.pages.parts import act, two_lines
from desktop.pages.places import Name, Place
from desktop.services.api import Desk
from desktop.services.values import BoardFilter, RequestRow, RequestState, Tab
from desktop.widgets.basics import clear, column, reveal, row, rule
from desktop.widgets.card import Card
from sync.protocol import Role

LOOKED_AT, SHOWN = 200, 3  # newest requests that are looked through, and of them shown at most
OVER = (RequestState.TOLD, RequestState.CLOSED)


def same_matter(rows: Sequence[RequestRow], matter: str, own: str) -> tuple[RequestRow, ...]:
    """Requests of this matter that are not over, but the resident's `own` first: they may ask twice."""
    alike = [each for each in rows if each.matter == matter and each.state not in OVER]
    return tuple(sorted(alike, key=lambda each: each.resident != own or not own)[:SHOWN])


class SameCard(Card):
    """Hidden until there is something to show. What was said not to be the same stays away."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text("pages.same"))
        self._context = context
        self._matter = ""
        self._away: set[str] = set()
        holder = QWidget()
        self._lines = column(holder, gap=context.theme.scale.s)
        self.add(holder)
        self.hide()

    def look(self, matter: str, own: str) -> None:
        """Look for open requests of this matter, once for each; `own` is the resident's uuid."""
        if matter == self._matter:
            return
        self._matter = matter
        if not matter:
            self.hide()
            return

        def read(desk: Desk) -> tuple[RequestRow, ...]:
            rows = desk.requests.board(BoardFilter(tab=Tab.ALL, limit=LOOKED_AT, newest=True)).rows
            return same_matter(rows, matter, own)

        self._context.lanes.read(self, read, self._show, latest="same")

    def _show(self, rows: Sequence[RequestRow]) -> None:
        clear(self._lines)
        shown = [each for each in rows if each.uuid not in self._away]
        for number, each in enumerate(shown):
            if number:
                self._lines.addWidget(rule())
            self._lines.addWidget(self._line(each, rows))
        reveal(self, bool(shown))

    def _line(self, request: RequestRow, rows: Sequence[RequestRow]) -> QWidget:
        theme, t, words = self._context.theme, self._context.text, self._context.words
        made = QWidget()
        lines = column(made, gap=theme.scale.xs)
        asked = words.day(request.asked_on) if request.asked_on else ""
        title = " · ".join(filter(None, (request.who, asked)))
        about = " · ".join(filter(None, (request.description, words.state(request.state))))
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

    def _dismiss(self, request: RequestRow, rows: Sequence[RequestRow]) -> None:
        self._away.add(request.uuid)
        self._show(rows)
