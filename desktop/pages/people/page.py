"""The people of the area: find, look through, open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from desktop.models.paged import PagedRows
from desktop.models.people import people_table
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.values import PersonRow
from desktop.widgets.basics import row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.search import SearchBox
from desktop.widgets.table import DataTable
from sync.protocol import Role

PAGE = 200  # rows a time


class PeoplePage(Page):
    """Without a query the whole list by pages, with one what the search finds."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._frame = self.frame_in(self.t("shell.nav_people"), scrolls=False)
        self._box = SearchBox(
            context.theme, name=self.t("pages.find_name"), placeholder=self.t("pages.find_placeholder"), key="F2"
        )
        self._frame.add(self._find_line())
        self._model = self._make_model()
        self._table = DataTable(context.theme, self._model, name=self.t("shell.nav_people"))
        self._table.opened.connect(self._open)
        self._stack = self._make_stack()
        self._frame.body.addWidget(self._stack, 1)
        self._box.asked.connect(lambda _query: self.refresh())
        self._box.moved.connect(lambda by: self._table.choose(max(0, (self._table.selected() or 0) + by)))
        self._box.confirmed.connect(lambda: self._open(self._table.selected() or 0))

    def _find_line(self) -> QHBoxLayout:
        """The box, and for a village what registers somebody new."""
        context, theme = self.context, self.context.theme
        line = row(gap=theme.scale.s)
        line.addWidget(self._box, 1)
        if context.me.role is Role.VILLAGE:
            for form, icon in (("household", "house-line"), ("resident", "user-plus")):
                go = partial(context.go, Place(Name.FORM, form))
                line.addWidget(act(theme, self.t(f"pages.start_{form}"), go, icon=icon))
        if context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
            go = partial(context.go, Place(Name.INTAKE))
            line.addWidget(act(theme, self.t("intake.title"), go, icon="download-simple"))
        return line

    def _make_model(self) -> PagedRows[PersonRow]:
        words = self.context.words
        return people_table(
            self.context.text,
            who=lambda person: words.person(sex=person.sex, age=person.age, area=""),
            place=lambda person: words.person(sex="", age=None, area=person.area_label, house_no=person.house_no),
            day=lambda person: words.day(person.last_contact) if person.last_contact else "",
            ask=lambda last, _count: self._ask(last),
        )

    def _make_stack(self) -> QStackedWidget:
        """The list, what is said while there is nobody, what is said where nobody is found."""
        context, theme = self.context, self.context.theme
        card = Card(theme)
        card.flush()
        card.add(self._table)
        empty = EmptyState(theme, self.t("pages.people_empty"), icon="users", action=self.t("pages.start_household"))
        if empty.action is not None:
            empty.action.clicked.connect(lambda: context.go(Place(Name.FORM, "household")))
        made = QStackedWidget()
        for page in (card, empty, EmptyState(theme, self.t("pages.find_none"), icon="magnifying-glass")):
            made.addWidget(page)
        return made

    def visit(self, place: Place) -> None:
        if place.tab == "find":
            self._box.put("")
        self._box.setFocus()
        self.refresh()

    def refresh(self) -> None:
        query = self._box.query.strip()
        if query:
            self.context.lanes.read(
                self,
                lambda desk: desk.people.search(query) + desk.people.arriving(query),
                lambda rows: self._show(rows, whole=True),
                latest="people",
            )
            return
        self.context.lanes.read(
            self,
            lambda desk: (desk.people.list(limit=PAGE), desk.people.count()),
            lambda found: self._show(found[0], count=found[1]),
            latest="people",
        )

    def find_here(self) -> bool:
        self._box.setFocus()
        self._box.selectAll()
        return True

    def escape(self) -> bool:
        if not self._box.text():
            return False
        self._box.setText("")
        return True

    def _ask(self, last: PersonRow | None) -> None:
        after = last.uuid if last is not None else ""
        self.context.lanes.read(
            self,
            lambda desk: desk.people.list(limit=PAGE, after=after),
            lambda rows: self._model.append(rows, complete=len(rows) < PAGE),
            latest="more",
        )

    def _show(self, rows: Sequence[PersonRow], *, whole: bool = False, count: int = 0) -> None:
        self._model.put(rows, complete=whole or len(rows) < PAGE)
        if not whole:
            self._frame.set_title(self.t("shell.nav_people"), self.t("pages.people_count", count=count))
        self._stack.setCurrentIndex(0 if rows else 2 if whole else 1)
        if rows:
            self._table.choose(0)

    def _open(self, number: int) -> None:
        person = self._model.row_or_none(number)
        if person is not None and not person.arriving:
            self.context.go(Place(Name.RESIDENT, person.uuid))
