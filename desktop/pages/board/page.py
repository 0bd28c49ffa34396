"""The township's board: due first, two lines a row, the drawer beside it, steps by one key."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from desktop.models.requests import board_table
from desktop.pages.board.answering import Answer, AnswerDrawer
from desktop.pages.board.assigning import Assigning
from desktop.pages.board.bulk import BulkBar, BulkDrawer
from desktop.pages.board.detail import RequestDrawer
from desktop.pages.board.filters import BoardFilters
from desktop.pages.board.proposal import Assignment
from desktop.pages.filling.requests import sayings
from desktop.pages.parts.beside import spread
from desktop.pages.parts.counted import counted
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.pages.parts.tabs import TabBar
from desktop.services.api import Desk
from desktop.services.office.remembered import KeptFilter
from desktop.services.values import Board, BoardFilter, RequestRow, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import column, fill, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.notices import UndoToast
from desktop.widgets.search import SearchBox
from desktop.widgets.table import DataTable
from sync.protocol import Role

PAGE = 200
FOLLOW_MS = 30  # a key that is held down passes rows without opening each
CATEGORY, STATE = 2, 3  # columns of the board
USUAL_WIDTH = 1366
CRAMPED = 52  # em: with text so large there is room for the drawer or the list
TABS = (Tab.OPEN, Tab.TO_ASSIGN, Tab.IN_PROGRESS, Tab.OVERDUE, Tab.RETURNED, Tab.TO_TELL, Tab.ENDED)
TONES = {
    Tab.TO_ASSIGN: Tone.INFO,
    Tab.OVERDUE: Tone.BAD,
    Tab.RETURNED: Tone.WARN,
    Tab.TO_TELL: Tone.TELL,
}


class BoardPage(Page):
    """Picture 03. A supervisor reads it and changes nothing; only a township assigns."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        scale = context.theme.scale
        self._tab = Tab.OPEN
        self._wanted_uuid = ""
        self._next = ""
        self._catch_up = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._catch_up.timeout.connect(self._open_wanted)
        self._toast: UndoToast | None = None
        self._acts = context.me.role in (Role.TOWNSHIP, Role.DEPARTMENT)
        self._assigns = context.me.role is Role.TOWNSHIP
        self._frame = self.frame_in(
            self.t("shell.nav_board"),
            self.t("pages.board_detail", place=context.me.area_label),
            scrolls=False,
            chips=False,
        )
        self._add_head()
        self._left = QWidget()
        left = column(self._left, gap=scale.s)
        left.addWidget(self._tabs)
        self._filters = BoardFilters(context)
        self._filters.changed.connect(self.refresh)
        self._filters.chosen.connect(self._take_kept)
        self._filters.keep.connect(self._keep)
        self._filters.forget.connect(self._forget)
        left.addWidget(self._filters)
        left.addWidget(self._list(), 1)
        self._bulk = BulkBar(context)
        self._bulk.asked.connect(self._bulk_step)
        self._bulk.cleared.connect(self._model.untick_all)
        left.addWidget(self._bulk)
        body = row(gap=scale.m)
        body.addWidget(self._left, 1)
        for drawer in self._drawers():
            body.addWidget(drawer)
        self._frame.body.addLayout(body, 1)
        self._assigning = Assigning(context, self)
        self._assigning.progress.connect(self._many.progress)
        self._assigning.finished.connect(self._assigned)
        self._many.stopped.connect(self._assigning.stop)
        self._bind()

    def visit(self, place: Place) -> None:
        if place.tab in set(Tab):
            self._tab = Tab(place.tab)
        if place.subject:
            self._open(place.subject)
        self._tabs.choose(self._tab.value)
        self._fit_columns()
        self.refresh()
        self._read_kept()
        self._table.setFocus()

    def refresh(self) -> None:
        wanted = self._filter()
        self.context.lanes.read(
            self, lambda desk: desk.requests.board(wanted), lambda board: self._show(wanted, board), latest="board"
        )
        if self._drawer.isVisible() and self._wanted_uuid:
            self._drawer.open(self._wanted_uuid)

    def leave(self) -> None:
        """What waits to be taken back is done now."""
        if self._toast is not None and isValid(self._toast):
            self._toast.dismiss()

    def find_here(self) -> bool:
        self._find.setFocus()
        return True

    def escape(self) -> bool:
        if self._answer.isVisible():
            self._stop_answering()
        elif self._many.isVisible():
            self._hide_many()
        elif self._model.ticked:
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

    # parts

    def _add_head(self) -> None:
        context, theme = self.context, self.context.theme
        self._find = SearchBox(theme, name=self.t("pages.board_find"), placeholder=self.t("pages.board_find"), key="F2")
        self._find.setMinimumWidth(theme.scale.em(18))
        self._find.asked.connect(lambda _: self.refresh())
        export = act(theme, self.t("shell.nav_export"), lambda: context.go(Place(Name.EXPORT)), icon="export")
        fetch = act(theme, self.t("inbox.fetch"), context.exchange.begin, icon="tray")
        roomy = theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        fill(self._frame.aside, [self._find, *([fetch] if self._assigns and roomy else []), export])
        self._tabs = TabBar(
            theme, [(tab.value, self.t(f"pages.board_{tab.value}"), TONES.get(tab, Tone.MUTE)) for tab in TABS]
        )
        self._tabs.chosen.connect(lambda tab: self._choose(Tab(tab)))

    def _list(self) -> QWidget:
        theme = self.context.theme
        self._model = board_table(
            self.context.text,
            say=sayings(self.context.words),
            ask=lambda _last, _count: self._more(),
            ticks=self._assigns,
        )
        self._model.ticks_changed.connect(lambda: self._bulk.show_for(self._model.ticked))
        self._table = DataTable(theme, self._model, name=self.t("shell.nav_board"))
        self._table.opened.connect(self._open_row)
        self._table.chosen.connect(self._follow)
        self._table.clicked.connect(lambda index: self._open_row(index.row()))
        self._stack = QStackedWidget()
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._empty = EmptyState(theme, self.t("pages.board_empty"), icon="check", action=self.t("board.all_again"))
        if self._empty.action is not None:
            self._empty.action.clicked.connect(self._widen)
        holder = Card(theme)
        holder.body.addWidget(self._empty, 1)
        self._stack.addWidget(card)
        self._stack.addWidget(holder)
        return self._stack

    def _drawers(self) -> tuple[QWidget, ...]:
        self._drawer = RequestDrawer(self.context, assigns=self._assigns)
        self._drawer.closed.connect(self._close)
        self._drawer.moved.connect(lambda by: self.show_row((self._table.selected() or 0) + by))
        self._drawer.committed.connect(self._commit)
        self._drawer.answering.connect(self._begin_answer)
        self._answer = AnswerDrawer(self.context)
        self._answer.closed.connect(self._stop_answering)
        self._answer.committed.connect(self._send)
        self._many = BulkDrawer(self.context)
        self._many.closed.connect(self.escape)
        self._many.committed.connect(self._commit)
        drawers = (self._drawer, self._answer, self._many)
        for drawer in drawers:
            drawer.hide()
        return drawers

    def _bind(self) -> None:
        """Keys of the list; Ctrl+Enter commits from anywhere on the page."""
        keys = {"P": self._print}
        if self._acts:
            keys |= {"R": lambda: self._step("return"), "D": lambda: self._step("answer")}
            keys |= {"F": lambda: self._step("forward"), "C": self._comment}
        if self._assigns:
            keys |= {"A": self._assign, "T": lambda: self._assign(limit=True)}
        for key, what in keys.items():
            self._key(key, self._table, Qt.ShortcutContext.WidgetShortcut).activated.connect(what)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            made = self._key(key, self, Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(self._commit_shown)

    def _key(self, keys: str, where: QWidget, context: Qt.ShortcutContext) -> QShortcut:
        made = QShortcut(QKeySequence(keys), where)
        made.setContext(context)
        return made

    # the list

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
        )

    def _show(self, wanted: BoardFilter, board: Board) -> None:
        if wanted != self._filter():
            return
        self._filters.offer(board)
        self._drawer.departments = board.departments
        for tab in TABS:
            self._tabs.count(tab.value, board.counts.get(tab, 0))
        at = self._table.selected() or 0
        self._next = board.next
        self._model.put(board.rows, complete=not board.next)
        self._filters.say(len(board.rows), board.total)
        self._stack.setCurrentIndex(0 if board.rows else 1)
        self._empty.sentence.setText(self.t("board.nothing_fits" if self._narrowed else "pages.board_empty"))
        if self._empty.action is not None:
            self._empty.action.setVisible(self._narrowed)
        found = self._model.find(self._wanted_uuid) if self._wanted_uuid else None
        self._table.choose(min(at, len(board.rows) - 1) if found is None else found)

    @property
    def _narrowed(self) -> bool:
        return self._filters.narrowed or bool(self._find.query.strip())

    def _widen(self) -> None:
        """All again: no village, category, department or words."""
        self._filters.clear()
        self._find.clear()
        self.refresh()
        self._table.setFocus()

    def _read_kept(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.remembered.filters(), self._filters.know, latest="kept")

    def _take_kept(self, kept: KeptFilter) -> None:
        self._tab = kept.wanted.tab if kept.wanted.tab in TABS else Tab.OPEN
        self._tabs.choose(self._tab.value)
        self._filters.put(kept.wanted)
        self._find.setText(kept.wanted.query)
        self.refresh()

    def _keep(self, name: str) -> None:
        wanted = self._filter()
        write = self.context.lanes.write
        write(self, lambda desk: desk.remembered.keep_filter(name, wanted), lambda _: self._read_kept())

    def _forget(self, name: str) -> None:
        write = self.context.lanes.write
        write(self, lambda desk: desk.remembered.drop_filter(name), lambda _: self._read_kept())

    def _more(self) -> None:
        wanted = self._filter(self._next)

        def show(board: Board) -> None:
            self._next = board.next
            self._model.append(board.rows, complete=not board.next)
            self._filters.say(len(self._model.rows), board.total)

        self.context.lanes.read(self, lambda desk: desk.requests.board(wanted), show, latest="more")

    def _choose(self, tab: Tab) -> None:
        self._tab = tab
        self._close()
        self.refresh()

    # the drawer

    def _open_row(self, number: int) -> None:
        request = self._model.row_or_none(number)
        if request is not None:
            self._open(request.uuid)

    def _open(self, uuid: str) -> None:
        self._wanted_uuid = uuid
        self._many.hide()
        self._answer.hide()
        self._drawer.show()
        self._fit_columns()
        self._drawer.open(uuid)

    def _show_many(self) -> None:
        self._wanted_uuid = ""
        self._drawer.hide()
        self._answer.hide()
        self._many.show()
        self._fit_columns()

    def _hide_many(self) -> None:
        self._many.hide()
        self._fit_columns()
        self._table.setFocus()

    def _fit_columns(self) -> None:
        """What the drawer says makes room for it; the time limit always stays."""
        beside = not all(drawer.isHidden() for drawer in (self._drawer, self._answer, self._many))
        wide, scale = self.context.theme.tokens.width(USUAL_WIDTH) is Width.WIDE, self.context.theme.scale
        self._table.show_column(CATEGORY, shown=wide and not beside)
        self._table.show_column(STATE, shown=wide or not beside)
        cramped = beside and scale.em(CRAMPED) > USUAL_WIDTH
        self._left.setVisible(not cramped)
        for drawer in (self._drawer, self._answer, self._many):
            spread(drawer, alone=cramped)

    def _follow(self, number: int) -> None:
        """The drawer shows the row on which one stands, while it is open; of many that are passed the last."""
        request = self._model.row_or_none(number)
        if self._drawer.isVisible() and request is not None:
            self._wanted_uuid = request.uuid
            self._catch_up.start()

    def _open_wanted(self) -> None:
        if self._drawer.isVisible() and self._wanted_uuid:
            self._drawer.open(self._wanted_uuid)

    def _close(self) -> None:
        self._wanted_uuid = ""
        self._answer.hide()
        self._drawer.hide()
        self._fit_columns()
        self._table.setFocus()

    # steps

    @property
    def _shown_here(self) -> bool:
        """Whether the drawer has caught up with the row on which one stands."""
        shown = self._drawer.detail
        return shown is not None and shown.row.uuid == self._wanted_uuid

    @property
    def _here(self) -> RequestRow | None:
        """The row on which one stands."""
        return self._model.row_or_none(self._table.selected())

    def _step(self, step: str) -> None:
        """A step of the request on which one stands, where its state allows it."""
        if self._here is not None:
            self._open(self._here.uuid)
            self._drawer.when_shown(lambda: self._drawer.step(step))

    def _comment(self) -> None:
        if self._here is not None:
            self._open(self._here.uuid)
            self._drawer.when_shown(self._drawer.comment)

    def _begin_answer(self) -> None:
        if self._drawer.detail is not None:
            self._drawer.hide()
            self._answer.show()
            self._fit_columns()
            self._answer.open(self._drawer.detail)

    def _stop_answering(self) -> None:
        """Back to the request; what was written stays until another is answered."""
        self._answer.hide()
        self._drawer.show()
        self._fit_columns()
        self._table.setFocus()

    def _send(self, answer: Answer) -> None:
        """Ten seconds to take it back; then, or when the page is left, it is written."""
        context = self.context
        self._answer.hide()
        self._close()

        def write() -> None:
            def work(desk: Desk) -> object:
                return desk.requests.update(answer.uuid, answer.answers)

            context.lanes.write(self, work, lambda _: context.changed(), failed=context.failed)

        self._toast = context.toast(self.t("answers.sent", ref=answer.ref), self._begin_again)
        self._toast.expired.connect(write)

    def _begin_again(self) -> None:
        """The answer was taken back: it is there to be changed."""
        self._drawer.hide()
        self._answer.show()
        self._fit_columns()

    def _bulk_step(self, step: str) -> None:
        if step == "print":
            self._print()
        else:
            self._assign(limit=step == "limit")

    def _assign(self, *, limit: bool = False) -> None:
        """The ticked ones through their preview; else the one on which one stands, in its drawer."""
        ticked = self._model.ticked
        if ticked:
            self._show_many()
            self._many.ask(ticked, self._drawer.departments, limit=limit)
        elif self._here is not None:
            self._open(self._here.uuid)
            self._drawer.when_shown(lambda: self._drawer.assign(limit=limit))

    def _commit_shown(self) -> None:
        if self._answer.isVisible():
            self._answer.commit()
        elif self._many.isVisible() and self._many.asking:
            self._many.commit()
        elif self._drawer.isVisible() and self._shown_here:
            self._drawer.commit()

    def _commit(self, assignment: Assignment) -> None:
        """Ten seconds to take it back; then, or when the page is left, it is written."""
        count = len(assignment.refs)
        who = assignment.department_label or self.t("board.own_department")
        words = counted(self.context.text, "board.assigned_to", count, department=who)
        self._many.waiting(assignment)
        self._toast = self.context.toast(words, self._hide_many)
        self._toast.expired.connect(lambda: self._assigning.begin(assignment))
        self._table.setFocus()

    def _assigned(self, outcome: Mapping[str, str], wanted: int) -> None:
        if wanted > 1 or any(outcome.values()):
            self._show_many()
            self._many.result(outcome, of=wanted)
        self._model.untick_all()
        self.context.changed()

    def _print(self) -> None:
        from desktop.pages.board.paper import on_paper  # printing is rare and costs time to load
        from desktop.pages.paper.output import print_or_save

        rows = self._model.ticked or ([self._here] if self._here is not None else [])
        if rows:
            print_or_save(self, self.context, on_paper(self.context, rows))
