"""What the window is told and tells about a head count; no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

EVENTS = ("flood", "landslide", "fire", "quake", "storm", "snow", "other", "drill")  # choices of the form


class Found(StrEnum):
    """Whether the people of a household are there; choices of the form headcount."""

    ALL = "all"
    AWAY = "away"
    HELP = "help"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Mark:
    """What was found at a household: how many are missing, how many need help."""

    found: Found
    missing: int = 0
    need_help: int = 0


@dataclass(frozen=True, slots=True)
class RollHome:
    """A household on the roll; `people` are those who belong to it, `watch` who of them cannot help themselves."""

    uuid: str
    head_name: str
    house_no: str
    phone: str
    people: int
    watch: str = ""
    group: str = ""  # code of its area
    group_label: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """The households of a group, or of all where `group` is "", and how far the counting has come."""

    group: str
    label: str
    homes: tuple[RollHome, ...]
    event: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sums:
    households: int = 0
    counted: int = 0
    people: int = 0
    present: int = 0
    missing: int = 0
    need_help: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(
            self.households + other.households,
            self.counted + other.counted,
            self.people + other.people,
            self.present + other.present,
            self.missing + other.missing,
            self.need_help + other.need_help,
        )


@dataclass(frozen=True, slots=True)
class GroupCount:
    """The newest count of a group; `by_code` where only sums were told."""

    group: str
    label: str
    at: datetime | None
    sums: Sums
    code: str
    by_code: bool = False
    event: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """All counts of the last day; `silent` are labels of groups that nothing was heard of."""

    counts: tuple[GroupCount, ...]
    total: Sums
    silent: tuple[str, ...]
    qr: str = ""


@dataclass(frozen=True, slots=True)
class CodesTaken:
    taken: int
    refused: tuple[str, ...]


def sums_of(roll: Roll) -> Sums:
    """What the marks of a roll come to."""
    people = {home.uuid: home.people for home in roll.homes}
    marks = {uuid: mark for uuid, mark in roll.marks.items() if uuid in people}
    missing = sum(mark.missing for mark in marks.values())
    there = sum(people[uuid] for uuid, mark in marks.items() if mark.found is not Found.AWAY)
    return Sums(
        households=len(roll.homes),
        counted=len(marks),
        people=sum(people.values()),
        present=max(0, there - missing),
        missing=missing,
        need_help=sum(mark.need_help for mark in marks.values()),
    )
