"""One request beside the list: what was asked, by whom, what happened, and the next step as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop.pages.board.comment import CommentLine
from desktop.pages.board.detail_parts import CourseView, Marks, Said, dotted
from desktop.pages.board.proposal import AssignFields, Assignment
from desktop.pages.board.same import SameLines
from desktop.pages.board.who import WhoLine, reveals
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.values import Action, RequestDetail, RequestRow, RequestState, SameRequest
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, clear, column, fill, label, reveal, rule
from desktop.widgets.frame import Drawer
from desktop.widgets.mark import Chip, Mark
from sync.protocol import Role

FRESH = ("assign", "answer", "return", "supplement", "reopen")  # steps with a button, while nobody has it
HANDLED = ("answer", "return", "back", "supplement", "reopen", "close")  # and once somebody has
KEYS = {"assign": "A", "return": "R", "answer": "D", "forward": "F"}
BUTTONS = 3


class RequestDrawer(Drawer):
    """The card at the right. `detail` is what it shows. `committed(Assignment)`: it is to be assigned so.

    `moved(int)`: the row above (-1) or below (1) is wanted. `answering`: its answer is to be written.
    `other(str)`: another request is wanted, by its uuid. `merging(str)`: it is the same as the one of this number.
    """

    committed = Signal(object)
    moved = Signal(int)
    answering = Signal()
    other = Signal(str)
    merging = Signal(str)

    def __init__(self, context: PageContext, *, assigns: bool = False) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        self._assigns = assigns
        self._uuid = ""
        self._made = False
        self._assigned_to: AssignFields | None = None  # while this one can be assigned
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._show_rest)
        self._then: Callable[[], object] | None = None
        self.departments: Sequence[tuple[str, str]] = ()
        self.detail: RequestDetail | None = None
        for icon, by, name in (("caret-up", -1, "previous"), ("caret-down", 1, "next")):
            step = act(
                context.theme,
                "",
                partial(self.moved.emit, by),
                kind="tool",
                small=True,
                icon=icon,
                name=context.text(f"board.{name}"),
            )
            self.head.insertWidget(self.head.count() - 1, step)
        self._next = step

    def open(self, uuid: str) -> None:
        """Read and show a request; what is shown stays until it has come."""
        self._uuid = uuid
        self._context.lanes.read(self, lambda desk: desk.requests.show(uuid), self._show, latest="detail")

    def take_focus(self) -> None:
        """Where one goes on to the next request from."""
        self._next.setFocus()

    def step(self, action: str) -> bool:
        """Begin a step of handling through its form, where the present state allows it."""
        detail = self.detail
        if detail is None or action not in {step.name for step in detail.actions}:
            return False
        if action == "answer" and self._context.me.role in (Role.TOWNSHIP, Role.DEPARTMENT):
            self.answering.emit()
            return True
        known = (("request", detail.row.uuid), ("action", action))
        self._context.go(Place(Name.FORM, "request_update", known=known))
        return True

    def when_shown(self, then: Callable[[], object]) -> None:
        """Do something once the request that was opened last is shown."""
        self._then = then

    def assign(self, *, limit: bool = False) -> bool:
        """Put the cursor where one chooses to whom, or until when; whether this can be assigned."""
        fields = self._assigned_to
        if fields is None:
            return False
        field = fields.limit if limit else fields.who
        field.setFocus()
        self.scroller.ensureWidgetVisible(field)
        return True

    def comment(self) -> bool:
        """Put the cursor where one notes something; whether the state allows that."""
        if self._comment.isHidden():
            return False
        self._comment.take_focus()
        self.scroller.ensureWidgetVisible(self._comment)
        return True

    def key(self, event: QKeyEvent, *, held: bool) -> bool:
        """F7 shows telephones while it is held; whether the key was that one."""
        if not reveals(event) or self.isHidden() or not self._made:
            return False
        if not event.isAutoRepeat():
            (self._who.hold if held else self._who.let_go)()
        return True

    def merge(self, ref: str = "") -> bool:
        """Answer it as the same as another one, by default the first that is alike; whether there is one."""
        detail, same = self.detail, self.alike
        if not same or detail is None or "answer" not in {step.name for step in detail.actions}:
            return False
        self.merging.emit(ref or same[0].ref)
        return True

    @property
    def alike(self) -> Sequence[SameRequest]:
        """Open ones of the same matter in the same village."""
        detail = self.detail
        return detail.proposal.same if detail is not None and detail.proposal is not None else ()

    def commit(self) -> None:
        """Assign it as chosen."""
        fields, detail = self._assigned_to, self.detail
        if fields is None or detail is None or not fields.department:
            return
        ref = detail.row.ref or detail.row.uuid
        self.committed.emit(Assignment((ref,), fields.department, fields.department_label, fields.days, fresh=False))

    def _show(self, detail: RequestDetail) -> None:
        if detail.row.uuid != self._uuid and detail.row.ref != self._uuid:
            return
        self._make()
        if self.detail is None or self.detail.row.uuid != detail.row.uuid:
            self._comment.clear()
        self.detail = detail
        request, words = detail.row, self._context.words
        self._ref.setText(request.ref)
        self._state.set_mark(words.mark(request.state))
        reveal(self._state, shown=True)
        self._title.setText(request.matter_label)
        self._kind.setText(dotted(request.kind_label, request.category_label, request.department_label))
        self._text.setText(request.description)
        self._who.show_asker(detail)
        self._marks.show_marks(self._signs(detail))
        self._said.show_pairs(self._answer(request))
        self._assigned_to = None
        self._later.start()

    def _show_rest(self) -> None:
        """What is further down: one sees the request before it is there."""
        detail = self.detail
        if detail is None:
            return
        said = detail.row.description
        self._course.show_course([replace(each, detail="") if each.detail == said else each for each in detail.course])
        self._same.show_same(self.alike, answers="answer" in {step.name for step in detail.actions})
        self._offer(detail)
        reveal(self._lower, shown=True)
        self._fill_buttons(detail)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _make(self) -> None:
        """The parts, at the first request."""
        if self._made:
            return
        self._made = True
        context = self._context
        theme = context.theme
        self._ref, self._state = label("", "small"), Chip(theme, Mark(""))
        for mark in (self._ref, self._state):
            self.marks.addWidget(mark)
        self._title, self._kind = label("", "h2", wrap=True), label("", "small", wrap=True)
        self._text = label("", wrap=True, selectable=True)
        self._who, self._marks, self._said = WhoLine(context), Marks(theme), Said(theme)
        self._who.asked.connect(self._whole_person)
        fill(self.body, [self._title, self._kind, self._text, self._who, self._marks, self._said])
        self._lower = QWidget()
        lower = column(self._lower, gap=theme.scale.s)
        self._course = CourseView(context)
        self._comment = CommentLine(context)
        self._comment.written.connect(self._note)
        self._above_fields, self._fields = rule(), AssignFields(context)
        self._same = SameLines(context)
        self._same.wanted.connect(self.other)
        self._same.merged.connect(self.merge)
        fill(lower, [self._same, rule(), self._course, self._comment, self._above_fields, self._fields])
        self._lower.hide()
        self.body.addWidget(self._lower)
        self.body.addStretch(1)

    def _offer(self, detail: RequestDetail) -> None:
        """To whom and until when, where this can be assigned."""
        steps = {step.name for step in detail.actions}
        offered = self._assigns and detail.proposal is not None and "assign" in steps
        reveal(self._comment, "progress" in steps and self._context.me.role is not Role.VILLAGE)
        reveal(self._above_fields, offered)
        reveal(self._fields, offered)
        self._assigned_to = self._fields if offered else None
        if offered and detail.proposal is not None:
            sealed = (detail.row.sealed_for,) if detail.row.sealed_for else ()
            self._fields.offer_one(self.departments, detail.proposal, sealed_for=sealed)

    def _whole_person(self) -> None:
        if self.detail is not None and self.detail.person is not None:
            self._context.go(Place(Name.RESIDENT, self.detail.person.uuid))

    def _note(self, words: str) -> None:
        """A line in the course that the resident does not see."""
        if self.detail is None:
            return
        uuid, context = self.detail.row.uuid, self._context
        answers = {"action": "progress", "note_text": words}

        def done(_stored: object) -> None:
            self._comment.clear()
            context.changed()

        context.lanes.write(self, lambda desk: desk.requests.update(uuid, answers), done, failed=context.failed)

    def _signs(self, detail: RequestDetail) -> list[tuple[Mark, str]]:
        context, request = self._context, detail.row
        due, tone = context.words.due(request)
        found = [(Mark(due, tone, "warning-fill" if tone is Tone.BAD else "clock"), "")]
        if request.quiet:
            found.append((Mark(context.text("board.quiet", count=request.quiet), Tone.WARN, "hourglass"), ""))
        if detail.attachments:
            words = context.text("pages.attachments", count=len(detail.attachments))
            found.append((Mark(words, Tone.MUTE, "image"), ""))
        if detail.lost:
            words = context.text("pages.attachments_lost", count=len(detail.lost))
            found.append((Mark(words, Tone.WARN, "warning-fill"), ""))
        same = detail.proposal.same if detail.proposal is not None else ()
        if same:
            found.append((Mark(context.text("board.same", count=len(same)), Tone.WARN, "copy"), ""))
        return found

    def _answer(self, request: RequestRow) -> list[tuple[str, str]]:
        t = self._context.text
        returned = request.returned_text if request.state is RequestState.RETURNED else ""
        outcome = self._context.words.outcome(request.outcome) if request.answer and request.outcome else ""
        return [
            (t("pages.township_says"), returned),
            (t("pages.answer"), request.answer),
            (t("pages.outcome"), outcome),
            (t("pages.next_step"), request.next_step),
        ]

    def _fill_buttons(self, detail: RequestDetail) -> None:
        clear(self.buttons)
        theme, t = self._context.theme, self._context.text
        village = self._context.me.role is Role.VILLAGE
        if village and detail.row.state is RequestState.ANSWERED:
            told = Place(Name.FORM, "told", known=(("request", detail.row.uuid),))
            self.buttons.addWidget(
                act(theme, t("pages.tell"), partial(self._context.go, told), kind="tell", icon="megaphone-fill")
            )
            return
        by_name = {step.name: step for step in detail.actions}
        order = HANDLED if detail.row.state in (RequestState.ASSIGNED, RequestState.FORWARDED) else FRESH
        room = BUTTONS if t.language == "zh" else BUTTONS - 1  # their words are longer
        shown = [by_name[name] for name in order if name in by_name][:room]
        for number, step in enumerate(shown):
            self.buttons.addWidget(self._step_button(step, first=number == 0))
        rest = [step for step in detail.actions if step not in shown]
        if rest and not village:
            self.buttons.addWidget(self._more_button(rest))

    def _step_button(self, step: Action, *, first: bool) -> QWidget:
        key = KEYS.get(step.name, "")
        does: Callable[[], object] = partial(self.step, step.name)
        if step.name == "assign" and self._assigned_to is not None:
            does, key = self.commit, "Ctrl+Enter"
        return act(self._context.theme, step.label, does, kind="primary" if first else "", tip=key)

    def _more_button(self, steps: Sequence[Action]) -> QWidget:
        """The steps that are rarer, in a menu."""
        theme, words = self._context.theme, self._context.text("board.more_steps")
        made = button(theme, "", icon="dots-three", name=words, tip=words)
        menu = QMenu(made)
        for step in steps:
            menu.addAction(step.label, partial(self.step, step.name))
        made.setMenu(menu)
        return made
