"""Decisions on facts: who is whom, which value stands, what a broken branch becomes. Read from form `decision`.

`fold` looks at a set of decisions, never at their order: every node that knows the same ones shows the same people,
whichever way they came. References are never rewritten; one of several names of a person stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DECISION = "decision"
"""Id of the form."""

DAYS_TO_UNDO = 30
DATASETS: Mapping[str, str] = {"resident": "residents", "household": "households"}
"""Answers to `target`, and the lists that they mean."""

Name = tuple[str, str]  # dataset, uuid
Pair = tuple[str, frozenset[str]]  # dataset, two uuids


class Act(StrEnum):
    PROPOSE = "propose"  # these may be one: for somebody else to decide
    MERGE = "merge"  # they are one; `kept` stands for both from now on
    DIFFERENT = "different"  # they are two: not to be asked again
    UNDO = "undo"  # of decisions named in `undone`
    CONFLICT = "conflict"  # which of several values stands; the values are an update in the same submission
    TAKE = "take"  # a held change counts although an earlier one is missing
    DROP = "drop"  # a held change does not count


VILLAGE_ACTS = frozenset({Act.PROPOSE, Act.CONFLICT})
"""What a village may decide; the township may decide everything."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision. `kept` is whom it is about, `other` the second of a pair.

    `undone` are instanceIDs of decisions, `about` those of the changes that were looked at: both sides of a
    conflict, or the held changes. `on` is the day that the submission names.
    """

    instance_id: str
    act: Act
    dataset: str
    kept: str
    other: str = ""
    undone: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    on: date | None = None

    @property
    def pair(self) -> Pair:
        return self.dataset, frozenset({self.kept, self.other})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a set of decisions comes to.

    `survivors` names for each merged entity the one that stands for it; `apart` are pairs known to be two, `proposed`
    what nobody has decided yet. `contested` are decisions that contradict others: their pairs stay two. `undone` maps
    a decision to those that undid it, `late` are undoings that came too late and change nothing.
    """

    survivors: Mapping[Name, str]
    apart: frozenset[Pair]
    merges: tuple[Decided, ...]
    proposed: tuple[Decided, ...]
    contested: tuple[Decided, ...]
    undone: Mapping[str, tuple[str, ...]]
    late: tuple[str, ...]

    def survivor(self, dataset: str, uuid: str) -> str:
        """Who stands for an entity: itself where it is merged into no other."""
        return self.survivors.get((dataset, uuid), uuid)

    def group(self, dataset: str, uuid: str) -> tuple[str, ...]:
        """All that are one with an entity, the one that stands for them first."""
        head = self.survivor(dataset, uuid)
        return head, *sorted(each for (of, each), to in self.survivors.items() if of == dataset and to == head)

    def are_apart(self, dataset: str, one: str, other: str) -> bool:
        return (dataset, frozenset({one, other})) in self.apart


def read(form_id: str, instance_id: str, values: Mapping[str, str]) -> Decided | None:
    """The decision in a submission, from `values` by question name; None where it is none or lacks what it needs."""
    act = next((each for each in Act if each.value == values.get("act", "")), None)
    dataset, kept = DATASETS.get(values.get("target", ""), ""), values.get("kept", "")
    if form_id != DECISION or act is None or not dataset or not kept:
        return None
    decided = Decided(
        instance_id=instance_id,
        act=act,
        dataset=dataset,
        kept=kept,
        other=values.get("other", ""),
        undone=tuple(values.get("undone", "").split()),
        about=tuple(values.get("about", "").split()),
        on=_day(values.get("decided_on") or values.get("today_meta") or ""),
    )
    return decided if _whole(decided) else None


def _whole(decided: Decided) -> bool:
    match decided.act:
        case Act.UNDO:
            return bool(decided.undone)
        case Act.CONFLICT | Act.TAKE | Act.DROP:
            return bool(decided.about)
    return decided.other not in ("", decided.kept)


def fold(decisions: Iterable[Decided]) -> Standing:
    """What these decisions come to, in whatever order they are given.

    A merge that somebody else calls wrong does not count: to keep two apart harms less than to mix them up. Of several
    that nobody merged further the smallest uuid stands for the rest, as it does where merges go round in a circle.
    """
    known = {each.instance_id: each for each in decisions}
    undone, late = _undone(known)
    standing = sorted((each for id, each in known.items() if id not in undone), key=lambda each: each.instance_id)
    apart = frozenset(each.pair for each in standing if each.act is Act.DIFFERENT)
    merges = tuple(each for each in standing if each.act is Act.MERGE)
    counted = [each for each in merges if each.pair not in apart]
    survivors = _survivors(counted)
    settled = apart | {each.pair for each in merges}
    return Standing(
        survivors=survivors,
        apart=apart,
        merges=tuple(counted),
        proposed=tuple(each for each in standing if each.act is Act.PROPOSE and each.pair not in settled),
        contested=tuple(each for each in standing if _contradicts(each, apart, survivors)),
        undone=undone,
        late=late,
    )


def settled(decisions: Iterable[Decided], act: Act, dataset: str, uuid: str) -> frozenset[str]:
    """InstanceIDs of the changes of one entity on which somebody has decided `act`."""
    mine = (each for each in decisions if each.act is act and (each.dataset, each.kept) == (dataset, uuid))
    return frozenset(id for each in mine for id in each.about)


def can_be_undone(decided: Decided, today: date) -> bool:
    """Whether an undoing of today would count."""
    return decided.act in (Act.MERGE, Act.DIFFERENT, Act.PROPOSE) and _in_time(decided, today)


def _undone(known: Mapping[str, Decided]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Decisions that were undone, each with what undid it, and undoings that came too late."""
    undone: dict[str, tuple[str, ...]] = {}
    late = []
    for undoing in sorted((each for each in known.values() if each.act is Act.UNDO), key=lambda each: each.instance_id):
        for id in undoing.undone:
            decided = known.get(id)
            if decided is None or decided.dataset != undoing.dataset:
                continue  # it may still come
            if decided.act in (Act.MERGE, Act.DIFFERENT, Act.PROPOSE) and _in_time(decided, undoing.on):
                undone[id] = (*undone.get(id, ()), undoing.instance_id)
            else:
                late.append(undoing.instance_id)
    return undone, tuple(dict.fromkeys(late))


def _in_time(decided: Decided, on: date | None) -> bool:
    """Only a merge has a limit; a day that nobody wrote down holds nobody up."""
    if decided.act is not Act.MERGE or decided.on is None or on is None:
        return True
    return (on - decided.on).days <= DAYS_TO_UNDO


def _survivors(merges: Iterable[Decided]) -> dict[Name, str]:
    """For everyone who is merged into another the one that stands for the group."""
    head: dict[Name, Name] = {}
    merged: set[Name] = set()
    for each in merges:
        kept, other = (each.dataset, each.kept), (each.dataset, each.other)
        merged.add(other)
        head[_top(head, kept)] = _top(head, other)
    groups: dict[Name, set[Name]] = {}
    for name in set(head):
        groups.setdefault(_top(head, name), set()).add(name)
    found = {}
    for group in groups.values():
        stands = min(group - merged or group)
        found.update({name: stands[1] for name in group if name != stands})
    return found


def _top(head: dict[Name, Name], name: Name) -> Name:
    head.setdefault(name, name)
    while head[name] != name:
        head[name] = head[head[name]]
        name = head[name]
    return name


def _contradicts(decided: Decided, apart: frozenset[Pair], survivors: Mapping[Name, str]) -> bool:
    if decided.act is Act.MERGE:
        return decided.pair in apart
    if decided.act is not Act.DIFFERENT:
        return False
    one, other = ((decided.dataset, uuid) for uuid in (decided.kept, decided.other))
    return survivors.get(one, one[1]) == survivors.get(other, other[1])


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None
