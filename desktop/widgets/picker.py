"""A list of offers under a search box, painted from values; the focus stays in the box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.theme.apply import Theme
from desktop.widgets.basics import column, label, reveal
from desktop.widgets.mark import Mark, mark_size, paint_mark

Index = QModelIndex | QPersistentModelIndex
OFFER = Qt.ItemDataRole.UserRole
MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """One row: `title` with the characters [start, end) of `hit` in bold, `detail` at the right."""

    key: str
    title: str
    detail: str = ""
    second: str = ""  # a second line
    hit: tuple[int, int] = (0, 0)
    icon: str = ""
    mark: Mark | None = None


class OfferModel(QAbstractListModel):
    """The offers as Qt's model; screen readers hear title and detail."""

    def __init__(self) -> None:
        super().__init__()
        self.offers: tuple[Offer, ...] = ()

    def put(self, offers: Sequence[Offer]) -> None:
        self.beginResetModel()
        self.offers = tuple(offers)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.offers):
            return None
        offer = self.offers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return offer.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (offer.title, offer.second, offer.detail) if part)
        return offer if role == OFFER else None


class OfferDelegate(QStyledItemDelegate):
    """Paints an offer: title left, detail right, the chosen one on a tint."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        offer: Offer = index.data(OFFER)
        scale = self._theme.scale
        return QSize(1, scale.row_two if offer.second else scale.px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer: Offer = index.data(OFFER)
        scale, colours = self._theme.scale, self._theme.colours
        box = QRect(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.chosen))
            painter.drawRoundedRect(box.adjusted(2, 1, -2, -1), scale.xs, scale.xs)
        box.adjust(scale.m, 0, -scale.m, 0)
        if offer.icon:
            device = painter.device()
            ratio = device.devicePixelRatioF() if device is not None else 1.0
            pixmap = self._theme.pixmap(offer.icon, "primary", ratio=ratio)
            painter.drawPixmap(box.left(), box.center().y() - scale.icon // 2, pixmap)
            box.setLeft(box.left() + scale.icon + scale.s)
        box = self._paint_right(painter, box, offer)
        upper = QRect(box.left(), box.top() + scale.xs, box.width(), box.height() // 2) if offer.second else box
        self._paint_title(painter, upper, offer)
        if offer.second:
            font = self._theme.font(pixels=scale.small)
            painter.setFont(font)
            painter.setPen(QColor(colours.text2))
            lower = QRect(box.left(), box.center().y(), box.width(), box.height() // 2)
            words = QFontMetrics(font).elidedText(offer.second, Qt.TextElideMode.ElideRight, lower.width())
            painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_right(self, painter: QPainter, box: QRect, offer: Offer) -> QRect:
        scale = self._theme.scale
        if offer.mark is not None:
            size = mark_size(self._theme, offer.mark)
            at = QRect(box.right() - size.width(), box.center().y() - size.height() // 2, size.width(), size.height())
            paint_mark(painter, self._theme, rect=at, mark=offer.mark)
            box = box.adjusted(0, 0, -size.width() - scale.m, 0)
        if offer.detail:
            font = self._theme.font(pixels=scale.small)
            metrics = QFontMetrics(font)
            room = min(metrics.horizontalAdvance(offer.detail) + 1, box.width() * 3 // 5)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.colours.text2))
            at = QRect(box.right() - room, box.top(), room, box.height())
            words = metrics.elidedText(offer.detail, Qt.TextElideMode.ElideRight, room)
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
            box = box.adjusted(0, 0, -room - scale.m, 0)
        return box

    def _paint_title(self, painter: QPainter, box: QRect, offer: Offer) -> None:
        start, end = offer.hit
        painter.setPen(QColor(self._theme.colours.text))
        left = box.left()
        for part, bold in ((offer.title[:start], False), (offer.title[start:end], True), (offer.title[end:], False)):
            if not part:
                continue
            font = self._theme.font(bold=bold or bool(offer.second and not end))
            metrics = QFontMetrics(font)
            room = box.right() - left
            words = metrics.elidedText(part, Qt.TextElideMode.ElideRight, room)
            painter.setFont(font)
            painter.drawText(QRect(left, box.top(), max(0, room), box.height()), Qt.AlignmentFlag.AlignVCenter, words)
            left += metrics.horizontalAdvance(words)


class PickerPopup(QFrame):
    """The list. Put it in a layout under its box, or `attach` it to float over the window.

    `picked(str)`: an offer's key, by `choose` or the mouse.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._anchor: QWidget | None = None
        self.setProperty("kind", "popup")
        self.model = OfferModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(OfferDelegate(theme))
        self.view.setAccessibleName(name)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._clicked)
        inset = theme.scale.xs
        box = column(self, margins=(inset, inset, inset, inset))
        box.addWidget(self.view)
        self.note = label("", "small", wrap=True)
        self.note.setContentsMargins(theme.scale.s, inset, theme.scale.s, inset)
        self.note.setVisible(False)
        box.addWidget(self.note)
        self.setVisible(False)

    def attach(self, anchor: QWidget) -> None:
        """Float under `anchor`, over whatever is below it."""
        self._anchor = anchor
        anchor.installEventFilter(self)

    def offer(self, offers: Sequence[Offer], *, note: str = "") -> None:
        """Show the offers, the first chosen; nothing to offer and nothing to note hides the list."""
        self.model.put(offers)
        self.note.setText(note)
        reveal(self.note, bool(note))
        reveal(self.view, bool(offers))
        if not offers and not note:
            self.dismiss()
            return
        if offers:
            self.view.setCurrentIndex(self.model.index(0))
        self._fit()
        reveal(self, True)
        if self._anchor is not None:
            self._place(self._anchor)

    def dismiss(self) -> None:
        self.setVisible(False)

    def step(self, by: int) -> None:
        """Choose the next or an earlier offer; it stops at the ends."""
        if self.model.offers:
            row = min(max(self.view.currentIndex().row() + by, 0), len(self.model.offers) - 1)
            self.view.setCurrentIndex(self.model.index(row))

    def select(self, key: str) -> None:
        """Choose the offer with this key where it is there."""
        for row, offer in enumerate(self.model.offers):
            if offer.key == key:
                self.view.setCurrentIndex(self.model.index(row))

    @property
    def current(self) -> Offer | None:
        row = self.view.currentIndex().row()
        return self.model.offers[row] if 0 <= row < len(self.model.offers) else None

    def choose(self) -> bool:
        """Pick the chosen offer; false where there is none."""
        current = self.current
        if not self.isVisible() or current is None:
            return False
        self.picked.emit(current.key)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible() and self._anchor is not None:
            self._place(self._anchor)
        elif event.type() == QEvent.Type.Hide:
            self.dismiss()
        return super().eventFilter(watched, event)

    def _clicked(self, index: QModelIndex) -> None:
        self.view.setCurrentIndex(index)
        self.choose()

    def _fit(self) -> None:
        heights = [self.view.sizeHintForRow(row) for row in range(min(len(self.model.offers), MOST_ROWS))]
        self.view.setFixedHeight(sum(heights) + 2)

    def _place(self, anchor: QWidget) -> None:
        window = anchor.window()
        if self.parentWidget() is not window:
            self.setParent(window)
            self.show()
        at = anchor.mapTo(window, QPoint(0, anchor.height() + self._theme.scale.xs))
        self.setFixedWidth(anchor.width())
        box = self.layout()
        if box is not None:
            box.activate()  # what was hidden just now counts no more
        self.adjustSize()
        room = window.height() - at.y() - self._theme.scale.s
        if self.height() > room and self.view.height() > room - self.note.sizeHint().height():
            self.view.setFixedHeight(max(self._theme.scale.row, room - 2 * self._theme.scale.s))
            self.adjustSize()
        self.move(at)
        self.raise_()
