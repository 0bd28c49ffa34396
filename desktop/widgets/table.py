"""A table of two-line rows, painted from values: no cell widgets, one look in every theme."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from desktop.theme.apply import Theme
from desktop.widgets.mark import mark_size, paint_mark
from desktop.widgets.table_model import CELL, Cell, Index, RowsModel

Row = TypeVar("Row")
TICK = 20  # pixels at the usual size of text
STEPS = {int(Qt.Key.Key_Up): -1, int(Qt.Key.Key_Down): 1}


class _Line(NamedTuple):
    words: str
    pixels: int
    bold: bool
    colour: str


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: two lines, or a chip, or one line in a tone; a hairline under every row."""

    def __init__(self, theme: Theme, *, two_lines: bool) -> None:
        super().__init__()
        self._theme = theme
        self._two = two_lines

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        scale = self._theme.scale
        return QSize(1, scale.row_two if self._two else scale.row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, scale = self._theme.colours, self._theme.scale
        box = QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        cell: Cell = index.data(CELL)
        painter.save()
        first = index.sibling(index.row(), 0)
        ticked = first.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        if ticked or state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(colours.chosen))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(colours.hover))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if state & QStyle.StateFlag.State_Selected and index.column() == 0:
            painter.fillRect(QRect(box.left(), box.top(), scale.px(3), box.height()), QColor(colours.primary))
        tick = index.data(Qt.ItemDataRole.CheckStateRole)
        room = self._room(box, index)
        if tick is not None:
            self._paint_tick(painter, box.left() + scale.m, room, on=tick == Qt.CheckState.Checked)
        self._paint_cell(painter, room, cell)
        painter.restore()

    def _room(self, box: QRect, index: Index) -> QRect:
        """What a cell has for what it says: beside its tick, where it has one."""
        scale = self._theme.scale
        ticks = index.data(Qt.ItemDataRole.CheckStateRole) is not None
        return box.adjusted(scale.m + (scale.px(TICK) + scale.m if ticks else 0), 0, -scale.xs, -1)

    def _paint_tick(self, painter: QPainter, left: int, room: QRect, *, on: bool) -> None:
        side = self._theme.scale.px(TICK)
        drawn = QStyleOptionButton()
        drawn.rect = QRect(left, room.center().y() - side // 2, side, side)  # type: ignore[attr-defined]
        drawn.state = QStyle.StateFlag.State_Enabled | (  # type: ignore[attr-defined]
            QStyle.StateFlag.State_On if on else QStyle.StateFlag.State_Off
        )
        QApplication.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, drawn, painter)

    def _paint_cell(self, painter: QPainter, room: QRect, cell: Cell) -> None:
        scale = self._theme.scale
        if cell.mark is not None:
            size = mark_size(self._theme, cell.mark)
            width = min(size.width(), room.width())
            at = QRect(room.left(), room.center().y() - size.height() // 2, width, size.height())
            paint_mark(painter, self._theme, rect=at, mark=cell.mark)
            return
        if cell.icon:
            device = painter.device()
            ratio = device.devicePixelRatioF() if device is not None else 1.0
            pixmap = self._theme.pixmap(cell.icon, cell.tone or "text2", ratio=ratio)
            painter.drawPixmap(room.left(), room.center().y() - scale.icon // 2, pixmap)
        room = self._words_room(room, cell)
        lines = self._lines(cell)
        half = room.height() // 2
        upper = QRect(room.left(), room.top() + 3, room.width(), half - 1)
        lower = QRect(room.left(), room.top() + half, room.width(), half - 3)
        for line, place in zip(lines, (upper, lower) if len(lines) > 1 else (room,), strict=True):
            font = self._font(line)
            painter.setFont(font)
            painter.setPen(QColor(line.colour))
            shown = QFontMetrics(font).elidedText(line.words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _words_room(self, room: QRect, cell: Cell) -> QRect:
        scale = self._theme.scale
        return room.adjusted(scale.icon + scale.s, 0, 0, 0) if cell.icon else room

    def _lines(self, cell: Cell) -> tuple[_Line, ...]:
        scale, colours = self._theme.scale, self._theme.colours
        ink = colours.tone(cell.tone).text if cell.tone is not None else ""
        if cell.second:
            upper = _Line(cell.title, scale.base, True, ink or colours.text)
            return upper, _Line(cell.second, scale.small, False, colours.text2)
        plain = ink or (colours.text if cell.strong or not self._two else colours.text2)
        size = scale.base if cell.strong or not self._two else scale.small
        return (_Line(cell.title, size, cell.strong or bool(ink), plain),)

    def _font(self, line: _Line) -> QFont:
        return self._theme.font(pixels=line.pixels, bold=line.bold)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Words that found no room are said in full, others not again."""
        cell: Cell | None = index.data(CELL)
        said = ""
        if cell is not None and cell.mark is None:
            room = self._words_room(self._room(QRect(option.rect), index), cell)  # type: ignore[attr-defined]
            lines = self._lines(cell)
            if any(QFontMetrics(self._font(line)).horizontalAdvance(line.words) > room.width() for line in lines):
                said = "\n".join(line.words for line in lines)
        QToolTip.showText(event.globalPos(), said, view)
        return True


class DataTable(QTableView, Generic[Row]):
    """A RowsModel as a table. Enter or a double click opens, J and K go down and up.

    Space ticks, Shift and an arrow tick on, Ctrl+A ticks all; a click on a heading sorts where all rows are here.

    `opened(int)`: row number. `chosen(int)`: the current row is another one.
    """

    opened = Signal(int)
    chosen = Signal(int)

    def __init__(self, theme: Theme, model: RowsModel[Row], *, name: str, two_lines: bool = True) -> None:
        super().__init__()
        self._theme = theme
        self._rows = model
        self._away: set[int] = set()  # columns that the page leaves out
        self.setModel(model)
        self.setItemDelegate(CellDelegate(theme, two_lines=two_lines))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._set_headers(two_lines=two_lines)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def _set_headers(self, *, two_lines: bool) -> None:
        scale = self._theme.scale
        upright = self.verticalHeader()
        upright.setVisible(False)
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        upright.setDefaultSectionSize(scale.row_two if two_lines else scale.row)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(scale.em(2))
        head.setFixedHeight(scale.px(36))
        if any(column.order for column in self._rows.columns):
            head.setSortIndicatorShown(False)
            head.setSectionsClickable(True)
            head.sectionClicked.connect(self._sort)

    def selected(self) -> int | None:
        """The current row's number."""
        row = self.currentIndex().row()
        return row if row >= 0 else None

    def choose(self, row: int) -> None:
        if 0 <= row < self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(row, 0))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.chosen.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.currentIndex().row(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and row >= 0:
            self.opened.emit(row)
        elif key == Qt.Key.Key_Space and self._rows.checkable and row >= 0:
            self._rows.tick(row)
        elif key in STEPS and event.modifiers() == Qt.KeyboardModifier.ShiftModifier and self._rows.checkable:
            self._tick_on(row, row + STEPS[key])
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self._rows.checkable:
            self._rows.tick_all()
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K) and not event.modifiers():
            self.choose(row + (1 if key == Qt.Key.Key_J else -1))
        else:
            super().keyPressEvent(event)

    def _tick_on(self, row: int, beyond: int) -> None:
        """Shift and an arrow tick this row and the next."""
        for at in (row, beyond):
            if 0 <= at < self._rows.rowCount():
                self._rows.tick(at, on=True)
        self.choose(beyond)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        edge = self._theme.scale.px(20) + 2 * self._theme.scale.m
        if self._rows.checkable and index.isValid() and index.column() == 0 and event.position().x() < edge:
            self._rows.tick(index.row())
            event.accept()
            return
        super().mousePressEvent(event)

    def show_column(self, at: int, *, shown: bool) -> None:
        """Show or leave out a column; the others share its room."""
        (self._away.discard if shown else self._away.add)(at)
        self._share_width()

    def keyboardSearch(self, _search: str) -> None:
        """Letters are keys here, not a search."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give fixed columns their em and the others what is left; what finds no room is left out."""
        columns, room = self._rows.columns, self.viewport().width()
        shown = self._fitting(room)
        for at in range(len(columns)):
            if self.isColumnHidden(at) is (at in shown):
                self.setColumnHidden(at, at not in shown)
        widths = {at: self._theme.scale.em(columns[at].width) for at in shown if columns[at].width}
        open_ones = [at for at in shown if not columns[at].width]
        for at in open_ones:
            widths[at] = max(self._theme.scale.em(columns[at].least), (room - self._held(shown)) // len(open_ones))
        for at, width in widths.items():
            self.setColumnWidth(at, width)

    def _fitting(self, room: int) -> list[int]:
        """The columns that are shown: without those that can be spared, as far as that is needed."""
        columns = self._rows.columns
        shown = [at for at in range(len(columns)) if at not in self._away]
        for at in sorted((at for at in shown if columns[at].spare), key=lambda at: -columns[at].spare):
            least = sum(self._theme.scale.em(columns[each].least) for each in shown if not columns[each].width)
            if self._held(shown) + least <= room:
                break
            shown.remove(at)
        return shown

    def _held(self, shown: list[int]) -> int:
        """Pixels that the columns of a fixed width take."""
        return sum(self._theme.scale.em(self._rows.columns[at].width) for at in shown if self._rows.columns[at].width)

    def _sort(self, section: int) -> None:
        head = self.horizontalHeader()
        if self._rows.columns[section].order is None or not self._rows.sortable:
            return
        same = head.isSortIndicatorShown() and head.sortIndicatorSection() == section
        down = same and head.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        head.setSortIndicatorShown(True)
        head.setSortIndicator(section, order)
        self._rows.sort(section, order)
