"""What can be done with several ticked requests: a bar while rows are ticked, a preview before, a result after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.pages.board.proposal import AssignFields, Assignment
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.services.values import RequestRow, RequestState
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, label, reveal, row, rule
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import Drawer
from desktop.widgets.notices import JobCard
from forms.text import Text

DAYS = (1, 3, 5, 10, 15, 20, 30)
SHOWN = 40  # results that are listed one by one
FEW = 8  # of those that are left out, before one has said yes
ASSIGNABLE = (
    RequestState.SENT,
    RequestState.READY,
    RequestState.ARRIVED,
    RequestState.TAKEN_UP,
    RequestState.REOPENED,
    RequestState.RETURNED,
    RequestState.ASSIGNED,
)


def to_whom(text: Text, count: int, department: str) -> str:
    """How many go to a department; "" for each one's own."""
    if not department:
        return text("board.preview_own", count=count)
    return text("board.preview", count=count, department=department)


class BulkBar(QFrame):
    """Shown while rows are ticked. `asked(str)`: department, limit or print; `cleared`: untick all."""

    asked = Signal(str)
    cleared = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self.setProperty("kind", "bulk")
        self.setAccessibleName(context.text("board.bulk"))
        scale = context.theme.scale
        line = row(self, gap=scale.s, margins=(scale.l, scale.s, scale.s, scale.s))
        self._count = label("")
        line.addWidget(self._count)
        steps = QWidget()
        flow = FlowLayout(steps, gap=scale.s)
        line.addWidget(steps, 1)
        for what, icon, key, kind in (
            ("assign", "arrow-bend-up-right", "A", "primary"),
            ("limit", "clock", "T", ""),
            ("print", "printer", "P", ""),
        ):
            flow.addWidget(self._button(what, icon, key, kind))
        clear_all = act(context.theme, context.text("board.bulk_clear"), self.cleared.emit, tip="Esc")
        flow.addWidget(clear_all)
        self.hide()

    def _button(self, what: str, icon: str, key: str, kind: str) -> QWidget:
        words = self._context.text(f"board.bulk_{what}", key=key)
        made = act(self._context.theme, words, lambda: self.asked.emit(what), kind=kind)
        made.setIcon(self._context.theme.icon(icon, "side_bright", gap=self._context.theme.scale.xs))
        return made

    def show_for(self, rows: Sequence[RequestRow]) -> None:
        reveal(self, len(rows) > 0)
        self._count.setText(self._context.text("board.bulk_count", count=len(rows)))


class BulkDrawer(Drawer):
    """Assign many: who gets them, what is left out and why; afterwards what became of each.

    `committed(Assignment)`; the drawer then shows what `waiting`, `progress` and `result` say. `stopped`: no more.
    """

    committed = Signal(object)
    stopped = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        self._rows: tuple[RequestRow, ...] = ()
        self._fields: AssignFields | None = None
        self._job: JobCard | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._list_skipped)

    @property
    def asking(self) -> bool:
        """Whether it waits for a person's word."""
        return self._fields is not None

    def ask(self, rows: Sequence[RequestRow], departments: Sequence[tuple[str, str]], *, limit: bool = False) -> None:
        """Preview an assignment of these; `limit`: it is the time limit that is to be set."""
        self._rows = tuple(rows)
        self._limit = limit
        self._begin(self._context.text("board.many", count=len(rows)))
        fields = self._fields = AssignFields(self._context)
        sealed = [each.sealed_for for each in self._taken() if each.sealed_for]
        fields.offer_many(departments, DAYS, sealed_for=sealed)
        self.body.addWidget(fields)
        self._said = label("", "strong", wrap=True)
        self.body.addWidget(self._said)
        holder = QWidget()
        self._skipped = column(holder, gap=self._context.theme.scale.s)
        self.body.addWidget(holder)
        self.body.addStretch(1)
        self._later.start()
        for choice in (fields.who, fields.limit):
            choice.chosen.connect(lambda _: self._preview())
        self._preview()
        t = self._context.text
        theme = self._context.theme
        commit = act(
            theme, t("board.commit"), self.commit, kind="primary", icon="arrow-bend-up-right", tip="Ctrl+Enter"
        )
        for made in (commit, act(theme, t("board.cancel"), self.closed.emit, tip="Esc")):
            self.buttons.addWidget(made)
        (fields.limit if limit else fields.who).setFocus()

    def _list_skipped(self) -> None:
        """What is left out, once one sees what is asked."""
        left_out = self._left_out() if self._fields is not None else []
        if left_out:
            self._skipped.addWidget(rule())
        for request, why in left_out[:FEW]:
            self._skipped.addWidget(self._line(request.ref, request.matter_label, why))
        if len(left_out) > FEW:
            more = self._context.text("board.more_skipped", count=len(left_out) - FEW)
            self._skipped.addWidget(label(more, "small", wrap=True))

    def commit(self) -> None:
        """Do it, after ten seconds in which it can be taken back."""
        fields, rows = self._fields, self._taken()
        if fields is None or not rows:
            return
        refs = tuple(request.ref or request.uuid for request in rows)
        assignment = Assignment(refs, fields.department, fields.department_label, fields.days, fresh=not self._limit)
        self._fields = None
        self.committed.emit(assignment)

    def waiting(self, assignment: Assignment) -> None:
        """It was asked for and can still be taken back."""
        self._begin(self._context.text("board.many", count=len(assignment.refs)))
        self.body.addWidget(label(self._context.text("board.waits"), wrap=True))
        self.body.addStretch(1)

    def progress(self, done: int, of: int) -> None:
        if self._job is None:
            self._begin(self._context.text("board.many", count=of))
            self._job = JobCard(self._context.theme, self._context.text, self._context.text("board.running"))
            self._job.cancelled.connect(self.stopped)
            self.body.addWidget(self._job)
            self.body.addStretch(1)
        self._job.set_progress(done, of)

    def result(self, outcome: Mapping[str, str], *, of: int) -> None:
        """What became of each: nothing is claimed that was not done."""
        self._job = None
        failed = {ref: why for ref, why in outcome.items() if why}
        done = [ref for ref, why in outcome.items() if not why]
        t = self._context.text
        self._begin(t("board.done", count=len(done)))
        if failed:
            self.body.addWidget(label(t("board.not_done", count=len(failed)), "strong", tone=Tone.WARN.value))
        known = {request.ref or request.uuid: request.matter_label for request in self._rows}
        for ref, why in list(failed.items())[:SHOWN]:
            self.body.addWidget(self._line(ref, known.get(ref, ""), why))
        if of > len(outcome):
            self.body.addWidget(label(t("board.stopped_rest", count=of - len(outcome)), wrap=True))
        if failed and done:
            self.body.addWidget(rule())
        for ref in done[:SHOWN]:
            self.body.addWidget(self._line(ref, known.get(ref, ""), "", done=True))
        self.body.addStretch(1)
        self.buttons.addWidget(act(self._context.theme, t("board.close"), self.closed.emit, tip="Esc"))

    def _begin(self, title: str) -> None:
        clear(self.marks)
        clear(self.body)
        clear(self.buttons)
        self._fields = None
        self.marks.addWidget(label(title, "h2"))
        self.setAccessibleName(title)

    def _taken(self) -> tuple[RequestRow, ...]:
        states = (RequestState.ASSIGNED,) if self._limit else ASSIGNABLE[:-1]
        return tuple(request for request in self._rows if request.state in states)

    def _left_out(self) -> list[tuple[RequestRow, str]]:
        taken = {request.uuid for request in self._taken()}
        t, words = self._context.text, self._context.words
        found = []
        for request in self._rows:
            if request.uuid in taken:
                continue
            why = t("board.left_out_state", state=words.state(request.state))
            if request.state is RequestState.ASSIGNED:
                why = t("board.left_out_taken", department=request.department_label)
            found.append((request, why))
        return found

    def _preview(self) -> None:
        if self._fields is None:
            return
        t, taken = self._context.text, self._taken()
        said = to_whom(t, len(taken), self._fields.department_label)
        skipped = len(self._rows) - len(taken)
        if skipped:
            said = t("board.preview_skipped", said=said, count=skipped)
        self._said.setText(said if taken else t("board.preview_none"))

    def _line(self, ref: str, matter: str, why: str, *, done: bool = False) -> QWidget:
        made = QWidget()
        theme = self._context.theme
        line = row(made, gap=theme.scale.s)
        icon, tone = ("check-circle-fill", Tone.OK) if done else ("warning-circle-fill", Tone.WARN)
        line.addWidget(picture(theme, icon, tone.value))
        words = " · ".join(filter(None, (ref, matter)))
        line.addWidget(two_lines(words, why, wrap=True), 1)
        return made
