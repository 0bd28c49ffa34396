"""The form page: a session on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.fill.answering import Answers
from desktop.fill.bars import Footer, Header
from desktop.fill.body import Body
from desktop.fill.brief import BriefStrip
from desktop.fill.check import CheckView
from desktop.fill.fewer import Fewer
from desktop.fill.index import Loading, shipped_names
from desktop.fill.instances import Instances
from desktop.fill.jump import JumpBox
from desktop.fill.kit import Attachments, Unread, language_of
from desktop.fill.known import Known, Own
from desktop.fill.last import Before, LastWritten
from desktop.fill.menu import FormMenu
from desktop.fill.photos import Photographs
from desktop.fill.place import Spot, pack, unpack
from desktop.fill.screens import screens
from desktop.fill.stage import Stage
from desktop.fill.surroundings import Surroundings
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import bind, column, fill, reveal
from desktop.widgets.notices import Banner
from forms.api import Change, Session
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
    `preferred(name, on)`: how this person likes forms from now on, `one_by_one` or `digits`, given again to the next.
    `left()`: back, the draft is kept. `discard_requested()`: throw the draft away.
    `files.added(name, bytes)` and `files.removed(name)`: attachments.
    """

    draft_changed = Signal(str)
    finalise_requested = Signal()
    left = Signal()
    discard_requested = Signal()
    preferred = Signal(str, bool)

    def __init__(
        self,
        session: Session,
        theme: Theme,
        text: Text,
        *,
        now: Callable[[], datetime],
        new_name: Callable[[str], str],
        known: Known | None = None,
        title: str = "",
        subtitle: str = "",
        start: str = "",
        language: str = "",
        one_by_one: bool = False,
        digits: bool = False,
        brief: bool = False,
        whole: bool = True,
    ) -> None:
        """`brief`: where few questions are asked they are checked on this page, without the check page.

        Without `whole` the first screen is made by going through `pieces`.
        """
        super().__init__()
        self.session = session
        self.spoken = language  # the form's language where somebody chose one, else it follows the window's
        _speak(session, language or text.language)
        self._start = unpack(start)
        known = known or Known()
        self.files = Attachments(known.attachments)
        own = Own(self.files, Unread(session, self._start.words), self._spelling(known), self._leads_on)
        self._kit = known.kit(theme, text, session, now=now, new_name=new_name, own=own)
        self._before = Before(session)
        self._answers = Answers(self._kit, screens(session), single=one_by_one)
        self._make_parts(title or session.form.title, subtitle, brief=brief, digits=digits)
        self._connect()
        self._bind_keys()
        if whole:
            for _ in self.pieces():
                pass

    def _spelling(self, known: Known) -> Loading:
        """The dictionaries of names, loaded once the page is painted."""
        loading = Loading(known.names or shipped_names())
        QTimer.singleShot(AFTER_MS, self, loading.start)
        return loading

    def _leads_on(self) -> bool:
        """Whether a digit that chooses goes on to the next question."""
        return self.menu.lead_on.isChecked()

    def pieces(self) -> Iterator[QWidget]:
        """Make the first screen, a question at a time; the page is there after the last."""
        at = self._answers.screen_of(self._start.ref)
        first = self._around.first = at if at is not None else next(iter(self._answers.shown()), 0)
        yield from self.stage.building(first)
        self._show_screen(first, ref=self._start.ref)
        self.stage.put_cursor(self._start.cursor)
        if self.files.all():
            self.photos.look()

    def _make_parts(self, title: str, subtitle: str, *, brief: bool, digits: bool) -> None:
        kit, answers, theme, text = self._kit, self._answers, self._kit.theme, self._kit.text
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.header = Header(theme, text, title=title, subtitle=subtitle)
        self.banner = Banner(theme)
        self.body = Body(theme, text)
        self.outline = self.body.outline
        self.strip = BriefStrip(theme, text)
        self.footer = Footer(theme, text)
        self.stage = Stage(kit, answers, self.body)
        self.photos = Photographs(kit, self.stage)
        self.body.put_below_aside(self.photos.card)
        self.instances = Instances(kit, answers, self.stage, over=self.body.scroller, took=self._took)
        self.last = LastWritten(kit, self._start.was)
        self.fewer = Fewer(kit, answers, over=self.body.scroller, took=self._took)
        self._around = Surroundings(kit, answers, self.header, self.body, self.strip, self.footer, brief)
        self.menu: FormMenu = FormMenu(self.header.menu, text, self.session, single=answers.single, digits=digits)
        self.one_by_one, self.languages = self.menu.one_by_one, self.menu.languages
        self._timer, self._counting = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        whole = column(self)
        fill(whole, [self.header, self.banner, self.last, self.fewer.banner, self.body, self.strip, self.footer])
        whole.setStretch(4, 1)

    # what the caller does

    @property
    def place(self) -> str:
        """The question and the cursor, to come back to, words that no answer can hold, and what stood there before."""
        return pack(Spot(self._here, self._kit.unread.words, self.stage.cursor, self._before.changed()))

    @property
    def place_when_left(self) -> str:
        """The same where it is left in good order: nothing broke off that somebody would ask about."""
        return pack(Spot(self._here, self._kit.unread.words, self.stage.cursor))

    @property
    def _here(self) -> str:
        return self.stage.here or self._answers.screens[self.stage.at].ref

    def set_aside(self, widget: QWidget, *, name: str) -> None:
        """Put the card of a person, duplicates and so on into the right column."""
        self.body.put_aside(widget)
        self.header.aside.setText(name)
        self._fit()

    def flush(self) -> None:
        """Take in what is being typed and ask for a draft now; before locking and closing."""
        self.stage.settle()
        self._ask_for_fewer()
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
        self.stage.focus_first()

    def _connect(self) -> None:
        self._timer.timeout.connect(self._keep)
        self._counting.timeout.connect(self._show_progress)
        self.header.back.clicked.connect(self._leave)
        self.header.outline.clicked.connect(lambda: reveal(self.outline, not self.outline.isVisible()))
        self.header.aside.clicked.connect(lambda: reveal(self.body.aside, not self.body.aside.isVisible()))
        self.outline.went.connect(self.go)
        for asks in (self.outline.problems, self.footer.list_asked):
            asks.connect(self.check)
        self.footer.check.clicked.connect(self.check_or_submit)
        self.footer.draft.clicked.connect(self.save_draft)
        self.footer.next.clicked.connect(lambda: self.turn(1))
        self.footer.back.clicked.connect(lambda: self.turn(-1))
        self.footer.change.clicked.connect(self.back_to_form)
        self.footer.submit.clicked.connect(self.submit)
        self.stage.answered.connect(self._answered)
        self.stage.confirmed.connect(self._confirmed)
        self.stage.restore.connect(self._restore)
        self.stage.left.connect(self._left_question)
        self.fewer.removed.connect(self.stage.focus)
        self.last.went.connect(self.go_to)
        self.last.restore.connect(self._stood_before)
        self.photos.went.connect(self.go_to)
        self.photos.changed.connect(self._fit)
        self.menu.jump.connect(self.jump)
        self.menu.single.connect(self.switch_one_by_one)
        self.menu.speak.connect(self.speak)
        self.menu.digits.connect(lambda on: self.preferred.emit("digits", on))
        self.menu.discard.connect(self.discard_requested)

    def _bind_keys(self) -> None:
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
            "Ctrl+Shift+P": self.photos.pick,
            "Ctrl+Shift+1": self.switch_one_by_one,
        }
        bind(self, keys)

    # moving

    def go(self, group: int, *, ref: str = "") -> None:
        """Show a group of the outline by its place, the focus on `ref` or on the first open question."""
        shown = self._answers.shown_groups()
        if 0 <= group < len(shown):
            self._show_screen(self._answers.first_of(shown[group]), ref=ref)

    def turn(self, by: int) -> None:
        """To the next or the last screen; past the end to the button that checks."""
        if self.body.check is not None:
            if by < 0:
                self.back_to_form()
            return
        shown = self._answers.shown()
        to = (shown.index(self.stage.at) if self.stage.at in shown else 0) + by
        if 0 <= to < len(shown):
            self._show_screen(shown[to])
        elif by > 0:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)

    def go_to(self, place: str) -> None:
        """Show the question of a reference or a kept place and put the focus into it."""
        spot = unpack(place)
        at = self._answers.screen_of(spot.ref)
        if at is not None:
            self._show_screen(at, ref=spot.ref)
            self.stage.put_cursor(spot.cursor)

    def next_problem(self, by: int) -> None:
        """F8: the next question that is missing or wrong, round and round."""
        here = self.stage.here
        self.flush()
        self._show_progress()
        ref = self._answers.next_problem(here, by)
        if not ref:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.stage.tell(ref)
        self.go_to(ref)

    def check_or_submit(self) -> None:
        """Ctrl+Enter: to the check page, and from there hand in; where it is checked here, hand in."""
        if self.body.check is not None:
            self.submit()
        elif not self.brief:
            self.check()
        else:
            self.flush()
            self._show_progress()
            if self._answers.problems:
                self.stage.tell_all()
                self.go_to(self._answers.problems[0].ref)
            else:
                self.finalise_requested.emit()

    @property
    def brief(self) -> bool:
        """Whether it is handed in from here: few questions."""
        return self._around.brief

    def check(self) -> None:
        """The check page; from now on everything that is missing is told at its question too."""
        self.flush()
        self._show_progress()
        answers = self._answers
        if answers.problems:
            self.stage.tell_all()
        view = CheckView(self._kit, answers.groups, answers.numbers, problems=answers.problems)
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
        here, cursor = self._here, self.stage.cursor
        self._answers.divide(single=not self._answers.single)
        self.one_by_one.setChecked(self._answers.single)
        self.preferred.emit("one_by_one", self._answers.single)
        self.stage.at = -1
        self._open_at(here)
        self.stage.put_cursor(cursor)

    def speak(self, language: str) -> None:
        """The form in another of its languages; answers and place stay."""
        self.flush()
        here, checking = self._here, self.body.check is not None
        self.spoken = language
        self.session.set_language(language)
        self._answers.stale()
        self.stage.rebuild()
        self._show_screen(self.stage.at, ref=here)
        if checking:
            self.check()

    def back_to_form(self) -> None:
        self._show_screen(self.stage.at)

    def save_draft(self) -> None:
        """Ctrl+S: keep what there is at once."""
        self.stage.settle()
        self._timer.stop()
        self._keep()

    def jump(self) -> None:
        box = JumpBox(self._kit, self._answers.groups, self._answers.numbers, over=self)
        box.chosen.connect(self.go_to)

    def add_instance(self) -> None:
        """Ctrl+I: one more of the innermost series in which the focus is, or of the first on the screen."""
        if self.body.group is None or self.body.check is not None:
            return
        self.stage.finish()
        first = (ref for ref in self.body.group.repeats if self.session.node(ref).can_add)
        ref = self.body.group.series_to_grow(self.stage.here) or next(first, "")
        if ref:
            self.instances.add(ref)

    def _stood_before(self, ref: str, value: str) -> None:
        """What broke off is taken back."""
        self._answered(ref, value)
        self.stage.show_again(ref)

    def escape(self) -> None:
        """Back, as the window's Esc wants: from checking to the questions, from them to where one came from."""
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
        self._before.note(ref, before)
        change = self.fewer.answer(ref, value)
        if self.fewer.waiting is None:
            self._took(change, cause=ref, before=before)
        elif not self.stage.is_typing:
            self._ask_for_fewer()

    def _ask_for_fewer(self) -> bool:
        """Where a smaller number would cut something off, the larger one stands again and the banner asks."""
        cut = self.fewer.waiting
        if cut is None or not self.fewer.ask():
            return False
        self.stage.show_again(cut.ref)
        return True

    def _took(self, change: Change, *, cause: str = "", before: str = "") -> None:
        """Bring the screen in step with a change of the session.

        Where only the answer itself is another, the outline may follow a moment later, for the sake of typing.
        """
        alone = not change.repeats and not change.choices and change.refs <= {cause}
        if not alone:
            self._answers.look()
        self.stage.take(change, cause=cause, before=before)
        if not alone:
            self._show_progress()
        elif not self._counting.isActive():
            self._counting.start(COUNT_MS)
        for series in change.repeats:
            self._before.forget(series)
        self.photos.took(change, cause)
        if not self._timer.isActive():
            self._timer.start(THROTTLE_MS)

    def _restore(self, ref: str) -> None:
        cause, before = self._answers.causes.get(ref, ("", ""))
        if cause:
            self._answered(cause, before)
            self.go_to(ref)

    def _confirmed(self, ref: str) -> None:
        """Enter: the next question, then the next screen, then the button that checks."""
        if self._ask_for_fewer():
            self.fewer.remove.setFocus(Qt.FocusReason.TabFocusReason)
        elif not self.stage.focus_after(ref):
            self.turn(1)

    def _left_question(self) -> None:
        self._ask_for_fewer()
        if self._counting.isActive():
            self._show_progress()
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    # keeping in step

    def _keep(self) -> None:
        self.draft_changed.emit(self.place)

    def _show_progress(self) -> None:
        self._counting.stop()
        self._around.show_progress(self.stage.at)

    def _open_at(self, start: str) -> None:
        at = self._answers.screen_of(start)
        if at is None:
            at = next(iter(self._answers.shown()), 0)
        self._show_screen(at, ref=start)

    def _show_screen(self, at: int, *, ref: str = "") -> None:
        self.stage.show(at, ref=ref)
        self._show_progress()
        self._show_place()
        self.stage.focus(ref)

    def _show_place(self) -> None:
        self._around.show_place(self.stage.at)

    # size

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab finds all questions, those too that would be built a moment later."""
        self.stage.finish()
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self._kit.theme.tokens.width(self.window().width())
        self.header.fit(width, has_aside=self.body.has_aside)
        self.footer.fit(width)
        self.body.fit(width)


def _speak(session: Session, wanted: str) -> None:
    """The form in a language of its own, or in the program's, where it has that."""
    language = (
        wanted if wanted in session.form.languages else language_of(session.form.languages, wanted, session.language)
    )
    if language != session.language:
        session.set_language(language)
