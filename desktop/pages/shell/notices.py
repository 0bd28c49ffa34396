"""The banners of the window: in the layout above the page, never over what a person works on."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.pages.parts.notice import Notice
from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone
from desktop.widgets.basics import button, clear, column, reveal
from desktop.widgets.notices import Banner
from forms.text import Text

GONE_AFTER_MS = 8_000  # what only confirms goes by itself


class NoticeBox(QWidget):
    """Newest on top; one of the same title replaces the old one."""

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._theme, self._text = theme, text
        scale = theme.scale
        self._column = column(self, gap=scale.s, margins=(scale.xl, scale.m, scale.xl, 0))
        self._shown: dict[str, Banner] = {}
        self.hide()

    @property
    def titles(self) -> tuple[str, ...]:
        """What is said now."""
        return tuple(self._shown)

    def put(self, notice: Notice) -> None:
        self.drop(notice.title)
        banner = Banner(self._theme, notice.tone, notice.title, notice.detail)
        if notice.action and notice.act is not None:
            act = banner.add_action(button(self._theme, notice.action, small=True))
            act.clicked.connect(notice.act)
            act.clicked.connect(lambda: self.drop(notice.title))
        close = button(self._theme, "", kind="tool", icon="x", small=True, name=self._text("shell.close"))
        banner.add_action(close).clicked.connect(lambda: self.drop(notice.title))
        self._shown[notice.title] = banner
        self._column.insertWidget(0, banner)
        self.show()
        if notice.tone is Tone.OK:
            QTimer.singleShot(GONE_AFTER_MS, banner, lambda: self.drop(notice.title))

    def drop(self, title: str) -> None:
        banner = self._shown.pop(title, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        reveal(self, bool(self._shown))

    def clear(self) -> None:
        self._shown.clear()
        clear(self._column)
        self.hide()
