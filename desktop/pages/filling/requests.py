"""The village's requests: to tell, to complete, handed over, drafts, ended; each row says in words where it is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.models.requests import Sayings, village_table
from desktop.pages.board.detail import RequestDrawer
from desktop.pages.filling.drafts import DraftList
from desktop.pages.parts.beside import spread
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.tabs import TabBar
from desktop.pages.parts.words import Words
from desktop.services.api import Desk
from desktop.services.filling.filling_values import DraftRow
from desktop.services.values import Board, BoardFilter, RequestRow, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.frame import PageFrame
from desktop.widgets.mark import Mark
from desktop.widgets.table import DataTable

PAGE = 200
ASKED, REF = 2, 3  # columns of the list
USUAL_WIDTH = 1366
TWO_COLUMNS = 55  # em that list and drawer need beside each other
DRAFTS = "drafts"
TABS = (Tab.TO_TELL.value, Tab.RETURNED.value, Tab.HANDED_OVER.value, Tab.WAITING.value, DRAFTS, Tab.ENDED.value)
TONES = {Tab.TO_TELL.value: Tone.TELL, Tab.RETURNED.value: Tone.WARN, DRAFTS: Tone.WARN, Tab.WAITING.value: Tone.WARN}


def sayings(words: Words) -> Sayings:
    """How a request's row is said in this window."""

    def state(request: RequestRow) -> Mark:
        return words.mark(request.state)

    def asked(request: RequestRow) -> str:
        return words.brief(request.asked_on) if request.asked_on else ""

    return Sayings(state=state, due=words.due, asked=asked, where=words.where)


class RequestsPage(Page):
    """Tabs with counts over one list; Enter opens the drawer, where the next step is one button."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._tab = Tab.TO_TELL.value
        self._open_uuid = ""
        self._next = ""
        self._frame: PageFrame = self.frame_in(
            self.t("shell.nav_requests"), self.t("pages.requests_detail"), scrolls=False
        )
        start, ask = self.t("pages.start_request"), lambda: context.go(Place(Name.ASK))
        self._frame.aside.addWidget(act(theme, start, ask, kind="primary", icon="plus-circle", tip="F3"))
        self._tabs = TabBar(theme, [(tab, self.t(f"pages.tab_{tab}"), TONES.get(tab, Tone.MUTE)) for tab in TABS])
        self._tabs.chosen.connect(self._choose)
        self._frame.add(self._tabs)
        self._wide = theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        self._cramped = theme.scale.em(TWO_COLUMNS) > USUAL_WIDTH
        self._make_list()
        self._make_drawer()
        line = row(gap=theme.scale.m)
        line.addWidget(self._stack, 1)
        line.addWidget(self._drawer)
        self._frame.body.addLayout(line, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._drawer.key(event, held=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._drawer.key(event, held=False):
            super().keyReleaseEvent(event)

    def _make_list(self) -> None:
        """The table, and in its place the drafts, or what is said of an empty tab."""
        context, theme = self.context, self.context.theme
        self._model = village_table(context.text, say=sayings(context.words), ask=lambda _last, _count: self._more())
        self._table = DataTable(theme, self._model, name=self.t("shell.nav_requests"))
        self._table.opened.connect(self._open_row)
        self._table.clicked.connect(lambda index: self._open_row(index.row()))
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._drafts = DraftList(context)
        self._drafts.changed.connect(self.refresh)
        self._empties: dict[str, QWidget] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(self._drafts)

    def _make_drawer(self) -> None:
        self._drawer = RequestDrawer(self.context)
        self._drawer.closed.connect(self._close)
        self._drawer.moved.connect(self._move)
        self._drawer.hide()

    def visit(self, place: Place) -> None:
        if place.tab in TABS:
            self._tab = place.tab
        self._tabs.choose(self._tab)
        self._open_uuid = place.subject
        reveal(self._drawer, bool(place.subject))
        if place.subject:
            self._drawer.open(place.subject)
        self._fit_columns()
        self.refresh()
        self._take_focus()

    def _take_focus(self) -> None:
        (self._drawer if self._stack.isHidden() else self._table).setFocus()

    def refresh(self) -> None:
        tab = self._tab

        def read(desk: Desk) -> tuple[Board | None, tuple[DraftRow, ...], Mapping[Tab, int]]:
            board = None if tab == DRAFTS else desk.requests.board(BoardFilter(tab=Tab(tab), limit=PAGE))
            return board, desk.filling.drafts(), desk.requests.counts()

        self.context.lanes.read(self, read, lambda found: self._show(tab, *found), latest="board")
        if self._open_uuid:
            self._drawer.open(self._open_uuid)

    def escape(self) -> bool:
        if not self._drawer.isVisible():
            return False
        self._close()
        return True

    def _choose(self, tab: str) -> None:
        self._tab = tab
        self._close()
        self.refresh()

    def _show(self, tab: str, board: Board | None, drafts: tuple[DraftRow, ...], counts: Mapping[Tab, int]) -> None:
        for name in TABS:
            self._tabs.count(name, len(drafts) if name == DRAFTS else counts.get(Tab(name), 0))
        if tab == DRAFTS:
            self._drafts.put(drafts)
            self._stack.setCurrentWidget(self._drafts if drafts else self._empty(tab))
            return
        rows = board.rows if board else ()
        at = self._table.selected()
        self._next = board.next if board else ""
        self._model.put(rows, complete=not self._next)
        self._stack.setCurrentIndex(0)
        if not rows:
            self._stack.setCurrentWidget(self._empty(tab))
        self._table.choose((self._model.find(self._open_uuid) if self._open_uuid else at) or 0)

    def _empty(self, tab: str) -> QWidget:
        made = self._empties.get(tab)
        if made is None:
            begins = tab in (DRAFTS, Tab.WAITING.value)  # the others are filled by what comes from the township
            action = self.t("pages.start_request" if begins else "pages.hand_over_now")
            empty = EmptyState(self.context.theme, self.t(f"pages.empty_{tab}"), icon="check", action=action)
            there = Place(Name.ASK if begins else Name.HAND_OVER)
            if empty.action is not None:
                empty.action.clicked.connect(lambda: self.context.go(there))
            made = Card(self.context.theme)
            made.body.addWidget(empty, 1)
            self._empties[tab] = made
            self._stack.addWidget(made)
        return made

    def _more(self) -> None:
        wanted = BoardFilter(tab=Tab(self._tab), limit=PAGE, after=self._next)

        def show(board: Board) -> None:
            self._next = board.next
            self._model.append(board.rows, complete=not board.next)

        self.context.lanes.read(self, lambda desk: desk.requests.board(wanted), show, latest="more")

    def _open_row(self, number: int) -> None:
        request = self._model.row_or_none(number)
        if request is not None:
            self._open_uuid = request.uuid
            self._drawer.show()
            self._fit_columns()
            self._drawer.open(request.uuid)
            if self._stack.isHidden():
                self._take_focus()

    def _move(self, by: int) -> None:
        """The row above or below, in the drawer too."""
        self._table.choose((self._table.selected() or 0) + by)
        self._open_row(self._table.selected() or 0)

    def _close(self) -> None:
        self._open_uuid = ""
        self._drawer.hide()
        self._fit_columns()
        self._table.setFocus()

    def _fit_columns(self) -> None:
        """Number and day, which the drawer says, make room for it where the text is large, and for who and what where
        it is very large; at last the list does.
        """
        opened = not self._drawer.isHidden()
        for at in (ASKED, REF):
            self._table.show_column(at, shown=self._wide or not (opened or self._cramped))
        alone = opened and self._cramped
        reveal(self._stack, not alone)
        spread(self._drawer, alone=alone)
