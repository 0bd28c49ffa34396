"""The form page: a session on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.resources import files

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.fill.answering import Answers
from desktop.fill.bars import Footer, Header
from desktop.fill.body import Body
from desktop.fill.check import CheckView
from desktop.fill.fields.attaching import FileField
from desktop.fill.group import GroupView
from desktop.fill.index import Loading
from desktop.fill.jump import JumpBox
from desktop.fill.kit import Attachments, Kit, Lookup, Unread, language_of
from desktop.fill.place import pack, unpack
from desktop.fill.question import QuestionRow, row_of
from desktop.fill.repeat import RepeatView
from desktop.fill.rich import noun_of, plain_words
from desktop.fill.screens import is_note, screens
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import bind, column, fill, reveal
from desktop.widgets.notices import Banner, UndoToast
from forms.api import Change, Session
from forms.casework.names import Names
from forms.text import Text

AFTER_MS = 400  # the page is painted by then
COUNT_MS = 150  # at most, until the outline shows what an answer changed
THROTTLE_MS = 450  # the goal is half a second from the first unsaved change


class FormPage(QWidget):
    """Fills in one session and never stores anything itself.

    `draft_changed(place)`: the session holds something that is not kept yet; take `session.draft()` now and keep
    it with `place`, which `start` takes again and in which words stand that no answer can hold. At most half a second
    after the first change, on leaving a question, and by `flush`. Tell `show_kept` or `show_not_kept` afterwards.
    `finalise_requested()`: nothing is missing and the person said: hand in. `session.finalise()` is the caller's;
    where it raises NotReady, `show_problems` shows what stops it.
    `left()`: back, the draft is kept. `discard_requested()`: throw the draft away.
    `files.added(name, bytes)` and `files.removed(name)`: attachments.
    """

    draft_changed = Signal(str)
    finalise_requested = Signal()
    left = Signal()
    discard_requested = Signal()

    def __init__(
        self,
        session: Session,
        theme: Theme,
        text: Text,
        *,
        now: Callable[[], datetime],
        new_name: Callable[[str], str],
        names: Names | None = None,
        title: str = "",
        subtitle: str = "",
        attachments: Mapping[str, bytes] | None = None,
        lookups: Mapping[str, Lookup] | None = None,
        often: Mapping[str, Sequence[str]] | None = None,
        start: str = "",
        one_by_one: bool = False,
    ) -> None:
        super().__init__()
        self.session = session
        self.files = Attachments(attachments)
        language = language_of(session.form.languages, text.language, session.language)
        if language != session.language:
            session.set_language(language)
        spoken = names or Names.read((files("resources") / "pack" / "surnames.csv").read_bytes())
        loading = Loading(spoken)
        QTimer.singleShot(AFTER_MS, self, loading.start)
        start, words = unpack(start)
        search = (lookups or {}, often or {}, Unread(session, words))
        self._kit = Kit(theme, text, session, spoken, now, new_name, self.files, *search, spelling=loading.done)
        self._one_by_one = one_by_one
        self._answers = Answers(self._kit, screens(session, one_by_one=one_by_one))
        self._at = -1
        self._told_all = False
        self._told: set[str] = set(self._kit.unread.words)
        self._reasons: list[QuestionRow] = []
        self._toast: UndoToast | None = None
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title or session.form.title)
        self.header = Header(theme, text, title=title or session.form.title, subtitle=subtitle)
        self.banner = Banner(theme)
        self.body = Body(theme, text)
        self.outline = self.body.outline
        self.footer = Footer(theme, text)
        whole = column(self)
        fill(whole, [self.header, self.banner, self.body, self.footer])
        whole.setStretch(2, 1)
        self._timer, self._counting = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._keep)
        self._counting.timeout.connect(self._show_progress)
        self._connect()
        self._open_at(start)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # what the caller does

    @property
    def place(self) -> str:
        """The question in which the person is, to come back to, and words that no answer can hold."""
        return pack(self._here or self._answers.screens[self._at].ref, self._kit.unread.words)

    def set_aside(self, widget: QWidget, *, name: str) -> None:
        """Put the card of a person, duplicates and so on into the right column."""
        self.body.put_aside(widget)
        self.header.aside.setText(name)
        self._fit()

    def flush(self) -> None:
        """Take in what is being typed and ask for a draft now; before locking and closing."""
        self._settle()
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    def show_kept(self, at: str) -> None:
        """`at`: the time of day in words, 10:26."""
        self.banner.silence()
        self.header.show_kept(at)

    def show_not_kept(self, message: str, remedy: str) -> None:
        """A red banner; what was written stays on the screen and is tried again with the next change."""
        self.banner.say(Tone.BAD, message, remedy)

    def show_problems(self) -> None:
        """Show the check page with what stops handing in."""
        self.check()

    def focus_first(self) -> None:
        """Put the focus on the first question of the screen that is not answered, else on the first."""
        rows = [each for each in self._rows() if each.can_focus]
        for first in [*(each for each in rows if not each.node.value), *rows][:1]:
            first.take_focus()

    def _connect(self) -> None:
        text = self._kit.text
        self.header.back.clicked.connect(self._leave)
        self.header.outline.clicked.connect(lambda: reveal(self.outline, not self.outline.isVisible()))
        self.header.aside.clicked.connect(lambda: reveal(self.body.aside, not self.body.aside.isVisible()))
        self.header.menu.addAction(text("fill.jump_menu"), self.jump)
        self.one_by_one = self.header.menu.addAction(text("fill.one_by_one"), self.switch_one_by_one)
        self.one_by_one.setCheckable(True)
        self.one_by_one.setChecked(self._one_by_one)
        self.header.menu.addAction(text("fill.discard"), self.discard_requested.emit)
        self.outline.went.connect(self.go)
        for asks in (self.outline.problems, self.footer.list_asked, self.footer.check.clicked):
            asks.connect(self.check)
        self.footer.draft.clicked.connect(self.save_draft)
        self.footer.next.clicked.connect(lambda: self.turn(1))
        self.footer.back.clicked.connect(lambda: self.turn(-1))
        self.footer.change.clicked.connect(self.back_to_form)
        self.footer.submit.clicked.connect(self.submit)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+S": self.save_draft,
            "Ctrl+Return": self.check_or_submit,
            "Ctrl+Enter": self.check_or_submit,
            "PgDown": lambda: self.turn(1),
            "PgUp": lambda: self.turn(-1),
            "F8": lambda: self.next_problem(1),
            "Shift+F8": lambda: self.next_problem(-1),
            "Alt+8": lambda: self.next_problem(1),
            "Ctrl+I": self.add_instance,
            "Ctrl+J": self.jump,
            "Ctrl+Shift+P": self.add_picture,
            "Ctrl+Shift+1": self.switch_one_by_one,
            "Esc": self._escape,
        }
        bind(self, keys)

    # moving

    def go(self, at: int, *, ref: str = "") -> None:
        """Show a screen of the outline by its place, the focus on `ref` or on the first open question."""
        shown = self._answers.shown()
        if 0 <= at < len(shown):
            self._show_screen(shown[at], ref=ref)

    def turn(self, by: int) -> None:
        """To the next or the last screen; past the end to the button that checks."""
        if self.body.check is not None:
            if by < 0:
                self.back_to_form()
            return
        shown = self._answers.shown()
        to = (shown.index(self._at) if self._at in shown else 0) + by
        if 0 <= to < len(shown):
            self._show_screen(shown[to])
        elif by > 0:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)

    def go_to(self, place: str) -> None:
        """Show the question of a reference or a kept place and put the focus into it."""
        ref = unpack(place)[0]
        at = self._answers.screen_of(ref)
        if at is not None:
            self._show_screen(at, ref=ref)

    def next_problem(self, by: int) -> None:
        """F8: the next question that is missing or wrong, round and round."""
        here = self._here
        self.flush()
        self._show_progress()
        ref = self._answers.next_problem(here, by)
        if not ref:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self._told.add(ref)
        self.go_to(ref)

    def check_or_submit(self) -> None:
        """Ctrl+Enter: to the check page, and from there hand in."""
        if self.body.check is not None:
            self.submit()
        else:
            self.check()

    def check(self) -> None:
        """The check page; from now on everything that is missing is told at its question too."""
        self.flush()
        self._show_progress()
        answers = self._answers
        self._told_all = bool(answers.problems) or self._told_all
        self._tell_rows()
        view = CheckView(self._kit, answers.screens, answers.numbers, problems=answers.problems)
        view.change.connect(self.go_to)
        self.body.show_check(view)
        self._show_place()
        first = view.links[0] if answers.problems and view.links else self.footer.submit
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Hand in, or put the focus on the first thing that stops it."""
        self.flush()
        self._show_progress()
        if not self._answers.problems:
            self.finalise_requested.emit()
        elif self.body.check is None or not self.body.check.links:
            self.check()
        else:
            self.body.check.links[0].setFocus(Qt.FocusReason.TabFocusReason)

    def switch_one_by_one(self) -> None:
        """Ctrl+Shift+1: one question a screen, or a group again; the question stays."""
        self.flush()
        here = self._here or self._answers.screens[self._at].ref
        self._one_by_one = not self._one_by_one
        self.one_by_one.setChecked(self._one_by_one)
        self._answers.divide(screens(self.session, one_by_one=self._one_by_one))
        self._at = -1
        self._open_at(here)

    def back_to_form(self) -> None:
        self._show_screen(self._at)

    def save_draft(self) -> None:
        """Ctrl+S: keep what there is at once."""
        self._settle()
        self._timer.stop()
        self._keep()

    def jump(self) -> None:
        box = JumpBox(self._kit, self._answers.screens, self._answers.numbers, over=self)
        box.chosen.connect(self.go_to)

    def add_instance(self) -> None:
        """Ctrl+I: one more of the series in which the focus is, or of the first on the screen."""
        if self.body.group is None or self.body.check is not None:
            return
        series = list(self.body.group.repeats)
        for ref in [*(ref for ref in series if self._here.startswith(f"{ref}[")), *series][:1]:
            self._add(ref)

    def add_picture(self) -> None:
        """Ctrl+Shift+P: the file dialog of the screen's first picture that is empty."""
        fields = [each.field for each in self._rows() if isinstance(each.field, FileField) and not each.node.value]
        if fields and isinstance(fields[0], FileField):
            fields[0].pick()

    def _escape(self) -> None:
        if self.body.check is not None:
            self.back_to_form()
        else:
            self._leave()

    def _leave(self) -> None:
        self.flush()
        self.left.emit()

    # answers

    def _answered(self, ref: str, value: str) -> None:
        before = self.session.node(ref).value
        self._took(self._answers.answer(ref, value), cause=ref, before=before)

    def _took(self, change: Change, *, cause: str = "", before: str = "") -> None:
        """Bring the screen in step with a change of the session.

        Where only the answer itself is another, the outline may follow a moment later, for the sake of typing.
        """
        alone = not change.repeats and not change.choices and change.refs <= {cause}
        if not alone:
            self._answers.look()
        if self.body.group is not None:
            moved = self.body.group.take(change, self._answers.numbers)
            for gone in moved.went:
                self._answers.causes[gone.ref] = (cause, before)
            if moved.came and cause:
                self._explain(moved.came, cause)
        if not alone:
            self._show_progress()
        elif not self._counting.isActive():
            self._counting.start(COUNT_MS)
        if not self._timer.isActive():
            self._timer.start(THROTTLE_MS)

    def _explain(self, came: list[QuestionRow], cause: str) -> None:
        asked = [each for each in came if not is_note(each.node)]
        words = self._answers.reason(cause, len(asked)) if asked else plain_words(came[0].node.label)
        self._forget_reasons()
        for first in asked[:1]:
            first.explain(words)
            self._reasons = [first]
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _forget_reasons(self) -> None:
        for old in self._reasons:
            old.explain("")
        self._reasons = []

    def _restore(self, ref: str) -> None:
        cause, before = self._answers.causes.get(ref, ("", ""))
        if cause:
            self._answered(cause, before)
            self.go_to(ref)

    def _add(self, series: str) -> None:
        change = self.session.add_repeat(series)
        view = self._series(series)
        if change.skipped is not None or view is None:
            return
        view.opened = self.session.node(series).count
        self._took(change)
        view.focus_first()

    def _remove(self, series: str, index: int) -> None:
        change, kept = self._answers.remove(series, index)
        if change.skipped is not None:
            return
        self._took(change)
        view = self._series(series)
        if view is not None:
            view.open(None)
            view.focus_first()
        text = self._kit.text
        name = text("fill.instance", label=noun_of(plain_words(self.session.node(series).label)), n=index)
        if self._toast is not None:
            self._toast.dismiss()
        toast = UndoToast(self._kit.theme, text, over=self.body.scroller, message=text("fill.removed", name=name))
        toast.undone.connect(lambda: self._took(self._answers.put_back(kept)))
        toast.destroyed.connect(self._toast_gone)
        self._toast = toast

    def _toast_gone(self) -> None:
        self._toast = None

    def _confirmed(self, ref: str) -> None:
        """Enter: the next question, then the next screen, then the button that checks."""
        rows = [each for each in self._rows() if each.can_focus]
        at = next((i for i, each in enumerate(rows) if each.ref == ref), -1)
        if 0 <= at < len(rows) - 1:
            rows[at + 1].take_focus()
        else:
            self.turn(1)

    # keeping in step

    def _keep(self) -> None:
        self.draft_changed.emit(self.place)

    def _show_progress(self) -> None:
        answers, text = self._answers, self._kit.text
        self._counting.stop()
        answers.look()
        answers.check()
        self.footer.show_status(missing=answers.missing, wrong=answers.wrong)
        shown, entries = answers.shown(), answers.entries()
        here = shown.index(self._at) if self._at in shown else 0
        self.outline.show_entries(entries, here=here, wrong=answers.wrong)
        self.header.outline.setText(text("fill.outline_button", n=here + 1, m=len(entries)))
        of = text("fill.group_of", n=here + 1, m=len(entries))
        self.body.show_title(f"{here + 1} {answers.title(self._at)}", of)

    def _open_at(self, start: str) -> None:
        at = self._answers.screen_of(start)
        if at is None:
            at = next(iter(self._answers.shown()), 0)
        self._show_screen(at, ref=start)

    def _show_screen(self, at: int, *, ref: str = "") -> None:
        if at != self._at:
            self._answers.visited |= {self._at} - {-1}
            self._at = at
            self._reasons = []
            group = GroupView(self._kit, self._answers.screens[at].refs, self._answers.numbers)
            group.answered.connect(self._answered)
            group.confirmed.connect(self._confirmed)
            group.restore.connect(self._restore)
            group.add.connect(self._add)
            group.remove.connect(self._remove)
            self.body.show_group(group)
        self.body.show_form()
        self._open_card(ref)
        self._tell_rows()
        self._show_progress()
        self._show_place()
        row = next((each for each in self._rows() if each.ref == ref), None)
        if row is not None and row.can_focus:
            row.take_focus()
        else:
            self.focus_first()

    def _open_card(self, ref: str) -> None:
        for series, view in self.body.group.repeats.items() if self.body.group is not None else ():
            if ref.startswith(f"{series}["):
                view.open(int(ref.removeprefix(f"{series}[").split("]")[0]))

    def _show_place(self) -> None:
        shown = self._answers.shown() or [0]
        first, last = self._at == shown[0], self._at == shown[-1]
        self.footer.show_place(first=first, last=last, checking=self.body.check is not None)

    def _tell_rows(self) -> None:
        for each in self._rows():
            if self._told_all or each.ref in self._told:
                each.tell()

    def _series(self, ref: str) -> RepeatView | None:
        return self.body.group.repeats.get(ref) if self.body.group is not None else None

    def _rows(self) -> list[QuestionRow]:
        return list(self.body.group.every_row()) if self.body.group is not None else []

    @property
    def _here(self) -> str:
        """The question that has the focus, "" for none."""
        row = row_of(QApplication.focusWidget(), within=self)
        return row.ref if row is not None else ""

    def _settle(self) -> None:
        row = row_of(QApplication.focusWidget(), within=self)
        if row is not None and row.field is not None:
            row.field.settle()

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Leaving a question: take in what was typed, say what is wrong with it, keep it."""
        before, after = row_of(old, within=self), row_of(new, within=self)
        if before is None or before is after:
            return
        if before.field is not None:
            before.field.settle()
        if before.node.value:
            self._told.add(before.ref)
            before.tell()
        if before in self._reasons:
            self._forget_reasons()
        if self._counting.isActive():
            self._show_progress()
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    # size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self._kit.theme.tokens.width(self.window().width())
        self.header.fit(width, has_aside=self.body.has_aside)
        self.footer.fit(width)
        self.body.fit(width)
