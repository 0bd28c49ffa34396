"""What happened with a resident, newest first; of one kind alone where somebody wants that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.people.timeline import Act, Timeline
from desktop.services.values import TimelineEntry, TimelineKind
from desktop.widgets.basics import clear, column, reveal
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.frame import ScrollBody
from sync.protocol import Role

K = TimelineKind
ALL = ""
CHANGES = frozenset({K.REGISTERED, K.CHANGED, K.MERGED, K.PARTED})
KINDS = {
    "requests": frozenset(K) - CHANGES - {K.VISITED},
    "answers": frozenset({K.ANSWERED, K.TOLD}),
    "visits": frozenset({K.VISITED}),
    "changes": CHANGES,
}
"""What can be chosen, by the key of its words."""


class HistoryCard(Card):
    """`act` gives an entry its button. `narrow`: it stands above other cards, and the page scrolls.

    `begin()`: somebody wants to write the first request. `chosen(str)`: another kind is shown.
    """

    begin = Signal()
    chosen = Signal(str)

    def __init__(
        self, context: PageContext, entries: Sequence[TimelineEntry], *, act: Act, kind: str = ALL, narrow: bool
    ) -> None:
        super().__init__(context.theme, context.text("pages.timeline"))
        self._context, self._entries, self._act, self._narrow = context, entries, act, narrow
        if not entries:
            self._say_nothing()
            return
        self._kinds = self._kinds_button(kind)
        self._lines = column()
        if narrow:
            self.body.addLayout(self._lines)
        else:
            scroll = ScrollBody()
            scroll.body.addLayout(self._lines)
            scroll.body.addStretch(1)
            self.body.addWidget(scroll, 1)
        self._show(self._kinds.value)

    def _say_nothing(self) -> None:
        t, theme = self._context.text, self._context.theme
        start = t("pages.start_request")
        empty = EmptyState(theme, t("pages.timeline_empty"), icon="clock-counter-clockwise", action=start)
        if empty.action is not None:
            empty.action.clicked.connect(self.begin)
            reveal(empty.action, self._context.me.role is Role.VILLAGE)
        self.body.addWidget(empty, 1)

    def _kinds_button(self, kind: str) -> ChoiceButton:
        """Everything, or one kind of those that there are; not offered where there is one kind only."""
        t = self._context.text
        there = {entry.kind for entry in self._entries}
        kinds = [name for name, holds in KINDS.items() if holds & there]
        made = ChoiceButton(self._context.theme, name=t("people.kinds"))
        made.setProperty("measure", "small")
        made.offer([(ALL, t("people.kind_all")), *((name, t(f"people.kind_{name}")) for name in kinds)])
        made.choose(kind if kind in kinds else ALL)
        made.chosen.connect(self._choose)
        if self.header is not None:
            self.header.add_action(made)
        reveal(made, len(kinds) > 1)
        return made

    def _choose(self, kind: str) -> None:
        self._show(kind)
        self.chosen.emit(kind)

    def _show(self, kind: str) -> None:
        clear(self._lines)
        wanted = KINDS.get(kind, frozenset(K))
        entries = [entry for entry in self._entries if entry.kind in wanted]
        self._lines.addWidget(Timeline(self._context, entries, act=self._act, narrow=self._narrow))
