"""Labels, buttons and boxes as the style sheet knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.theme.apply import Theme, restyle

Box = TypeVar("Box", bound=QBoxLayout)
Margins = tuple[int, int, int, int]
AT_ONCE = 8  # widgets that are polished in one go, a few milliseconds
ICON_GAP = 4  # between icon and words, beside the 4 pixels that Qt leaves
ICON_ROLES = {"primary": "on_primary", "tell": "tell", "danger": "bad", "link": "primary"}


def label(text: str = "", role: str = "", *, tone: str = "", wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label of plain text. `role`: h1, h2, h3, strong, second, small, small-strong, number, required, error, key."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    if wrap:
        made.setWordWrap(True)
        made.setMinimumWidth(1)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class Button(QPushButton):
    """A button that Enter presses too, wherever it stands."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and not self.isCheckable():
            self.click()
        else:
            super().keyPressEvent(event)


def button(
    theme: Theme, text: str, *, kind: str = "", icon: str = "", small: bool = False, tip: str = "", name: str = ""
) -> QPushButton:
    """A button. `kind`: "" (outlined), primary, tell, danger, link, tool, segment, tab. `name` is for screen readers.

    A button without text needs `name`.
    """
    made = Button(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if small:
        made.setProperty("measure", "small")
    if icon:
        _put_icon(theme, made, kind, icon)
    if tip:
        made.setToolTip(tip)
    made.setAccessibleName(name or text)
    return made


def become(theme: Theme, made: QPushButton, *, kind: str, icon: str) -> None:
    """Make a button one of another kind, as when something else is now what one most likely wants."""
    restyle(made, kind=kind)
    _put_icon(theme, made, kind, icon)


def _put_icon(theme: Theme, made: QPushButton, kind: str, icon: str) -> None:
    if made.text():
        put_icon_beside_words(theme, made, icon, role=ICON_ROLES.get(kind, "text"))
    else:
        made.setIcon(theme.icon(icon, ICON_ROLES.get(kind, "text")))
        made.setIconSize(QSize(theme.scale.icon, theme.scale.icon))


def put_icon_beside_words(theme: Theme, made: QPushButton, icon: str, *, role: str = "text", size: int = 0) -> None:
    """An icon at the distance from the words that all buttons have; `size` in pixels, or the scale's."""
    size, gap = size or theme.scale.icon, theme.scale.px(ICON_GAP)
    made.setIcon(theme.icon(icon, role, size, gap=gap))
    made.setIconSize(QSize(size + gap, size))


def frame(kind: str) -> QFrame:
    """A box: card, sunken, plain, header, footer, outline, drawer."""
    made = QFrame()
    made.setProperty("kind", kind)
    return made


def rule(*, upright: bool = False) -> QFrame:
    """A hairline."""
    return frame("upright" if upright else "line")


def column(parent: QWidget | None = None, *, gap: int = 0, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """A vertical layout without the style's own margins; `margins` are left, top, right, bottom."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    return _bare(made, gap, margins)


def row(parent: QWidget | None = None, *, gap: int = 0, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """A horizontal layout without the style's own margins."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    return _bare(made, gap, margins)


def _bare(layout: Box, gap: int, margins: Margins) -> Box:
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    return layout


def fill(layout: QBoxLayout, items: Iterable[QWidget | QLayout | None]) -> None:
    """Add widgets and layouts in order; None is a stretch."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def clear(layout: QLayout) -> None:
    """Take everything out and delete it."""
    while layout.count():
        item = layout.takeAt(0)
        widget, inner = cast("QWidget | None", item.widget()), cast("QLayout | None", item.layout())
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def reveal(widget: QWidget, shown: object) -> None:
    """Show or hide; a widget that has no parent yet is shown with the one that it gets, and is no window meanwhile."""
    if shown and widget.parentWidget() is None and not widget.isVisible():
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(bool(shown))


def polished(widget: QWidget) -> Iterator[None]:
    """Let the style sheet work on a widget and what is in it, a few at a time, before they are shown."""
    widget.ensurePolished()
    for number, child in enumerate(widget.findChildren(QWidget), 1):
        child.ensurePolished()
        if number % AT_ONCE == 0:
            yield
    yield


def hug(widget: QWidget) -> QWidget:
    """Let the widget be no wider than it needs."""
    widget.setSizePolicy(QSizePolicy.Policy.Maximum, widget.sizePolicy().verticalPolicy())
    return widget


def bind(widget: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Let keys do something while the focus is in the widget."""
    for key, does in keys.items():
        shortcut = QShortcut(QKeySequence(key), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(does)
