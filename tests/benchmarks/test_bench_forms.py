"""The form engine against ODK's own in Chromium, in one run, and against JavaRosa's bar.

JavaRosa's bar is what Chromium takes in this run times the ratio of the two engines where both were measured
(../shared/forms/README.md); where Chromium has no figure there, JavaRosa's own is scaled by how Chromium's load of
the same form compares. `first load` is from the form's text to a ready session, `reopening` the same in a new process
with the compiled form kept, against the better's first load. `choice list`: from the answer that filters it until its
labels are read. Memory is that of the whole process: ours with Python, Chromium's the page's alone.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bench_engines import Figures, Runs, compared, modules
from shared_folder import SHARED

pytestmark = [pytest.mark.bench, pytest.mark.shared, pytest.mark.timeout(3_600)]
TOOLS = SHARED / "forms"
GOALS = {
    "first load": 1.0,
    "reopening": 0.2,
    "set, median": 1.0,
    "set, p95": 1.0,
    "add a repeat": 1.0,
    "choice list": 0.2,
    "memory": 0.5,
}
RUNS = Runs()
Pair = tuple[float | None, float]  # Chromium's and JavaRosa's figure in the README


@dataclass(frozen=True, slots=True)
class Form:
    """A session, the figures that the README gives for it, and goals of its own."""

    name: str
    session: str
    reference: dict[str, Pair]
    load: float  # Chromium's first load in the README
    goals: dict[str, float] = field(default_factory=dict)
    runs: Runs = RUNS


FORMS = (
    Form(
        "WHO VA",
        "samples/whova_form.session.json",
        {
            "first load": (752, 635), "set, median": (0.4, 0.10), "set, p95": (1.2, 2.1), "memory": (53, 159),
        },
        752,
    ),
    Form(
        "IFRC",
        "samples/ifrc-distribution-site-assessment-v1.session.json",
        {"first load": (220, 187), "set, median": (None, 0.04), "set, p95": (1.1, 0.4)},
        220,
    ),
    Form(
        "repeat, 100",
        "repeat-100.json",
        {"first load": (67, 78), "set, median": (0.4, 0.18), "set, p95": (1.8, 0.6), "add a repeat": (12, 1.0)},
        67,
    ),
    Form(
        "repeat, 1,000",
        "repeat-1000.json",
        {"first load": (None, 62), "set, median": (None, 0.5), "set, p95": (None, 5.8), "add a repeat": (None, 4.7)},
        67,
        runs=Runs(ours=3, chromium=1),
    ),
    Form(
        "cascade over 10,000",
        "cascade-10000.json",
        {
            "first load": (593, 351), "set, median": (71, 0.04), "set, p95": (183, 2.9), "choice list": (None, 24),
        },
        593,
    ),
    Form(
        "cascade over 100,000",
        "cascade-100000.json",
        {
            "first load": (5479, 1215), "set, median": (712, 0.03), "set, p95": (1382, 9), "choice list": (None, 69),
            "memory": (715, 901),
        },
        5479,
        runs=Runs(chromium=1),
    ),
    Form(
        "chain of 300",
        "wide-300.json",
        {"first load": (654, 342), "set, median": (18, 4.4), "set, p95": (39, 9.4)},
        654,
        goals={"set, median": 0.5, "set, p95": 0.5},
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sessions")
    subprocess.run(
        [sys.executable, str(TOOLS / "bench_forms.py"), "--out", str(folder), "--repeats", "100,1000"], check=True
    )
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return modules(tmp_path_factory.mktemp("odk"))


def javarosa(form: Form, metric: str, chromium: Figures) -> float | None:
    """JavaRosa's bar for a metric in this run."""
    reference = form.reference.get("first load" if metric == "reopening" else metric)
    if reference is None:
        return None
    then, its = reference
    if then is None:
        return its * chromium.values["first load"] / form.load
    now = {"memory": "heap", "reopening": "first load"}.get(metric, metric)
    return its * chromium.values[now] / then


def lines(form: Form, mine: Figures, chromium: Figures) -> list[str]:
    found = []
    for metric, goal in (GOALS | form.goals).items():
        own = mine.values.get(metric)
        theirs = chromium.values.get("first load" if metric == "reopening" else metric)
        bar = javarosa(form, metric, chromium)
        rivals = [value for value in (theirs, bar) if value is not None]
        if own is None or not rivals:
            continue
        ratio = own / min(rivals)
        cells = "".join(
            f"{'-' if value is None else f'{value:.3f}' if value < 10 else f'{value:.0f}':>10}"
            for value in (own, theirs, bar)
        )
        found.append(
            f"{form.name:22}{metric:14}{cells}{ratio:9.2f}{goal:7.1f}  {'met' if ratio <= goal else 'NOT MET'}"
        )
    return found


def test_forms(sessions: Path, installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = []
    with capsys.disabled():
        print(f"\n{'ms, MB':36}{'ours':>10}{'Chromium':>10}{'JavaRosa':>10}{'ratio':>9}{'goal':>7}")
        for form in FORMS:
            session = (TOOLS if "/" in form.session else sessions) / form.session
            mine, chromium = compared(session, tmp_path, installed, form.runs)
            print("\n".join(lines(form, mine, chromium)), flush=True)
            second = f"a second load in the same page took Chromium {chromium.values['second load']:.0f} ms"
            notes.append(f"{form.name}: imports {mine.values['imports']:.0f} ms; {second}. {chromium.note}".strip())
        print("\n".join(notes))
