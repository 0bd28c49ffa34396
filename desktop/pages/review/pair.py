"""Two who may be one, beside each other: what is alike, what differs, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.pages.board.detail_parts import Marks
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, face
from desktop.pages.review.pick import Option, PickRow, in_columns
from desktop.services.office.review_values import PairDetail, Side, SideFact
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from desktop.widgets.frame import ScrollBody
from desktop.widgets.mark import Mark
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

LEFT, RIGHT = "left", "right"


class PairCard(Card):
    """`kept(str)`: the left or the right stands for both. `merged(Mapping)`: the left, with these values.

    `apart`: they are two. `skipped`: later.
    """

    kept = Signal(str)
    merged = Signal(object)
    apart = Signal()
    skipped = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context = context
        self.detail: PairDetail | None = None
        self._picks: dict[str, PickRow] = {}
        scale, t = context.theme.scale, context.text
        sides = row(gap=scale.m)
        self._sides = {LEFT: _SideHead(context), RIGHT: _SideHead(context)}
        for each in self._sides.values():
            sides.addWidget(each, 1)
        self._reasons = Marks(context.theme)
        self._model = self._facts()
        self._table = DataTable(context.theme, self._model, name=t("review.facts"), two_lines=False)
        self._scroll = ScrollBody(gap=scale.xs)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._table)
        self._stack.addWidget(self._scroll)
        self.add(sides)
        self.add(self._reasons)
        self.body.addWidget(self._stack, 1)
        self.add(self._buttons())

    @property
    def merging(self) -> bool:
        """Whether somebody is choosing field by field."""
        return self._stack.currentIndex() == 1

    def show_pair(self, detail: PairDetail) -> None:
        self.detail = detail
        t = self._context.text
        for key, side in ((LEFT, detail.left), (RIGHT, detail.right)):
            self._sides[key].show_side(side)
        self._reasons.show_marks([(Mark(each, Tone.INFO, "-"), "") for each in detail.reasons])
        self._model.put(sorted(detail.facts, key=lambda fact: fact.alike))
        self.stop_merging()
        self.setAccessibleName(t("review.pair", one=detail.left.name, other=detail.right.name))

    def merge(self) -> None:
        """Choose field by field; the second time it is done."""
        if self.detail is None:
            return
        if self.merging:
            self.commit()
            return
        clear(self._scroll.body)
        self._picks = {}
        t = self._context.text
        for fact in self.detail.facts:
            if not fact.alike:
                options = (
                    Option(LEFT, fact.left, t("review.left"), fact.left_raw),
                    Option(RIGHT, fact.right, t("review.right"), fact.right_raw),
                )
                pick = PickRow(self._context, fact.label, options, chosen=LEFT if fact.left_raw else RIGHT)
                self._picks[fact.name] = pick
                self._scroll.body.addWidget(pick)
        in_columns(self._picks.values())
        self._scroll.body.addStretch(1)
        self._stack.setCurrentIndex(1)
        self._show_buttons()

    def stop_merging(self) -> None:
        self._stack.setCurrentIndex(0)
        self._show_buttons()

    def commit(self) -> None:
        """Merge with what was chosen."""
        if self.merging:
            chosen = {name: pick.value for name, pick in self._picks.items()}
            values: Mapping[str, str] = {name: value for name, value in chosen.items() if value is not None}
            self.merged.emit(values)

    def take_focus(self) -> None:
        self._table.setFocus()

    def _facts(self) -> RowsModel[SideFact]:
        t = self._context.text

        def side(fact: SideFact, words: str) -> Cell:
            if fact.alike:
                return Cell(words)
            return Cell(f"≠ {words}" if words else f"≠ {t('review.blank')}", tone=Tone.WARN, strong=True)

        columns: tuple[Column[SideFact], ...] = (
            Column(t("review.fact"), lambda fact: Cell(fact.label), 9.5 if t.language == "zh" else 13),
            Column(t("review.left"), lambda fact: side(fact, fact.left)),
            Column(t("review.right"), lambda fact: side(fact, fact.right)),
        )
        return RowsModel(columns, key=lambda fact: fact.name)

    def _buttons(self) -> QWidget:
        t, theme = self._context.text, self._context.theme
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.scale.s)
        keep = (("review.keep_left", LEFT, "arrow-left", "←"), ("review.keep_right", RIGHT, "arrow-right", "→"))
        self._keep = [
            act(theme, t(key), lambda side=side: self.kept.emit(side), icon=icon, tip=tip)  # type: ignore[misc]
            for key, side, icon, tip in keep
        ]
        self._merge = act(theme, t("review.merge"), self.merge, kind="primary", icon="git-merge", tip="M")
        self._apart = act(theme, t("review.different"), self.apart.emit, icon="prohibit", tip="N")
        self._later = act(theme, t("review.skip"), self.skipped.emit, tip="S")
        for made in (*self._keep, self._merge, self._apart, self._later):
            flow.addWidget(made)
        return holder

    def _show_buttons(self) -> None:
        t = self._context.text
        for made in (*self._keep, self._apart, self._later):
            reveal(made, not self.merging)
        self._merge.setText(t("review.merge_done") if self.merging else t("review.merge"))
        self._merge.setAccessibleName(self._merge.text())


class _SideHead(Card):
    """Who one of them is: name, place, since when, what hangs on it."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme, sunken=True)
        self._context = context
        line = row(gap=context.theme.scale.m)
        self._face = label("")
        lines = column(gap=1)
        self._name, self._where, self._more = (
            label("", "h2"),
            label("", "second", wrap=True),
            label("", "small", wrap=True),
        )
        fill(lines, [self._name, self._where, self._more])
        line.addWidget(self._face)
        line.addLayout(lines, 1)
        self.add(line)

    def show_side(self, side: Side) -> None:
        words, t = self._context.words, self._context.text
        drawn = face(self._context.theme, side.name or "？")
        self._face.setPixmap(drawn.pixmap())
        self._face.setFixedSize(drawn.size())
        self._name.setText(side.name)
        self._where.setText(side.where)
        since = t("review.since", day=words.day(side.registered)) if side.registered else ""
        requests = t("review.requests", count=side.requests) if side.requests else ""
        members = t("review.members", count=side.members) if side.members else ""
        self._more.setText(" · ".join(filter(None, (since, members, requests))))
        self.setAccessibleName(side.name)
