"""The unlocked window: bar, banners, one page at a time with its history, keys, toasts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QBoxLayout, QFrame, QStackedWidget, QWidget
from shiboken6 import isValid

from desktop.pages.exchange.exchange import Ending
from desktop.pages.parts.notice import Notice
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Entry, Name, Place, entry_of, navigation
from desktop.pages.shell.history import History
from desktop.pages.shell.keys import Key, sequences
from desktop.pages.shell.navigation import Bar
from desktop.pages.shell.notices import NoticeBox
from desktop.pages.shell.presenter import present
from desktop.services.api import Desk
from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.services.filling.filling_values import DraftRow
from desktop.services.keeping.interrupted import Interrupted
from desktop.services.values import Tab
from desktop.theme.apply import restyle
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import column, fill, frame, label, row
from desktop.widgets.notices import UndoToast
from sync.protocol import Role

if TYPE_CHECKING:
    from desktop.pages.exchange.unattended import Unattended
    from desktop.pages.shell.command import CommandBox

EDGE = 4  # pixels around the window while one practises, as the style sheet has it
Builder = Callable[[PageContext], Page]


class Shell(QWidget):
    """What is between the window's edges once somebody has unlocked it.

    `builders` make a page at its first visit. `start` is where one lands: today, or the place before the lock.
    """

    def __init__(
        self,
        context: PageContext,
        *,
        builders: Mapping[Name, Builder],
        start: Place,
        practice: bool = False,
    ) -> None:
        super().__init__()
        self.context = context
        self.status = context.status
        self.unattended: Unattended | None = None  # nothing happens by itself in pictures
        self._builders = builders
        self._pages: dict[Name, Page] = {}
        self._history = History(start)
        self._toast: UndoToast | None = None
        self._command: CommandBox | None = None
        text, theme, me = context.text, context.theme, context.me
        entries = navigation(me.role)
        self._listed = frozenset(entry.page for entry in entries)
        self.bar = Bar(entries, theme=theme, text=text, place=me.area_label, user=me.user)
        self.notices = NoticeBox(theme, text)
        self.stack = QStackedWidget()
        self._lay_out(practice=practice)
        self.bar.chosen.connect(lambda page: self.go(Place(Name(page))))
        self.bar.locked.connect(context.lock)
        self.status.changed.connect(self._show_counts)
        context.exchange.ended.connect(self._handed_over)
        self._bind(entries)

    def _lay_out(self, *, practice: bool) -> None:
        whole, right = row(self), column()
        if practice:
            self._put_frame(whole)
            right.addWidget(self._practice_strip())
        right.addWidget(self.notices)
        right.addWidget(self.stack, 1)
        whole.addWidget(self.bar)
        whole.addLayout(right, 1)

    # going about

    @property
    def here(self) -> Place:
        return self._history.here

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def go(self, place: Place) -> None:
        """Open a place and remember it."""
        self._history.go(place)
        self._open(place)

    def instead(self, place: Place) -> None:
        """Open a place in the stead of the one that is shown: one does not come back to that."""
        self._history.replace(place)
        self._open(place)

    def back(self) -> None:
        place = self._history.back()
        self._open(place or Place(navigation(self.context.me.role)[0].page))

    def forward(self) -> None:
        place = self._history.forward()
        if place is not None:
            self._open(place)

    def open_start(self) -> None:
        self._open(self.here)
        self.recount()

    def find_anywhere(self) -> None:
        """The find box of this page, or the list of people with its find box."""
        if self.page is not None and self.page.find_here():
            return
        if Name.PEOPLE in self._listed:
            self.go(Place(Name.PEOPLE, tab="find"))
        else:
            self.go(Place(Name.BOARD))
            if self.page is not None:
                self.page.find_here()

    def help(self) -> None:
        """What one does on this page, and where all keys stand; again: away with it."""
        t, page = self.context.text, self.here.page
        title = t(f"shell.nav_{entry_of(self.here, self.context.me.role).value}")
        title = t("help.title", page=title)
        if title in self.notices.titles:
            self.notices.drop(title)
            return
        keys = Place(Name.SETTINGS, tab="keys")
        self.warn(Notice(Tone.INFO, title, t(f"help.{page.value}"), t("pages.keys"), lambda: self.go(keys)))

    def command(self) -> CommandBox:
        """Go anywhere by a few letters."""
        from desktop.pages.shell.command import CommandBox

        if self._command is not None and isValid(self._command):
            self._command.dismiss()
        self._command = CommandBox(self.context, over=self)
        self._command.chosen.connect(self.go)
        return self._command

    def keep(self) -> Place:
        """Before locking and closing: the shown page keeps what it has. Where to come back to."""
        if self._toast is not None and isValid(self._toast):
            self._toast.dismiss()
        if self.page is not None:
            self.page.leave()
            return self.page.place_to_resume(self.here)
        return self.here

    def under_way(self) -> tuple[Interrupted, ...]:
        """What runs on any page, shown or not, and ends with this shell; what began by itself will again."""
        exchange = self.context.exchange
        handing = (Interrupted(),) if exchange.running and not exchange.alone else ()
        return (*handing, *(work for page in self._pages.values() if (work := page.cut_short()) is not None))

    def go_on(self, work: Interrupted) -> None:
        """Begin again what a lock cut short, while any page may be shown."""
        if work.order is None:
            self.context.exchange.begin()
        else:
            self._made(Name.EXPORT).go_on(work)

    def _handed_over(self, ending: Ending) -> None:
        """What came is shown where one is; what only failed changes nothing there."""
        if ending.error is not None:
            self.context.shut_out(ending.error)
        self.status.put(replace(self.status.known, online=ending.error is None and not ending.stopped))
        if ending.alone and ending.result is not None and not (ending.result.pushed or ending.result.pulled):
            return
        self.recount()
        if ending.result is not None and not (ending.alone and self._on_a_button()):
            self.refresh()

    def _on_a_button(self) -> bool:
        """Whether somebody is about to press what a page that reads anew would take away under their hand."""
        focus = QApplication.focusWidget()
        return isinstance(focus, QAbstractButton) and self.page is not None and self.page.isAncestorOf(focus)

    def offer_again(self, draft: DraftRow) -> None:
        """The last session was cut off, by a power cut or a crash: what was being written is here."""
        context, t = self.context, self.context.text
        words, clock = context.words, f"{draft.saved:%H:%M}"
        today = draft.saved.date() == words.today()
        title = t("shell.cut_off", when=clock if today else words.moment(draft.saved))
        what = words.form_title(draft.title or draft.form_title)
        detail = t("shell.cut_off_detail", title=what, n=draft.filled, m=draft.asked)
        there = Place(Name.FORM, draft.form_id, tab=draft.id)
        self.warn(Notice(Tone.WARN, title, detail, t("pages.go_on"), lambda: self.go(there)))

    # saying things

    def warn(self, notice: Notice) -> None:
        self.notices.put(notice)

    def failed(self, error: BaseException) -> None:
        """The error presenter: for exceptions that no page claimed."""
        notice = present(error, self.context.text)
        if notice is not None:
            self.warn(notice)

    def toast(self, words: str, undo: Callable[[], None]) -> UndoToast:
        """Say what was done, with ten seconds to take it back; an earlier toast's time is over."""
        if self._toast is not None and isValid(self._toast):
            self._toast.dismiss()
        self._toast = UndoToast(self.context.theme, self.context.text, over=self, message=words)
        self._toast.undone.connect(undo)
        return self._toast

    def changed(self) -> None:
        """Records changed: counts are read anew and the shown page looks again."""
        self.recount()
        self.refresh()

    def refresh(self) -> None:
        """The shown page looks again."""
        if self.page is not None:
            self.page.refresh()

    def recount(self) -> None:
        """Ask the reader for the numbers of the bar and the chips."""
        board = self.context.me.role is not Role.VILLAGE

        def read(desk: Desk) -> tuple[HandOverStatus, Mapping[Tab, int]]:
            return desk.hand_over.status(), desk.requests.counts()

        def show(read_values: tuple[HandOverStatus, Mapping[Tab, int]]) -> None:
            hand_over, counts = read_values
            here, late = counts.get(Tab.TO_ASSIGN if board else Tab.TO_TELL, 0), counts.get(Tab.OVERDUE, 0)
            self.status.put(replace(self.status.known, hand_over=hand_over, board=here, overdue=late))

        self.context.lanes.read(self, read, show, latest="counts")
        if Name.INBOX in self._listed:
            self._recount_counter()

    def _recount_counter(self) -> None:
        """Batches and decisions that wait for the office; beside what a person waits for."""

        def show(found: tuple[int, int]) -> None:
            self.status.put(replace(self.status.known, inbox=found[0], review=found[1]))

        self.context.lanes.long(self, lambda desk, _ticket: (desk.inbox.waiting(), desk.review.count()), show)

    # inside

    def _practice_strip(self) -> QFrame:
        """On every page: what is written here is only practice."""
        scale = self.context.theme.scale
        made = frame("banner")
        restyle(made, tone=Tone.WARN.value)
        line = row(made, gap=scale.s, margins=(scale.xl, scale.xs, scale.xl, scale.xs))
        t, theme = self.context.text, self.context.theme
        tasks = act(theme, t("training.tasks"), lambda: self.go(Place(Name.TRAINING)), kind="link", small=True)
        leave = act(theme, t("training.leave"), self.context.lock, kind="link", small=True, icon="sign-out")
        fill(line, [None, label(t("shell.practice"), "strong"), tasks, leave, None])
        return made

    def _put_frame(self, whole: QBoxLayout) -> None:
        """Around everything, so that nobody takes it for real."""
        self.setProperty("kind", "practice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        edge = EDGE
        whole.setContentsMargins(edge, edge, edge, edge)

    def _bind(self, entries: tuple[Entry, ...]) -> None:
        does: dict[Key, Callable[[], object]] = {
            Key.HELP: self.help,
            Key.FIND: self.find_anywhere,
            Key.REQUEST: lambda: self.go(Place(Name.ASK)),
            Key.VISIT: lambda: self.go(Place(Name.VISIT)),
            Key.HAZARD: lambda: self.go(Place(Name.HAZARD)),
            Key.HOUSEHOLD: lambda: self.go(Place(Name.FORM, "household")),
            Key.HAND_OVER: lambda: self.go(Place(Name.HAND_OVER)),
            Key.EMERGENCY: lambda: self.go(Place(Name.EMERGENCY)),
            Key.PRINT: lambda: self.go(Place(Name.PRINTING)),
            Key.COMMAND: self.command,
            Key.BACK: self.back,
            Key.FORWARD: self.forward,
            Key.LOCK: self.context.lock,
            Key.ESCAPE: self._escape,
        }
        if self.context.me.role is not Role.VILLAGE:
            for key in (Key.REQUEST, Key.VISIT, Key.HOUSEHOLD, Key.HAZARD):
                does.pop(key)
        if self.context.me.role is Role.DEPARTMENT:
            does.pop(Key.PRINT)
        if self.context.me.role is Role.DEPARTMENT:
            does.pop(Key.EMERGENCY)
        for key, what in does.items():
            for sequence in sequences(key):
                self._shortcut(sequence, what)
        for entry in entries:
            self._shortcut(QKeySequence(entry.key), partial(self.go, Place(entry.page)))

    def _shortcut(self, keys: QKeySequence, what: Callable[[], object]) -> None:
        made = QShortcut(keys, self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(lambda: what())

    def _escape(self) -> None:
        if self.page is not None and not self.page.escape():
            self.back()

    def _open(self, place: Place) -> None:
        old = self.page
        if old is not None and (old is not self._pages.get(place.page) or not old.kept):
            old.leave()
        if old is not None and not old.kept:
            self._drop(old)
        page = self._made(place.page)
        self.stack.setCurrentWidget(page)
        self.bar.light(entry_of(place, self.context.me.role))
        self._fit()
        self.notices.clear()
        page.visit(place)

    def _made(self, name: Name) -> Page:
        """The page that is alive, or a new one."""
        if name not in self._pages:
            self._pages[name] = self._builders[name](self.context)
            self.stack.addWidget(self._pages[name])
        return self._pages[name]

    def _drop(self, page: Page) -> None:
        self._pages = {name: kept for name, kept in self._pages.items() if kept is not page}
        self.stack.removeWidget(page)
        page.hide()
        page.deleteLater()

    def _show_counts(self) -> None:
        known = self.status.known
        waiting = known.hand_over.waiting if known.hand_over else 0
        counter = {Name.INBOX: known.inbox, Name.REVIEW: known.review, Name.OVERDUE: known.overdue}
        self.bar.counts({Name.REQUESTS: known.board, Name.BOARD: known.board, Name.HAND_OVER: waiting, **counter})

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The small bar where a page wants the room, or the window is narrow."""
        wide = self.context.theme.tokens.width(self.width()) is Width.WIDE
        self.bar.shrink(mini=not wide or (self.page is not None and self.page.bare))
