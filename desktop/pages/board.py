"""The township's board: due first, two lines a row, the drawer beside it, steps by one key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop.models.requests import board_table
from desktop.pages.bulk import BulkBar
from desktop.pages.detail import RequestDrawer
from desktop.pages.menu import ChoiceButton
from desktop.pages.notice import Notice
from desktop.pages.page import Page, PageContext
from desktop.pages.parts import act
from desktop.pages.places import Name, Place
from desktop.pages.requests import sayings
from desktop.pages.tabs import TabBar
from desktop.services.values import Board, BoardFilter, Tab
from desktop.theme.tokens import Tone
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.search import SearchBox
from desktop.widgets.table import DataTable
from sync.protocol import Role

PAGE = 200
CATEGORY = 2  # column of the board
TABS = (Tab.OPEN, Tab.TO_ASSIGN, Tab.IN_PROGRESS, Tab.OVERDUE, Tab.RETURNED, Tab.TO_TELL, Tab.ENDED)
TONES = {
    Tab.TO_ASSIGN: Tone.INFO,
    Tab.OVERDUE: Tone.BAD,
    Tab.RETURNED: Tone.WARN,
    Tab.TO_TELL: Tone.TELL,
}
STEPS = {"A": "assign", "R": "return", "D": "answer"}


class BoardPage(Page):
    """Picture 03. A supervisor reads it and changes nothing."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme, scale = context.theme, context.theme.scale
        self._tab = Tab.OPEN
        self._wanted_uuid = ""
        self._acts = context.me.role in (Role.TOWNSHIP, Role.DEPARTMENT)
        self._frame = self.frame_in(
            self.t("shell.nav_board"),
            self.t("pages.board_detail", place=context.me.area_label),
            scrolls=False,
            chips=False,
        )
        self._find = SearchBox(theme, name=self.t("pages.board_find"), placeholder=self.t("pages.board_find"), key="F2")
        self._find.setMinimumWidth(scale.em(18))
        self._find.asked.connect(lambda _: self.refresh())
        export = act(theme, self.t("shell.nav_export"), lambda: context.go(Place(Name.EXPORT)), icon="export")
        fill(self._frame.aside, [self._find, export])
        self._tabs = TabBar(
            theme, [(tab.value, self.t(f"pages.board_{tab.value}"), TONES.get(tab, Tone.MUTE)) for tab in TABS]
        )
        self._tabs.chosen.connect(lambda tab: self._choose(Tab(tab)))
        left = column(gap=scale.s)
        left.addWidget(self._tabs)
        left.addLayout(self._filters())
        left.addWidget(self._list(), 1)
        self._bulk = BulkBar(context)
        self._bulk.done.connect(self._assigned)
        self._bulk.cleared.connect(self._model.untick_all)
        left.addWidget(self._bulk)
        self._drawer = RequestDrawer(context)
        self._drawer.closed.connect(self._close)
        self._drawer.hide()
        body = row(gap=scale.m)
        body.addLayout(left, 1)
        body.addWidget(self._drawer)
        self._frame.body.addLayout(body, 1)
        self._bind()

    def visit(self, place: Place) -> None:
        if place.tab in set(Tab):
            self._tab = Tab(place.tab)
        if place.subject:
            self._tab = Tab.ALL if Tab.ALL in TABS else self._tab
            self._open(place.subject)
        self._tabs.choose(self._tab.value)
        self.refresh()
        self._table.setFocus()

    def refresh(self) -> None:
        wanted = self._filter()
        self.context.lanes.read(
            self,
            lambda desk: (desk.requests.board(wanted), desk.requests.counts()),
            lambda found: self._show(wanted, *found),
            latest="board",
        )
        if self._drawer.isVisible() and self._wanted_uuid:
            self._drawer.open(self._wanted_uuid)

    def find_here(self) -> bool:
        self._find.setFocus()
        return True

    def escape(self) -> bool:
        if self._model.ticked:
            self._model.untick_all()
        elif self._drawer.isVisible():
            self._close()
        else:
            return False
        return True

    def show_row(self, number: int) -> None:
        """Open the drawer on a row."""
        self._table.choose(number)
        self._open_row(number)

    def _filters(self) -> QHBoxLayout:
        scale = self.context.theme.scale
        theme = self.context.theme
        self._village = ChoiceButton(theme, name=self.t("pages.village"))
        self._department = ChoiceButton(theme, name=self.t("pages.department"))
        for box in (self._village, self._department):
            box.chosen.connect(lambda _: self.refresh())
        self._offer((), ())
        self._shown = label("", "small")
        line = row(gap=scale.s)
        due = label(self.t("pages.due_first"), "small")
        fill(line, [self._village, self._department, due, None, self._shown])
        return line

    def _list(self) -> QWidget:
        theme = self.context.theme
        self._model = board_table(
            self.context.text,
            say=sayings(self.context.words),
            ask=lambda _last, count: self._more(count),
            ticks=self._acts,
        )
        self._model.ticks_changed.connect(self._ticks)
        self._table = DataTable(theme, self._model, name=self.t("shell.nav_board"))
        self._table.opened.connect(self._open_row)
        self._table.chosen.connect(self._follow)
        self._table.clicked.connect(lambda index: self._open_row(index.row()))
        self._stack = QStackedWidget()
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._empty = EmptyState(theme, self.t("pages.board_empty"), icon="check")
        holder = Card(theme)
        holder.body.addWidget(self._empty, 1)
        self._stack.addWidget(card)
        self._stack.addWidget(holder)
        return self._stack

    def _bind(self) -> None:
        for key, step in STEPS.items() if self._acts else ():
            shortcut = QShortcut(QKeySequence(key), self._table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda s=step: self._step(s))

    def _filter(self, offset: int = 0) -> BoardFilter:
        return BoardFilter(
            tab=self._tab,
            village=self._village.value,
            department=self._department.value,
            query=self._find.query.strip(),
            limit=PAGE,
            offset=offset,
        )

    def _show(self, wanted: BoardFilter, board: Board, counts: Mapping[Tab, int]) -> None:
        if wanted != self._filter():
            return
        self._offer(board.villages, board.departments)
        for tab in TABS:
            self._tabs.count(tab.value, counts.get(tab, 0))
        at = self._table.selected() or 0
        self._model.put(board.rows, complete=len(board.rows) < PAGE)
        self._shown.setText(self.t("pages.shown", n=len(board.rows), m=board.total))
        self._stack.setCurrentIndex(0 if board.rows else 1)
        found = self._model.find(self._wanted_uuid) if self._wanted_uuid else None
        self._table.choose(min(at, len(board.rows) - 1) if found is None else found)

    def _offer(self, villages: Sequence[tuple[str, str]], departments: Sequence[tuple[str, str]]) -> None:
        self._village.offer((("", self.t("pages.all_villages")), *villages))
        self._department.offer((("", self.t("pages.all_departments")), *departments))

    def _more(self, count: int) -> None:
        wanted = self._filter(count)
        self.context.lanes.read(
            self,
            lambda desk: desk.requests.board(wanted).rows,
            lambda rows: self._model.append(rows, complete=len(rows) < PAGE),
            latest="more",
        )

    def _choose(self, tab: Tab) -> None:
        self._tab = tab
        self._close()
        self.refresh()

    def _open_row(self, number: int) -> None:
        request = self._model.row_or_none(number)
        if request is not None:
            self._open(request.uuid)

    def _open(self, uuid: str) -> None:
        self._wanted_uuid = uuid
        self._drawer.show()
        self._table.show_column(CATEGORY, shown=False)  # the drawer says it
        self._drawer.open(uuid)

    def _follow(self, number: int) -> None:
        """The drawer shows the row on which one stands, while it is open."""
        if self._drawer.isVisible():
            self._open_row(number)

    def _close(self) -> None:
        self._wanted_uuid = ""
        self._drawer.hide()
        self._table.show_column(CATEGORY, shown=True)
        self._table.setFocus()

    def _step(self, step: str) -> None:
        """A key for a step: for the ticked rows where it may be done to many, else for the row one stands on."""
        if step == "assign" and len(self._model.ticked) > 1:
            self._bulk.ask_department()
            return
        request = self._model.row_or_none(self._table.selected())
        if request is not None:
            known = (("request", request.uuid), ("action", step))
            self.context.go(Place(Name.FORM, "request_update", known=known))

    def _ticks(self) -> None:
        self._bulk.show_for(self._model.ticked, self._department.choices[1:])

    def _assigned(self, outcome: Mapping[str, str]) -> None:
        """Say what happened to each: nothing is claimed that was not done."""
        left_out = [f"{ref}: {why}" for ref, why in outcome.items() if why]
        done = len(outcome) - len(left_out)
        tone = Tone.WARN if left_out else Tone.OK
        self.context.warn(Notice(tone, self.t("pages.bulk_done", count=done), "；".join(left_out)))
        self._model.untick_all()
        self.context.changed()
