"""The sheet as it will be seen, and the second person's word."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget

from desktop.pages.parts.beside import USUAL_WIDTH
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act
from desktop.pages.shell.presenter import present
from desktop.services.overview.publication_values import Draft, DraftLine
from desktop.services.overview.sheet_markup import HIDDEN
from desktop.theme.tokens import Width
from desktop.widgets.basics import clear, column, label, reveal, row
from desktop.widgets.card import Card, EmptyState
from desktop.widgets.frame import ScrollBody
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Cell, Column, RowsModel

BESIDE = {"zh": 5}
LEAST_BESIDE = 3  # columns that fit beside each other where words are long


HEAD, HIGHER = 58, 84  # two lines, and three where the text is large
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)


class _Sheet(RowsModel[DraftLine]):
    """Whoever approves reads all of a heading."""

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _WRAPPED
        return super().headerData(section, side, role)


class SheetPreview(Card):
    """Table, notes and opinions; or why there is none. `remedied`: what would help was pressed."""

    remedied = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.theme)
        self._context = context
        self._title = label("", "h2", wrap=True)
        self.body.addWidget(self._title)
        self._stack = QStackedWidget()
        scroll = ScrollBody(gap=context.theme.scale.s)
        self._inside = scroll.body
        self._empty = EmptyState(context.theme, "", icon="shield-check", action=" ")
        if self._empty.action is not None:
            self._empty.action.clicked.connect(lambda _=False: self.remedied.emit())
        for part in (scroll, self._empty):
            self._stack.addWidget(part)
        self._stack.setMinimumHeight(context.theme.scale.em(18))
        self.body.addWidget(self._stack, 1)

    def put(self, draft: Draft) -> None:
        self._title.setText(draft.title)
        clear(self._inside)
        t = self._context.text
        heads = (*draft.heads, t("publication.total"))
        lines = (*draft.lines, DraftLine(t("publication.total"), draft.totals, draft.total))
        beside = BESIDE.get(t.language, LEAST_BESIDE)
        for first in range(0, len(heads), beside):
            self._inside.addWidget(self._part(heads, lines, range(first, min(len(heads), first + beside))))
        for note in draft.notes:
            self._inside.addWidget(label(note, "small", wrap=True))
        if draft.said:
            self._inside.addWidget(label(t("publication.opinions"), "h3", wrap=True))
        for said in draft.said:
            self._inside.addWidget(label(f"{said.topic}: {said.text}", wrap=True))
            if said.answer:
                self._inside.addWidget(label(f"{t('publication.answer')}: {said.answer}", "second", wrap=True))
        self._inside.addStretch(1)
        self._stack.setCurrentIndex(0)

    def say(self, error: BaseException, *, remedy: str = "") -> None:
        """Why there is none, and in a button what would help."""
        notice = present(error, self._context.text)
        self._title.setText("")
        self._empty.sentence.setText("\n".join((notice.title, notice.detail)) if notice else "")
        if self._empty.action is not None:
            self._empty.action.setText(remedy)
            reveal(self._empty.action, bool(remedy))
        self._stack.setCurrentIndex(1)

    def _part(self, heads: tuple[str, ...], lines: tuple[DraftLine, ...], some: range) -> DataTable[DraftLine]:
        """Some of the columns, with the villages before them."""
        theme, t = self._context.theme, self._context.text
        columns = [Column[DraftLine](t("publication.village"), lambda line: Cell(line.label, strong=True), width=11)]
        columns += [Column[DraftLine](heads[at], partial(_cell, at)) for at in some]
        model = _Sheet(columns, key=lambda line: line.label)
        model.put(lines)
        table = DataTable(theme, model, name=t("publication.sheet"), two_lines=False)
        head = HIGHER if theme.tokens.width(USUAL_WIDTH) is Width.NARROW else HEAD
        table.horizontalHeader().setFixedHeight(theme.scale.px(head))
        table.setFixedHeight(theme.scale.row * len(lines) + theme.scale.px(head + 4))
        return table


def _cell(at: int, line: DraftLine) -> Cell:
    if at == len(line.cells):
        return Cell(str(line.total), strong=True)
    count = line.cells[at]
    return Cell(HIDDEN if count is None else str(count) if count else "")


class SecondPerson(Card):
    """`approved(str, str)`: who, and their passphrase; `refused(str)`: why."""

    approved = Signal(str, str)
    refused = Signal(str)

    def __init__(self, context: PageContext) -> None:
        t, theme = context.text, context.theme
        super().__init__(theme, t("publication.second_title"))
        self.add(label(t("publication.second_detail"), "small", wrap=True))
        self._who, self._secret, self._reason = QLineEdit(), QLineEdit(), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        fields = column(gap=theme.scale.s)
        for field, key in ((self._who, "who"), (self._secret, "secret"), (self._reason, "reason")):
            field.setPlaceholderText(t(f"publication.second_{key}"))
            field.setAccessibleName(t(f"publication.second_{key}"))
            fields.addWidget(field)
        self.add(fields)
        line = row(gap=theme.scale.s)
        line.addWidget(act(theme, t("publication.approve"), self._approve, kind="primary", icon="check"))
        line.addWidget(act(theme, t("publication.refuse"), lambda: self.refused.emit(self._reason.text().strip())))
        line.addStretch(1)
        self.add(line)

    def _approve(self) -> None:
        secret = self._secret.text()
        self._secret.clear()
        self.approved.emit(self._who.text().strip(), secret)


class TakeBack(Card):
    """What is public stands on the hub's page; `withdrawn(str)`: why it shall not any more."""

    withdrawn = Signal(str)

    def __init__(self, context: PageContext) -> None:
        t, theme = context.text, context.theme
        super().__init__(theme, t("publication.withdraw_title"))
        self.add(label(t("publication.withdraw_detail"), "small", wrap=True))
        self._why = QLineEdit()
        self._why.setPlaceholderText(t("publication.withdraw_why"))
        self._why.setAccessibleName(t("publication.withdraw_why"))
        line = row(gap=theme.scale.s)
        line.addWidget(self._why, 1)
        line.addWidget(act(theme, t("publication.withdraw"), self._withdraw, icon="arrow-counter-clockwise"))
        self.body.addLayout(line)

    def _withdraw(self) -> None:
        why = self._why.text().strip()
        self._why.clear()
        self.withdrawn.emit(why)
