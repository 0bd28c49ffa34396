"""It is registered: the number, what happens next with dates, what to read out, the slip, what to do now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QWidget

from desktop.pages.paper.output import print_or_save
from desktop.pages.paper.slip import SlipCard, on_paper
from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture
from desktop.pages.parts.places import Name, Place
from desktop.pages.shell.status import Chips
from desktop.services.filling.filling_values import Step, Stored
from desktop.theme.tokens import Width
from desktop.widgets.basics import column, fill, frame, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import ColumnsLayout, FlowLayout
from desktop.widgets.frame import ScrollBody

READ_MS = 600  # until the first button takes the focus
WINDOW = 1366  # pixels for which the columns are laid out, as today is
STEP_ICONS = {"done": ("check-circle-fill", "ok"), "now": ("circle-half-fill", "primary"), "later": ("circle", "field")}


class RegisteredPage(Page):
    """Picture 07. `put` gives it what was stored; `again` says for whom the next request would be."""

    kept = False

    def __init__(self, context: PageContext, stored: Stored, known: tuple[tuple[str, str], ...]) -> None:
        super().__init__(context)
        self._stored = stored
        self._again = tuple(pair for pair in known if pair[0] in ("requester", "resident", "visitor_name"))
        scale = context.theme.scale
        whole = column(self, gap=scale.m, margins=(scale.xl, scale.m, scale.xl, scale.l))
        top = row(gap=scale.s)
        back = act(context.theme, self.t("pages.back_to_today"), self._home, kind="link", icon="arrow-left")
        fill(top, [back, None, Chips(context.status, context.exchange, theme=context.theme, text=context.text)])
        whole.addLayout(top)
        whole.addWidget(self._headline())
        scroll = ScrollBody(gap=scale.m, as_needed=True)  # large text needs more height than there is
        scroll.body.addLayout(self._body())
        scroll.body.addStretch(1)
        whole.addWidget(scroll, 1)
        for key, what in (("N", self._same), ("P", self._print)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(what)

    def _body(self) -> QBoxLayout:
        """Steps and what to do; the slip beside them, or below where text is large."""
        stored, scale = self._stored, self.context.theme.scale
        wide = self.context.theme.tokens.width(WINDOW) is Width.WIDE
        body: QBoxLayout = row(gap=scale.m) if wide else column(gap=scale.m)
        left, beside = column(gap=scale.m), QWidget()
        if stored.steps:
            left.addWidget(self._steps_card())
        left.addWidget(self._next_card())
        left.addStretch(1)
        body.addLayout(left, 7)
        if stored.slip:
            body.addWidget(beside, 3)
        self._beside = column(beside)
        return body

    def _slip(self) -> Iterator[None]:
        """The slip, when the number is to be seen already."""
        yield
        if self._stored.slip:
            card = SlipCard(self.context, self._stored, print_it=self._print)
            yield
            self._beside.addWidget(card)
            self._beside.addStretch(1)

    def visit(self, place: Place) -> None:
        """An Enter too many, pressed from habit, does not leave the number unread."""
        self.setFocus()
        QTimer.singleShot(READ_MS, self, self._focus_first)
        self.context.lanes.in_slices(self, self._slip())

    def _focus_first(self) -> None:
        if self.hasFocus():
            self._first.setFocus()

    def escape(self) -> bool:
        self._home()
        return True

    def _headline(self) -> QFrame:
        theme, scale, stored = self.context.theme, self.context.theme.scale, self._stored
        made = frame("banner")
        made.setProperty("tone", "ok")
        line = row(made, gap=scale.l, margins=(scale.xl, scale.l, scale.xl, scale.l))
        line.addWidget(picture(theme, "check-circle-fill", "ok", scale.px(44)))
        words = column(gap=scale.xs)
        title = self.t("pages.registered_no", ref=stored.ref) if stored.ref else self.t("pages.registered")
        head = label(title, "h1")
        head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        about = " · ".join(filter(None, (stored.who, stored.title)))
        fill(words, [head, label(self.t("pages.registered_detail", title=about), "second", wrap=True)])
        line.addLayout(words, 1)
        made.setAccessibleName(title)
        return made

    def _steps_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        who = self._stored.who
        card = Card(theme, self.t("pages.next_steps_for", who=who) if who else self.t("pages.next_steps"))
        line = ColumnsLayout(gap=scale.s, columns=len(self._stored.steps), least=scale.em(7.5))
        for number, step in enumerate(self._stored.steps):
            line.addWidget(self._step(step, last=number == len(self._stored.steps) - 1))
        card.add(line)
        if self._stored.read_out:
            aloud = frame("sunken")
            words = column(aloud, gap=scale.xs, margins=(scale.l, scale.m, scale.l, scale.m))
            said = label(self._stored.read_out, wrap=True, selectable=True)
            fill(words, [label(self.t("pages.read_out"), "small-strong"), said])
            card.add(aloud)
        return card

    def _step(self, step: Step, *, last: bool) -> QWidget:
        theme, scale = self.context.theme, self.context.theme.scale
        made = QWidget()
        icon, role = STEP_ICONS[step.state]
        rail = row(gap=scale.s)
        rail.addWidget(picture(theme, icon, role, scale.px(20)))
        thread = frame("line")
        reveal(thread, not last)
        rail.addWidget(thread, 1)
        if last:
            rail.addStretch(1)
        when = self.context.words.day(step.on) if step.on and step.state != "done" else ""
        lines = column(made, gap=scale.xs)
        fill(lines, [rail, label(step.title, "strong", wrap=True)])
        fill(lines, [label("\n".join(filter(None, (step.detail, when))), "small", wrap=True), None])
        made.setAccessibleName(f"{step.title}, {step.detail}")
        return made

    def _next_card(self) -> QFrame:
        card = Card(self.context.theme, self.t("pages.what_else"))
        card.add(self._next_buttons())
        card.add(self._links())
        return card

    def _next_buttons(self) -> QLayout:
        theme = self.context.theme
        line = FlowLayout(gap=theme.scale.s)
        if self._stored.form_id == "request":
            self._first = act(theme, self.t("pages.next_person"), self._next, kind="primary", icon="user-plus")
            line.addWidget(self._first)
            line.addWidget(act(theme, self.t("pages.same_person"), self._same, icon="plus"))
        else:
            self._first = act(theme, self.t("pages.back_to_today"), self._home, kind="primary", icon="house")
            again = Place(Name.FORM, self._stored.form_id)
            line.addWidget(self._first)
            if self._stored.form_id in ("household", "resident"):
                line.addWidget(act(theme, self.t("pages.one_more"), lambda: self.context.instead(again), icon="plus"))
        if self._stored.slip:
            line.addWidget(act(theme, self.t("pages.print_slip"), self._print, icon="printer"))
        return line

    def _links(self) -> QLayout:
        theme = self.context.theme
        links = FlowLayout(gap=theme.scale.s)
        links.addWidget(act(theme, self.t("pages.change_it"), self._change, kind="link", icon="pencil-simple"))
        if self._stored.steps:
            look, icon = Place(Name.REQUESTS, subject=self._stored.uuid), "clock-counter-clockwise"
            go = partial(self.context.go, look)
            links.addWidget(act(theme, self.t("pages.see_course"), go, kind="link", icon=icon))
        return links

    def _home(self) -> None:
        self.context.go(Place(Name.TODAY))

    def _next(self) -> None:
        self.context.go(Place(Name.ASK))

    def _same(self) -> None:
        if self._stored.form_id == "request":
            self.context.go(Place(Name.FORM, "request", known=self._again))

    def _change(self) -> None:
        self.context.go(Place(Name.FORM, self._stored.form_id, tab=f"correct:{self._stored.instance_id}"))

    def _print(self) -> None:
        if self._stored.slip:
            print_or_save(self, self.context, on_paper(self.context, self._stored))
