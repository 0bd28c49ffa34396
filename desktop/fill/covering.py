"""Over the page: a photograph on which faces and numbers are covered before it is kept."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QWidget

from desktop.fill.images import covered
from desktop.fill.kit import Kit
from desktop.theme.apply import Theme
from desktop.widgets.basics import button, column, fill, label, row
from desktop.widgets.guards import keeps_escape

SHARE = 0.2  # of the picture, the box that the keyboard begins with
STEP = 12  # pixels of the screen that an arrow moves the box
ARROWS = {
    Qt.Key.Key_Left: QPoint(-STEP, 0),
    Qt.Key.Key_Right: QPoint(STEP, 0),
    Qt.Key.Key_Up: QPoint(0, -STEP),
    Qt.Key.Key_Down: QPoint(0, STEP),
}


class CoverBox(QFrame):
    """`covered(bytes)`: the picture anew, when it was kept; `closed()` in any case."""

    covered = Signal(bytes)
    closed = Signal()

    def __init__(self, kit: Kit, data: bytes, *, over: QWidget) -> None:
        super().__init__(over)
        self._data = data
        self.setProperty("kind", "popup")
        self.setAccessibleName(kit.text("fill.cover_title"))
        scale, text = kit.theme.scale, kit.text
        room = QSize(round(over.width() * 0.8), round(over.height() * 0.8) - scale.px(130))
        self.canvas = Canvas(kit.theme, data, room=room, name=text("fill.cover_how"))
        self.keep = button(kit.theme, text("fill.cover_keep"), kind="primary", icon="check", tip="Ctrl+Enter")
        self.back = button(kit.theme, text("fill.cover_back"))
        self.leave = button(kit.theme, text("fill.cover_leave"), tip="Esc")
        buttons = row(gap=scale.s)
        fill(buttons, [self.back, None, self.leave, self.keep])
        box = column(self, gap=scale.s, margins=(scale.l, scale.m, scale.l, scale.m))
        fill(box, [label(text("fill.cover_title"), "h3"), label(text("fill.cover_how"), "small", wrap=True)])
        box.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignCenter)
        box.addLayout(buttons)
        self.keep.clicked.connect(self._keep)
        self.back.clicked.connect(self.canvas.take_back)
        self.leave.clicked.connect(self.dismiss)
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, (over.height() - self.height()) // 2)
        self.show()
        self.raise_()
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def dismiss(self) -> None:
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        if keeps_escape(event):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside."""
        stops: list[QWidget] = [self.canvas, self.back, self.leave, self.keep]
        here = next((at for at, each in enumerate(stops) if each.hasFocus()), 0)
        stops[(here + (1 if forward else -1)) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _keep(self) -> None:
        boxes = self.canvas.boxes
        if boxes:
            self.covered.emit(covered(self._data, boxes))
        self.dismiss()


class Canvas(QWidget):
    """The picture: a box is drawn with the mouse, or moved with the arrows, made larger with Shift, put with Space."""

    def __init__(self, theme: Theme, data: bytes, *, room: QSize, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage.fromData(data)
        size = self._image.size().boundedTo(room) if self._image.isNull() else self._image.size()
        size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self._put: list[QRect] = []
        self._from: QPoint | None = None
        side = QSize(round(size.width() * SHARE), round(size.height() * SHARE))
        self._box = QRect(QPoint((size.width() - side.width()) // 2, (size.height() - side.height()) // 2), side)

    @property
    def boxes(self) -> list[QRect]:
        """What is covered, in the picture's own pixels."""
        across = self._image.width() / max(1, self.width())
        down = self._image.height() / max(1, self.height())
        return [
            QRect(int(b.x() * across), int(b.y() * down), int(b.width() * across) + 1, int(b.height() * down) + 1)
            for b in self._put
        ]

    def take_back(self) -> None:
        """The last box away."""
        if self._put:
            self._put.pop()
            self.update()
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._box = QRect(self._from, event.position().toPoint()).normalized().intersected(self.rect())
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._from is not None and min(self._box.width(), self._box.height()) > 2:
            self._cover()
        self._from = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        if way is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._box.setSize((self._box.size() + QSize(way.x(), way.y())).expandedTo(QSize(STEP, STEP)))
        elif way is not None:
            self._box.translate(way)
        elif event.key() == Qt.Key.Key_Space:
            self._cover()
        else:
            super().keyPressEvent(event)
            return
        self._box = self._box.intersected(self.rect()) if self._box.intersects(self.rect()) else self.rect()
        self.update()

    def _cover(self) -> None:
        self._put.append(QRect(self._box))
        self.update()

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._image)
        for box in self._put:
            painter.fillRect(box, QColor(Qt.GlobalColor.black))
        for colour, width in ((Qt.GlobalColor.white, 4), (self._theme.colour("focus"), 2)):
            painter.setPen(QPen(QColor(colour), width, Qt.PenStyle.SolidLine))
            painter.drawRect(self._box.adjusted(1, 1, -2, -2))
        painter.end()
