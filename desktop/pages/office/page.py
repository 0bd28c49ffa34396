"""Our office: this computer receives the villages, who belongs to it, departments, working days, forms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.pages.office.found import FoundCard, save_sheet
from desktop.pages.office.lists import CalendarCard, DepartmentsCard
from desktop.pages.office.people import PeopleCard
from desktop.pages.office.publish import FormsCard
from desktop.pages.office.state import StateCard
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.tabs import TabBar
from desktop.services.office.office import Office
from desktop.services.office.office_values import OfficeState
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.notices import Banner

R = TypeVar("R")
STATE, PEOPLE, DEPARTMENTS, CALENDAR, FORMS = "state", "people", "departments", "calendar", "forms"
TABS = (STATE, PEOPLE, DEPARTMENTS, CALENDAR, FORMS)


class OfficePage(Page):
    """Tabs over what is kept on the reception; without one, how to set the office up."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._tab = STATE
        self._frame = self.frame_in(self.t("shell.nav_office"), context.me.area_label, scrolls=False, chips=False)
        self._tabs = TabBar(theme, [(tab, self.t(f"office.tab_{tab}"), Tone.MUTE) for tab in TABS])
        self._tabs.chosen.connect(self._choose)
        self._frame.add(self._tabs)
        self._unsaved = Banner(theme)
        keep = act(theme, self.t("office.sheet_print"), lambda: save_sheet(self, context), icon="printer", small=True)
        self._unsaved.add_action(keep)
        self._frame.add(self._unsaved)
        self._stack = QStackedWidget()
        self._found = FoundCard(context)
        self._found.founded.connect(self.refresh)
        self._elsewhere = _told(context, self.t("office.elsewhere", hub=context.me.hub_name))
        self._state = StateCard(context, self.ask)
        self._people = PeopleCard(context, self.ask)
        self._departments = DepartmentsCard(context, self.ask)
        self._calendar = CalendarCard(context, self.ask)
        self._forms = FormsCard(context, self.ask)
        self._parts = (self._state, self._people, self._departments, self._calendar, self._forms)
        for each in (*self._parts, self._found, self._elsewhere):
            self._stack.addWidget(each)
        self._frame.body.addWidget(self._stack, 1)
        if context.receiving is not None:
            context.receiving.changed.connect(self.refresh)

    def visit(self, place: Place) -> None:
        if place.tab in TABS:
            self._tab = place.tab
        self._tabs.choose(self._tab)
        self.refresh()

    def check_form(self, file: Path) -> None:
        """Look at a form that may be published."""
        self._forms.check(file)

    def refresh(self) -> None:
        receiving = self.context.receiving
        if receiving is not None and receiving.sheet is not None:
            self._unsaved.say(Tone.WARN, self.t("office.sheet_open"), self.t("office.sheet_open_detail"))
        else:
            self._unsaved.silence()
        if receiving is not None and receiving.running:
            self.ask(lambda office: office.state(), self._show)
        else:
            self._show(OfficeState("", "", running=False))

    def ask(self, work: Callable[[Office], R], done: Callable[[R], None]) -> None:
        """Ask the reception in a thread of the network; what is wrong is said on the page's banner."""
        context, receiving = self.context, self.context.receiving
        if receiving is None:
            return
        office = receiving.office(context.me, context.text)
        context.lanes.net(self, lambda _: work(office), done, failed=self._failed)

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self.refresh()

    def _show(self, state: OfficeState) -> None:
        receiving, me = self.context.receiving, self.context.me
        has = receiving is not None and (receiving.running or receiving.reception.exists)
        self._tabs.setVisible(has)
        if not has:
            self._stack.setCurrentWidget(self._elsewhere if me.enrolled or receiving is None else self._found)
            self._found.show_problem(receiving.problem if receiving is not None else None)
            return
        part = self._parts[TABS.index(self._tab)]
        if not state.running:
            part = self._state
        self._stack.setCurrentWidget(part)
        self._tabs.choose(self._tab if state.running else STATE)
        self._state.show_state(state)
        if state.running and not isinstance(part, StateCard):
            part.look()

    def _failed(self, error: BaseException) -> None:
        self.context.failed(error)


def _told(context: PageContext, words: str) -> QWidget:
    card = Card(context.theme)
    empty = EmptyState(context.theme, words, icon="bank", action=context.text("office.elsewhere_go"))
    if empty.action is not None:
        empty.action.clicked.connect(lambda: context.go(Place(Name.HAND_OVER)))
    card.body.addWidget(empty, 1)
    holder = QWidget()
    column(holder).addWidget(card)
    return holder
