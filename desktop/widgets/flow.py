"""A layout that puts widgets side by side and goes on in the next line where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    def __init__(self, parent: QWidget | None = None, *, gap: int = 0) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._place(box, move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(max((s.width() for s in shown), default=0), max((s.height() for s in shown), default=0))

    def _place(self, box: QRect, *, move: bool) -> int:
        """Lay the items out in `box`; the height that they take."""
        x, y, tallest = box.x(), box.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), box.width())
            if x > box.x() and x + width > box.right() + 1:
                x, y, tallest = box.x(), y + tallest + self._gap, 0
            height = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, height)))
            x += width + self._gap
            tallest = max(tallest, height)
        return y + tallest - box.y()


class ColumnsLayout(FlowLayout):
    """The same in columns of equal width: `columns` of them, 0 for as many as find room."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 0, columns: int = 0, least: int = 1) -> None:
        """A column is at least `least` pixels wide; where the room is less there are fewer columns."""
        super().__init__(parent, gap=gap)
        self._columns, self._least = columns, max(1, least)

    def sizeHint(self) -> QSize:
        wanted = self._columns or len(self._items)
        return QSize(wanted * (self._least + self._gap), super().sizeHint().height())

    def minimumSize(self) -> QSize:
        return QSize(self._least, super().minimumSize().height())

    def _place(self, box: QRect, *, move: bool) -> int:
        shown = [item for item in self._items if not item.isEmpty()]
        fits = max(1, (box.width() + self._gap) // (self._least + self._gap))
        count = self._balanced(min(fits, self._columns or len(shown) or 1), len(shown))
        wide, over = divmod(box.width() - self._gap * (count - 1), count)  # the first columns share what is over
        y = box.y()
        for start in range(0, len(shown), count):
            line = shown[start : start + count]
            high = max(_height(item, wide) for item in line)
            for at, item in enumerate(line if move else ()):
                left = box.x() + at * (wide + self._gap) + min(at, over)
                item.setGeometry(QRect(left, y, wide + (at < over), high))
            y += high + self._gap
        return max(0, y - self._gap - box.y())

    def _balanced(self, count: int, shown: int) -> int:
        """Where fewer fit than were asked for, as few as the lines need: four stand two and two, not three and one."""
        if count >= self._columns or not shown:
            return count
        lines = -(-shown // count)
        return -(-shown // lines)


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
