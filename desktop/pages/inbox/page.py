"""The office's inbox: batches of the villages, their quality, what is accepted and what goes back; who is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from desktop.models.inbox import BatchWords, batch_table
from desktop.pages.exchange.exchange import Ending
from desktop.pages.inbox.batch import BatchDrawer
from desktop.pages.inbox.stick import StickCard
from desktop.pages.parts.beside import spread
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Place
from desktop.services.api import Desk
from desktop.services.office.inbox_values import BatchRow, Channel, InboxView, Return, SilentVillage, Taken
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, fill, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Mark
from desktop.widgets.notices import JobCard, UndoToast
from desktop.widgets.table import DataTable

AT_ONCE = 20  # records of a batch that are decided in one piece
FEW_BATCHES = 4
SILENT_HIGH, SILENT_BESIDE_FEW = 11, 16  # em of the silent villages' list, where the batches leave room
CAME, HOW = 1, 2  # columns of the list
USUAL_WIDTH = 1366
Took = Callable[[Taken, Sequence[str]], None]


class InboxPage(Page):
    """Enter opens a batch; Space ticks what goes back; Ctrl+Enter decides; U looks for sticks."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        theme = context.theme
        self._toast: UndoToast | None = None
        self._wanted = ""
        self._stop = threading.Event()
        self._frame = self.frame_in(self.t("shell.nav_inbox"), self.t("inbox.detail"), scrolls=False, chips=False)
        stick = act(theme, self.t("inbox.read_stick"), self._sticks, icon="usb", tip="U")
        fetch = act(theme, self.t("inbox.fetch"), context.exchange.begin, kind="primary", icon="tray", tip="F9")
        fill(self._frame.aside, [stick, fetch])
        say = BatchWords(self._came, self._channel, context.words.form_title)
        self._left = self._left_side(say)
        self._drawer = BatchDrawer(context, say)
        self._drawer.closed.connect(self._close)
        self._drawer.decided.connect(self._decide)
        self._drawer.hide()
        body = row(gap=theme.scale.m)
        body.addWidget(self._left, 1)
        body.addWidget(self._drawer)
        self._frame.body.addLayout(body, 1)
        context.exchange.ended.connect(self._handed_over)
        self._bind()

    def visit(self, place: Place) -> None:
        if place.tab == "sticks":
            self._sticks()
        self.refresh()
        self._table.setFocus()

    def refresh(self) -> None:
        self.context.lanes.read(self, lambda desk: desk.inbox.view(), self._show, latest="inbox")
        if self._drawer.isVisible() and self._wanted:
            self._read(self._wanted)

    def leave(self) -> None:
        """What waits to be taken back is done now."""
        if self._toast is not None and isValid(self._toast):
            self._toast.dismiss()

    def escape(self) -> bool:
        if self._drawer.isVisible():
            self._close()
        elif self._stick.isVisible():
            self._stick.hide()
        else:
            return False
        return True

    def open_row(self, number: int) -> None:
        """Show a batch beside the list."""
        if 0 <= number < self._model.rowCount():
            self._table.choose(number)
            self._open(self._model.row_at(number))

    # parts

    def _left_side(self, say: BatchWords) -> QWidget:
        """Sticks while they are looked at, what is being decided, the batches, the silent villages."""
        theme = self.context.theme
        made = QWidget()
        lines = column(made, gap=theme.scale.m)
        self._stick = StickCard(self.context)
        self._job = JobCard(theme, self.context.text, self.t("inbox.deciding"), icon="tray")
        self._job.cancelled.connect(self._stop.set)
        for part in (self._stick, self._job):
            part.hide()
            lines.addWidget(part)
        lines.addWidget(self._list(say), 1)
        lines.addWidget(self._silent_card())
        return made

    def _list(self, say: BatchWords) -> QWidget:
        theme = self.context.theme
        self._model = batch_table(self.context.text, say)
        self._table = DataTable(theme, self._model, name=self.t("shell.nav_inbox"))
        self._table.opened.connect(self.open_row)
        self._table.clicked.connect(lambda index: self.open_row(index.row()))
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._empty = EmptyState(theme, self.t("inbox.empty"), icon="tray", action=self.t("inbox.fetch"))
        if self._empty.action is not None:
            self._empty.action.clicked.connect(lambda: self.context.exchange.begin())
        holder = Card(theme)
        holder.body.addWidget(self._empty, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(holder)
        return self._stack

    def _silent_card(self) -> QWidget:
        theme = self.context.theme
        self._silent = Card(theme, self.t("inbox.silent"))
        self._silent_scroll = ScrollBody(as_needed=True)
        self._silent_lines = self._silent_scroll.body
        self._silent.add(self._silent_scroll)
        self._silent.hide()
        return self._silent

    def _bind(self) -> None:
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(self._commit)
        stick = QShortcut(QKeySequence("U"), self)
        stick.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # before the first batch there is no list
        stick.activated.connect(self._sticks)

    # what is shown

    def _came(self, batch: BatchRow) -> str:
        return self.context.words.moment(batch.came) if batch.came else ""

    def _channel(self, batch: BatchRow) -> Mark:
        stick = batch.channel is Channel.STICK
        return Mark(self.t(f"inbox.channel_{batch.channel}"), Tone.MUTE, "usb" if stick else "wifi-high")

    def _show(self, view: InboxView) -> None:
        at = self._table.selected() or 0
        self._model.put(view.batches)
        self._stack.setCurrentIndex(0 if view.batches else 1)
        found = self._model.find(self._wanted) if self._wanted else None
        self._table.choose(at if found is None else found)
        came = next((each for each in sorted(view.batches, key=lambda each: str(each.came), reverse=True)), None)
        subtitle = self.t("inbox.detail")
        if came is not None and came.came is not None:
            words = {"when": self._came(came), "village": came.village, "count": came.total}
            subtitle = self.t("inbox.last", how=self.t(f"inbox.channel_{came.channel}"), **words)
        place = self.context.me.area_label
        self._frame.set_title(self.t("shell.nav_inbox"), f"{place} · {subtitle}")
        self._show_silent(view.silent)
        few = len(view.batches) <= FEW_BATCHES
        self._silent_scroll.setMaximumHeight(self.context.theme.scale.em(SILENT_BESIDE_FEW if few else SILENT_HIGH))

    def _show_silent(self, silent: Sequence[SilentVillage]) -> None:
        clear(self._silent_lines)
        theme = self.context.theme
        for each in silent:
            said = self.t("inbox.never") if each.days is None else self.context.text("inbox.days", days=each.days)
            self._silent_lines.addWidget(
                work_row(theme, icon="hourglass", tone=Tone.WARN, title=each.village, detail=said)
            )
        self._silent_lines.addStretch(1)
        if self._silent.header is not None:
            self._silent.header.set_count(len(silent), tone=Tone.WARN)
        reveal(self._silent, bool(silent))

    def _open(self, batch: BatchRow) -> None:
        self._wanted = batch.key
        self._drawer.show()
        self._fit_columns()
        if self._left.isHidden():
            self._drawer.take_focus()
        self._read(batch.key)

    def _read(self, key: str) -> None:
        self.context.lanes.read(
            self,
            lambda desk: desk.inbox.batch(key),
            self._drawer.show_batch,
            failed=lambda _: self._close(),
            latest="b",
        )

    def _close(self) -> None:
        self._wanted = ""
        self._drawer.hide()
        self._fit_columns()
        self._table.setFocus()

    def _fit_columns(self) -> None:
        """Beside a batch there is room for the village, the count and the state; with large text for nothing."""
        wide = self.context.theme.tokens.width(USUAL_WIDTH) is Width.WIDE
        beside = not self._drawer.isHidden()
        self._left.setVisible(wide or not beside)
        spread(self._drawer, alone=beside and not wide)
        self._table.show_column(HOW, shown=not beside)
        self._table.show_column(CAME, shown=wide and not beside)

    def _sticks(self) -> None:
        self._stick.show()
        self._stick.look()

    def _handed_over(self, _ending: Ending) -> None:
        if self.isVisible():
            self.refresh()

    # deciding

    def _commit(self) -> None:
        if self._drawer.isVisible():
            self._drawer.commit()

    def _decide(self, accept: Sequence[str], back: Mapping[str, Return]) -> None:
        """Ten seconds to take it back; then, or when the page is left, it is written."""
        key = self._wanted
        words = self.t("inbox.decided", good=len(accept), back=len(back))
        self._toast = self.context.toast(words, lambda: None)
        self._toast.expired.connect(lambda: self._write(key, accept, back))

    def _write(self, key: str, accept: Sequence[str], back: Mapping[str, Return]) -> None:
        """In pieces, so that others may write between them and a person can stop."""
        self._stop.clear()
        ids = [*accept, *back]
        total, done = len(ids), [0]
        failed: dict[str, str] = {}

        def took(taken: Taken, piece: Sequence[str]) -> None:
            done[0] += len(piece)
            failed.update(taken.failed)
            self._job.set_progress(done[0], total)
            if done[0] >= total:
                self._finished(failed)

        reveal(self._job, total > AT_ONCE)
        self._job.set_progress(0, total)
        for at in range(0, total, AT_ONCE):
            piece = ids[at : at + AT_ONCE]
            self._write_piece(key, piece, {id: back[id] for id in piece if id in back}, took)

    def _write_piece(self, key: str, piece: Sequence[str], back: Mapping[str, Return], took: Took) -> None:
        stop = self._stop

        def work(desk: Desk) -> Taken:
            accept = [id for id in piece if id not in back]
            return desk.inbox.take(key, accept=accept, back=back, cancelled=stop.is_set)

        self.context.lanes.write(self, work, lambda taken: took(taken, piece), failed=self.context.failed)

    def _finished(self, failed: Mapping[str, str]) -> None:
        reveal(self._job, shown=False)
        if failed:
            said = "\n".join(dict.fromkeys(failed.values()))
            self.context.warn(Notice(Tone.WARN, self.t("inbox.not_decided", count=len(failed)), said))
        self.context.changed()
