"""Choices that the workspace keeps, a line each: as they stand in it, and put there at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QLineEdit, QPushButton, QWidget

from desktop.fill.fields.placing import read_place
from desktop.pages.parts.page import PageContext
from desktop.pages.parts.parts import act, segment
from desktop.services.keeping.choices import OWN_POINT, PHOTO_FOLDER
from desktop.widgets.basics import fill, label, reveal, row
from desktop.widgets.card import Card
from desktop.widgets.flow import FlowLayout

POINT_EMS = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is the setting, `words` the key of the words over it.

    `options` are values with their words; `standing` says which of them a setting means; `then` is told the new one.
    """

    key: str
    words: str
    options: tuple[tuple[str, str], ...]
    standing: Callable[[str], str]
    detail: str = ""
    then: Callable[[str], object] = lambda _: None


def add_line(
    context: PageContext,
    card: Card,
    words: str,
    options: tuple[tuple[str, str], ...],
    *,
    now: str,
    chosen: Callable[[str], object],
) -> tuple[QPushButton, ...]:
    """The options side by side, the present one marked."""
    card.add(label(words, "small-strong"))
    line, group, made = FlowLayout(gap=context.theme.scale.s), QButtonGroup(card), []
    for value, said in options:
        one = segment(context.theme, said, chosen=value == now, does_what=partial(chosen, value))
        one.setAccessibleName(f"{words} {said}")
        group.addButton(one)
        line.addWidget(one)
        made.append(one)
    card.add(line)
    return tuple(made)


def add_kept(context: PageContext, card: Card, choice: Choice, kept: Mapping[str, str]) -> None:
    """A choice as it stands in the workspace."""

    def put(value: str) -> None:
        context.lanes.write(card, lambda desk: desk.settings.put(choice.key, value))
        choice.then(value)

    now = choice.standing(kept.get(choice.key, ""))
    add_line(context, card, context.text(choice.words), choice.options, now=now, chosen=put)
    if choice.detail:
        card.add(label(context.text(choice.detail), "small", wrap=True))


class FolderLine(QWidget):
    """The folder into which a telephone or camera puts its photographs: chosen, or none."""

    def __init__(self, context: PageContext, folder: str) -> None:
        super().__init__()
        self._context = context
        self._path = label("", "small", wrap=True)
        choose = act(context.theme, context.text("choices.folder_choose"), self.choose, icon="folder-open", small=True)
        self._none = act(
            context.theme, context.text("choices.folder_none"), lambda: self.take(""), kind="link", small=True
        )
        line = row(self, gap=context.theme.scale.s)
        fill(line, [choose, self._none, self._path])
        line.setStretch(2, 1)
        self._show(folder)

    def choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self._context.text("choices.set_folder"))
        if found:
            self.take(found)

    def take(self, folder: str) -> None:
        """From now on."""
        self._context.lanes.write(self, lambda desk: desk.settings.put(PHOTO_FOLDER, folder))
        self._show(folder)

    def _show(self, folder: str) -> None:
        self._path.setText(folder or self._context.text("choices.folder_is_none"))
        reveal(self._none, bool(folder))


class PointLine(QWidget):
    """Where the village is, to be taken in forms that ask for a place."""

    def __init__(self, context: PageContext, point: str) -> None:
        super().__init__()
        self._context = context
        self._box = QLineEdit(point)
        self._box.setPlaceholderText(context.text("fill.place_example"))
        self._box.setAccessibleName(context.text("choices.set_point"))
        self._box.setMaximumWidth(context.theme.scale.em(POINT_EMS))
        self._said = label("", "small", wrap=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        line = row(self, gap=context.theme.scale.s)
        fill(line, [self._box, self._said])
        line.setStretch(1, 1)
        self._box.editingFinished.connect(self._take)

    def _take(self) -> None:
        words = self._box.text().strip()
        point = " ".join(read_place(words).split()[:2])
        bad = bool(words) and not point
        self._said.setText(self._context.text("choices.point_bad") if bad else "")
        if not bad:
            self._context.lanes.write(self, lambda desk: desk.settings.put(OWN_POINT, point))
