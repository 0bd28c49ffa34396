"""From one resident to the next of the list that one came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.narrowing import Narrowing
from desktop.services.people.narrowing_values import Beside
from desktop.widgets.basics import bind, label, reveal, row

QUERY, GROUP, TAG, MONTHS = "query", "group", "tag", "months"


def place_of(uuid: str, *, query: str = "", narrowed: Narrowing | None = None) -> Place:
    """A resident, out of what a search found or filters left."""
    by = narrowed or Narrowing()
    pairs = ((QUERY, query), (GROUP, by.group), (TAG, by.tag), (MONTHS, str(by.months or "")))
    return Place(Name.RESIDENT, uuid, known=tuple(pair for pair in pairs if pair[1]))


class WalkLine(QWidget):
    """Where they stand in the list, and a step either way; Alt+Up and Alt+Down anywhere in `page`."""

    def __init__(self, context: PageContext, page: QWidget) -> None:
        super().__init__()
        self._context = context
        self._place = Place(Name.RESIDENT)
        self._beside = Beside()
        line = row(self, gap=context.theme.scale.xs)
        self._where = label("", "small")
        self._up = self._step("caret-up", "previous", "Alt+↑", lambda: self._beside.before)
        self._down = self._step("caret-down", "next", "Alt+↓", lambda: self._beside.after)
        for each in (self._where, self._up, self._down):
            line.addWidget(each)
        bind(page, {"Alt+Up": self._up.click, "Alt+Down": self._down.click})
        self._show(Beside())

    def look(self, place: Place) -> None:
        """Find who stands before and after whoever is shown at `place`."""
        self._place, known = place, dict(place.known)
        query, months = known.get(QUERY, ""), int(known.get(MONTHS) or 0)
        group, tag = known.get(GROUP, ""), known.get(TAG, "")
        self._context.lanes.read(
            self,
            lambda desk: desk.people.beside(place.subject, query=query, group=group, tag=tag, months=months),
            self._show,
            latest="beside",
        )

    def _step(self, icon: str, name: str, key: str, whom: Callable[[], str]) -> QPushButton:
        words = self._context.text(f"people.{name}")
        go = partial(self._go, whom)
        return act(self._context.theme, "", go, kind="tool", small=True, icon=icon, name=words, tip=f"{words}  {key}")

    def _go(self, whom: Callable[[], str]) -> None:
        if whom():
            self._context.instead(Place(Name.RESIDENT, whom(), known=self._place.known))

    def _show(self, beside: Beside) -> None:
        self._beside = beside
        words = self._context.text("people.where", at=beside.at, count=beside.count) if beside.at else ""
        self._where.setText(words)
        self._up.setEnabled(bool(beside.before))
        self._down.setEnabled(bool(beside.after))
        reveal(self, beside.before or beside.after)
