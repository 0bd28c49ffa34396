"""The form's photographs at its right: those that are attached, and those that just came from a telephone or camera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.fill.fields.attaching import FileField, media_of
from desktop.fill.kit import Kit
from desktop.fill.rich import plain_words
from desktop.fill.stage import Stage
from desktop.widgets.basics import button, clear, label, reveal
from desktop.widgets.card import Card, KeyHint
from desktop.widgets.flow import FlowLayout
from forms.api import Change, Control, Node

THUMB = (92, 68)  # pixels at the office size
MOST = 8  # of each


@dataclass(frozen=True, slots=True)
class Shot:
    """A photograph in the watched folder that came since the form was opened; `picture` is small."""

    path: str
    name: str
    picture: QImage = field(compare=False)


class PhotoCard(Card):
    """`went(ref)`: to the question of a photograph; `taken(path)`: a new one is wanted. Hidden while there is none."""

    went = Signal(str)
    taken = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, kit.text("fill.photos"))
        self._kit = kit
        if self.header is not None:
            self.header.add_action(KeyHint("Ctrl+Shift+P"))
        self._kept, self._new = QWidget(), QWidget()
        self._kept_line, self._new_line = (FlowLayout(each, gap=kit.theme.scale.s) for each in (self._kept, self._new))
        self._from = label(kit.text("fill.photos_new"), "small", wrap=True)
        for part in (self._kept, self._from, self._new):
            self.add(part)
        self._shots: tuple[Shot, ...] = ()
        self._shown: tuple[tuple[str, str], ...] = ()
        self._tell()

    @property
    def wanted(self) -> bool:
        """Whether there is anything to see."""
        return bool(self._shown or self._shots)

    def show_kept(self, nodes: Iterable[Node]) -> None:
        """The photographs of these questions."""
        found = [node for node in nodes if node.value and is_photo(node) and self._kit.files.get(node.value)]
        now = tuple((node.ref, node.value) for node in found)
        if now == self._shown:
            return
        self._shown = now
        clear(self._kept_line)
        for node in found[:MOST]:
            picture = QImage.fromData(self._kit.files.get(node.value) or b"")
            made = self._thumb(picture, plain_words(node.label))
            made.clicked.connect(partial(self.went.emit, node.ref))
            self._kept_line.addWidget(made)
        self._tell()

    def offer(self, shots: Sequence[Shot]) -> None:
        """What came since, the newest first."""
        if tuple(shots) == self._shots:
            return
        self._shots = tuple(shots)
        clear(self._new_line)
        for shot in shots[:MOST]:
            made = self._thumb(shot.picture, self._kit.text("fill.photo_take", name=shot.name))
            made.clicked.connect(partial(self.taken.emit, shot.path))
            self._new_line.addWidget(made)
        self._tell()

    def _thumb(self, picture: QImage, words: str) -> QPushButton:
        scale = self._kit.theme.scale
        size = QSize(scale.px(THUMB[0]), scale.px(THUMB[1]))
        smooth = Qt.TransformationMode.SmoothTransformation
        fitted = picture.scaled(size * self.devicePixelRatioF(), Qt.AspectRatioMode.KeepAspectRatio, smooth)
        made = button(self._kit.theme, "", kind="start", name=words, tip=words)
        made.setIcon(QIcon(QPixmap.fromImage(fitted)))
        made.setIconSize(size)
        made.setFixedSize(size + QSize(scale.m, scale.m))
        return made

    def _tell(self) -> None:
        reveal(self._kept, bool(self._shown))
        for part in (self._from, self._new):
            reveal(part, bool(self._shots))
        reveal(self, self.wanted)


def is_photo(node: Node) -> bool:
    return node.control is Control.UPLOAD and media_of(node).startswith("image")


def photo_questions(nodes: Iterable[Node]) -> Iterator[Node]:
    """The questions that ask for a photograph now."""
    return (node for node in nodes if node.relevant and not node.readonly and is_photo(node))


class Photographs(QObject):
    """Keeps the card in step with the session. `changed()`: it came or went; `went(ref)`: to the question."""

    changed = Signal()
    went = Signal(str)

    def __init__(self, kit: Kit, stage: Stage) -> None:
        super().__init__(stage)
        self._kit, self._stage = kit, stage
        self.card = PhotoCard(kit)
        self.card.went.connect(self.went)
        self.card.taken.connect(self.take)

    @property
    def may_be_wanted(self) -> bool:
        """Whether the form asks for one at some time."""
        return any(is_photo(node) for node in self._kit.session.walk())

    def look(self) -> None:
        """Show what the record has now."""
        self.card.show_kept(photo_questions(self._kit.session.walk()))
        self.changed.emit()

    def took(self, change: Change, cause: str) -> None:
        """Look where a change may have touched photographs."""
        if change.repeats or cause in self._stage.files:
            self.look()

    def offer(self, shots: Sequence[Shot]) -> None:
        """What came from a telephone or camera since the form was opened."""
        self.card.offer(shots)
        self.changed.emit()

    def take(self, path: str) -> None:
        """Into the first question that asks for a photograph and has none, on this screen before all others."""
        here = {row.ref for row in self._stage.rows()}
        empty = [node for node in photo_questions(self._kit.session.walk()) if not node.value]
        for node in sorted(empty, key=lambda each: each.ref not in here)[:1]:
            self.went.emit(node.ref)
            row = next((each for each in self._stage.rows() if each.ref == node.ref), None)
            if row is not None and isinstance(row.field, FileField):
                row.field.take_file(path)

    def pick(self) -> None:
        """The file dialog of the screen's first picture that is empty."""
        for row in self._stage.rows():
            if isinstance(row.field, FileField) and not row.node.value:
                row.field.pick()
                return
