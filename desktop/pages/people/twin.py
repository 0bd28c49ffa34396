"""Beside a resident: somebody who may be the same person, for the township to decide."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, two_lines
from desktop.pages.parts.places import Name, Place
from desktop.services.office.review_values import PairRow
from desktop.widgets.basics import clear, column, reveal
from desktop.widgets.card import Card
from sync.protocol import Role

SHOWN = 3


class TwinCard(Card):
    """Hidden until there is somebody. A village proposes, a township goes where it decides."""

    def __init__(self, context: PageContext, uuid: str) -> None:
        super().__init__(context.theme, context.text("review.twins"))
        self._context, self._uuid = context, uuid
        holder = QWidget()
        self._lines = column(holder, gap=context.theme.scale.s)
        self.add(holder)
        self.hide()
        self.look()

    def look(self) -> None:
        uuid = self._uuid
        self._context.lanes.read(self, lambda desk: desk.review.twins(uuid), self._show, failed=lambda _: None)

    def _show(self, pairs: Sequence[PairRow]) -> None:
        clear(self._lines)
        t, theme = self._context.text, self._context.theme
        township = self._context.me.role is Role.TOWNSHIP
        for pair in pairs[:SHOWN]:
            detail = " · ".join((t(f"review.kind_{pair.dataset}"), pair.where, *pair.reasons))
            self._lines.addWidget(two_lines(pair.other_name, detail, wrap=True))
            does = partial(self._context.go, Place(Name.REVIEW)) if township else partial(self._propose, pair)
            made = act(theme, t("review.decide" if township else "review.propose"), does, small=True, icon="git-merge")
            made.setAccessibleName(f"{made.text()} {pair.other_name}")
            self._lines.addWidget(made)
        reveal(self, bool(pairs))

    def _propose(self, pair: PairRow) -> None:
        def done(_stored: object) -> None:
            self.look()
            self._context.changed()

        write = self._context.lanes.write
        write(
            self,
            lambda desk: desk.review.propose(pair.dataset, pair.one, pair.other),
            done,
            failed=self._context.failed,
        )
