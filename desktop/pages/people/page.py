"""The people of the area: find, look through, narrow, open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from desktop.models.paged import PagedRows
from desktop.models.people import people_table
from desktop.pages.parts.beside import spread
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.people.narrowing import KEYS, Narrowing, PeopleFilters
from desktop.pages.people.peek import Peek
from desktop.pages.people.walk import place_of
from desktop.services.api import Desk
from desktop.services.values import PersonRow
from desktop.theme.tokens import Width
from desktop.widgets.basics import bind, column, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.flow import FlowLayout
from desktop.widgets.search import SearchBox
from desktop.widgets.table import DataTable
from sync.protocol import Role

PAGE = 200  # rows a time
WINDOW = 1366  # pixels for which the lines are laid out, as today is
TWO_COLUMNS = 55  # em that list and a look at somebody need beside each other
LOOK_EMS = 16  # that a look at somebody is high at least, where it stands alone
TAGS, PHONE = 2, 3  # columns of the list
LIST, NO_REGISTER, NOT_FOUND, NONE_FIT = range(4)
Read = tuple[tuple[PersonRow, ...], int, int]


class PeoplePage(Page):
    """Without a query the whole list by pages, with one what the search finds; of both what the filters leave."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._frame = self.frame_in(self.t("shell.nav_people"), scrolls=False)
        self._box = SearchBox(
            context.theme, name=self.t("pages.find_name"), placeholder=self.t("pages.find_placeholder"), key="F2"
        )
        self._filters = PeopleFilters(context)
        self._frame.add(self._box)
        self._frame.add(self._second_line())
        self._model = self._make_model()
        self._table = DataTable(context.theme, self._model, name=self.t("shell.nav_people"))
        self._table.opened.connect(self._open)
        self._stack, self._peek = self._make_stack(), Peek(context)
        self._shown = ""  # who was opened last, uuid
        self._cramped = context.theme.scale.em(TWO_COLUMNS) > WINDOW
        line = row(gap=context.theme.scale.m)
        line.addWidget(self._stack, 1)
        line.addWidget(self._peek)
        self._frame.body.addLayout(line, 1)
        self._connect()

    def _connect(self) -> None:
        self._box.asked.connect(self._ask_anew)
        self._box.moved.connect(lambda by: self._table.choose(max(0, (self._table.selected() or 0) + by)))
        self._box.confirmed.connect(lambda: self._open(self._table.selected() or 0))
        self._filters.changed.connect(self.refresh)
        self._table.chosen.connect(self._peek_on)
        self._peek.closed.connect(self._turn_peek)
        peek = dict.fromkeys(("Shift+Return", "Shift+Enter"), self._turn_peek)
        bind(self, {**{key: partial(self._filters.open, name) for name, key in KEYS.items()}, **peek})

    def _second_line(self) -> QBoxLayout:
        """The filters and, at the right or below, what registers somebody new."""
        theme = self.context.theme
        wide = theme.tokens.width(WINDOW) is Width.WIDE
        line: QBoxLayout = row(gap=theme.scale.m) if wide else column(gap=theme.scale.s)
        line.addWidget(self._filters, 1)
        line.addWidget(self._actions())
        return line

    def _actions(self) -> QWidget:
        context, theme = self.context, self.context.theme
        made = QWidget()
        flow = FlowLayout(made, gap=theme.scale.s)
        if context.me.role is Role.VILLAGE:
            for form, icon in (("household", "house-line"), ("resident", "user-plus")):
                go = partial(context.go, Place(Name.FORM, form))
                flow.addWidget(act(theme, self.t(f"pages.start_{form}"), go, icon=icon, small=True))
        if context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
            go = partial(context.go, Place(Name.INTAKE))
            flow.addWidget(act(theme, self.t("intake.title"), go, icon="download-simple", small=True))
        return made

    def _make_model(self) -> PagedRows[PersonRow]:
        words = self.context.words
        return people_table(
            self.context.text,
            who=lambda person: " · ".join(
                filter(None, (words.person(sex=person.sex, age=person.age, area=""), person.left))
            ),
            place=lambda person: words.person(sex="", age=None, area=person.area_label, house_no=person.house_no),
            day=lambda person: words.day(person.last_contact) if person.last_contact else "",
            ask=lambda last, _count: self._ask(last),
        )

    def _make_stack(self) -> QStackedWidget:
        """The list; what is said while there is nobody, where nobody is found, and where nobody fits."""
        context, theme = self.context, self.context.theme
        card = Card(theme)
        card.flush()
        card.add(self._table)
        empty = EmptyState(theme, self.t("pages.people_empty"), icon="users", action=self.t("pages.start_household"))
        if empty.action is not None:
            empty.action.clicked.connect(lambda: context.go(Place(Name.FORM, "household")))
            reveal(empty.action, context.me.role is Role.VILLAGE)
        self._none_fit = EmptyState(theme, self.t("people.none_fit"), icon="funnel", action=self.t("people.clear"))
        if self._none_fit.action is not None:
            self._none_fit.action.clicked.connect(self._filters.clear)
        every = self.t("people.show_all")
        nobody = EmptyState(theme, self.t("pages.find_none"), icon="magnifying-glass", action=every)
        if nobody.action is not None:
            nobody.action.clicked.connect(self.escape)
        made = QStackedWidget()
        for page in (card, empty, nobody, self._none_fit):
            made.addWidget(page)
        return made

    def visit(self, place: Place) -> None:
        if place.tab == "find":
            self._box.put("")
        self._close_peek()
        self._box.setFocus()
        self.context.lanes.read(self, lambda desk: desk.people.narrowings(), self._filters.offer, latest="narrowings")
        self.refresh()

    def refresh(self) -> None:
        query, asked = self._box.query.strip(), self._filters.chosen
        if query:
            self.context.lanes.read(
                self,
                lambda desk: _found(desk, query, asked),
                lambda rows: self._show(rows, whole=True),
                latest="people",
            )
            return

        def read(desk: Desk) -> Read:
            rows = _listed(desk, asked)
            fitting = desk.people.count(group=asked.group, tag=asked.tag, months=asked.months) if asked else 0
            return rows, fitting, desk.people.count()

        self.context.lanes.read(self, read, lambda found: self._show_all(*found), latest="people")

    def _ask_anew(self, _query: str) -> None:
        """Other words: Enter opens the first whom they find."""
        self._shown = ""
        self.refresh()

    def find_here(self) -> bool:
        self._box.setFocus()
        self._box.selectAll()
        return True

    def escape(self) -> bool:
        """First the look at somebody goes, then what was typed, then the filters."""
        if not self._peek.isHidden():
            self._turn_peek()
        elif self._box.text():
            self._box.setText("")
        elif self._filters.chosen:
            self._filters.clear()
        else:
            return False
        return True

    def _ask(self, last: PersonRow | None) -> None:
        after, asked = last.uuid if last is not None else "", self._filters.chosen
        self.context.lanes.read(
            self,
            lambda desk: _listed(desk, asked, after=after),
            lambda rows: self._model.append(rows, complete=len(rows) < PAGE),
            latest="more",
        )

    def _show_all(self, rows: Sequence[PersonRow], fitting: int, count: int) -> None:
        narrowed = bool(self._filters.chosen)
        words = self.t("pages.people_count", count=count)
        if self._filters.chosen:
            words = self.t("people.count", count=fitting, all=count)
        self._frame.set_title(self.t("shell.nav_people"), words)
        reveal(self._filters, count or narrowed)
        self._show(rows)

    def _show(self, rows: Sequence[PersonRow], *, whole: bool = False) -> None:
        self._model.put(rows, complete=whole or len(rows) < PAGE)
        narrowed = bool(self._filters.chosen)
        self._none_fit.sentence.setText(self.t("people.none_found" if whole else "people.none_fit"))
        empty = NONE_FIT if narrowed else NOT_FOUND if whole else NO_REGISTER
        self._stack.setCurrentIndex(LIST if rows else empty)
        if rows:
            self._table.choose(self._model.find(self._shown) or 0)
            self._peek_on(self._table.selected() or 0)
        else:
            self._close_peek()

    def _open(self, number: int) -> None:
        person = self._model.row_or_none(number)
        if person is not None and not person.arriving:
            self._shown = person.uuid
            self.context.go(place_of(person.uuid, query=self._box.query.strip(), narrowed=self._filters.chosen))

    def _turn_peek(self) -> None:
        """A look at who is chosen, or away with it."""
        if self._peek.isHidden():
            self._peek.show()
            self._fit_peek()
            self._peek_on(self._table.selected() or 0)
        else:
            self._close_peek()
            self._box.setFocus()

    def _peek_on(self, number: int) -> None:
        """While somebody is looked at: whoever is chosen now."""
        person = self._model.row_or_none(number)
        if not self._peek.isHidden() and person is not None and person.uuid:
            self._peek.open(person.uuid)

    def _close_peek(self) -> None:
        self._peek.hide()
        self._fit_peek()

    def _fit_peek(self) -> None:
        """Telephone and groups, which the look says, make room for it; with very large text the list does."""
        looks = not self._peek.isHidden()
        for at in (TAGS, PHONE):
            self._table.show_column(at, shown=not looks)
        alone = looks and self._cramped
        reveal(self._stack, not alone)
        spread(self._peek, alone=alone)
        self._peek.setMinimumHeight(self.context.theme.scale.em(LOOK_EMS) if alone else 0)


def _listed(desk: Desk, asked: Narrowing, *, after: str = "") -> tuple[PersonRow, ...]:
    return desk.people.list(group=asked.group, tag=asked.tag, months=asked.months, limit=PAGE, after=after)


def _found(desk: Desk, query: str, asked: Narrowing) -> tuple[PersonRow, ...]:
    """Those still on their way have no groups and no visits: they show only where nothing narrows."""
    rows = desk.people.search(query, group=asked.group, tag=asked.tag, months=asked.months)
    return rows if asked else rows + desk.people.arriving(query)
