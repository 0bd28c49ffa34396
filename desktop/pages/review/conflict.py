"""What was said of somebody without knowing of each other: per field what stood before, who said what, what stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, two_lines
from desktop.pages.review.pick import Option, PickRow, in_columns
from desktop.services.office.review_values import ConflictDetail, ConflictFact, HeldChange, Told
from desktop.widgets.basics import clear, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody

BEFORE, BOTH = "before", "both"


class ConflictCard(Card):
    """`settled(Mapping)`: these values stand. `held(bool)`: changes that wait count all the same, or not at all."""

    settled = Signal(object)
    held = Signal(bool)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context = context
        self.detail: ConflictDetail | None = None
        self._picks: dict[str, PickRow] = {}
        theme, t = context.theme, context.text
        self._title, self._where = label("", "h2"), label("", "small")
        self._problem = label("", "error", wrap=True)
        self._scroll = ScrollBody(gap=theme.scale.s)
        for each in (self._title, self._where):
            self.add(each)
        self.body.addWidget(self._scroll, 1)
        self.add(self._problem)
        foot = QWidget()
        flow = FlowLayout(foot, gap=theme.scale.s)
        self._commit = act(theme, t("review.settle"), self.commit, kind="primary", icon="check", tip="Ctrl+Enter")
        flow.addWidget(self._commit)
        self.add(foot)

    def show_conflict(self, detail: ConflictDetail) -> None:
        self.detail = detail
        self._title.setText(detail.name)
        self._where.setText(detail.where)
        reveal(self._problem, shown=False)
        clear(self._scroll.body)
        self._picks = {}
        for fact in detail.facts:
            pick = self._pick(fact)
            self._picks[fact.name] = pick
            self._scroll.body.addWidget(pick)
        in_columns(self._picks.values())
        for change in detail.held:
            self._scroll.body.addWidget(self._held_change(change))
        if detail.held:
            self._scroll.body.addWidget(self._held_buttons())
        self._scroll.body.addStretch(1)
        reveal(self._commit, bool(detail.facts))
        self.setAccessibleName(detail.name)

    def commit(self) -> None:
        """Keep what is chosen, or say what is not chosen yet."""
        chosen = {name: pick.value for name, pick in self._picks.items()}
        open_ones = [name for name, value in chosen.items() if value is None]
        if self.detail is None or not chosen:
            return
        if open_ones:
            labels = {fact.name: fact.label for fact in self.detail.facts}
            self._problem.setText(
                self._context.text("review.choose", what="、".join(labels[each] for each in open_ones))
            )
            reveal(self._problem, shown=True)
            return
        values: Mapping[str, str] = {name: value for name, value in chosen.items() if value is not None}
        self.settled.emit(values)

    def _pick(self, fact: ConflictFact) -> PickRow:
        t = self._context.text
        options = [Option(BEFORE, fact.before, t("review.before"), fact.before_raw)]
        options += [Option(told.instance_id, self._words(told, fact), self._by(told), told.raw) for told in fact.told]
        if fact.both:
            options.append(Option(BOTH, t("review.both"), "", fact.both))
        return PickRow(self._context, fact.label, options, chosen=fact.suggested)

    def _words(self, told: Told, fact: ConflictFact) -> str:
        """The value, with a word where it is what is suggested."""
        t = self._context.text
        said = told.words or t("review.blank")
        return f"{said} · {t('review.suggested')}" if told.instance_id == fact.suggested else said

    def _by(self, told: Told) -> str:
        """王秀兰 11-19 09:20."""
        return f"{told.by} {self._context.words.brief_moment(told.when) if told.when else ''}".strip()

    def _held_change(self, change: HeldChange) -> QWidget:
        t, words = self._context.text, self._context.words
        when = words.moment(change.when) if change.when else ""
        said = "；".join(f"{name} {value}" for name, value in change.values)
        return two_lines(t("review.held", by=change.by, when=when), said, wrap=True)

    def _held_buttons(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        made = QWidget()
        line = row(made, gap=theme.scale.s)
        line.addWidget(act(theme, t("review.take"), lambda: self.held.emit(True), icon="check"))
        line.addWidget(act(theme, t("review.drop"), lambda: self.held.emit(False), icon="x"))
        line.addStretch(1)
        return made
