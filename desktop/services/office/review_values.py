"""What an office decides about facts: who is who, which of several values stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forms.casework.merging import Act


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two who may be one, the likeliest first; `proposed` by a village. `reasons` are words."""

    dataset: str
    one: str
    other: str
    one_name: str
    other_name: str
    where: str
    score: int
    reasons: tuple[str, ...]
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class SideFact:
    """One fact of both sides; `masked` ones are covered. `raw` is what would be kept, `alike`: both say the same."""

    name: str
    label: str
    left: str
    right: str
    alike: bool
    left_raw: str
    right_raw: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of a pair as it is shown: who, where, since when, and what hangs on it."""

    uuid: str
    name: str
    where: str
    registered: date | None
    requests: int
    version: int
    members: int = 0  # of a household


@dataclass(frozen=True, slots=True)
class PairDetail:
    dataset: str
    left: Side
    right: Side
    facts: tuple[SideFact, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What one record says a fact is. `words` as people read it, `raw` as it is kept."""

    instance_id: str
    words: str
    raw: str
    by: str
    when: datetime | None
    here: bool  # written in this office


@dataclass(frozen=True, slots=True)
class ConflictFact:
    """A fact of which several values were said. `suggested` is the newest, "" for what says who somebody is.

    `both`: what stands where both are kept, "" where that means nothing.
    """

    name: str
    label: str
    before: str
    before_raw: str
    told: tuple[Told, ...]
    now_raw: str
    suggested: str = ""
    both: str = ""


@dataclass(frozen=True, slots=True)
class HeldChange:
    """A change whose forerunner is missing: it counts all the same, or not at all."""

    instance_id: str
    values: tuple[tuple[str, str], ...]  # label, words
    by: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    dataset: str
    uuid: str
    name: str
    where: str
    facts: int
    held: int


@dataclass(frozen=True, slots=True)
class ConflictDetail:
    """`seen` names the changes that were looked at: what is decided holds for these only."""

    dataset: str
    uuid: str
    name: str
    where: str
    facts: tuple[ConflictFact, ...]
    held: tuple[HeldChange, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undoable:
    """A decision that can still be undone, and until when."""

    instance_id: str
    act: Act
    dataset: str
    kept: str
    names: tuple[str, str]
    by: str
    on: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    conflicts: tuple[ConflictRow, ...]
    decided: tuple[Undoable, ...]
