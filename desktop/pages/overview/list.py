"""The list that stands behind a mark of the overview."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.parts.places import Name, Place
from desktop.services.overview.figures import Behind, Listed
from desktop.services.overview.overview import SHOWN
from desktop.widgets.basics import column, fill, label, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel


class BehindList(QWidget):
    """`closed`: back to the charts."""

    closed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        t, theme = context.text, context.theme
        self._context = context
        scale = theme.scale
        self._title, self._count = label("", "h2", wrap=True), label("", "small", wrap=True)
        head = row(gap=scale.m)
        head.addWidget(act(theme, t("overview.back"), self.closed.emit, icon="arrow-left", tip="Esc"))
        words = column(gap=2)
        fill(words, [self._title, self._count])
        head.addLayout(words, 1)
        columns = [
            Column[Behind](t("overview.list_head"), lambda each: Cell(each.title, each.detail)),
            Column[Behind](
                t("overview.list_when"), lambda each: Cell(self._day(each.when)), width=9, order=lambda each: each.when
            ),
        ]
        self._model = RowsModel(columns, key=lambda each: each.request or each.household)
        self._table = DataTable(theme, self._model, name=t("overview.list_head"))
        self._table.opened.connect(self._open)
        self._table.clicked.connect(lambda index: self._open(index.row()))
        card = Card(theme)
        card.flush()
        card.add(self._table)
        self._stack = QStackedWidget()
        self._stack.addWidget(card)
        self._stack.addWidget(EmptyState(theme, t("overview.list_none"), icon="list-bullets"))
        self._stack.setMinimumHeight(scale.em(20))
        whole = column(self, gap=scale.m)
        whole.addLayout(head)
        whole.addWidget(self._stack, 1)

    def put(self, listed: Listed) -> None:
        t = self._context.text
        self._title.setText(listed.title)
        key = "overview.list_more" if listed.more else "overview.list_count"
        self._count.setText(t(key, count=SHOWN if listed.more else len(listed.rows)))
        self._model.put(listed.rows)
        self._stack.setCurrentIndex(0 if listed.rows else 1)
        if listed.rows:
            self._table.choose(0)
            self._table.setFocus()

    def _day(self, iso: str) -> str:
        return self._context.words.day(date.fromisoformat(iso[:10])) if iso else ""

    def _open(self, number: int) -> None:
        if 0 <= number < self._model.rowCount():
            row_ = self._model.row_at(number)
            if row_.request:
                self._context.go(Place(Name.BOARD, row_.request))
            elif row_.person:
                self._context.go(Place(Name.RESIDENT, row_.person))
