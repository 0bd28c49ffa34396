"""Run seeds by hand: `python -m tests.simulation --seeds N [--first M]`, one again with `--seed N`, or `--mutants`."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="this one only")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="which seed finds which, within --seeds")
    asked = parser.parse_args()
    logging.disable()
    if asked.mutants is not None:
        return mutants(asked.mutants, asked.first, asked.seeds)
    return run(range(asked.first, asked.first + asked.seeds) if asked.seed is None else [asked.seed])


def run(seeds: Iterable[int]) -> int:
    from simulation_run import failures, shrunk

    started, failed = time.monotonic(), 0
    total = list(seeds)
    for failure in failures(iter(total)):
        failed += 1
        print(shrunk(failure).text, end="\n\n", flush=True)
    print(f"{len(total)} seeds, {failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def mutants(names: list[str], first: int, most: int) -> int:
    from simulation_mutants import MUTANTS
    from simulation_run import failures

    lived = 0
    for name in names or MUTANTS:
        seeds = list(MUTANTS[name].worlds(first, most))
        with MUTANTS[name].put_in():
            failure = next(failures(iter(seeds), MUTANTS[name].profile), None)
        lived += failure is None
        said = "lives" if failure is None else f"{failure.invariant} after {seeds.index(failure.seed) + 1} seeds"
        print(f"{name:36}{said}", flush=True)
    return 1 if lived else 0


if __name__ == "__main__":
    raise SystemExit(main())
