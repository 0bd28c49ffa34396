"""The lists of the hand-over: what waits, what was sent, what was signed for, answers that came back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.models.records import records_table
from desktop.models.requests import village_table
from desktop.pages.filling.requests import sayings
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.tabs import TabBar
from desktop.services.exchange.hand_over_values import HandOverStatus
from desktop.services.filling.filling_values import RecordRow
from desktop.services.values import RecordState, RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import label, reveal, rule
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.table import DataTable
from sync.protocol import Role

LISTS = (RecordState.WAITING, RecordState.SENT, RecordState.ACKNOWLEDGED)
ANSWERS = "answers"
LIST_EMS = 12  # some lines of a list are in sight, however little room there is
TONES = {RecordState.WAITING: Tone.WARN, RecordState.SENT: Tone.MUTE, RecordState.ACKNOWLEDGED: Tone.OK}


class HandOverLists(Card):
    """`tab_chosen`: another list is wanted. `looked_at(RecordRow)`, `answer_opened(RequestRow)`."""

    tab_chosen = Signal()
    looked_at = Signal(object)
    answer_opened = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context, self._names = context, dict[str, str]()
        self.tab: str = RecordState.WAITING.value
        self.flush()
        self._village = context.me.role is Role.VILLAGE
        self._tabs = self._make_tabs()
        self._stack = self._make_stack()
        self._more = label("", "small")
        self._more.setContentsMargins(*(context.theme.scale.m, context.theme.scale.xs) * 2)
        self.add(self._tabs)
        self.add(rule())
        self.body.addWidget(self._stack, 1)
        self.add(self._more)

    def show_rows(
        self,
        tab: str,
        status: HandOverStatus,
        *,
        rows: tuple[RecordRow, ...],
        answers: tuple[RequestRow, ...],
        names: Mapping[str, str],
    ) -> None:
        """What was read for `tab`; `names` are the titles of forms."""
        self._names = dict(names)
        counts = {
            RecordState.WAITING.value: status.waiting,
            RecordState.SENT.value: status.sent,
            RecordState.ACKNOWLEDGED.value: status.acknowledged,
        }
        if self._village:
            counts[ANSWERS] = len(answers)
        for key, count in counts.items():
            self._tabs.count(key, count)
        shown = answers if tab == ANSWERS else rows
        if tab == ANSWERS:
            self._answers.put(answers)
        else:
            self._records.put(rows)
        there = counts.get(tab, 0)
        self._more.setText(self._context.text("pages.shown", n=len(shown), m=there))
        reveal(self._more, there > len(shown))
        self._stack.setCurrentIndex(2 if not shown else 1 if tab == ANSWERS else 0)
        self._empty.sentence.setText(self._context.text(f"pages.list_{tab}_empty"))

    def _make_tabs(self) -> TabBar:
        t = self._context.text
        tabs = [(state.value, t(f"pages.list_{state.value}"), TONES[state]) for state in LISTS]
        if self._village:
            tabs.append((ANSWERS, t("pages.list_answers"), Tone.TELL))
        made = TabBar(self._context.theme, tabs)
        made.choose(self.tab)
        made.chosen.connect(self._choose)
        return made

    def _make_stack(self) -> QStackedWidget:
        context, t, words = self._context, self._context.text, self._context.words
        self._records = records_table(
            t,
            state=lambda record: words.record(record.state),
            when=words.brief_moment,
            form=lambda form: self._names.get(form, form),
            ask=lambda _last, _count: None,
        )
        self._answers = village_table(t, say=sayings(words), ask=lambda _last, _count: None)
        records = DataTable(context.theme, self._records, name=t("shell.nav_hand_over"), two_lines=False)
        answers = DataTable(context.theme, self._answers, name=t("pages.list_answers"))
        records.chosen.connect(self._look)
        records.opened.connect(self._look)
        answers.opened.connect(self._open)
        self._empty = EmptyState(context.theme, t("pages.hand_over_empty"), icon="check")
        stack = QStackedWidget()
        stack.setMinimumHeight(context.theme.scale.em(LIST_EMS))
        for page in (records, answers, self._empty):
            stack.addWidget(page)
        return stack

    def _choose(self, tab: str) -> None:
        self.tab = tab
        self.tab_chosen.emit()

    def _look(self, number: int) -> None:
        record = self._records.row_or_none(number)
        if record is not None:
            self.looked_at.emit(record)

    def _open(self, number: int) -> None:
        request = self._answers.row_or_none(number)
        if request is not None:
            self.answer_opened.emit(request)
