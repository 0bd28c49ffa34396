"""What kind of file, how choices stand in it, where it goes; and once it is written, what opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QPushButton

from desktop.pages.page import PageContext
from desktop.pages.parts import Elided, act, segment
from desktop.widgets.basics import fill, label, reveal, row
from desktop.widgets.card import Card
from forms.export.types import Choices, Words

ENDINGS = (".xlsx", ".csv")
V = TypeVar("V")


class FileCard(Card):
    """`changed`: the file will be another."""

    changed = Signal()

    def __init__(self, context: PageContext, elsewhere: Callable[[], None]) -> None:
        t, theme = context.text, context.theme
        super().__init__(theme, t("pages.export_file"))
        self._context = context
        self.ending, self.choices, self.words = ENDINGS[0], Choices.ONE, Words.LABELS
        self._written = Path()
        self._buttons: dict[object, QPushButton] = {}
        line = row(gap=theme.scale.s)
        fill(line, self._segments([(".xlsx", "Excel (.xlsx)"), (".csv", "CSV")], self._take_ending))
        line.addStretch(1)
        self.add(line)
        several = [(each, t(f"schemes.choices_{each.value}")) for each in Choices]
        named = [(each, t(f"schemes.words_{each.value}")) for each in Words]
        self._add_line(t("schemes.choices"), self._segments(several, self._take_choices))
        self._add_line(t("schemes.words"), self._segments(named, self._take_words))
        where = row(gap=theme.scale.s)
        self._path = Elided("", "small")
        where.addWidget(self._path, 1)
        where.addWidget(act(theme, t("pages.elsewhere"), elsewhere, kind="link", small=True))
        self._open = act(theme, t("pages.open_file"), self._open_file, icon="microsoft-excel-logo", small=True)
        self._look = act(theme, t("board.open_folder"), self._open_folder, icon="folder-open", small=True)
        fill(where, [self._open, self._look])
        self.add(where)
        self.put(self.ending, self.choices, self.words)

    def put(self, ending: str, choices: Choices, words: Words) -> None:
        """Choose without telling."""
        self.ending, self.choices, self.words = ending if ending in ENDINGS else ENDINGS[0], choices, words
        for value in (self.ending, choices, words):
            self._buttons[value].setChecked(True)

    def show_path(self, path: Path) -> None:
        """Where the file will go; none is written yet."""
        self._path.setText(str(path))
        for made in (self._open, self._look):
            reveal(made, False)

    def written(self, path: Path) -> None:
        """The file is there."""
        self._written = path
        for made in (self._open, self._look):
            reveal(made, True)

    def _segments(self, offered: Sequence[tuple[V, str]], take: Callable[[V], None]) -> list[QPushButton]:
        group = QButtonGroup(self)
        for value, words in offered:
            made = segment(self._context.theme, words, chosen=False, does_what=partial(take, value))
            group.addButton(made)
            self._buttons[value] = made
        return [self._buttons[value] for value, _ in offered]

    def _add_line(self, words: str, made: Sequence[QPushButton]) -> None:
        line = row(gap=self._context.theme.scale.s)
        name = label(words, "second")
        name.setFixedWidth(self._context.theme.scale.em(8))
        fill(line, [name, *made, None])
        self.add(line)

    def _take_ending(self, ending: str) -> None:
        self.ending = ending
        self.changed.emit()

    def _take_choices(self, choices: Choices) -> None:
        self.choices = choices
        self.changed.emit()

    def _take_words(self, words: Words) -> None:
        self.words = words
        self.changed.emit()

    def _open_file(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))
