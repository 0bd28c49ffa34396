"""Both engines on one session: Hamlet's in fresh processes, ODK's in a fresh Chromium each time."""

import json
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PACKAGES = ("@getodk/xforms-engine@0.22.0", "puppeteer-core@24")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(slots=True)
class Figures:
    """Medians over the runs, in ms and MB; a series that a session has no steps for is missing."""

    values: dict[str, float] = field(default_factory=dict)
    note: str = ""


def needed(*names: str) -> str:
    """The path of the first of these programs that is here."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    pytest.fail(f"{names[0]} is needed to compare with. Debian: apt-get install nodejs npm chromium")


def modules(folder: Path) -> Path:
    """A folder whose node_modules hold ODK's engine: HAMLET_ODK_MODULES, or one that npm fills now."""
    given = os.environ.get("HAMLET_ODK_MODULES")
    if given:
        return Path(given)
    command = [needed("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"npm could not install ODK's engine:\n{done.stderr[-2000:]}")
    return folder


@dataclass(frozen=True, slots=True)
class Runs:
    """How often each engine plays a session, and after how many seconds Chromium leaves out the rest of it."""

    ours: int = 5
    chromium: int = 3
    seconds: float = 120


def compared(session: Path, folder: Path, installed: Path, runs: Runs) -> tuple[Figures, Figures]:
    """Ours and Chromium's, taking turns so that a busy machine weighs on both."""
    mine = [sys.executable, str(HERE / "bench_session.py"), str(session)]
    theirs = [needed("node"), str(HERE / "bench_odk.mjs"), str(installed), needed(*CHROMIUM)]
    first, again, chromium = [], [], []
    for run in range(max(runs.ours, runs.chromium)):
        if run < runs.ours:
            kept = folder / f"{session.stem}-{run}"
            kept.mkdir()
            first.append(_played([*mine, str(kept)]))
            again.append(_played([*mine, str(kept)]))
        if run < runs.chromium:
            chromium.append(_played([*theirs, str(runs.seconds), str(session)]))
    return _ours(first, again), _chromiums(chromium, session, runs.seconds)


def _ours(first: list[dict[str, Any]], again: list[dict[str, Any]]) -> Figures:
    """First loads with nothing kept, and as many reopenings, each in a process of its own."""
    figures = _figures(first + again)
    figures.values["first load"] = statistics.median(one["load"] + one["create"] for one in first)
    figures.values["reopening"] = statistics.median(one["load"] + one["create"] for one in again)
    figures.values["imports"] = statistics.median(one["imports"] for one in first + again)
    return figures


def _chromiums(results: list[dict[str, Any]], session: Path, seconds: float) -> Figures:
    """ODK's engine; what is left out of a session is to its favour."""
    figures = _figures(results)
    figures.values["first load"] = statistics.median(one["load"] + one["create"] for one in results)
    figures.values["second load"] = statistics.median(one["again"] for one in results)
    figures.values["heap"] = statistics.median(one["heap"] for one in results)
    total = len(json.loads(session.read_text("utf-8"))["steps"])
    done = min(one["steps"] for one in results)
    figures.note = f"Chromium stopped after {seconds:g} s, at step {done} of {total}" if done < total else ""
    return figures


def _played(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{command[-2:]}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _figures(results: list[dict[str, Any]]) -> Figures:
    found: dict[str, float] = {"memory": statistics.median(one["megabytes"] for one in results)}
    for name, key in (("set", "sets"), ("add a repeat", "adds"), ("choice list", "choices")):
        pooled = sorted(value for one in results for value in one[key])
        if not pooled:
            continue
        if name == "set":
            found["set, median"] = statistics.median(pooled)
            found["set, p95"] = pooled[min(len(pooled) - 1, int(0.95 * len(pooled)))]
        else:
            found[name] = statistics.median(pooled)
    return Figures(found)
