"""Run seeds by hand: `python -m tests.simulation --seeds N [--first M]`, or one again with `--seed N`."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))


def main() -> int:
    from simulation_run import simulate

    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    logging.disable()
    seeds = range(asked.first, asked.first + asked.seeds) if asked.seed is None else [asked.seed]
    started, failed = time.monotonic(), 0
    for seed in seeds:
        failure = simulate(seed)
        if failure is not None:
            failed += 1
            print(failure.text, end="\n\n")
    print(f"{len(seeds)} seeds, {failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
