"""What is wrong with a page to the eye: cut words, parts outside their place, parts over each other."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from desktop.pages.parts.parts import Elided
from desktop.widgets.card import EmptyState

SLACK = 2  # pixels: rounding of the style
SPEAKING = (QLabel, QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)  # what carries words
OVER = ("toast", "popup")  # what lies over others on purpose


def complaints(page: QWidget) -> list[str]:
    """One line for each fault; empty where all is well."""
    found = []
    shown = [widget for widget in page.findChildren(QWidget) if _counts(widget, page)]
    for widget in shown:
        found += _cut(widget) + _outside(widget, page)
    return found + _overlaps(shown, page)


def dead_ends(page: QWidget) -> list[str]:
    """Empty lists from which nothing leads on: neither a button of their own nor what the page is mostly for."""
    pressed = [made for made in page.findChildren(QPushButton) if _counts(made, page) and made.isEnabled()]
    if any(made.property("kind") == "primary" for made in pressed):
        return []
    empty = [each for each in page.findChildren(EmptyState) if _counts(each, page)]
    return [f"nothing leads on: {each.sentence.text()}" for each in empty if each.action not in pressed]


def _counts(widget: QWidget, page: QWidget) -> bool:
    return widget.isVisible() and widget.window() is page.window()


def _cut(widget: QWidget) -> list[str]:
    """Words that do not fit. Lists cut with an ellipsis on purpose and show the whole elsewhere."""
    if isinstance(widget, Elided) or not isinstance(widget, QLabel | QPushButton | QCheckBox) or not widget.text():
        return []
    if widget.hasHeightForWidth():
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
    """Parts beyond their page, or words beyond what they stand in; what scrolls may lie below, never beside."""
    scrolled = _scroller(widget, page)
    box = _box(widget, page)
    room = page.rect() if scrolled is None else _box(scrolled, page)
    beside = box.left() < room.left() - SLACK or box.right() > room.right() + SLACK
    below = box.top() < room.top() - SLACK or box.bottom() > room.bottom() + SLACK
    if beside or (below and scrolled is None):
        return [f"outside: {_name(widget)} {box.getRect()} in {room.getRect()}"]
    parent = widget.parentWidget()
    if parent is None or not isinstance(widget, SPEAKING) or scrolled is not None:
        return []
    inside = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(widget.geometry())
    return [] if inside else [f"outside: {_name(widget)} of {type(parent).__name__} {parent.size().toTuple()}"]


def _overlaps(shown: list[QWidget], page: QWidget) -> list[str]:
    """Words over words: neither stands inside the other, and both can be seen."""
    speaking = [(widget, _seen(widget, page)) for widget in shown if isinstance(widget, SPEAKING)]
    found = []
    for (one, here), (other, there) in combinations(speaking, 2):
        both = here.intersected(there)
        if both.width() <= SLACK or both.height() <= SLACK:
            continue
        if one.isAncestorOf(other) or other.isAncestorOf(one) or _over(one) is not _over(other):
            continue
        found.append(f"overlap: {_name(one)} and {_name(other)} by {both.width()}x{both.height()}")
    return found


def _over(widget: QWidget) -> QWidget | None:
    """The toast or popup in which it stands."""
    part: QWidget | None = widget
    while part is not None and part.property("kind") not in OVER:
        part = part.parentWidget()
    return part


def _seen(widget: QWidget, page: QWidget) -> QRect:
    """Where it can be seen: without what its scroll areas cut off."""
    region = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(page, region.topLeft()), region.size())


def _box(widget: QWidget, page: QWidget) -> QRect:
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def _scroller(widget: QWidget, page: QWidget) -> QWidget | None:
    """The viewport in which it scrolls."""
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        above = parent.parentWidget()
        if isinstance(above, QAbstractScrollArea) and above.viewport() is parent:
            return parent
        parent = above
    return None


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} {words[:40]!r}"
