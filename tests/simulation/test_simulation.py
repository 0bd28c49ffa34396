"""The hand-over under everything that can go wrong: the shipped modules, simulated from seeds.

A seed that fails prints its trace; put it into `FAILED_ONCE`, where it runs for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice

import pytest
from simulation_checks import Checks
from simulation_faults import Road
from simulation_mutants import MUTANTS
from simulation_run import Failure, failures, live, of_this_commit, shrunk, simulate
from simulation_world import Profile, World, profile_of

FOUR = ("A1", "A2", "B1", "T1")  # who there was when these seeds failed
FAILED_ONCE = (
    4,  # refused twins are to be seen
    6,  # a cursor newer than the anchor, and a hub put back without notice
    19,  # a full disk inside a savepoint
    62,  # a photograph whose writer died after the commit
    78,  # a broken answer taken for the refusal of a form
    125,  # two records at one place of a restored laptop's chain
    158,  # a hub put back to an image of a past that it had left
    21_777_299_136,  # an edit that the hub had lost again was hidden by a later one of somebody else
)
FAILED_ON_THE_ROAD = (
    61,  # a run of a laptop enrolled anew, of which the township had most, could not be handed on
    2_016,  # the same
    4,  # by stick: what the hub had lost was not carried, the county having signed for it once
    14,  # by stick: a hub that stood in an earlier epoch again was not believed
    79,  # what the township had refused came first to the county, which took it for the record
    126,  # records known from an earlier device of the laptop had no result on a stick
    1_139,  # of two records at one place of a chain the wrong one was looked for, and the run not handed on
    33_371_931_865,  # a photograph that had been lost with its laptop
    33_371_931_936,  # a form that the hub had lost was not brought again
    33_371_931_987,  # a merge was undone for one of the two villages only
    33_371_932_479,  # an answer to an earlier device was taken for the hub's consent to the next
    500_122,  # who stands for a group depends on decisions about people elsewhere
    810_043,  # what came back from the county made the lost log again, and laptops missed that their runs were gone
    810_021,  # the same
    10_079_544_165,  # by stick: receipts of the county came before the laptop knew the county, and were refused
    10_079_544_170,  # both hubs were put back: the township had from its county records without the runs they came in
    77_000_406,  # an answer that nobody asked for, of a hub that was put back, was taken for the known log's
    88_100_412,  # by stick: a hub that was put back took the same record again, and nobody saw that its file was gone
    88_100_525,  # a laptop that was to go on as another device was enrolled anew, and went on asking for that
    99_000_011,  # a row came before the hub's word that it had the record, and the edit stayed pending
    99_000_044,  # a record of the county's was held for its form, and stayed so when that came
    99_000_370,  # a question that was sent on got the answer to its first sending, which is no other one's
    100_024,  # a township that was put back handed something on, died, and was not given back what it had lost
    100_961,  # by stick: what came back to a laptop that had forgotten all was not its own, and not handed in again
    104_631,  # what a laptop had let go of stood in the backup of the county, and not in that of the hub put back
    500_175,  # by stick: a refused twin's outcome was taken for that of the record
    123_338,  # by stick: the county alone had what its laptop had forgotten
    129_503,  # put back twice to one backup: what was written between is another device's, and the hub lost it
    128_429,  # an edit went out of sight while the hub, put back, held it for want of its household
    142_141,  # an image of a laptop that had got back what it once forgot, whose form the hub had lost
    123_259,  # a form was lost: the township that had brought it and the hub were both put back to before it
    126_839,  # by stick: the answer to an early question was taken for proof of all that was learnt since
)
FIXED = 200
DRAWN = 800  # from the commit's hash
SHARE = 20  # seeds of one slow test
DEEP = 10_000
DEEP_SHARE = 200
EASY = 60  # mutants that are found within so many seeds are looked for in every full run
LINES = 60


def plain(seed: int) -> Profile:
    """The world of a seed without sticks and without a county above."""
    return replace(profile_of(seed), members=FOUR, road=Road())


def first_of(seeds: Iterable[int], profile: Callable[[int], Profile] = profile_of) -> Failure | None:
    """The first that fails, in the smallest world in which it does."""
    found = next(failures(iter(seeds), profile), None)
    return None if found is None else shrunk(found, profile)


@pytest.mark.slow
@pytest.mark.parametrize("seed", FAILED_ONCE)
def test_a_seed_that_failed_once_holds(seed: int) -> None:
    failure = simulate(seed, plain(seed))
    assert failure is None, failure.text


@pytest.mark.slow
@pytest.mark.parametrize("seed", FAILED_ON_THE_ROAD)
def test_a_seed_that_failed_once_with_sticks_or_a_county_holds(seed: int) -> None:
    failure = simulate(seed)
    assert failure is None, failure.text


@pytest.mark.slow
@pytest.mark.parametrize("share", range(FIXED // SHARE))
def test_everything_holds(share: int) -> None:
    first = 1_000 + share * SHARE
    failure = first_of(range(first, first + SHARE))
    assert failure is None, failure.text


@pytest.mark.slow
@pytest.mark.no_cover  # the fixed seeds show what is run; being watched costs a third of the time
@pytest.mark.parametrize("share", range(DRAWN // SHARE))
def test_everything_holds_in_seeds_of_this_commit(share: int) -> None:
    failure = first_of(islice(of_this_commit(DRAWN), share * SHARE, (share + 1) * SHARE))
    assert failure is None, failure.text


@pytest.mark.deep
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("share", range(DEEP // DEEP_SHARE))
def test_everything_holds_in_many_seeds(share: int) -> None:
    first = 100_000 + share * DEEP_SHARE
    found = [shrunk(failure).text for failure in failures(range(first, first + DEEP_SHARE))]
    assert not found, "\n\n".join(found[:3])


@pytest.mark.timeout(3_600)
@pytest.mark.no_cover  # what runs with a mutant in it is not what ships
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
        failure = next(failures(mutant.worlds(), mutant.profile), None)
    assert failure is not None, f"{name}: not found within {mutant.seeds} seeds"
    assert failure.invariant != "crash", failure.text  # or the mutant is no longer put in as it should be
    assert simulate(failure.seed, mutant.profile(failure.seed)) is None, f"seed {failure.seed} fails without it too"


@pytest.mark.slow
def test_a_seed_is_the_same_every_time() -> None:
    traces = []
    for _ in range(2):
        world = World.make(3, Checks())
        live(world)
        traces.append(world.trace)
        world.close()
    assert traces[0] == traces[1]


@pytest.mark.slow
def test_a_failure_is_told_in_few_lines() -> None:
    with MUTANTS["dedupe by batch"].put_in():
        failure = first_of(range(MUTANTS["dedupe by batch"].seeds))
    assert failure is not None
    assert len(failure.text.splitlines()) <= LINES
    assert failure.steps <= profile_of(failure.seed).steps + 1
