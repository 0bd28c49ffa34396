"""The form page: a session on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.resources import files

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop.fill.bars import Footer, Header
from desktop.fill.check import CheckView
from desktop.fill.fields.attaching import FileField
from desktop.fill.group import GroupView
from desktop.fill.jump import JumpBox
from desktop.fill.keeping import keep, put_back
from desktop.fill.kit import Attachments, Kit, Lookup
from desktop.fill.outline import Entry, Outline
from desktop.fill.question import QuestionRow
from desktop.fill.repeat import noun_of
from desktop.fill.rich import plain_words
from desktop.fill.say import said
from desktop.fill.screens import is_shown, numbering, progress, screens
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import clear, column, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.frame import ScrollBody
from desktop.widgets.notices import Banner, UndoToast
from forms.api import AnswerProblem, Change, Session
from forms.casework.names import Names
from forms.text import Text

THROTTLE_MS = 450  # the goal is half a second from the first unsaved change
CARD_EMS = 76
REASON_SIGNS = 10  # of an answer, in the words why a question came


class FormPage(QWidget):
    """Fills in one session and never stores anything itself.

    `draft_changed(place)`: the session holds something that is not kept yet; take `session.draft()` now and keep
    it with `place`, which `start` takes again. At most half a second after the first change, on leaving a
    question, and by `flush`. Tell `show_kept` or `show_not_kept` afterwards.
    `finalise_requested()`: nothing is missing and the person said: hand in. `session.finalise()` is the caller's;
    what NotReady says goes to `show_problems`.
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
        self._kit = Kit(
            theme,
            text,
            session,
            names or Names.read((files("resources") / "pack" / "surnames.csv").read_bytes()),
            now,
            new_name,
            self.files,
            lookups=lookups or {},
            often=often or {},
        )
        self._screens = screens(session, one_by_one=one_by_one)
        self._visited: set[int] = set()
        self._at = 0
        self._told_all = False
        self._told: set[str] = set()
        self._causes: dict[str, tuple[str, str]] = {}
        self._reasons: list[QuestionRow] = []
        self._group: GroupView | None = None
        self._check: CheckView | None = None
        self._toast: UndoToast | None = None
        self._problems: tuple[AnswerProblem, ...] = ()
        self._aside_widget: QWidget | None = None
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title or session.form.title)
        self._build(title or session.form.title, subtitle)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._keep)
        self._connect()
        self._numbers = numbering(session, self._screens)
        self._open_at(start)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    # what the caller does

    @property
    def place(self) -> str:
        """The question in which the person is, to come back to."""
        row = self._row_of(QApplication.focusWidget())
        return row.ref if row is not None else self._screens[self._at].ref

    def set_aside(self, widget: QWidget, *, name: str) -> None:
        """Put the card of a person, duplicates and so on into the right column."""
        self._aside_widget = widget
        self._aside.body.insertWidget(0, widget)
        self.header.aside.setText(name)
        self._fit()

    def flush(self) -> None:
        """Take in what is being typed and ask for a draft now; before locking and closing."""
        row = self._row_of(QApplication.focusWidget())
        if row is not None and row.field is not None:
            row.field.settle()
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
        first = next((each for each in rows if not each.node.value), rows[0] if rows else None)
        if first is not None:
            first.take_focus()

    # building

    def _build(self, title: str, subtitle: str) -> None:
        theme, text, scale = self._kit.theme, self._kit.text, self._kit.theme.scale
        self.header = Header(theme, text, title=title, subtitle=subtitle)
        self.footer = Footer(theme, text)
        self.outline = Outline(theme, text)
        self.banner = Banner(theme)
        self._scroll = ScrollBody(gap=scale.m, margins=(scale.xl, scale.l, scale.l, scale.l))
        self._card = Card(theme)
        self._heading = label("", "h2", wrap=True)
        self._of = label("", "small")
        head = row(gap=scale.m)
        head.addWidget(self._heading, 1)
        head.addWidget(self._of)
        self._card.add(head)
        self._slot = column()
        self._card.body.setContentsMargins(scale.px(20), scale.l, scale.px(20), scale.l)
        self._card.body.setSpacing(scale.m)
        self._card.add(self._slot)
        self._card.setMaximumWidth(scale.em(CARD_EMS))
        self._scroll.body.addWidget(self._card)
        self._scroll.body.addStretch(1)
        self._checking = ScrollBody(gap=scale.m, margins=(scale.xl, scale.l, scale.l, scale.l))
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._checking)
        self._aside = ScrollBody(gap=scale.m, margins=(0, scale.l, scale.l, scale.l))
        self._aside.body.addStretch(1)
        self._aside.setFixedWidth(scale.column + scale.l)
        middle = row()
        middle.addWidget(self.outline)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self._aside)
        whole = column(self)
        for each in (self.header, self.banner):
            whole.addWidget(each)
        whole.addLayout(middle, 1)
        whole.addWidget(self.footer)

    def _connect(self) -> None:
        text = self._kit.text
        self.header.back.clicked.connect(self._leave)
        self.header.outline.clicked.connect(lambda: self.outline.setVisible(not self.outline.isVisible()))
        self.header.aside.clicked.connect(lambda: self._aside.setVisible(not self._aside.isVisible()))
        self.header.menu.addAction(text("fill.jump_menu"), self.jump)
        self.header.menu.addAction(text("fill.discard"), self.discard_requested.emit)
        self.outline.went.connect(self.go)
        self.outline.problems.connect(self.check)
        self.footer.list_asked.connect(self.check)
        self.footer.draft.clicked.connect(self.save_draft)
        self.footer.next.clicked.connect(lambda: self.turn(1))
        self.footer.back.clicked.connect(lambda: self.turn(-1))
        self.footer.check.clicked.connect(self.check)
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
            "Esc": self._escape,
        }
        for key, does in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(does)

    # moving

    def go(self, at: int, *, ref: str = "") -> None:
        """Show a screen of the outline by its place, the focus on `ref` or on the first open question."""
        shown = [i for i, screen in enumerate(self._screens) if is_shown(self.session, screen)]
        if 0 <= at < len(shown):
            self._show_screen(shown[at], ref=ref)

    def turn(self, by: int) -> None:
        """To the next or the last screen; past the end to the check page."""
        if self._check is not None:
            if by < 0:
                self.back_to_form()
            return
        shown = [i for i, screen in enumerate(self._screens) if is_shown(self.session, screen)]
        to = (shown.index(self._at) if self._at in shown else 0) + by
        if 0 <= to < len(shown):
            self._show_screen(shown[to])
        elif by > 0:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)

    def go_to(self, ref: str) -> None:
        """Show the question and put the focus into it."""
        at = next((i for i, screen in enumerate(self._screens) if screen.holds(ref)), None)
        if at is not None:
            self._show_screen(at, ref=ref)

    def next_problem(self, by: int) -> None:
        """F8: the next question that is missing or wrong, round and round."""
        self.flush()
        self._recount()
        refs = [problem.ref for problem in self._problems]
        if not refs:
            self.footer.check.setFocus(Qt.FocusReason.TabFocusReason)
            return
        row = self._row_of(QApplication.focusWidget())
        here = refs.index(row.ref) if row is not None and row.ref in refs else (-1 if by > 0 else 0)
        ref = refs[(here + by) % len(refs)]
        self._told.add(ref)
        self.go_to(ref)

    def check_or_submit(self) -> None:
        """Ctrl+Enter: to the check page, and from there hand in."""
        if self._check is not None:
            self.submit()
        else:
            self.check()

    def check(self) -> None:
        """The check page; from now on everything that is missing is told at its question too."""
        self.flush()
        self._recount()
        self._told_all = bool(self._problems) or self._told_all
        self._tell_rows()
        self._drop_check()
        self._check = CheckView(self._kit, self._screens, self._numbers, problems=self._problems)
        self._check.change.connect(self.go_to)
        self._checking.body.addWidget(self._check)
        self._stack.setCurrentWidget(self._checking)
        self._checking.verticalScrollBar().setValue(0)
        self._show_place()
        if self._problems and self._check.links:
            self._check.links[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.footer.submit.setFocus(Qt.FocusReason.TabFocusReason)

    def submit(self) -> None:
        """Hand in, or put the focus on the first thing that stops it."""
        self._recount()
        if self._problems:
            if self._check is None:
                self.check()
            elif self._check.links:
                self._check.links[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.flush()
        self.finalise_requested.emit()

    def back_to_form(self) -> None:
        self._show_screen(self._at)

    def save_draft(self) -> None:
        """Ctrl+S: keep what there is at once."""
        row = self._row_of(QApplication.focusWidget())
        if row is not None and row.field is not None:
            row.field.settle()
        self._timer.stop()
        self._keep()

    def jump(self) -> None:
        box = JumpBox(self._kit, self._screens, self._numbers, over=self)
        box.chosen.connect(self.go_to)

    def add_instance(self) -> None:
        """Ctrl+I: one more of the series in which the focus is, or of the first on the screen."""
        if self._group is None or self._check is not None:
            return
        row = self._row_of(QApplication.focusWidget())
        series = list(self._group.repeats)
        inside = [ref for ref in series if row is not None and row.ref.startswith(f"{ref}[")]
        if inside or series:
            self._add((inside or series)[0])

    def add_picture(self) -> None:
        """Ctrl+Shift+P: the file dialog of the screen's first picture that is empty."""
        fields = [each.field for each in self._rows() if isinstance(each.field, FileField) and not each.node.value]
        if fields and isinstance(fields[0], FileField):
            fields[0].pick()

    def _escape(self) -> None:
        if self._check is not None:
            self.back_to_form()
        else:
            self._leave()

    def _leave(self) -> None:
        self.flush()
        self.left.emit()

    # answers

    def _answered(self, ref: str, value: str) -> None:
        before = self.session.node(ref).value
        change = self.session.set(ref, value)
        unread = bool(value) and change.skipped is None and not self.session.node(ref).value
        self._kit.unread.note(ref, value if unread else "")
        self._took(replace(change, refs=change.refs | {ref}), cause=ref, before=before)

    def _took(self, change: Change, *, cause: str = "", before: str = "") -> None:
        """Bring the screen in step with a change of the session."""
        self._numbers = numbering(self.session, self._screens)
        if self._group is not None:
            moved = self._group.take(change, self._numbers)
            for gone in moved.went:
                self._causes[gone.ref] = (cause, before)
            if moved.came and cause:
                self._explain(moved.came, cause)
        self._recount()
        if not self._timer.isActive():
            self._timer.start(THROTTLE_MS)

    def _explain(self, came: list[QuestionRow], cause: str) -> None:
        for old in self._reasons:
            old.explain("")
        node = self.session.node(cause)
        words = said(self.session, node, self._kit.text)
        short = words if len(words) <= REASON_SIGNS else words[:REASON_SIGNS] + "…"
        key = "fill.because" if short else "fill.because_empty"
        came[0].explain(self._kit.text(key, number=self._numbers[cause], answer=short, n=len(came)))
        self._reasons = came[:1]

    def _restore(self, ref: str) -> None:
        cause, before = self._causes.get(ref, ("", ""))
        if cause:
            self._answered(cause, before)
            self.go_to(ref)

    def _add(self, series: str) -> None:
        change = self.session.add_repeat(series)
        if change.skipped is None:
            if self._group is not None and series in self._group.repeats:
                self._group.repeats[series].opened = self.session.node(series).count
            self._took(change)
            if self._group is not None and series in self._group.repeats:
                self._group.repeats[series].focus_first()

    def _remove(self, series: str, index: int) -> None:
        kept = keep(self.session, series, index)
        change = self.session.remove_repeat(series, index)
        if change.skipped is not None:
            return
        self._kit.unread.removed(series, index)
        self._took(change)
        if self._group is not None and series in self._group.repeats:
            self._group.repeats[series].open(None)
            self._group.repeats[series].focus_first()
        name = self._kit.text("fill.instance", label=noun_of(plain_words(self.session.node(series).label)), n=index)
        if self._toast is not None:
            self._toast.dismiss()
        toast = UndoToast(
            self._kit.theme, self._kit.text, over=self._scroll, message=self._kit.text("fill.removed", name=name)
        )
        toast.undone.connect(lambda: self._took(put_back(self.session, kept)))
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

    def _recount(self) -> None:
        self._problems = self._find_problems()
        missing = sum(problem.code == "required" for problem in self._problems)
        wrong = len(self._problems) - missing
        self.footer.show_status(missing=missing, wrong=wrong)
        entries: list[Entry] = []
        here = 0
        for at, screen in enumerate(self._screens):
            if not is_shown(self.session, screen):
                continue
            if at == self._at:
                here = len(entries)
            found = progress(self.session, screen, self._problems, visited=at in self._visited)
            entries.append(Entry(len(entries) + 1, self._title(at), found))
        self.outline.show_entries(entries, here=here, wrong=wrong)
        words = self._kit.text("fill.outline_button", n=here + 1, m=len(entries))
        self.header.outline.setText(words)
        self._of.setText(self._kit.text("fill.group_of", n=here + 1, m=len(entries)))
        self._heading.setText(f"{here + 1} {self._title(self._at)}")

    def _find_problems(self) -> tuple[AnswerProblem, ...]:
        """The session's, and the words that no question of their type can hold."""
        found = [problem for problem in self.session.problems() if problem.ref not in self._kit.unread.words]
        for ref in self._kit.unread.words:
            node = self._kit.node(ref)
            if node.relevant:
                found.append(AnswerProblem(ref, "type", node.label))
        if self._kit.unread.words:
            order = {ref: at for at, ref in enumerate(self._numbers.of)}
            found.sort(key=lambda problem: order.get(problem.ref, len(order)))
        return tuple(found)

    def _title(self, at: int) -> str:
        screen = self._screens[at]
        return plain_words(self.session.node(screen.title).label) if screen.title else self._kit.text("fill.loose")

    def _open_at(self, start: str) -> None:
        at = next((i for i, screen in enumerate(self._screens) if start and screen.holds(start)), None)
        if at is None:
            shown = [i for i, screen in enumerate(self._screens) if is_shown(self.session, screen)]
            at = shown[0] if shown else 0
        self._show_screen(at, ref=start)

    def _show_screen(self, at: int, *, ref: str = "") -> None:
        if at != self._at:
            self._visited.add(self._at)
        self._drop_check()
        if at != self._at or self._group is None:
            self._at = at
            self._reasons = []
            clear(self._slot)
            group = GroupView(self._kit, self._screens[at].refs, self._numbers)
            group.answered.connect(self._answered)
            group.confirmed.connect(self._confirmed)
            group.restore.connect(self._restore)
            group.add.connect(self._add)
            group.remove.connect(self._remove)
            self._group = group
            self._slot.addWidget(group)
            self._scroll.verticalScrollBar().setValue(0)
        self._stack.setCurrentWidget(self._scroll)
        self._open_card(ref)
        self._tell_rows()
        self._recount()
        self._show_place()
        row = next((each for each in self._rows() if each.ref == ref), None)
        if row is not None and row.can_focus:
            row.take_focus()
        else:
            self.focus_first()

    def _open_card(self, ref: str) -> None:
        if self._group is None:
            return
        for series, view in self._group.repeats.items():
            if ref.startswith(f"{series}["):
                view.open(int(ref.removeprefix(f"{series}[").split("]")[0]))

    def _show_place(self) -> None:
        shown = [i for i, screen in enumerate(self._screens) if is_shown(self.session, screen)]
        first, last = bool(shown) and self._at == shown[0], bool(shown) and self._at == shown[-1]
        self.footer.show_place(first=first, last=last, checking=self._check is not None)

    def _drop_check(self) -> None:
        if self._check is not None:
            self._check = None
            clear(self._checking.body)

    def _tell_rows(self) -> None:
        for each in self._rows():
            if self._told_all or each.ref in self._told:
                each.tell()

    def _rows(self) -> list[QuestionRow]:
        return list(self._group.every_row()) if self._group is not None else []

    def _row_of(self, widget: QWidget | None) -> QuestionRow | None:
        while widget is not None:
            if isinstance(widget, QuestionRow):
                return widget if self.isAncestorOf(widget) else None
            widget = widget.parentWidget()
        return None

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Leaving a question: take in what was typed, say what is wrong with it, keep it."""
        before, after = self._row_of(old), self._row_of(new)
        if before is None or before is after:
            return
        if before.field is not None:
            before.field.settle()
        if before.node.value:
            self._told.add(before.ref)
            before.tell()
        if before in self._reasons:
            before.explain("")
        if self._timer.isActive():
            self._timer.stop()
            self._keep()

    # size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self._kit.theme.tokens.width(self.window().width())
        has_aside = self._aside_widget is not None
        self.header.fit(width, has_aside=has_aside)
        self.footer.fit(width)
        reveal(self.outline, width is not Width.NARROW)
        reveal(self._aside, has_aside and width is Width.WIDE)


def language_of(languages: Sequence[str], wanted: str, otherwise: str) -> str:
    """The form's language for `wanted` (zh, en): "English (en)", "en" or "English"; `otherwise` where it has none."""
    names = {"zh": ("中文", "chinese"), "en": ("english",)}.get(wanted, ())
    for language in languages:
        low = language.lower()
        if f"({wanted}" in low or low == wanted or low.startswith((f"{wanted}-", *names)):
            return language
    return otherwise
