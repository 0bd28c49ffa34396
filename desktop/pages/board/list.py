"""The list of the board: tabs with counts, filters, two-line rows due first, a bar while several are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.models.requests import board_table
from desktop.pages.board.bulk import BulkBar
from desktop.pages.board.filters import BoardFilters
from desktop.pages.filling.requests import sayings
from desktop.pages.parts.beside import USUAL_WIDTH, cramped
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import segment
from desktop.pages.parts.tabs import TabBar
from desktop.services.api import Desk
from desktop.services.office.remembered import KeptFilter
from desktop.services.values import Board, BoardFilter, RequestRow, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import column, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.search import SearchBox
from desktop.widgets.table import DataTable
from sync.protocol import Role

PAGE = 200
CATEGORY, STATE = 2, 3  # columns of the board
TABS = (Tab.OPEN, Tab.TO_ASSIGN, Tab.IN_PROGRESS, Tab.OVERDUE, Tab.RETURNED, Tab.TO_TELL, Tab.ENDED)
TONES = {
    Tab.TO_ASSIGN: Tone.INFO,
    Tab.OVERDUE: Tone.BAD,
    Tab.RETURNED: Tone.WARN,
    Tab.TO_TELL: Tone.TELL,
}


class BoardList(QWidget):
    """`opened(int)` and `passed(int)`: a row is to be shown, or one stands on it. `asked(str)`: a step for the ticked.

    `read(Board)`: it has what there is now. `turned`: to another tab or other words. `counted(str)`: how many are
    shown of how many. `find` is the box that the page puts at its head.
    """

    opened = Signal(int)
    passed = Signal(int)
    asked = Signal(str)
    read = Signal(object)
    turned = Signal()
    counted = Signal(str)

    def __init__(self, context: PageContext, find: SearchBox, *, ticks: bool, only: Tab | None = None) -> None:
        super().__init__()
        self._context, self._find = context, find
        self._tab = only or Tab.OPEN
        self._next = ""
        self.wanted = ""  # uuid of the request to stand on, wherever its row comes to be; "" for where one stands
        t, theme = context.text, context.theme
        find.asked.connect(lambda _: self.refresh())
        department = context.me.role is Role.DEPARTMENT  # it sees what it was given
        tabs_here = TABS if only is None else (only,)
        self._shown_tabs = tuple(tab for tab in tabs_here if not (department and tab is Tab.TO_ASSIGN))
        tabs = [(tab.value, t(f"pages.board_{tab.value}"), TONES.get(tab, Tone.MUTE)) for tab in self._shown_tabs]
        self._tabs = TabBar(theme, tabs, most_lines=1 if cramped(theme) else 2)
        reveal(self._tabs, len(self._shown_tabs) > 1)
        self._tabs.chosen.connect(lambda tab: self.choose(Tab(tab)))
        self._filters = self._make_filters()
        self.model = board_table(t, say=sayings(context.words), ask=lambda _last, _count: self._more(), ticks=ticks)
        self.table = DataTable(theme, self.model, name=t("shell.nav_board"))
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self.passed)
        self.table.clicked.connect(lambda index: self.opened.emit(index.row()))
        self._bulk = BulkBar(context)
        self._bulk.asked.connect(self.asked)
        self._bulk.cleared.connect(self.model.untick_all)
        self.model.ticks_changed.connect(self._ticked)
        left = column(self, gap=theme.scale.s)
        self._head = self._make_head()
        left.addWidget(self._head)
        left.addWidget(self._filters)
        left.addWidget(self._rows(), 1)
        left.addWidget(self._bulk)

    def visit(self, tab: str) -> None:
        """Another tab, where one is named; what there is is read anew."""
        if tab in self._shown_tabs:
            self._tab = Tab(tab)
        self._tabs.choose(self._tab.value)
        self.refresh()
        self._read_kept()

    def refresh(self) -> None:
        wanted = self._filter()
        self._context.lanes.read(
            self, lambda desk: desk.requests.board(wanted), lambda board: self._show(wanted, board), latest="board"
        )

    def choose(self, tab: Tab) -> None:
        self._tab = tab
        self.turned.emit()
        self.refresh()

    def turn_stuck(self) -> None:
        """Only what stands still, or all again."""
        self._filters.turn_stuck()

    @property
    def here(self) -> RequestRow | None:
        """The row on which one stands."""
        return self.model.row_or_none(self.table.selected())

    def make_room(self, *, beside: bool) -> None:
        """What is shown beside the list says the category and, where there is little room, the state."""
        wide = self._context.theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        self.table.show_column(CATEGORY, shown=wide and not beside)
        self.table.show_column(STATE, shown=wide or not beside)

    def rest(self, *, resting: bool) -> None:
        """While what was asked for can be taken back nothing else is asked: the bar makes room for the undoing."""
        self._bulk.show_for(() if resting else self.model.ticked)

    # inside

    def _ticked(self) -> None:
        """With very large text what can be done with the ticked ones takes the place of the tabs."""
        self._bulk.show_for(self.model.ticked)
        if cramped(self._context.theme):
            reveal(self._head, not self.model.ticked)
            reveal(self._filters, self._narrow.isChecked() and not self.model.ticked)

    def _make_head(self) -> QWidget:
        """The tabs; with very large text the filters stand behind a button beside them, so that rows are seen."""
        t, theme = self._context.text, self._context.theme
        made = QWidget()
        line = row(made, gap=theme.scale.s)
        line.addWidget(self._tabs, 1)
        self._narrow = segment(theme, t("board.filter"), chosen=False, does_what=self._show_filters, icon="funnel")
        line.addWidget(self._narrow)
        reveal(self._narrow, cramped(theme))
        reveal(self._filters, not cramped(theme))
        return made

    def _show_filters(self) -> None:
        reveal(self._filters, self._narrow.isChecked())

    def _say_narrowed(self) -> None:
        """How many filters are at work, where they are out of sight."""
        t, count = self._context.text, self._filters.count
        self._narrow.setText(t("board.filter_on", count=count) if count else t("board.filter"))

    def _make_filters(self) -> BoardFilters:
        made = BoardFilters(self._context)
        made.changed.connect(self.refresh)
        made.chosen.connect(self._take_kept)
        made.keep.connect(self._keep)
        made.forget.connect(self._forget)
        return made

    def _rows(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        self._stack = QStackedWidget()
        card = Card(theme)
        card.flush()
        card.add(self.table)
        self._empty = EmptyState(theme, t("pages.board_empty"), icon="check", action=t("board.all_again"))
        if self._empty.action is not None:
            self._empty.action.clicked.connect(self._go_on)
        holder = Card(theme)
        holder.body.addWidget(self._empty, 1)
        self._stack.addWidget(card)
        self._stack.addWidget(holder)
        return self._stack

    def _filter(self, after: str = "") -> BoardFilter:
        return BoardFilter(
            tab=self._tab,
            village=self._filters.village,
            category=self._filters.category,
            department=self._filters.department,
            query=self._find.query.strip(),
            limit=PAGE,
            after=after,
            newest=self._filters.newest,
            stuck=self._filters.stuck,
        )

    def _show(self, wanted: BoardFilter, board: Board) -> None:
        if wanted != self._filter():
            return
        self._filters.offer(board)
        self._say_narrowed()
        self.read.emit(board)
        for tab in self._shown_tabs:
            self._tabs.count(tab.value, board.counts.get(tab, 0))
        at = self.table.selected() or 0
        self._next = board.next
        self.model.put(board.rows, complete=not board.next)
        self._count(len(board.rows), board.total)
        on_rows = self.table.hasFocus()
        self._say_empty()
        self._stack.setCurrentIndex(0 if board.rows else 1)
        if on_rows and not board.rows:
            self.take_focus()
        found = self.model.find(self.wanted) if self.wanted else None
        self.table.choose(min(at, len(board.rows) - 1) if found is None else found)

    def _count(self, here: int, total: int | None) -> None:
        t = self._context.text
        self.counted.emit(t("board.shown", n=here) if total is None else t("pages.shown", n=here, m=total))

    def _say_empty(self) -> None:
        narrowed = self._filters.narrowed or bool(self._find.query.strip())
        nothing = "board.none_overdue" if self._tab is Tab.OVERDUE else "pages.board_empty"
        self._empty.sentence.setText(self._context.text("board.nothing_fits" if narrowed else nothing))
        if self._empty.action is not None:
            self._empty.action.setText(self._context.text("board.all_again" if narrowed else "inbox.fetch"))
            reveal(self._empty.action, narrowed or self._fetches)

    @property
    def _fetches(self) -> bool:
        """Whether nothing at all is open, so that the next thing is to fetch what villages have."""
        return self._context.me.role is Role.TOWNSHIP and self._tab is Tab.OPEN

    def take_focus(self) -> None:
        """Into the rows; without any onto what one does next."""
        if self._stack.currentIndex() == 0:
            self.table.setFocus()
        elif self._empty.action is not None and not self._empty.action.isHidden():
            self._empty.action.setFocus()
        else:
            self._find.setFocus()

    def _go_on(self) -> None:
        if self._filters.narrowed or self._find.query.strip():
            self._widen()
        else:
            self._context.exchange.begin()

    def _more(self) -> None:
        wanted = self._filter(self._next)

        def show(board: Board) -> None:
            self._next = board.next
            self.model.append(board.rows, complete=not board.next)
            self._count(len(self.model.rows), board.total)

        self._context.lanes.read(self, lambda desk: desk.requests.board(wanted), show, latest="more")

    def _widen(self) -> None:
        """All again: no village, category, department or words."""
        self._filters.clear()
        self._find.clear()
        self.refresh()
        self.table.setFocus()

    # filters that were kept

    def _read_kept(self) -> None:
        self._context.lanes.read(self, lambda desk: desk.remembered.filters(), self._filters.know, latest="kept")

    def _take_kept(self, kept: KeptFilter) -> None:
        self._tab = kept.wanted.tab if kept.wanted.tab in self._shown_tabs else self._shown_tabs[0]
        self._tabs.choose(self._tab.value)
        self._filters.put(kept.wanted)
        self._find.setText(kept.wanted.query)
        self.refresh()

    def _keep(self, name: str) -> None:
        wanted = self._filter()
        self._remember(lambda desk: desk.remembered.keep_filter(name, wanted))

    def _forget(self, name: str) -> None:
        self._remember(lambda desk: desk.remembered.drop_filter(name))

    def _remember(self, work: Callable[[Desk], object]) -> None:
        self._context.lanes.write(self, work, lambda _: self._read_kept())


def ticked_or_here(rows: BoardList) -> Sequence[RequestRow]:
    """What a step is about: the ticked ones, else the one on which one stands."""
    return rows.model.ticked or ([rows.here] if rows.here is not None else [])
