"""One seed from its beginning to the end of its faults, and what to say of one that fails."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import timedelta

from simulation_actions import act, begin, deliver_late
from simulation_checks import Checks
from simulation_faults import Violation
from simulation_world import World

LINES = 50
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A seed in which an invariant did not hold. `text` is for people, at most 60 lines."""

    seed: int
    invariant: str
    text: str


def simulate(seed: int) -> Failure | None:
    """Run one seed; None where everything held."""
    world = World.make(seed, Checks())
    try:
        live(world)
    except Violation as violation:
        return Failure(seed, violation.invariant, _told(world, str(violation)))
    except Exception:
        return Failure(seed, "crash", _told(world, traceback.format_exc(limit=-6)))
    finally:
        world.close()
    return None


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
    world.say("the faults stop")
    for laptop in world.laptops.values():
        laptop.rot = False
    for number in range(1, ROUNDS + 1):
        for laptop in world.laptops.values():
            laptop.hand_over()
            world.checks.laptop(laptop)
        world.checks.hub()
        if number == 1:
            world.checks.everything_arrived("L2")
    world.checks.settled()


def _told(world: World, what: str) -> str:
    left_out = max(0, len(world.trace) - LINES)
    lines = [
        f"seed {world.seed}: {what}",
        f"again: python -m tests.simulation --seed {world.seed}",
        *([f"    ({left_out} lines before)"] if left_out else []),
        *world.trace[left_out:],
    ]
    return "\n".join(lines)
