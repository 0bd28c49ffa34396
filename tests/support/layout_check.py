"""What is wrong with a page to the eye: cut words, parts outside their page, parts over each other."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QWidget

from desktop.pages.parts import Elided

SLACK = 2  # pixels: rounding of the style


def complaints(page: QWidget) -> list[str]:
    """One line for each fault; empty where all is well."""
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not page.window():
            continue
        found += _cut(widget) + _outside(widget, page)
    return found


def _cut(widget: QWidget) -> list[str]:
    """Words that do not fit. Lists cut with an ellipsis on purpose and show the whole elsewhere."""
    if isinstance(widget, Elided) or not isinstance(widget, QLabel | QPushButton) or not widget.text():
        return []
    if isinstance(widget, QLabel) and widget.wordWrap():
        needed = widget.heightForWidth(widget.width())
        return [f"cut: {_name(widget)} {widget.height()} of {needed} high"] if needed > widget.height() + SLACK else []
    hint = widget.sizeHint()
    cut = []
    if hint.width() > widget.width() + SLACK:
        cut.append(f"cut: {_name(widget)} {widget.width()} of {hint.width()} wide")
    if isinstance(widget, QLabel) and hint.height() > widget.height() + SLACK:
        cut.append(f"cut: {_name(widget)} {widget.height()} of {hint.height()} high")
    return cut


def _outside(widget: QWidget, page: QWidget) -> list[str]:
    """Parts beyond their page; what scrolls may lie below, never beside."""
    box = QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
    scrolls = _scrolls(widget, page)
    room = page.rect()
    beside = box.left() < room.left() - SLACK or box.right() > room.right() + SLACK
    below = box.top() < room.top() - SLACK or box.bottom() > room.bottom() + SLACK
    if beside or (below and not scrolls):
        return [f"outside: {_name(widget)} {box.getRect()} in {room.getRect()}"]
    return []


def _scrolls(widget: QWidget, page: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QPushButton) else widget.accessibleName()
    return f"{type(widget).__name__} {words[:40]!r}"
