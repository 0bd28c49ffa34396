"""Finding a choice among many by its characters, its pinyin, its initials or its code; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from threading import Thread

from desktop.widgets.picker import Offer
from forms.api import Choice
from forms.casework.names import NameKeys, Names

AT_ONCE = 150  # spellings in one go, some milliseconds
MOST_SPELLED = 5_000  # spelling more choices than that takes longer than a keystroke may


@dataclass(frozen=True, slots=True)
class Found:
    rank: int  # the smaller the better
    at: int
    hit: tuple[int, int]


@lru_cache(maxsize=1)
def shipped_names() -> Names:
    """How names are read, with the pack's surnames; read once for all forms."""
    return Names.read((files("resources") / "pack" / "surnames.csv").read_bytes())


class Loading:
    """The dictionaries of pinyin take half a second to load: they load beside the window, not in it."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._thread: Thread | None = None

    def start(self) -> None:
        """Load; once the page is there, which should not share its time with this."""
        self._thread = Thread(target=self.names.keys, args=("村",), name="pinyin", daemon=True)
        self._thread.start()

    def done(self) -> bool:
        return self._thread is not None and not self._thread.is_alive()


class ChoiceIndex:
    """Choices of one select. `often` are the values that this village chose most, first ones first; `details` stand
    at the right, by value.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        names: Names,
        *,
        often: Sequence[str] = (),
        details: Mapping[str, str] | None = None,
    ) -> None:
        self._details = details or {}
        self._choices = choices
        self._names = names
        self._spelled: list[NameKeys] = []
        self._often = {value: at for at, value in enumerate(often)}

    @cached_property
    def _labels(self) -> list[str]:
        return [plain(choice.label) for choice in self._choices]

    @property
    def _keys(self) -> list[NameKeys]:
        if len(self._choices) > MOST_SPELLED:
            return []
        self.warm(most=len(self._choices))
        return self._spelled

    def warm(self, *, most: int = AT_ONCE) -> bool:
        """Make some spellings before the first letter asks for them; false when all are made."""
        done = len(self._spelled)
        if len(self._choices) > MOST_SPELLED or done == len(self._choices):
            return False
        self._spelled += [self._names.keys(_head(choice.label)) for choice in self._choices[done : done + most]]
        return len(self._spelled) < len(self._choices)

    def find(self, query: str, *, most: int = 60) -> list[Offer]:
        """The best matches first; everything in order where nothing was typed."""
        wanted = plain(query)
        if not wanted:
            order = sorted(
                range(len(self._choices)), key=lambda at: self._often.get(self._choices[at].value, 1_000_000)
            )
            return [self._offer(at, (0, 0)) for at in order[:most]]
        found = [f for at in range(len(self._choices)) if (f := self._match(at, wanted)) is not None]
        found.sort(key=lambda f: (f.rank, self._often.get(self._choices[f.at].value, 1_000_000), f.at))
        return [self._offer(f.at, f.hit) for f in found[:most]]

    def _offer(self, at: int, hit: tuple[int, int]) -> Offer:
        choice = self._choices[at]
        return Offer(choice.value, choice.label, self._details.get(choice.value, ""), hit=hit)

    def _match(self, at: int, wanted: str) -> Found | None:
        label = self._labels[at]
        start = label.find(wanted)
        if start >= 0:
            same_length = len(label) == len(self._choices[at].label)
            return Found(0 if start == 0 else 3, at, (start, start + len(wanted)) if same_length else (0, 0))
        if self._choices[at].value.lower().startswith(wanted):
            return Found(1, at, (0, 0))
        letters = wanted.replace(" ", "")
        if not (letters.isascii() and any(map(str.isalpha, letters)) and self._keys):
            return None  # digits are not spelled, so that nothing waits for the dictionaries
        keys = self._keys[at]
        for initials in keys.initials:
            place = initials.find(letters)
            if place >= 0:
                return Found(1 if place == 0 else 4, at, _span(self._choices[at].label, place, len(letters)))
        for full in keys.full:
            place = full.find(letters)
            if place >= 0:
                return Found(2 if place == 0 else 5, at, (0, 0))
        return None


def plain(words: str) -> str:
    """Lower case, full-width signs made narrow, for comparing."""
    return unicodedata.normalize("NFKC", words).strip().lower()


def _head(label: str) -> str:
    """The part of a label that people spell: up to 12 signs."""
    return label[:12]


def _span(label: str, place: int, count: int) -> tuple[int, int]:
    """The characters of `label` whose initials matched: only where each one has an initial of its own."""
    whole = label[: place + count]
    if any("\u4e00" <= sign <= "\u9fff" for sign in label) and all("\u4e00" <= sign <= "\u9fff" for sign in whole):
        return place, place + count
    return 0, 0
