"""Whom have we not heard from: households by how long nobody was there, why each should be visited, the half year."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.models.paged import PagedRows
from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.tabs import TabBar
from desktop.pages.visits.parts import CoverageCard
from desktop.pages.visits.visit import visit_of
from desktop.pages.visits.words import about, unseen, why
from desktop.services.api import Desk
from desktop.services.people.visit_values import Coverage, House, Unheard, Unseen
from desktop.services.people.visiting import OLD_DAYS, USUAL
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.flow import FlowLayout
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column
from sync.protocol import Role

PAGE = 100  # rows a time
DAYS = (30, 60, USUAL, 180, 365)
TONES = {Unseen.OLD: Tone.WARN, Unseen.APPOINTED: Tone.INFO}


class VisitsPage(Page):
    """Enter begins the visit. `Place.tab` says which households, the old people's ones after a month already."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, t = context.theme, context.text
        self._which, self._next = Unseen.ALL, ""
        self._frame = self.frame_in(t("visits.title"), t("visits.detail"), scrolls=False)
        self._coverage = column()
        self._frame.body.addLayout(self._coverage)
        self._tabs = TabBar(theme, [(each.value, t(f"visits.tab_{each.value}"), self._tone(each)) for each in Unseen])
        self._tabs.chosen.connect(lambda key: self._choose(Unseen(key)))
        self._days = ChoiceButton(theme, name=t("visits.days_name"))
        self._days.offer([(str(days), t("visits.days", days=days)) for days in DAYS])
        self._days.choose(str(USUAL))
        self._group = ChoiceButton(theme, name=t("visits.group_name"))
        self._group.offer([("", t("visits.every_group"))])
        for choice in (self._days, self._group):
            choice.chosen.connect(lambda _: self.refresh())
        self._frame.body.addWidget(self._filters())
        self._model = self._table_model()
        self._table = DataTable(theme, self._model, name=t("visits.title"))
        self._table.opened.connect(self._open)
        self._stack = QStackedWidget()
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._empty = EmptyState(theme, t("visits.empty"), icon="house-line", action=t("visits.start"))
        if self._empty.action is not None:
            self._empty.action.clicked.connect(lambda: context.go(Place(Name.VISIT)))
        for page in (card, self._empty):
            self._stack.addWidget(page)
        self._frame.body.addWidget(self._stack, 1)

    def visit(self, place: Place) -> None:
        if place.tab:
            self._which = Unseen(place.tab)
            self._days.choose(str(OLD_DAYS if self._which is Unseen.OLD else USUAL))
        self._tabs.choose(self._which.value)
        self.context.lanes.read(self, lambda desk: desk.visiting.groups(), self._know, latest="groups")
        self._table.setFocus()
        self.refresh()

    def refresh(self) -> None:
        which, days, group = self._which, self._chosen_days(), self._group.value

        def read(desk: Desk) -> Unheard:
            return desk.visiting.unheard(which, days=days, group=group, limit=PAGE)

        self.context.lanes.read(self, read, self._show, latest="unheard")

    def _tone(self, which: Unseen) -> Tone:
        return TONES.get(which, Tone.MUTE)

    def _filters(self) -> QWidget:
        """The tabs and, beside or below them, what narrows their lists."""
        made, narrowing = QWidget(), QWidget()
        fill(row(narrowing, gap=self.context.theme.scale.s), [self._days, self._group])
        line = FlowLayout(made, gap=self.context.theme.scale.s)
        for each in (self._tabs, narrowing):
            line.addWidget(each)
        return made

    def _table_model(self) -> PagedRows[House]:
        t, words = self.context.text, self.context.words
        wide = t.language != "zh"

        def reasons(house: House) -> Cell:
            return Cell(why(words, house))

        columns: tuple[Column[House], ...] = (
            Column(t("visits.col_house"), lambda house: Cell(house.head_name, about(words, house), strong=True)),
            Column(t("visits.col_why"), reasons),
            Column(t("visits.col_unseen"), lambda house: Cell(unseen(words, house)), width=13 if wide else 10),
        )
        return PagedRows(columns, key=lambda house: house.uuid, ask=lambda _last, _count: self._more())

    def _chosen_days(self) -> int:
        return int(self._days.value or USUAL)

    def _choose(self, which: Unseen) -> None:
        self._which = which
        if which is Unseen.OLD and self._chosen_days() == USUAL:
            self._days.choose(str(OLD_DAYS))
        self.refresh()

    def _know(self, groups: tuple[tuple[str, str], ...]) -> None:
        before = self._group.value
        self._group.offer([("", self.t("visits.every_group")), *groups])
        self._group.choose(before)

    def _more(self) -> None:
        which, days, group, after = self._which, self._chosen_days(), self._group.value, self._next

        def read(desk: Desk) -> Unheard:
            return desk.visiting.unheard(which, days=days, group=group, after=after, limit=PAGE)

        def show(found: Unheard) -> None:
            self._next = found.next or ""
            self._model.append(found.rows, complete=found.next is None)

        self.context.lanes.read(self, read, show, latest="more")

    def _show(self, found: Unheard) -> None:
        self._next = found.next or ""
        self._model.put(found.rows, complete=found.next is None)
        for which, count in found.counts.items():
            self._tabs.count(which.value, count)
        self._show_coverage(found.coverage)
        nobody = self.t("visits.empty" if found.coverage.households else "visits.no_homes")
        self._empty.sentence.setText(nobody)
        self._empty.setAccessibleName(nobody)
        self._stack.setCurrentIndex(0 if found.rows else 1)
        if found.rows:
            self._table.choose(0)

    def _show_coverage(self, coverage: Coverage) -> None:
        clear(self._coverage)
        self._coverage.addWidget(CoverageCard(self.context, coverage))

    def _open(self, number: int) -> None:
        house = self._model.row_or_none(number)
        if house is not None and self.context.me.role is Role.VILLAGE:
            self.context.go(visit_of(house.uuid))
