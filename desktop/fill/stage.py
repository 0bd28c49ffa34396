"""The screen that is shown: its rows, which of them has the focus, what they may say, why some came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from desktop.fill.answering import Answers
from desktop.fill.body import Body
from desktop.fill.group import GroupView
from desktop.fill.kit import Kit
from desktop.fill.question import QuestionRow, row_of
from desktop.fill.rich import plain_words
from desktop.fill.screens import is_note
from desktop.fill.view import SeriesView
from forms.api import Change, Control

IN_VIEW = 12  # questions: as many as a screen shows without scrolling, and one or two more
SLICE, BETWEEN_MS = 0.008, 5  # seconds of building, and how long keys and paint have before the next


class Stage(QObject):
    """Builds the rows of one screen at a time and keeps them in step with the session.

    `answered(ref, value)`, `confirmed(ref)`: Enter, `restore(ref)`, `add(series)`, `remove(series, index)`,
    `shift(series, index, by)` come from the rows. `left()`: the focus went from one question elsewhere, what was
    typed has been taken in.
    """

    answered = Signal(str, str)
    confirmed = Signal(str)
    restore = Signal(str)
    add = Signal(str)
    remove = Signal(str, int)
    shift = Signal(str, int, int)
    left = Signal()

    def __init__(self, kit: Kit, answers: Answers, body: Body) -> None:
        super().__init__(body)
        self._kit, self._answers, self._body = kit, answers, body
        self.at = -1
        self._tells_all = False
        self._told: set[str] = set(kit.unread.words)
        self.reasons: list[QuestionRow] = []
        self._later = QTimer(self, interval=BETWEEN_MS)
        self._later.timeout.connect(self._go_on)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def show(self, at: int, *, ref: str = "") -> None:
        """Screen `at` of the answers, with the card open in which `ref` lies; the focus is the caller's."""
        if at != self.at:
            self._answers.visited |= {self.at} - {-1}
            self.at = at
            self._build()
        self._body.show_form()
        self._open_card(ref)
        self.tell()

    def building(self, at: int) -> Iterator[QWidget]:
        """Build what is in view of screen `at` a piece at a time; `show` it afterwards, the rest comes by itself."""
        self.at = at
        group = self._new_group()
        yield group
        yield from _in_view(group)

    def rebuild(self) -> None:
        """The same screen from nothing: in another language."""
        self._build()
        self.tell()

    def rows(self) -> list[QuestionRow]:
        """All of the screen; what is not there yet is built."""
        self.finish()
        return self._built()

    def finish(self) -> None:
        """Build now what would come by itself a moment later."""
        group = self._body.group
        if group is not None and not group.whole:
            group.finish()
            self.tell()

    def _built(self) -> list[QuestionRow]:
        return list(self._body.group.every_row()) if self._body.group is not None else []

    def _go_on(self) -> None:
        """Some more of the screen, below what is in view."""
        until, group = monotonic() + SLICE, self._body.group
        while group is not None and not group.whole and monotonic() < until:
            group.piece()
        if group is None or group.whole:
            self._later.stop()
            self.tell()

    @property
    def files(self) -> frozenset[str]:
        """The questions of this screen that are answered with a file."""
        return frozenset(row.ref for row in self._built() if row.node.control is Control.UPLOAD)

    def series(self, ref: str) -> SeriesView | None:
        self.finish()
        return self._body.group.series(ref) if self._body.group is not None else None

    @property
    def row(self) -> QuestionRow | None:
        """The question that has the focus."""
        return row_of(QApplication.focusWidget(), within=self._body)

    @property
    def here(self) -> str:
        """Its reference, "" for none."""
        row = self.row
        return row.ref if row is not None else ""

    @property
    def is_typing(self) -> bool:
        """Whether somebody is in words, which are not an answer until they leave them."""
        return self.row is not None and isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)

    def show_again(self, ref: str) -> None:
        """Let the question show what the session holds."""
        for row in self._built():
            if row.ref == ref:
                row.show_node(self._kit.node(ref))

    @property
    def cursor(self) -> int | None:
        """The place of the cursor in the words of the field that has the focus."""
        at = QApplication.focusWidget()
        if self.row is None:
            return None
        if isinstance(at, QLineEdit):
            return at.cursorPosition()
        return at.textCursor().position() if isinstance(at, QPlainTextEdit) else None

    def put_cursor(self, at: int | None) -> None:
        """Into the words of the field that has the focus."""
        here = QApplication.focusWidget()
        if at is None or self.row is None:
            return
        if isinstance(here, QLineEdit):
            here.setCursorPosition(at)
        elif isinstance(here, QPlainTextEdit):
            cursor = here.textCursor()
            cursor.setPosition(min(at, len(here.toPlainText())))
            here.setTextCursor(cursor)

    def settle(self) -> None:
        """Take in what is being typed."""
        row = self.row
        if row is not None and row.field is not None:
            row.field.settle()

    def focus(self, ref: str) -> None:
        """The focus on the question `ref`, else on the first one that is open."""
        there = {each.ref: each for each in self._built()}
        row = there.get(ref)
        if row is None and ref:
            row = next((each for each in self.rows() if each.ref == ref), None)
        if row is not None and row.can_focus:
            row.take_focus()
        else:
            self.focus_first()

    def focus_first(self) -> None:
        """The focus on the first question that is not answered, else on the first."""
        first = next(self._open_rows(self._built()), None) or next(self._open_rows(self.rows()), None)
        rows = [first] if first is not None else [each for each in self.rows() if each.can_focus]
        for each in rows[:1]:
            each.take_focus()

    def _open_rows(self, rows: Sequence[QuestionRow]) -> Iterator[QuestionRow]:
        """Those where one can answer and nobody has."""
        return (each for each in rows if each.can_focus and not each.node.value)

    def focus_after(self, ref: str) -> bool:
        """The focus on the question after `ref`; false where it was the screen's last."""
        rows = [each for each in self.rows() if each.can_focus]
        at = next((i for i, each in enumerate(rows) if each.ref == ref), -1)
        if not 0 <= at < len(rows) - 1:
            return False
        rows[at + 1].take_focus()
        return True

    def tell_all(self) -> None:
        """From now on every question says what is missing, on the screens that come later too."""
        self._tells_all = True
        self.tell()

    def tell(self, *refs: str) -> None:
        """Let these questions say what is wrong with them, and those that were told before."""
        self._told |= set(refs)
        for each in self._built():
            if self._tells_all or each.ref in self._told:
                each.tell()

    def take(self, change: Change, *, cause: str = "", before: str = "") -> None:
        """Bring the rows in step with a change that the answer to `cause` made, where `before` stood."""
        if self._body.group is None:
            return
        moved = self._body.group.take(change, self._answers.numbers)
        for gone in moved.went:
            self._answers.causes[gone.ref] = (cause, before)
        if moved.came and cause:
            self._explain(moved.came, cause)

    def _build(self) -> None:
        """What is in view; the rest comes by itself."""
        for _ in _in_view(self._new_group()):
            pass

    def _new_group(self) -> GroupView:
        self.reasons = []
        group = GroupView(self._kit, self._answers.screens[self.at].refs, self._answers.numbers, whole=False)
        for theirs, mine in (
            (group.answered, self.answered),
            (group.confirmed, self.confirmed),
            (group.restore, self.restore),
            (group.add, self.add),
            (group.remove, self.remove),
            (group.shift, self.shift),
        ):
            theirs.connect(mine)
        self._body.show_group(group)
        self._later.start()
        return group

    def _open_card(self, ref: str) -> None:
        group = self._body.group
        if group is not None and "[" in ref:
            self.finish()
            group.open_card(ref)

    def _explain(self, came: list[QuestionRow], cause: str) -> None:
        asked = [each for each in came if not is_note(each.node)]
        words = self._answers.reason(cause, len(asked)) if asked else plain_words(came[0].node.label)
        self._forget_reasons()
        for first in asked[:1]:
            first.explain(words)
            self.reasons = [first]
        for each in came:
            each.slide_in()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._body, words))

    def _forget_reasons(self) -> None:
        for old in self.reasons:
            old.explain("")
        self.reasons = []

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Leaving a question: take in what was typed and say what is wrong with it."""
        before, after = row_of(old, within=self._body), row_of(new, within=self._body)
        if before is None or before is after:
            return
        if before.field is not None:
            before.field.settle()
        if before.node.value:
            self._told.add(before.ref)
            before.tell()
        if before in self.reasons:
            self._forget_reasons()
        self.left.emit()


def _in_view(group: GroupView) -> Iterator[QWidget]:
    """Make what one sees of it first."""
    for _ in range(IN_VIEW):
        piece = group.piece()
        if piece is None:
            return
        yield piece
