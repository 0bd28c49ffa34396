"""F4: a household is visited, and found first; below are those where nobody was for the longest time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.visits.words import about
from desktop.services.api import Desk
from desktop.services.people.visit_values import House
from desktop.widgets.basics import column, label
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from desktop.widgets.picker import Offer, PickerPopup
from desktop.widgets.search import SearchBox

SHOWN = 8


class HouseFinder(QWidget):
    """A search box with its list in the page; without a query those where one should go. `picked(House)`."""

    picked = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._houses: dict[str, House] = {}
        self._shown, self._waiting = "\n", False  # nothing was shown yet
        t = context.text
        self.box = SearchBox(context.theme, name=t("visits.find_name"), placeholder=t("visits.find"))
        self.popup = PickerPopup(context.theme, name=t("visits.find_list"))
        lines = column(self, gap=context.theme.scale.xs)
        lines.addWidget(self.box)
        lines.addWidget(self.popup)
        self.box.asked.connect(self._ask)
        self.box.moved.connect(self.popup.step)
        self.box.confirmed.connect(self._confirm)
        self.popup.picked.connect(self._choose)
        self.setFocusProxy(self.box)

    def begin(self) -> None:
        """Empty, with those who wait the longest."""
        self.box.put("")
        self._ask("")

    def _ask(self, query: str) -> None:
        asked = query.strip()
        self._waiting = False

        def read(desk: Desk) -> tuple[Sequence[House], str]:
            """The households, and what is said where there is none."""
            if asked:
                return desk.visiting.find(asked, limit=SHOWN), "visits.find_none"
            waiting = desk.visiting.unheard(limit=SHOWN)
            return waiting.rows, "visits.none_due" if waiting.coverage.households else "visits.no_homes"

        self._context.lanes.read(self, read, lambda found: self._show(query, *found), latest="houses")

    def _show(self, query: str, rows: Sequence[House], nothing: str) -> None:
        if query != self.box.query:
            return
        self._shown = query
        self._houses = {row.uuid: row for row in rows}
        self.popup.offer([self._offer(row) for row in rows], note="" if rows else self._context.text(nothing))
        if self._waiting:
            self._waiting = False
            self.popup.choose()

    def _offer(self, row: House) -> Offer:
        t, words = self._context.text, self._context.words
        name = t("visits.through", head=row.head_name, name=row.through) if row.through else row.head_name
        last = t("visits.last", day=words.day(row.last_visit)) if row.last_visit else t("visits.why_never")
        return Offer(row.uuid, name, last, second=about(words, row), icon="house-line")

    def _confirm(self) -> None:
        """Enter before the list has come waits for it: fast typists lose no key."""
        if self._shown == self.box.query:
            self.popup.choose()
        else:
            self._waiting = True

    def _choose(self, key: str) -> None:
        if key in self._houses:
            self.picked.emit(self._houses[key])


class VisitPage(Page):
    """The household first, as F3 picks the person; then the form with everything that is known."""

    kept = False

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._frame = self.frame_in(self.t("visits.start"), self.t("visits.start_detail"), scrolls=False)
        card = Card(theme, self.t("visits.whom"))
        if card.header is not None:
            card.header.add_action(KeyHint("F4"))
        self._finder = HouseFinder(context)
        self._finder.picked.connect(self._picked)
        card.add(self._finder)
        card.add(label(self.t("visits.find_hint"), "small", wrap=True))
        self._frame.add(card)
        others = FlowLayout(gap=theme.scale.s)
        go = context.go
        unheard = act(theme, self.t("visits.title"), lambda: go(Place(Name.VISITS)), icon="list-bullets")
        new = act(theme, self.t("pages.start_household"), lambda: go(Place(Name.FORM, "household")), icon="house-line")
        for each in (unheard, new):
            others.addWidget(each)
        self._frame.body.addLayout(others)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self._finder.begin()
        self._finder.setFocus()

    def find_here(self) -> bool:
        self._finder.setFocus()
        return True

    def _picked(self, house: House) -> None:
        self.context.instead(visit_of(house.uuid))


def visit_of(household: str, *, seen: str = "") -> Place:
    """The form of a visit to this household; `seen` is who was met."""
    met = (("seen", seen),) if seen else ()
    return Place(Name.FORM, "visit", known=(("household", household), *met))
