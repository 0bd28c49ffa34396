"""What every part of the form page needs, made once and passed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from desktop.fill.images import Photos
from desktop.theme.apply import Theme
from desktop.widgets.picker import Offer
from forms.api import Node, Session
from forms.casework.names import Names
from forms.casework.outlines import Ring
from forms.text import Text

Lookup = Callable[[str, Callable[[Sequence[Offer]], None]], None]
"""Searches for what was typed and, at once or later, hands over offers, best first; keys are values of the select.

A newer search may take an older one's place, which is then never answered.
"""


class Attachments(QObject):
    """Files of the record by name. `added` and `removed` tell whoever keeps them."""

    added = Signal(str, bytes)
    removed = Signal(str)

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        super().__init__()
        self._kept = dict(kept or {})

    def get(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def add(self, name: str, data: bytes) -> None:
        self._kept[name] = data
        self.added.emit(name, data)

    def remove(self, name: str) -> None:
        if self._kept.pop(name, None) is not None:
            self.removed.emit(name)

    def all(self) -> dict[str, bytes]:
        return dict(self._kept)


class Unread:
    """Words that no question of their type can hold (a date "last spring"), kept until they are mended, by ref."""

    def __init__(self, session: Session | None = None, kept: Mapping[str, str] | None = None) -> None:
        """`kept` from a draft count where the session still asks these questions and holds no answer to them."""
        self.words = {ref: words for ref, words in (kept or {}).items() if session and _is_open(session, ref)}

    def note(self, ref: str, words: str) -> None:
        """Keep them, or forget where `words` is empty."""
        if words:
            self.words[ref] = words
        else:
            self.words.pop(ref, None)

    def removed(self, series: str, index: int) -> tuple[tuple[str, str], ...]:
        """Instance `index` went: its words by the rest of their reference; those of the later ones move up."""
        base = f"{series}[{index}]"
        gone = {ref: words for ref, words in self.words.items() if ref.startswith(base)}
        self._move(series, {ref: words for ref, words in self.words.items() if ref not in gone}, after=index, by=-1)
        return tuple((ref.removeprefix(base), words) for ref, words in gone.items())

    def put_back(self, series: str, index: int, words: Sequence[tuple[str, str]]) -> None:
        """Instance `index` came again with these words; those of the later ones move down."""
        self._move(series, self.words, after=index - 1, by=1)
        self.words.update((f"{series}[{index}]{rest}", said) for rest, said in words)

    def exchanged(self, series: str, one: int, other: int) -> None:
        """Two instances changed places: their words go with them."""
        to = {f"{series}[{one}]": f"{series}[{other}]", f"{series}[{other}]": f"{series}[{one}]"}
        moved: dict[str, str] = {}
        for ref, said in self.words.items():
            base = next((each for each in to if ref.startswith(each)), "")
            moved[to[base] + ref.removeprefix(base) if base else ref] = said
        self.words = moved

    def _move(self, series: str, words: Mapping[str, str], *, after: int, by: int) -> None:
        moved: dict[str, str] = {}
        for ref, said in words.items():
            head, bracket, rest = ref.removeprefix(f"{series}[").partition("]")
            if ref.startswith(f"{series}[") and head.isdecimal() and int(head) > after:
                ref = f"{series}[{int(head) + by}{bracket}{rest}"
            moved[ref] = said
        self.words = moved


@dataclass(frozen=True)
class Kit:
    """`now` is aware, in the zone in which dates are meant; `new_name(ending)` gives an unused file name.

    `lookups` searches outside the form, by a question's reference without positions.
    `often` are the values chosen most here, `details` what is said beside each value, `near` what stands beside the
    question to be taken with one press, by the same. `own_point` is the village's.
    """

    theme: Theme
    text: Text
    session: Session
    names: Names
    now: Callable[[], datetime]
    new_name: Callable[[str], str]
    files: Attachments
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    often: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unread: Unread = field(default_factory=Unread)
    media: Mapping[str, bytes] = field(default_factory=dict)  # the form's own pictures, by file name
    details: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spelling: Callable[[], bool] = lambda: True  # whether pinyin is loaded
    after: Mapping[str, frozenset[str]] = field(default_factory=dict)  # choices that hang on others, by path
    near: Mapping[str, Sequence[Offer]] = field(default_factory=dict)
    photos: Photos = field(default_factory=Photos)
    own_point: str = ""
    outlines: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)  # of areas, by their name
    digits: Callable[[], bool] = lambda: False  # whether a digit that chooses goes on to the next question

    def node(self, ref: str) -> Node:
        """The node as the page shows it: with the words that the session cannot hold, where there are such."""
        node = self.session.node(ref)
        words = self.unread.words.get(ref, "")
        if not words or not node.relevant:
            return node
        return replace(node, value=words, valid=False, violation="type", message="")

    def picture(self, address: str, ems: tuple[int, int]) -> QPixmap | None:
        """The form's picture `jr://images/NAME`, fitted into so many ems; None where there is none."""
        data = self.media.get(address.rpartition("/")[2]) if address else None
        pixmap = QPixmap()
        if data is None or not pixmap.loadFromData(data):
            return None
        wide, high = (self.theme.scale.em(each) for each in ems)
        if pixmap.width() > wide or pixmap.height() > high:
            fitted, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            pixmap = pixmap.scaled(wide, high, fitted, smooth)
        return pixmap

    def today(self) -> date:
        return self.now().date()


def _is_open(session: Session, ref: str) -> bool:
    try:
        return not session.node(ref).value
    except LookupError:
        return False


def language_of(languages: Sequence[str], wanted: str, otherwise: str) -> str:
    """The form's language for `wanted` (zh, en): "English (en)", "en" or "English"; `otherwise` where it has none."""
    names = {"zh": ("中文", "chinese"), "en": ("english",)}.get(wanted, ())
    for language in languages:
        low = language.lower()
        if f"({wanted}" in low or low == wanted or low.startswith((f"{wanted}-", *names)):
            return language
    return otherwise


def language_name(language: str) -> str:
    """What people call it: "English" for "English (en)"."""
    return language.partition(" (")[0].strip() or language
