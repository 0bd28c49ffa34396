"""The township's board: due first, two lines a row, the drawer beside it, steps by one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.pages.board.answering import Answer, AnswerDrawer
from desktop.pages.board.bulk import BulkDrawer
from desktop.pages.board.detail import RequestDrawer
from desktop.pages.board.list import BoardList, ticked_or_here
from desktop.pages.board.plans import AssignPlan, Deed, Plan
from desktop.pages.board.returning import ReturnPlan
from desktop.pages.board.running import Running
from desktop.pages.parts.beside import USUAL_WIDTH, spread
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.api import Desk
from desktop.services.values import Board, Tab
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import fill, row
from desktop.widgets.notices import UndoToast
from desktop.widgets.search import SearchBox
from sync.protocol import Role

FOLLOW_MS = 30  # a key that is held down passes rows without opening each
CRAMPED = 70  # em: narrower than that there is room for the drawer or the list, not for both


class BoardPage(Page):
    """Picture 03. A supervisor reads it and changes nothing; only a township assigns.

    `only`: what stands in this tab and nothing else, a page of its own.
    """

    def __init__(self, context: PageContext, *, only: Tab | None = None) -> None:
        super().__init__(context)
        self._only = only
        self._name = self.t("shell.nav_overdue" if only is Tab.OVERDUE else "shell.nav_board")
        self._wanted_uuid = ""
        self._catch_up = QTimer(self, singleShot=True, interval=FOLLOW_MS)
        self._catch_up.timeout.connect(self._open_wanted)
        self._toast: UndoToast | None = None
        self._acts = context.me.role in (Role.TOWNSHIP, Role.DEPARTMENT)
        self._assigns = context.me.role is Role.TOWNSHIP
        self._frame = self.frame_in(
            self._name,
            context.me.area_label,
            scrolls=False,
            chips=False,
        )
        self._find = self._add_head()
        self._alone = context.theme.scale.em(CRAMPED) > USUAL_WIDTH
        self.rows = self._list()
        body = row(gap=context.theme.scale.m)
        body.addWidget(self.rows, 1)
        for drawer in self._drawers():
            body.addWidget(drawer)
        self._frame.body.addLayout(body, 1)
        self._running = Running(context, self)
        self._running.progress.connect(self._many.progress)
        self._running.finished.connect(self._ran)
        self._many.stopped.connect(self._running.stop)
        self._bind()

    def visit(self, place: Place) -> None:
        if place.subject:
            self._open(place.subject)
        elif place.tab:
            self._make_way()
        self._fit_columns()
        self.rows.visit(place.tab)
        self._take_focus()

    def refresh(self) -> None:
        self.rows.refresh()
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
        elif self.rows.model.ticked:
            self.rows.model.untick_all()
        elif self._drawer.isVisible():
            self._close()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._drawer.key(event, held=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._drawer.key(event, held=False):
            super().keyReleaseEvent(event)

    def show_row(self, number: int) -> None:
        """Open the drawer on a row."""
        self.rows.table.choose(number)
        self._open_row(number)

    # parts

    def _add_head(self) -> SearchBox:
        context, theme = self.context, self.context.theme
        find = SearchBox(theme, name=self.t("pages.board_find"), placeholder=self.t("pages.board_find"), key="F2")
        find.asked.connect(lambda _: self._make_way())
        find.setMinimumWidth(theme.scale.em(18))
        export = act(theme, self.t("shell.nav_export"), lambda: context.go(Place(Name.EXPORT)), icon="export")
        fetch = act(theme, self.t("inbox.fetch"), context.exchange.begin, icon="tray")
        roomy = theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        fill(self._frame.aside, [find, *([fetch] if self._assigns and roomy else []), export])
        return find

    def _list(self) -> BoardList:
        rows = BoardList(self.context, self._find, ticks=self._assigns, only=self._only)
        rows.opened.connect(self._open_row)
        rows.passed.connect(self._follow)
        rows.asked.connect(self._bulk_step)
        rows.turned.connect(self._close)
        rows.read.connect(self._know)
        rows.counted.connect(self._say_count)
        return rows

    def _say_count(self, words: str) -> None:
        place = self.t("pages.board_detail", place=self.context.me.area_label, shown=words)
        self._frame.set_title(self._name, place)

    def _know(self, board: Board) -> None:
        self._drawer.departments = board.departments

    def _drawers(self) -> tuple[QWidget, ...]:
        self._drawer = RequestDrawer(self.context, assigns=self._assigns)
        self._drawer.closed.connect(self._close)
        self._drawer.moved.connect(self._show_next)
        self._drawer.committed.connect(self._commit)
        self._drawer.answering.connect(self._begin_answer)
        self._drawer.merging.connect(self._begin_merge)
        self._drawer.other.connect(self._open)
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
        """Keys of the list and of the request beside it; Ctrl+Enter commits from anywhere on the page."""
        keys: dict[str, Callable[[], object]] = {"P": self._print, "S": self._turn_stuck}
        if self._acts:
            keys |= {"R": self._return, "D": lambda: self._step("answer")}
            keys |= {"F": lambda: self._step("forward"), "C": self._comment, "M": self._merge}
        if self._assigns:
            keys |= {"A": self._assign, "T": lambda: self._assign(limit=True)}
        for key, what in keys.items():
            self._key(key, self.rows.table, Qt.ShortcutContext.WidgetShortcut).activated.connect(what)
            self._key(key, self._drawer, Qt.ShortcutContext.WidgetWithChildrenShortcut).activated.connect(what)
        for key, by in (("J", 1), ("K", -1)):
            made = self._key(key, self._drawer, Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(partial(self._drawer.moved.emit, by))
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            made = self._key(key, self, Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(self._commit_shown)

    def _key(self, keys: str, where: QWidget, context: Qt.ShortcutContext) -> QShortcut:
        made = QShortcut(QKeySequence(keys), where)
        made.setContext(context)
        return made

    # the drawer

    def _open_row(self, number: int) -> None:
        request = self.rows.model.row_or_none(number)
        if request is not None:
            self._open(request.uuid)

    def _show_next(self, by: int) -> None:
        """The row so many below; at either end the last one stays."""
        rows = self.rows.model.rowCount()
        self.show_row(min(max((self.rows.table.selected() or 0) + by, 0), max(rows - 1, 0)))

    def _want(self, uuid: str) -> None:
        """The request that is shown, or is to be; "" for none."""
        self._wanted_uuid = self.rows.wanted = uuid

    def _open(self, uuid: str) -> None:
        self._want(uuid)
        self._many.hide()
        self._answer.hide()
        self._drawer.show()
        self._fit_columns()
        self._drawer.open(uuid)
        if self._alone:
            self._drawer.take_focus()

    def _show_many(self) -> None:
        self._want("")
        self._drawer.hide()
        self._answer.hide()
        self._many.show()
        self._fit_columns()

    def _hide_many(self) -> None:
        self._many.hide()
        self._fit_columns()
        self.rows.table.setFocus()

    def _make_way(self) -> None:
        """Somebody wants to see the list: what lies over it is closed, an answer stays as it was written."""
        if self._alone and self.rows.isHidden():
            self._many.hide()
            self._answer.hide()
            self._drawer.hide()
            self._want("")
            self._fit_columns()

    def _take_focus(self) -> None:
        """Into the list, or into what lies over it."""
        if self.rows.isHidden() and self._drawer.isVisible():
            self._drawer.take_focus()
        else:
            self.rows.take_focus()

    def _turn_stuck(self) -> None:
        self._make_way()
        self.rows.turn_stuck()

    def _fit_columns(self) -> None:
        """What the drawer says makes room for it; the time limit always stays."""
        beside = not all(drawer.isHidden() for drawer in (self._drawer, self._answer, self._many))
        self.rows.make_room(beside=beside)
        cramped = beside and self._alone
        self.rows.setVisible(not cramped)
        for drawer in (self._drawer, self._answer, self._many):
            spread(drawer, alone=cramped)

    def _follow(self, number: int) -> None:
        """The drawer shows the row on which one stands, while it is open; of many that are passed the last."""
        request = self.rows.model.row_or_none(number)
        if self._drawer.isVisible() and request is not None:
            self._want(request.uuid)
            self._catch_up.start()

    def _open_wanted(self) -> None:
        if self._drawer.isVisible() and self._wanted_uuid:
            self._drawer.open(self._wanted_uuid)

    def _close(self) -> None:
        self._want("")
        self._answer.hide()
        self._drawer.hide()
        self._fit_columns()
        self.rows.table.setFocus()

    # steps

    @property
    def _shown_here(self) -> bool:
        """Whether the drawer has caught up with the row on which one stands."""
        shown = self._drawer.detail
        return shown is not None and shown.row.uuid == self._wanted_uuid

    def _step(self, step: str) -> None:
        """A step of the request on which one stands, where its state allows it."""
        if self.rows.here is not None:
            self._open(self.rows.here.uuid)
            self._drawer.when_shown(lambda: self._said(self._drawer.step(step), "board.not_now"))

    def _comment(self) -> None:
        if self.rows.here is not None:
            self._open(self.rows.here.uuid)
            self._drawer.when_shown(lambda: self._said(self._drawer.comment(), "board.not_now"))

    def _merge(self) -> None:
        """It is the same as another one: the first that is alike, others are a choice in the answer."""
        if self.rows.here is not None:
            self._open(self.rows.here.uuid)
            self._drawer.when_shown(self._merge_shown)

    def _merge_shown(self) -> None:
        why = "board.not_now" if self._drawer.alike else "board.none_alike"
        self._said(self._drawer.merge(), why)

    def _said(self, began: bool, otherwise: str) -> None:
        """A key that did nothing says why."""
        shown = self._drawer.detail
        if not began and shown is not None:
            state = self.context.words.state(shown.row.state)
            self.context.warn(Notice(Tone.INFO, self.t(otherwise, state=state), ""))

    def _begin_merge(self, ref: str) -> None:
        self._begin_answer()
        self._answer.merge(ref)

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
        self._take_focus()

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
        elif step == "return":
            self._return()
        else:
            self._assign(limit=step == "limit")

    def _ask_many(self, plan: Plan) -> None:
        self._show_many()
        self._many.ask(plan)

    def _return(self) -> None:
        """The ticked ones through their preview; else the one on which one stands, through its form."""
        ticked = self.rows.model.ticked
        if ticked:
            self._ask_many(ReturnPlan(self.context, ticked))
        else:
            self._step("return")

    def _assign(self, *, limit: bool = False) -> None:
        """The ticked ones through their preview; else the one on which one stands, in its drawer."""
        ticked = self.rows.model.ticked
        if ticked:
            self._ask_many(AssignPlan(self.context, ticked, self._drawer.departments, limit=limit))
        elif self.rows.here is not None:
            self._open(self.rows.here.uuid)
            self._drawer.when_shown(lambda: self._said(self._drawer.assign(limit=limit), "board.not_now"))

    def _commit_shown(self) -> None:
        if self._answer.isVisible():
            self._answer.commit()
        elif self._many.isVisible() and self._many.asking:
            self._many.commit()
        elif self._drawer.isVisible() and self._shown_here:
            self._drawer.commit()

    def _commit(self, deed: Deed) -> None:
        """Ten seconds to take it back; then, or when the page is left, it is written."""
        self._many.waiting(deed)
        self.rows.rest(resting=True)
        self._toast = self.context.toast(deed.said(self.context.text), self._take_back)
        self._toast.expired.connect(lambda: self._running.begin(deed))
        self.rows.table.setFocus()

    def _take_back(self) -> None:
        self.rows.rest(resting=False)
        self._hide_many()

    def _ran(self, outcome: Mapping[str, str], wanted: int) -> None:
        if wanted > 1 or any(outcome.values()):
            self._show_many()
            self._many.result(outcome, of=wanted)
        self.rows.model.untick_all()
        self.context.changed()

    def _print(self) -> None:
        from desktop.pages.board.paper import on_paper  # printing is rare and costs time to load
        from desktop.pages.paper.output import print_or_save

        rows = ticked_or_here(self.rows)
        if rows:
            print_or_save(self, self.context, on_paper(self.context, rows))
