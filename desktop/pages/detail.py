"""One request beside the list: what was asked, by whom, what happened, and the next step as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.pages.counted import counted
from desktop.pages.page import PageContext
from desktop.pages.parts import act, face, two_lines
from desktop.pages.places import Name, Place
from desktop.pages.proposal import AssignFields, Assignment
from desktop.pages.timeline import Timeline
from desktop.services.values import Action, PersonRow, RequestDetail, RequestRow, RequestState
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, clear, fill, label, row, rule
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import Drawer
from desktop.widgets.mark import Chip, Mark
from sync.protocol import Role

FRESH = ("assign", "answer", "return", "supplement", "reopen")  # steps with a button, while nobody has it
HANDLED = ("answer", "return", "back", "supplement", "reopen", "close")  # and once somebody has
KEYS = {"assign": "A", "return": "R", "answer": "D"}
BUTTONS = 3


class RequestDrawer(Drawer):
    """The card at the right. `detail` is what it shows. `committed(Assignment)`: it is to be assigned so.

    `moved(int)`: the row above (-1) or below (1) is wanted.
    """

    committed = Signal(object)
    moved = Signal(int)

    def __init__(self, context: PageContext, *, assigns: bool = False) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        self._assigns = assigns
        self._uuid = ""
        self._fields: AssignFields | None = None
        self._then: Callable[[], object] | None = None
        self.departments: Sequence[tuple[str, str]] = ()
        self.detail: RequestDetail | None = None
        for icon, by, name in (("caret-up", -1, "previous"), ("caret-down", 1, "next")):
            step = act(
                context.theme,
                "",
                partial(self.moved.emit, by),
                kind="tool",
                icon=icon,
                name=context.text(f"board.{name}"),
            )
            self.head.insertWidget(self.head.count() - 1, step)

    def open(self, uuid: str) -> None:
        """Read and show a request; what is shown stays until it has come."""
        self._uuid = uuid
        self._context.lanes.read(self, lambda desk: desk.requests.show(uuid), self._show, latest="detail")

    def step(self, action: str) -> bool:
        """Begin a step of handling through its form, where the present state allows it."""
        detail = self.detail
        if detail is None or action not in {step.name for step in detail.actions}:
            return False
        known = (("request", detail.row.uuid), ("action", action))
        self._context.go(Place(Name.FORM, "request_update", known=known))
        return True

    def when_shown(self, then: Callable[[], object]) -> None:
        """Do something once the request that was opened last is shown."""
        self._then = then

    def assign(self, *, limit: bool = False) -> bool:
        """Put the cursor where one chooses to whom, or until when; whether this can be assigned."""
        if self._fields is None:
            return False
        field = self._fields.limit if limit else self._fields.who
        field.setFocus()
        self.scroller.ensureWidgetVisible(field)
        return True

    def commit(self) -> None:
        """Assign it as chosen."""
        fields, detail = self._fields, self.detail
        if fields is None or detail is None or not fields.department:
            return
        ref = detail.row.ref or detail.row.uuid
        self.committed.emit(Assignment((ref,), fields.department, fields.department_label, fields.days, fresh=False))

    def _show(self, detail: RequestDetail) -> None:
        if detail.row.uuid != self._uuid and detail.row.ref != self._uuid:
            return
        self.detail = detail
        request, words, theme = detail.row, self._context.words, self._context.theme
        clear(self.marks)
        for mark in (label(request.ref, "small"), Chip(theme, words.mark(request.state))):
            self.marks.addWidget(mark)
        clear(self.body)
        self.body.addWidget(label(request.matter_label, "h2", wrap=True))
        self.body.addWidget(label(request.description, wrap=True, selectable=True))
        self.body.addWidget(self._who(request, detail.person))
        self._add_marks(detail)
        self._add_answer(request)
        self.body.addWidget(rule())
        self.body.addWidget(Timeline(self._context, detail.course, narrow=True))
        self._add_fields(detail)
        self.body.addStretch(1)
        self._fill_buttons(detail)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _add_fields(self, detail: RequestDetail) -> None:
        self._fields = None
        steps = {step.name for step in detail.actions}
        if not self._assigns or detail.proposal is None or "assign" not in steps:
            return
        self.body.addWidget(rule())
        self._fields = AssignFields(self._context)
        self._fields.offer_one(self.departments, detail.proposal)
        self.body.addWidget(self._fields)

    def _who(self, request: RequestRow, person: PersonRow | None) -> QWidget:
        made = QWidget()
        context = self._context
        line = row(made, gap=context.theme.scale.s)
        place = " ".join(filter(None, (request.area_label,)))
        detail = " · ".join(filter(None, (place, request.phone)))
        fill(line, [face(context.theme, request.who or "？")])
        line.addWidget(two_lines(request.who, detail, wrap=True), 1)
        if person is not None and context.me.role in (Role.VILLAGE, Role.TOWNSHIP):
            there = Place(Name.RESIDENT, person.uuid)
            line.addWidget(
                act(
                    context.theme,
                    context.text("pages.whole_person"),
                    partial(context.go, there),
                    kind="link",
                    small=True,
                )
            )
        return made

    def _add_marks(self, detail: RequestDetail) -> None:
        context, request = self._context, detail.row
        holder = QWidget()
        flow = FlowLayout(holder, gap=context.theme.scale.xs)
        due, tone = context.words.due(request)
        icon = "warning-fill" if tone is Tone.BAD else "clock"
        flow.addWidget(Chip(context.theme, Mark(due, tone, icon)))
        if request.category_label:
            flow.addWidget(Chip(context.theme, Mark(request.category_label, Tone.MUTE, "tag")))
        if request.department_label:
            flow.addWidget(Chip(context.theme, Mark(request.department_label, Tone.MUTE, "bank")))
        if detail.attachments:
            words = context.text("pages.attachments", count=len(detail.attachments))
            flow.addWidget(Chip(context.theme, Mark(words, Tone.MUTE, "image")))
        if request.quiet:
            flow.addWidget(
                Chip(context.theme, Mark(counted(context.text, "board.quiet", request.quiet), Tone.WARN, "hourglass"))
            )
        same = detail.proposal.same if detail.proposal is not None else ()
        if same:
            chip = Chip(context.theme, Mark(counted(context.text, "board.same", len(same)), Tone.WARN, "copy"))
            chip.setToolTip("\n".join(same))
            flow.addWidget(chip)
        self.body.addWidget(holder)

    def _add_answer(self, request: RequestRow) -> None:
        t = self._context.text
        if request.state is RequestState.RETURNED and request.returned_text:
            self._said(t("pages.township_says"), request.returned_text)
        if request.answer:
            self._said(t("pages.answer"), request.answer)
            if request.outcome:
                self._said(t("pages.outcome"), self._context.words.outcome(request.outcome))
        if request.next_step:
            self._said(t("pages.next_step"), request.next_step)

    def _said(self, name: str, words: str) -> None:
        self.body.addWidget(label(name, "small-strong"))
        self.body.addWidget(label(words, wrap=True, selectable=True))

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
        shown = [by_name[name] for name in order if name in by_name][:BUTTONS]
        for number, step in enumerate(shown):
            self.buttons.addWidget(self._step_button(step, first=number == 0))
        rest = [step for step in detail.actions if step not in shown]
        if rest and not village:
            self.buttons.addWidget(self._more_button(rest))

    def _step_button(self, step: Action, *, first: bool) -> QWidget:
        key = KEYS.get(step.name, "")
        does: Callable[[], object] = partial(self.step, step.name)
        if step.name == "assign" and self._fields is not None:
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
