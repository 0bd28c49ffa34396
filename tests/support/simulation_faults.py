"""What can go wrong in the simulated world, and how much of it in one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Violation(AssertionError):
    """An invariant of design S1-S15 or L1-L3 that does not hold."""

    def __init__(self, invariant: str, what: str) -> None:
        self.invariant = invariant
        super().__init__(f"{invariant}: {what}")


class Trouble(StrEnum):
    """What happens to one request."""

    DROP_REQUEST = "the request is lost"
    DROP_REPLY = "the reply is lost"
    DUPLICATE = "the request comes twice"
    LATE = "the request comes much later"
    STALE = "an older reply comes instead"
    CUT_REQUEST = "the request is cut short"
    CUT_REPLY = "the reply is cut short"
    REFUSE = "the hub does not listen"
    KILL_BEFORE = "the laptop dies before asking"
    KILL_AFTER = "the laptop dies before it has the reply"


EVENTS: Mapping[str, tuple[float, ...]] = {
    "meanwhile": (0.1, 0.3),  # of a request
    "cancelled": (0.02,),  # of a look at the button
    "laptop_killed": (0.1, 0.3, 0.6),  # of an action
    "hub_killed": (0.05, 0.2),  # of a request
    "laptop_full": (0.05, 0.2),  # of an action
    "hub_full": (0.05, 0.2),  # of a request
    "clocks": (0.05, 0.2),  # of a step, as all below
    "hub_restored": (0.04, 0.1),
    "hub_restored_unnoticed": (0.04, 0.1),
    "laptop_restored": (0.04,),
    "laptop_restored_by_tool": (0.1, 0.3),
    "enrolled_anew": (0.03,),
    "pruned": (0.3,),
    "late": (0.1, 0.3),
    "new_form": (0.05,),
    "rot": (0.1,),
    "twin": (0.05,),
    "photo": (0.1,),  # of a request written
}


ON_THE_ROAD: Mapping[str, tuple[float, ...]] = {
    "stick": (0.2, 0.5),  # of a step, that somebody goes with one; as all below
    "stick_lost": (0.1, 0.3),
    "stick_spoilt": (0.1, 0.3),
    "exchange": (0.3, 0.6),  # between the township's hub and the county's
    "county_away": (0.1, 0.3),
    "county_restored": (0.04, 0.1),
    "county_restored_unnoticed": (0.04, 0.1),
    "weeks": (0.05,),
    "decisions": (0.2, 0.4),  # of what is written
    "same_house": (0.5, 0.9),  # of edits: that of the one who edited last
}


LENGTHS = (12, 20, 30)  # steps of a world
LONGEST = max(LENGTHS)


@dataclass(frozen=True, slots=True)
class Road:
    """What there is beside a line to the hub: sticks, laptops that have nothing else, a hub above."""

    county: bool = False
    by_stick: frozenset[str] = frozenset()
    likely: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """How bad this seed's world is. Each seed has only some of the faults: rare meetings of two are found sooner."""

    steps: int
    members: tuple[str, ...]  # laptops that there are, in their order
    bad_line: float  # of a request
    troubles: tuple[Trouble, ...]
    likely: Mapping[str, float]
    road: Road = Road()

    @property
    def features(self) -> frozenset[str]:
        """What there is in this world, and what happens in it, by name."""
        ways = {"county"} if self.road.county else set()
        ways |= {"by_stick"} if self.road.by_stick else set()
        return frozenset({*self.likely, *self.road.likely, *ways})

    def less(self) -> Iterator[Profile]:
        """The same world with something left out, the largest pieces first."""
        for steps in (self.steps // 2, self.steps * 3 // 4, self.steps - 1):
            if 0 < steps < self.steps:
                yield replace(self, steps=steps)
        for name in self.members:
            if len(self.members) > 1:
                yield replace(self, members=tuple(each for each in self.members if each != name))
        for trouble in self.troubles:
            yield replace(self, troubles=tuple(each for each in self.troubles if each is not trouble))
        for fault in self.likely:
            yield replace(self, likely={name: much for name, much in self.likely.items() if name != fault})
        for name in sorted(self.road.by_stick):
            yield replace(self, road=replace(self.road, by_stick=self.road.by_stick - {name}))
        for fault in self.road.likely:
            left = {name: much for name, much in self.road.likely.items() if name != fault}
            yield replace(self, road=replace(self.road, likely=left))
        if self.road.county:
            yield replace(self, road=replace(self.road, county=False))


def drawn(chance: random.Random, members: Sequence[str]) -> Profile:
    """How bad the world is, by chance, for these laptops."""
    troubles = tuple(trouble for trouble in Trouble if chance.random() < 0.5)
    likely = {name: chance.choice(values) for name, values in EVENTS.items() if chance.random() < 0.4}
    return Profile(
        steps=chance.choice(LENGTHS),
        members=tuple(members),
        bad_line=chance.choice((0.0, 0.05, 0.2, 0.4)),
        troubles=troubles,
        likely=likely,
    )


def road_of(chance: random.Random, members: Sequence[str]) -> Road:
    """What goes by other ways in this world, by chance; in a third of all worlds nothing."""
    if chance.random() < 0.33:
        return Road()
    county = chance.random() < 0.6
    by_stick = frozenset(name for name in members if chance.random() < 0.25)
    likely = {name: chance.choice(values) for name, values in ON_THE_ROAD.items() if chance.random() < 0.5}
    if by_stick:
        likely.setdefault("stick", 0.3)
    if county:
        likely.setdefault("exchange", 0.4)
    return Road(county, by_stick, likely)
