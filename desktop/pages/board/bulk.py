"""What can be done with several ticked requests: a bar while rows are ticked, a preview before, a result after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.pages.board.plans import ASSIGNING, Deed, Plan
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.services.values import RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, label, reveal, row, rule
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import Drawer
from desktop.widgets.notices import JobCard

SHOWN = 40  # results that are listed one by one
FEW = 8  # of those that are left out, before one has said yes


class BulkBar(QFrame):
    """Shown while rows are ticked. `asked(str)`: assign, limit, return or print; `cleared`: untick all."""

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
            ("return", "arrow-bend-up-left", "R", ""),
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
    """One step of many: its choices, what is left out and why; afterwards what became of each.

    `committed(Deed)`; the drawer then shows what `waiting`, `progress` and `result` say. `stopped`: no more.
    """

    committed = Signal(object)
    stopped = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, context.text)
        self._context = context
        self._plan: Plan | None = None
        self._words = ASSIGNING
        self._known: dict[str, str] = {}  # what each is about, by its number
        self._job: JobCard | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._list_skipped)

    @property
    def asking(self) -> bool:
        """Whether it waits for a person's word."""
        return self._plan is not None

    def ask(self, plan: Plan) -> None:
        """Let its choices be made, and say what would happen."""
        self._words = plan.words
        self._known = {request.ref or request.uuid: request.matter_label for request in plan.rows}
        self._begin(len(plan.rows))
        self._plan = plan
        self.body.addWidget(plan)
        self._said = label("", "strong", wrap=True)
        self.body.addWidget(self._said)
        holder = QWidget()
        self._skipped = column(holder, gap=self._context.theme.scale.s)
        self.body.addWidget(holder)
        self.body.addStretch(1)
        self._later.start()
        plan.changed.connect(self._preview)
        self._preview()
        theme, t, words = self._context.theme, self._context.text, plan.words
        commit = act(theme, t(words.commit), self.commit, kind="primary", icon=words.icon, tip="Ctrl+Enter")
        for made in (commit, act(theme, t(words.cancel), self.closed.emit, tip="Esc")):
            self.buttons.addWidget(made)
        plan.take_focus()

    def _list_skipped(self) -> None:
        """What is left out, once one sees what is asked."""
        left_out = self._plan.left_out() if self._plan is not None else []
        if left_out:
            self._skipped.addWidget(rule())
        for request, why in left_out[:FEW]:
            self._skipped.addWidget(self._line(request.ref, request.matter_label, why))
        if len(left_out) > FEW:
            more = self._context.text("board.more_skipped", count=len(left_out) - FEW)
            self._skipped.addWidget(label(more, "small", wrap=True))

    def commit(self) -> None:
        """Do it, after ten seconds in which it can be taken back."""
        plan = self._plan
        if plan is None or not plan.taken:
            return
        deed = plan.deed()
        if deed is not None:
            self._plan = None
            self.committed.emit(deed)

    def waiting(self, deed: Deed) -> None:
        """It was asked for and can still be taken back."""
        self._begin(len(deed.refs))
        self.body.addWidget(label(self._context.text(self._words.waits), wrap=True))
        self.body.addStretch(1)

    def progress(self, done: int, of: int) -> None:
        if self._job is None:
            self._begin(of)
            self._job = JobCard(self._context.theme, self._context.text, self._context.text(self._words.running))
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
        self._begin(len(done), self._words.done)
        if failed:
            self.body.addWidget(label(t(self._words.failed, count=len(failed)), "strong", tone=Tone.WARN.value))
        for ref, why in list(failed.items())[:SHOWN]:
            self.body.addWidget(self._line(ref, self._known.get(ref, ""), why))
        if of > len(outcome):
            self.body.addWidget(label(t("board.stopped_rest", count=of - len(outcome)), wrap=True))
        if failed and done:
            self.body.addWidget(rule())
        for ref in done[:SHOWN]:
            self.body.addWidget(self._line(ref, self._known.get(ref, ""), "", done=True))
        self.body.addStretch(1)
        self.buttons.addWidget(act(self._context.theme, t("board.close"), self.closed.emit, tip="Esc"))

    def _begin(self, count: int, key: str = "") -> None:
        title = self._context.text(key or self._words.title, count=count)
        clear(self.marks)
        clear(self.body)
        clear(self.buttons)
        self._plan = None
        self.marks.addWidget(label(title, "h2"))
        self.setAccessibleName(title)

    def _preview(self) -> None:
        plan, t = self._plan, self._context.text
        if plan is None:
            return
        said = plan.preview()
        skipped = len(plan.rows) - len(plan.taken)
        if skipped:
            said = t("board.preview_skipped", said=said, count=skipped)
        self._said.setText(said if plan.taken else t(plan.words.none))

    def _line(self, ref: str, matter: str, why: str, *, done: bool = False) -> QWidget:
        made = QWidget()
        theme = self._context.theme
        line = row(made, gap=theme.scale.s)
        icon, tone = ("check-circle-fill", Tone.OK) if done else ("warning-circle-fill", Tone.WARN)
        line.addWidget(picture(theme, icon, tone.value))
        words = " · ".join(filter(None, (ref, matter)))
        line.addWidget(two_lines(words, why, wrap=True), 1)
        return made
