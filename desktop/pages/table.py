"""A list painted by a delegate: two lines a row, statuses as chips, no cell widgets, no horizontal scrolling."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.models.cells import CELL, Cell, Style
from desktop.models.paged import PagedTable
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex


class CellPainter(QStyledItemDelegate):
    """Paints `Cell` values with the theme's fonts and colours."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plain = theme.font()
        self._strong = theme.font(bold=True)
        self._small = theme.font(pixels=theme.scale.small)
        self._chip = theme.font(pixels=theme.scale.small, bold=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.scale.em(6), self._theme.scale.row_two)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL)
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, self._theme.colour("chosen" if chosen else "surface"))
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if isinstance(cell, Cell):
            inner = box.adjusted(self._theme.scale.m, 0, -self._theme.scale.s, -1)
            self._cell(painter, inner, cell)
        painter.restore()

    def _cell(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        match cell.style:
            case Style.CHECK:
                self._tick(painter, box, cell)
            case Style.CHIP:
                self._paint_chip(painter, box, cell)
            case Style.WARNING:
                self._warning(painter, box, cell)
            case _:
                self._lines(painter, box, cell)

    def _lines(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        first = {Style.STRONG: self._strong, Style.SECOND: self._small}.get(cell.style, self._plain)
        role = "text2" if cell.style is Style.SECOND else "text"
        if cell.icon:
            size = self._theme.scale.icon
            top = box.center().y() - size // 2
            pixmap = self._pixmap(cell.icon, cell.tone.value if cell.tone else "primary", size, painter)
            painter.drawPixmap(box.left(), top, pixmap)
            box = box.adjusted(size + self._theme.scale.s, 0, 0, 0)
        if not cell.second:
            self._text(painter, box, cell.text, first, self._ink(cell.tone, role))
            return
        upper, lower = QFontMetrics(first).height(), QFontMetrics(self._small).height()
        top = box.top() + (box.height() - upper - lower) // 2
        self._text(painter, QRect(box.left(), top, box.width(), upper), cell.text, first, self._ink(cell.tone, role))
        below = QRect(box.left(), top + upper, box.width(), lower)
        self._text(painter, below, cell.second, self._small, self._theme.colour("text2"))

    def _paint_chip(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        scale, ink = self._theme.scale, self._theme.colours.tone(cell.tone or Tone.MUTE)
        wide = QFontMetrics(self._chip).horizontalAdvance(cell.text)
        size = scale.icon_small if cell.icon else 0
        gap = scale.xs if cell.icon else 0
        width = min(box.width(), wide + size + gap + 2 * scale.px(9))
        chip = QRectF(box.left(), box.center().y() - scale.chip / 2 + 1, width, scale.chip)
        painter.setPen(QPen(QColor(ink.edge), 1) if ink.tint == self._theme.colours.surface else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.tint))
        painter.drawRoundedRect(chip, scale.chip / 2, scale.chip / 2)
        left = round(chip.left()) + scale.px(9)
        if cell.icon:
            pixmap = self._pixmap(cell.icon, (cell.tone or Tone.MUTE).value, size, painter)
            painter.drawPixmap(left, round(chip.center().y()) - size // 2, pixmap)
        words = QRect(left + size + gap, round(chip.top()), round(width) - size - gap - scale.px(14), scale.chip)
        self._text(painter, words, cell.text, self._chip, QColor(ink.text))

    def _warning(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        scale, tone = self._theme.scale, cell.tone or Tone.MUTE
        urgent = tone in (Tone.BAD, Tone.WARN)
        if tone is Tone.BAD:
            pixmap = self._pixmap("warning-fill", tone.value, scale.icon_small, painter)
            painter.drawPixmap(box.left(), box.center().y() - scale.icon_small // 2, pixmap)
            box = box.adjusted(scale.icon_small + scale.xs, 0, 0, 0)
        font = self._chip if urgent else self._small
        self._text(painter, box, cell.text, font, self._ink(tone, "text2"))

    def _tick(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        scale, side = self._theme.scale, self._theme.scale.px(20)
        square = QRectF(box.left(), box.center().y() - side / 2, side, side).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(self._theme.colour("primary" if cell.checked else "field"), 1.3))
        painter.setBrush(self._theme.colour("primary" if cell.checked else "surface"))
        painter.drawRoundedRect(square, scale.xs, scale.xs)
        if cell.checked:
            pixmap = self._pixmap("check", "on_primary", scale.icon_small, painter)
            at = square.center()
            half = scale.icon_small // 2
            painter.drawPixmap(round(at.x()) - half, round(at.y()) - half, pixmap)

    def _text(self, painter: QPainter, box: QRect, words: str, font: QFont, ink: QColor) -> None:
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _ink(self, tone: Tone | None, otherwise: str) -> QColor:
        if tone is None:
            return self._theme.colour(otherwise)
        return QColor(self._theme.colours.tone(tone).text)

    def _pixmap(self, name: str, role: str, size: int, painter: QPainter) -> QPixmap:
        return self._theme.pixmap(name, role, size=size, ratio=painter.device().devicePixelRatioF())


class DataTable(QTableView):
    """A list by rows. `opened` carries the row number at Enter or double click; `ticked` at Space or the box."""

    opened = Signal(int)
    ticked = Signal(int)
    moved = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setItemDelegate(CellPainter(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.scale.row_two)
        self.verticalHeader().setMinimumSectionSize(theme.scale.row)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setMinimumSectionSize(theme.scale.px(20))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._stretches: tuple[int, ...] = ()

    def show_model(self, model: PagedTable[R], *, compact: bool = False) -> None:
        """Show this list; `compact` for rows of one line."""
        self.setModel(model)
        scale = self._theme.scale
        self.verticalHeader().setDefaultSectionSize(scale.row if compact else scale.row_two)
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, scale.em(column.ems))
        self._stretches = tuple(column.stretch for column in model.columns)
        self.selectionModel().currentRowChanged.connect(lambda index, _: self.moved.emit(index.row()))
        self._share()

    def pick(self, number: int) -> None:
        """Move to a row."""
        model = self.model()
        if model is not None and 0 <= number < model.rowCount():
            self.selectRow(number)

    @property
    def at(self) -> int:
        """The row on which one stands; -1 where there is none."""
        return self.currentIndex().row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.at >= 0:
                self.opened.emit(self.at)
        elif event.key() == Qt.Key.Key_Space and self.at >= 0:
            self.ticked.emit(self.at)
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            self.pick(self.at + (1 if event.key() == Qt.Key.Key_J else -1))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        cell = index.data(CELL) if index.isValid() else None
        if isinstance(cell, Cell) and cell.style is Style.CHECK:
            self.ticked.emit(index.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Give the spare width to the columns that stretch."""
        total = sum(self._stretches)
        if not total or self.model() is None:
            return
        fixed = sum(self.columnWidth(at) for at, share in enumerate(self._stretches) if not share)
        spare = self.viewport().width() - fixed
        for at, share in enumerate(self._stretches):
            if share:
                self.setColumnWidth(at, max(self._theme.scale.em(6), spare * share // total))
