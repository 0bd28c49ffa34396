"""One seed from its beginning to the end of its faults, and what to say of one that fails."""

from __future__ import annotations

import gc
import subprocess
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from simulation_actions import act, begin, deliver_late
from simulation_checks import Checks
from simulation_faults import Profile, Violation
from simulation_road import exchange, round_trip, sticks_unpacked
from simulation_suite import suite_of
from simulation_template import lists_read_once, template
from simulation_world import World, profile_of

LINES = 50
WIDTH = 160
ROUNDS = 3
ENOUGH = 2  # rounds, where all is settled by then; every fourth seed goes on to the last
TRIES = 25  # smaller worlds that are looked at for the shortest trace
COLLECT = 20  # seeds between two collections of cyclic garbage


@dataclass(frozen=True, slots=True)
class Failure:
    """A seed in which an invariant did not hold. `text` is for people, at most 60 lines."""

    seed: int
    invariant: str
    text: str
    steps: int


def simulate(seed: int, profile: Profile | None = None) -> Failure | None:
    """Run one seed; None where everything held."""
    world = World.make(seed, Checks(), profile)
    try:
        with sticks_unpacked(seed), suite_of(seed), lists_read_once():
            live(world)
    except Violation as violation:
        return Failure(seed, violation.invariant, _told(world, str(violation)), world.step)
    except Exception:
        return Failure(seed, "crash", _told(world, traceback.format_exc(limit=-6)), world.step)
    finally:
        world.close()
    return None


def failures(seeds: Iterator[int] | range, profile: Callable[[int], Profile] = profile_of) -> Iterator[Failure]:
    """Those that fail among `seeds`, as they are found, in the worlds that `profile` makes of them."""
    template()
    before = gc.isenabled()  # where windows were tested in this process, collecting stays the GUI thread's
    gc.collect()
    gc.freeze()
    gc.disable()  # a seed leaves little behind, and looking for it costs a tenth of the time
    try:
        for count, seed in enumerate(seeds, 1):
            failure = simulate(seed, profile(seed))
            if failure is not None:
                yield failure
            if count % COLLECT == 0:
                gc.collect()
    finally:
        if before:
            gc.enable()
        gc.unfreeze()


def shrunk(failure: Failure, of: Callable[[int], Profile] = profile_of) -> Failure:
    """The smallest world of the same seed that was found to break the same invariant."""
    best, profile = failure, of(failure.seed)
    tries = TRIES
    candidates = profile.less()
    while tries and (smaller := next(candidates, None)) is not None:
        tries -= 1
        found = simulate(failure.seed, smaller)
        if found is not None and found.invariant == failure.invariant:
            best, profile = found, smaller
            candidates = profile.less()
    return best


def of_this_commit(count: int, folder: Path = Path(__file__).parent) -> Iterator[int]:
    """Seeds that every commit draws anew, from its hash."""
    asked = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        name = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # a copy without its history
        name = "0" * 40
    first = 1_000_000 + int(name[:9], 16)
    yield from range(first, first + count)


def live(world: World) -> None:
    """All that happens in a world, to its quiet end."""
    world.checks.world = world
    begin(world)
    for step in range(1, world.profile.steps + 1):
        world.step = step
        world.now += _pause(world)
        act(world)
    _calm_down(world)


def _pause(world: World) -> timedelta:
    return timedelta(seconds=world.chance.choice((0, 1, 30, 3_600, 20_000)))


def _calm_down(world: World) -> None:
    """Faults stop. One round of hand-overs brings everything to the hub, three let all see the same."""
    world.step += 1
    while world.late and world.chance.random() < 0.7:
        deliver_late(world)
    world.calm = True
    by_stick = world.profile.road.by_stick
    world.say("the faults stop")
    for laptop in world.laptops.values():
        laptop.rot = False
    for number in range(1, ROUNDS + 1):
        _round(world)
        if number == 1 and not by_stick:  # by stick one learns of what was lost with the answer, and brings it next
            world.checks.everything_arrived("L2")
        if number == ENOUGH and world.seed % 4 and world.checks.is_settled():
            break
    else:
        world.checks.settled()
    world.checks.rebuilt()


def _round(world: World) -> None:
    """Everybody hands over once."""
    for laptop in world.laptops.values():
        if laptop.name in world.profile.road.by_stick:
            round_trip(world, laptop)
        else:
            laptop.hand_over()
        world.checks.laptop(laptop)
    if world.county is not None:
        exchange(world)
    world.checks.hub()


def _told(world: World, what: str) -> str:
    left_out = max(0, len(world.trace) - LINES)
    lines = [
        f"seed {world.seed}, {world.profile.steps} steps, {' '.join(world.profile.members)}: {what}"[: 8 * WIDTH],
        f"again: python -m tests.simulation --seed {world.seed}",
        *([f"    ({left_out} lines before)"] if left_out else []),
        *(line[:WIDTH] for line in world.trace[left_out:]),
    ]
    return "\n".join(lines)
