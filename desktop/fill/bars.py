"""The form page's upper and lower edge."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu

from desktop.theme.apply import Theme
from desktop.theme.tokens import Tone, Width
from desktop.widgets.basics import button, column, fill, label, reveal, row
from desktop.widgets.card import KeyHint
from desktop.widgets.mark import Chip, Mark
from forms.text import Text


class Header(QFrame):
    """Back, what is filled in, whether it is kept; on narrow windows the buttons for outline and person."""

    def __init__(self, theme: Theme, text: Text, *, title: str, subtitle: str) -> None:
        super().__init__()
        self._text = text
        scale = theme.scale
        self.setProperty("kind", "header")
        self.back = button(theme, text("fill.back"), kind="link", icon="arrow-left", tip="Esc")
        self.title = label(title, "h2")
        self.subtitle = label(subtitle, "small")
        reveal(self.subtitle, bool(subtitle))
        self.chip = Chip(theme, Mark(text("fill.draft"), Tone.WARN))
        self._sign = QLabel()
        self._sign.setPixmap(theme.pixmap("check-circle-fill", "ok", size=scale.px(17)))
        self.kept = label("", "second")
        self.outline = button(theme, text("fill.outline_button", n=1, m=1), icon="list", small=True)
        self.aside = button(theme, text("fill.aside"), icon="user", small=True)
        self.more = button(theme, text("fill.more"), icon="dots-three", small=True)
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        words = column(gap=1)
        first = row(gap=scale.m)
        fill(first, [self.title, self.chip, None])
        fill(words, [first, self.subtitle])
        line = row(self, gap=scale.m, margins=(scale.m, scale.s, scale.l, scale.s))
        fill(line, [self.back, words, None, self._sign, self.kept, self.outline, self.aside, self.more])
        self._sign.setVisible(False)
        self.setFixedHeight(scale.px(62))
        self.fit(Width.NARROW, has_aside=False)  # or the window grows before it is known how wide it is

    def show_kept(self, at: str) -> None:
        """`at` is the time of day of the last save."""
        reveal(self._sign, True)
        self.kept.setText(self._text("fill.kept", at=at))

    def fit(self, width: Width, *, has_aside: bool) -> None:
        reveal(self.outline, width is Width.NARROW)
        reveal(self.aside, has_aside and width is not Width.WIDE)
        reveal(self.subtitle, bool(self.subtitle.text()) and width is not Width.NARROW)
        reveal(self.chip, width is not Width.NARROW)


class Footer(QFrame):
    """What is still open at the left, what to do at the right."""

    list_asked = Signal()

    def __init__(self, theme: Theme, text: Text) -> None:
        super().__init__()
        self._text = text
        scale = theme.scale
        self.setProperty("kind", "footer")
        self.status = button(theme, "", kind="status")
        self.status.clicked.connect(self.list_asked)
        self.draft = button(theme, text("fill.save_draft"), icon="floppy-disk", tip="Ctrl+S")
        self.back = button(theme, text("fill.previous"), icon="arrow-up", tip="PgUp")
        self.next = button(theme, text("fill.next"), icon="arrow-down", tip="PgDn")
        self.check = button(theme, text("fill.check"), kind="primary", icon="check", tip="Ctrl+Enter")
        self.change = button(theme, text("fill.back_to_form"), icon="arrow-left", tip="Esc")
        self.submit = button(theme, text("fill.submit"), kind="primary", icon="check", tip="Enter")
        self._hints = [KeyHint(key) for key in ("Ctrl+S", "PgDn", "Ctrl+Enter")]
        line = row(self, gap=scale.s, margins=(scale.l, scale.s, scale.l, scale.s))
        fill(line, [self.status, None, self._hints[0], self.draft, self.back, self._hints[1], self.next])
        fill(line, [self._hints[2], self.change, self.check, self.submit])
        self._single = self._checking = self._last = self._brief = False
        self.fit(Width.NARROW)

    def show_status(self, *, missing: int, wrong: int) -> None:
        """还有 2 题必填、1 处要改."""
        text = self._text
        parts = [text("fill.open_missing", n=missing)] if missing else []
        parts += [text("fill.open_wrong", n=wrong)] if wrong else []
        words = text("fill.open", parts=text("fill.list_and").join(parts)) if parts else text("fill.open_nothing")
        self.status.setText(words)
        self.status.setAccessibleName(words)

    def show_place(self, *, first: bool, last: bool, checking: bool) -> None:
        self._checking, self._last = checking, last
        reveal(self.back, not first and not checking)
        reveal(self.next, not last and not checking)
        reveal(self.draft, not checking or self._wide)
        reveal(self.check, not checking)
        reveal(self.change, checking)
        reveal(self.submit, checking)
        self._show_hints()

    def show_unit(self, *, single: bool) -> None:
        """Whether the buttons turn questions or groups."""
        self._single = single
        self._name_turns()

    def show_brief(self, brief: bool) -> None:
        """Whether the check is on the page already, so that the button hands in."""
        self._brief = brief
        self._name_check()

    def fit(self, width: Width) -> None:
        self._wide, self._narrow = width is Width.WIDE, width is Width.NARROW
        self._name_turns()
        self._name_check()
        self._show_hints()

    def _name_check(self) -> None:
        """As `_name_turns`."""
        name = self._text("fill.submit" if self._brief else "fill.check")
        words = self._text("fill.check_short") if self._narrow and not self._brief else name
        if self.check.text() != words:
            self.check.setText(words)
            self.check.setAccessibleName(name)

    def _name_turns(self) -> None:
        """Short where there is little room; a screen reader hears the whole."""
        unit = "_question" if self._single else ""
        for made, name in ((self.back, "previous"), (self.next, "next")):
            made.setText(self._text(f"fill.{name}_short" if self._narrow else f"fill.{name}{unit}"))
            made.setAccessibleName(self._text(f"fill.{name}{unit}"))

    def _show_hints(self) -> None:
        save, after, check = self._hints
        reveal(save, self._wide and not self._checking)
        reveal(after, self._wide and not self._last and not self._checking)
        reveal(check, self._wide and not self._checking)
