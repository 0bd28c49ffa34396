"""It is registered: the number, what happens next with dates, what to read out, the slip, what to do now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from desktop.pages.page import Page, PageContext
from desktop.pages.parts import act, picture
from desktop.pages.places import Name, Place
from desktop.pages.status import Chips
from desktop.services.values import Step, Stored
from desktop.widgets.basics import column, fill, frame, label, reveal, row
from desktop.widgets.card import Card

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
        fill(top, [back, None, Chips(context.status, theme=context.theme, text=context.text)])
        whole.addLayout(top)
        whole.addWidget(self._headline())
        body, left = row(gap=scale.m), column(gap=scale.m)
        if stored.steps:
            left.addWidget(self._steps_card())
        left.addWidget(self._next_card())
        left.addStretch(1)
        body.addLayout(left, 7)
        if stored.slip:
            right = column(gap=scale.m)
            right.addWidget(self._slip_card())
            right.addStretch(1)
            body.addLayout(right, 3)
        whole.addLayout(body, 1)
        for key, what in (("N", self._same), ("P", self._print)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(what)

    def visit(self, place: Place) -> None:
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
        fill(words, [head, label(self.t("pages.registered_detail", title=stored.title), "second", wrap=True)])
        line.addLayout(words, 1)
        made.setAccessibleName(title)
        return made

    def _steps_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.next_steps"))
        line = row(gap=scale.s)
        for number, step in enumerate(self._stored.steps):
            line.addWidget(self._step(step, last=number == len(self._stored.steps) - 1), 1)
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
        fill(lines, [label(" ".join(filter(None, (step.detail, when))), "small", wrap=True), None])
        made.setAccessibleName(f"{step.title}, {step.detail}")
        return made

    def _next_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.what_else"))
        line = row(gap=scale.s)
        if self._stored.form_id == "request":
            self._first = act(
                theme, self.t("pages.next_person"), self._next, kind="primary", icon="user-plus", tip="F3"
            )
            same = act(theme, self.t("pages.same_person"), self._same, icon="plus", tip="N")
            fill(line, [self._first, same])
        else:
            self._first = act(theme, self.t("pages.back_to_today"), self._home, kind="primary", icon="house")
            again = Place(Name.FORM, self._stored.form_id)
            line.addWidget(self._first)
            if self._stored.form_id in ("household", "resident"):
                line.addWidget(act(theme, self.t("pages.one_more"), lambda: self.context.instead(again), icon="plus"))
        line.addWidget(act(theme, self.t("pages.print_slip"), self._print, icon="printer", tip="P"))
        line.addStretch(1)
        card.add(line)
        links = row(gap=scale.s)
        change = act(theme, self.t("pages.change_it"), self._change, kind="link", icon="pencil-simple")
        fill(links, [change])
        if self._stored.form_id == "request":
            look = Place(Name.REQUESTS, subject=self._stored.uuid)
            links.addWidget(
                act(
                    theme,
                    self.t("pages.see_course"),
                    lambda: self.context.go(look),
                    kind="link",
                    icon="clock-counter-clockwise",
                )
            )
        links.addStretch(1)
        card.add(links)
        return card

    def _slip_card(self) -> QFrame:
        theme, scale = self.context.theme, self.context.theme.scale
        card = Card(theme, self.t("pages.slip"), second="A5")
        paper = frame("card")
        lines = column(paper, gap=scale.s, margins=(scale.l, scale.m, scale.l, scale.m))
        head = label(self.t("pages.slip_title", place=self.context.me.area_label), "strong", wrap=True)
        head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        fill(lines, [head, frame("line")])
        for name, value in self._stored.slip:
            line = row(gap=scale.s)
            first = label(name, "small")
            first.setFixedWidth(scale.em(4.6))
            line.addWidget(first, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(value, wrap=True), 1)
            lines.addLayout(line)
        lines.addWidget(label(self.t("pages.slip_foot"), "small", wrap=True))
        card.add(paper)
        return card

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
        from desktop.pages.slip import print_slip  # printing is rare and costs time to load

        print_slip(self, self.context, self._stored)
