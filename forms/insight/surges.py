"""Whether a month's count is clearly more than the same place's own history leads one to expect.

What is expected comes from the place itself: its last `RECENT` months, and the same season of up to `YEARS` earlier
years, a month that was high in each of them above all. Months that stood out themselves weigh less (Farrington and
others, A statistical algorithm for the early detection of outbreaks, J. R. Stat. Soc. A 159, 1996). Counts are taken to
spread as a negative binomial, whose dispersion is estimated, drawn towards what is usual while the history is short,
and widened by how little the mean is known. A count is a surge where one as high or higher would happen in fewer than
`CHANCE` of months that are as expected. Months are not quite: on simulated histories with seasons, drift and earlier
outbreaks about `FALSE_ALARMS` of the ordinary months are taken for one (tests/forms/insight/test_surges.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count as counting
from itertools import islice
from statistics import NormalDist

from forms.insight.months import plus

CHANCE = 0.002
FALSE_ALARMS = 1 / 90
"""The share of ordinary months that are taken for a surge, as measured."""
LEAST = 5
"""A surge counts at least so many."""
RECENT = 12
YEARS = 3
HISTORY = 6
"""Months of history that are needed before anything is called a surge."""

_USUAL = 1.4  # dispersion of counts of requests where little is known
_WORTH = 10.0  # months that this knowledge is worth
_OUT = 1.0  # standardised residual from which a month of the history weighs less
_AGAIN = 0.8  # of that is expected again
_LARGE = 200.0  # a mean from which the sum is not worth its time
_FLOOR = 0.2  # of the mean: a place that never had one is not a place that never will
_KEPT = 16_384  # results: a table has some hundred cells, of which a new request changes one


@dataclass(frozen=True, slots=True)
class Expected:
    """What a month is expected to count: its mean, and the variance as a multiple of it. `months` of history."""

    mean: float
    dispersion: float
    months: int

    def chance(self, count: int) -> float:
        """How often an ordinary month counts `count` or more."""
        return tail(count, self.mean, self.dispersion)

    def is_surge(self, count: int) -> bool:
        return self.months >= HISTORY and count >= LEAST and self.chance(count) < CHANCE

    def usual(self, share: float = 0.9) -> tuple[int, int]:
        """Between which counts `share` of ordinary months lie."""
        outside = (1 - share) / 2
        if self.mean > _LARGE:
            step = NormalDist().inv_cdf(1 - outside) * _deviation(self.mean, self.dispersion)
            centre = self.mean ** (2 / 3)
            return math.floor((centre - step) ** 1.5), math.ceil((centre + step) ** 1.5)
        low, below, count = -1, 0.0, 0
        for term in _terms(self.mean, self.dispersion):
            below += term
            if low < 0 and below > outside:
                low = count
            if below >= 1 - outside:
                break
            count += 1
        return low, count


def expected(history: Mapping[str, int], month: str, *, since: str, share: float = 1.0) -> Expected:
    """What `month` is expected to count after `history`; months without an entry from `since` on counted none.

    `share` is how much of the month has passed.
    """
    used = _baseline(history, month, since)
    if not used:
        return Expected(_FLOOR * share, _USUAL, 0)
    mean, dispersion, certain = _settled(used)
    mean = max(mean, _season(history, month, since))
    return Expected(mean * share, dispersion * (1 + share / certain), _known(month, since))


@lru_cache(_KEPT)
def tail(count: int, mean: float, dispersion: float) -> float:
    """P(X >= count) of a negative binomial with variance `dispersion` times `mean`; a Poisson's where that is 1."""
    if count <= 0:
        return 1.0
    if mean > _LARGE:
        return _far(count, mean, dispersion)
    return max(0.0, 1 - sum(islice(_terms(mean, dispersion), count)))


def _terms(mean: float, dispersion: float) -> Iterator[float]:
    """The chances of 0, 1, 2 and so on, without end."""
    poisson = dispersion <= 1.0001
    size, stays = (0.0, 0.0) if poisson else (mean / (dispersion - 1), 1 / dispersion)
    term = math.exp(-mean) if poisson else math.exp(size * math.log(stays))
    for at in counting():
        yield term
        term *= mean / (at + 1) if poisson else (size + at) / (at + 1) * (1 - stays)


def _far(count: int, mean: float, dispersion: float) -> float:
    """For large means: the 2/3 power of a count is nearly normal."""
    away = (count - 0.5) ** (2 / 3) - mean ** (2 / 3)
    return 0.5 * math.erfc(away / _deviation(mean, dispersion) / math.sqrt(2))


def _deviation(mean: float, dispersion: float) -> float:
    """Of the 2/3 power."""
    return 2 / 3 * math.sqrt(dispersion) * math.pow(mean, 1 / 6)


def _known(month: str, since: str) -> int:
    return max(0, int(month[:4]) * 12 + int(month[5:7]) - int(since[:4]) * 12 - int(since[5:7]))


@lru_cache(_KEPT)
def _wanted(month: str) -> tuple[str, ...]:
    """The months to go by: the recent ones, and the season of earlier years."""
    found = {plus(month, -at) for at in range(1, RECENT + 1)}
    found |= {plus(month, at - 12 * year) for year in range(1, YEARS + 1) for at in (-1, 0, 1)}
    return tuple(sorted(found))


def _baseline(history: Mapping[str, int], month: str, since: str) -> tuple[int, ...]:
    """Counts to go by."""
    return tuple(history.get(each, 0) for each in _wanted(month) if each >= since)


@lru_cache(_KEPT)
def _settled(used: tuple[int, ...]) -> tuple[float, float, float]:
    """Mean and dispersion once months that stood out weigh less, and how many months the rest is worth."""
    weights = [1.0] * len(used)
    mean, dispersion = _fit(used, weights)
    for _ in range(3):
        weights = _calmed(used, mean, dispersion)
        mean, dispersion = _fit(used, weights)
    return mean, dispersion, sum(weights) ** 2 / sum(weight * weight for weight in weights)


def _season(history: Mapping[str, int], month: str, since: str) -> float:
    """The least that the same month had in earlier years, where there are two at least: a season that returns."""
    same = [plus(month, -12 * year) for year in range(1, YEARS + 1)]
    known = [history.get(each, 0) for each in same if each >= since]
    return min(known) * _AGAIN if len(known) > 1 else 0.0


def _fit(used: Sequence[int], weights: Sequence[float]) -> tuple[float, float]:
    """Mean and dispersion; both drawn towards what is usual while there is little to go by."""
    total = sum(weights)
    mean = max(_FLOOR, (sum(w * x for w, x in zip(weights, used, strict=True)) + _FLOOR) / (total + 0.5))
    pearson = sum(w * (x - mean) ** 2 / mean for w, x in zip(weights, used, strict=True))
    return mean, max(1.0, (pearson + _WORTH * _USUAL) / (max(1.0, total - 1) + _WORTH))


def _calmed(used: Sequence[int], mean: float, dispersion: float) -> list[float]:
    """Months far above the others weigh less, by the square of how far."""
    centre, step = mean ** (2 / 3), 1.5 / (math.sqrt(dispersion) * mean ** (1 / 6))
    found = []
    for count in used:
        out = (count ** (2 / 3) - centre) * step
        found.append(1.0 if out <= _OUT else (_OUT / out) ** 2)
    return found
