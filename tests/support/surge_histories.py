"""Invented histories of monthly counts with planted surges, and two ways of finding them held against each other."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from forms.insight.months import plus
from forms.insight.surges import expected

FIRST, LOOKED, MONTHS = "2023-01", 24, 12
"""The first month; months of history; months that are looked at."""


@dataclass(frozen=True)
class History:
    counts: Mapping[str, int]
    surges: frozenset[str]


@dataclass(frozen=True)
class Score:
    """`recall` of planted surges; `alarms` a share of the ordinary months."""

    recall: float
    alarms: float


def histories(count: int, seed: int) -> list[History]:
    chance = random.Random(seed)
    return [_history(chance) for _ in range(count)]


def _history(chance: random.Random) -> History:
    """A place and matter: rare or frequent, calm or restless, with a season, a drift and earlier outbreaks."""
    mean = math.exp(chance.uniform(math.log(0.5), math.log(25)))
    dispersion = chance.choice((1.0, 1.0, 1.5, 2.5))
    season, phase = chance.choice((0.0, 0.3, 0.6)), chance.uniform(0, 12)
    drift = chance.uniform(-0.01, 0.02)
    counts, surges = {}, set()
    planted = set(chance.sample(range(LOOKED, LOOKED + MONTHS), 1))
    earlier = set(chance.sample(range(LOOKED), 1)) if chance.random() < 0.5 else set()
    for at in range(LOOKED + MONTHS):
        month = plus(FIRST, at)
        here = mean * math.exp(drift * at) * (1 + season * math.cos((at + phase) * math.pi / 6))
        found = drawn(chance, here, dispersion)
        if at in planted | earlier:
            found += 5 + drawn(chance, here * chance.uniform(1.0, 3.0), 1.0)
        if at in planted:
            surges.add(month)
        counts[month] = found
    return History(counts, frozenset(surges))


def drawn(chance: random.Random, mean: float, dispersion: float) -> int:
    """From a negative binomial: a Poisson whose mean is drawn from a gamma."""
    if dispersion > 1:
        size = mean / (dispersion - 1)
        mean = chance.gammavariate(size, mean / size)
    found, left = 0, math.exp(-min(mean, 600))
    product = chance.random()
    while product > left:
        found += 1
        product *= chance.random()
    return found


Alarm = Callable[[Mapping[str, int], str], bool]


def ours(counts: Mapping[str, int], month: str) -> bool:
    before = {at: count for at, count in counts.items() if at < month}
    return expected(before, month, since=FIRST).is_surge(counts[month])


def plain(deviations: float) -> Alarm:
    """The usual rule: more than so many standard deviations above the mean of the last twelve months."""

    def alarm(counts: Mapping[str, int], month: str) -> bool:
        last = [counts[plus(month, -at)] for at in range(1, 13)]
        return counts[month] > statistics.mean(last) + deviations * statistics.stdev(last)

    return alarm


def score(found: Sequence[History], alarm: Alarm) -> Score:
    hit = planted = wrong = ordinary = 0
    for history in found:
        for at in range(LOOKED, LOOKED + MONTHS):
            month = plus(FIRST, at)
            raised = alarm(history.counts, month)
            if month in history.surges:
                planted, hit = planted + 1, hit + raised
            else:
                ordinary, wrong = ordinary + 1, wrong + raised
    return Score(hit / planted, wrong / ordinary)


def as_quiet(found: Sequence[History], alarms: float) -> float:
    """How many deviations the plain rule needs to raise no more false alarms than `alarms`."""
    return next(at / 20 for at in range(20, 200) if score(found, plain(at / 20)).alarms <= alarms)
