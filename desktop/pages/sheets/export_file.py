"""What kind of file, how choices stand in it, where it goes; and once it is written, what opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.pages.parts.menu import ChoiceButton
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import Elided, act, segment
from desktop.widgets.basics import fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout
from forms.export.types import Choices, Words

ENDINGS = (".xlsx", ".csv")


class FileCard(Card):
    """`changed`: the file will be another."""

    changed = Signal()

    def __init__(self, context: PageContext, elsewhere: Callable[[], None]) -> None:
        t, theme = context.text, context.theme
        super().__init__(theme)
        self._context = context
        self.ending, self.choices, self.words = ENDINGS[0], Choices.ONE, Words.LABELS
        self._written = Path()
        self._buttons: dict[str, QPushButton] = {}
        self._several = ChoiceButton(theme, name=t("schemes.choices"))
        self._several.offer([(each.value, t(f"schemes.choices_{each.value}")) for each in Choices])
        self._several.chosen.connect(lambda value: self._take_choices(Choices(value)))
        self._named = ChoiceButton(theme, name=t("schemes.words"))
        self._named.offer([(each.value, t(f"schemes.words_{each.value}")) for each in Words])
        self._named.chosen.connect(lambda value: self._take_words(Words(value)))
        kinds = QWidget()
        flow = FlowLayout(kinds, gap=theme.scale.s)
        for made in (*self._formats(), self._several, self._named):
            flow.addWidget(made)
        line = row(gap=theme.scale.m)
        line.addWidget(label(t("pages.export_file"), "h3"))
        line.addWidget(kinds, 1)
        self.add(line)
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
        self._buttons[self.ending].setChecked(True)
        self._several.choose(choices.value)
        self._named.choose(words.value)

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

    def _formats(self) -> list[QPushButton]:
        group = QButtonGroup(self)
        for ending, words in zip(ENDINGS, ("Excel (.xlsx)", "CSV"), strict=True):
            made = segment(self._context.theme, words, chosen=False, does_what=partial(self._take_ending, ending))
            group.addButton(made)
            self._buttons[ending] = made
        return list(self._buttons.values())

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
