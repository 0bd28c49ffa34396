"""On the page of the day: requests for a name only, whose people are still to be registered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, work_row
from desktop.pages.parts.places import Name, Place
from desktop.services.values import RequestRow
from desktop.theme.tokens import Tone
from desktop.widgets.basics import clear, column, reveal, rule
from desktop.widgets.card import Card, SectionHeader

SHOWN = 3


class UnregisteredCard(Card):
    """Hidden while there is nobody; reads by itself when it is made and by `refresh`. `found(bool)`: there is."""

    found = Signal(bool)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context = context
        scale = context.theme.scale
        self.flush()
        self._header = SectionHeader(context.theme, context.text("registering.unregistered"))
        self._header.setContentsMargins(scale.l, scale.xs, scale.s, scale.xs)
        self._header.setMinimumHeight(scale.px(43))
        holder = QWidget()
        self._lines = column(holder)
        self.add(self._header)
        self.add(holder)
        self.setAccessibleName(context.text("registering.unregistered"))
        reveal(self, False)
        self.refresh()

    def refresh(self) -> None:
        self._context.lanes.read(self, lambda desk: desk.registering.unregistered(), self._show, latest="unregistered")

    def _show(self, rows: Sequence[RequestRow]) -> None:
        clear(self._lines)
        self._header.set_count(len(rows), tone=Tone.WARN)
        for request in rows[:SHOWN]:
            self._lines.addWidget(rule())
            self._lines.addWidget(self._row(request))
        reveal(self, bool(rows))
        self.found.emit(bool(rows))

    def _row(self, request: RequestRow) -> QWidget:
        context, t = self._context, self._context.text
        register = act(
            context.theme, t("registering.register"), partial(context.go, Place(Name.ASK, request.uuid)), small=True
        )
        register.setAccessibleName(f"{register.text()} {request.who}")
        asked = context.words.day(request.asked_on) if request.asked_on else ""
        detail = " · ".join(filter(None, (t("registering.mark"), request.ref, asked)))
        title = f"{request.who} · {request.matter_label}"
        return work_row(
            context.theme, icon="user-plus", tone=Tone.WARN, title=title, detail=detail, buttons=(register,)
        )
