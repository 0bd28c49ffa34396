"""The hand-over under everything that can go wrong: the shipped modules, simulated from seeds.

A seed that fails prints its trace; put it into `FAILED_ONCE`, where it runs for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulation_checks import Checks
from simulation_mutants import MUTANTS
from simulation_run import Failure, live, simulate
from simulation_world import World

FAILED_ONCE = (
    4,  # refused twins are to be seen
    6,  # a cursor newer than the anchor, and a hub put back without notice
    19,  # a full disk inside a savepoint
    62,  # a photograph whose writer died after the commit
    78,  # a broken answer taken for the refusal of a form
    125,  # two records at one place of a restored laptop's chain
    158,  # a hub put back to an image of a past that it had left
)
SHARE = 20  # seeds of one slow test
SHARES = 10
DEEP = 20_000
DEEP_SHARE = 200
EASY = 20  # mutants that are found within so many seeds are looked for in every full run


def failures(seeds: range) -> Iterator[Failure]:
    return (failure for seed in seeds if (failure := simulate(seed)) is not None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", FAILED_ONCE)
def test_a_seed_that_failed_once_holds(seed: int) -> None:
    failure = simulate(seed)
    assert failure is None, failure.text


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_everything_holds(share: int) -> None:
    first = 1_000 + share * SHARE
    failure = next(failures(range(first, first + SHARE)), None)
    assert failure is None, failure.text


@pytest.mark.deep
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("share", range(DEEP // DEEP_SHARE))
def test_everything_holds_in_many_seeds(share: int) -> None:
    first = 100_000 + share * DEEP_SHARE
    found = [failure.text for failure in failures(range(first, first + DEEP_SHARE))]
    assert not found, "\n\n".join(found[:3])


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if mutant.seeds <= EASY else pytest.mark.deep)
        for name, mutant in MUTANTS.items()
    ],
)
def test_a_mutant_is_found(name: str) -> None:
    mutant = MUTANTS[name]
    with mutant.put_in():
        failure = next(failures(range(mutant.seeds)), None)
    assert failure is not None, f"{name}: not found within {mutant.seeds} seeds"


@pytest.mark.slow
def test_a_seed_is_the_same_every_time() -> None:
    traces = []
    for _ in range(2):
        world = World.make(3, Checks())
        live(world)
        traces.append(world.trace)
        world.close()
    assert traces[0] == traces[1]
