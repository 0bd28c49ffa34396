"""Practice: six things to do once with invented people, ticked off as one goes; never handed over."""

from __future__ import annotations

from collections.abc import Set
from functools import partial

from PySide6.QtWidgets import QPushButton

from desktop.pages.parts.page import Page, PageContext
from desktop.pages.parts.parts import act, picture, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.services.trying.training import Task
from desktop.widgets.basics import clear, column, fill, label, row, rule
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout

PLACES = {
    Task.REQUEST: ("F3", Place(Name.ASK)),
    Task.VISIT: ("F4", Place(Name.VISIT)),
    Task.HOUSEHOLD: ("F5", Place(Name.FORM, "household")),
    Task.CORRECTION: ("", Place(Name.FORM, "correction")),
    Task.HAZARD: ("F6", Place(Name.HAZARD)),
    Task.EMERGENCY: ("F10", Place(Name.EMERGENCY)),
}


class TrainingPage(Page):
    """In practice the six tasks; outside of it what practice is, and a button that begins it."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        detail = self.t("training.detail" if context.practice else "training.what")
        self._frame = self.frame_in(self.t("training.title"), detail)
        self._body = column(gap=context.theme.scale.m)
        self._frame.body.addLayout(self._body)
        self._frame.body.addStretch(1)

    def visit(self, place: Place) -> None:
        self.refresh()

    def refresh(self) -> None:
        if self.context.practice:
            self.context.lanes.read(self, lambda desk: desk.training.done(), self._show, latest="training")
        else:
            self._show_outside()

    def _show_outside(self) -> None:
        clear(self._body)
        theme = self.context.theme
        card = Card(theme, self.t("training.begin"))
        card.add(label(self.t("training.safe"), wrap=True))
        line = row()
        begin = act(theme, self.t("training.begin_now"), self.context.practise, kind="primary", icon="star")
        fill(line, [begin, None])
        card.add(line)
        self._body.addWidget(card)
        begin.setFocus()

    def _show(self, done: Set[Task]) -> None:
        clear(self._body)
        theme = self.context.theme
        card = Card(theme, self.t("training.six"))
        if card.header is not None:
            card.header.add_action(label(self.t("training.progress", count=len(done)), "strong"))
        first = next((task for task in Task if task not in done), None)
        wanted: QPushButton | None = None
        for task in Task:
            card.add(rule())
            go = self._add_task(card, task, done=task in done, first=task is first)
            wanted = go if task is first else wanted
        self._body.addWidget(card)
        if first is None:
            finished = Card(theme, self.t("training.finished"))
            finished.add(label(self.t("training.finished_detail"), wrap=True))
            self._body.addWidget(finished)
        foot = FlowLayout(gap=theme.scale.s)
        again = act(theme, self.t("training.reset"), self.context.practise, icon="arrow-counter-clockwise")
        leave = act(theme, self.t("training.leave"), self.context.lock, icon="sign-out")
        for each in (again, leave):
            foot.addWidget(each)
        self._body.addLayout(foot)
        (wanted or again).setFocus()

    def _add_task(self, card: Card, task: Task, *, done: bool, first: bool) -> QPushButton:
        theme = self.context.theme
        key, place = PLACES[task]
        line = row(gap=theme.scale.m)
        icon, role = ("check-circle-fill", "ok") if done else ("circle", "field")
        line.addWidget(picture(theme, icon, role, theme.scale.px(24)))
        title = self.t(f"training.{task.value}")
        words = two_lines(title, self.t(f"training.{task.value}_detail"), wrap=True)
        words.setAccessibleName(f"{title}, {self.t('training.done' if done else 'training.open')}")
        line.addWidget(words, 1)
        if key:
            line.addWidget(KeyHint(key))
        said = self.t("training.again" if done else "training.go")
        go = act(theme, said, partial(self.context.go, place), kind="primary" if first else "", small=True)
        go.setAccessibleName(f"{said} {title}")
        line.addWidget(go)
        card.add(line)
        return go
