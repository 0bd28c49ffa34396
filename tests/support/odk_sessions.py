"""Generated sessions, played by ODK's own engine in node and by ours, and compared by the shared tools."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import battery
import own_forms
import pytest
from shared_folder import SHARED

from forms.play import Stage, play

TOOLS = SHARED / "forms"
KNOWN = Path(__file__).parents[1] / "forms" / "differential" / "known.json"
PACKAGES = ("@getodk/xforms-engine@0.22.0", "jsdom@26", "puppeteer-core")
MOST_AGAIN = 12
KEPT = Path(__file__).parents[2] / ".venv" / "odk-engine"


def run(*command: object, folder: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[:3]}: {done.stdout[-6000:]}{done.stderr[-4000:]}"
    return done.stdout


def installed() -> Path | None:
    """The folder whose node_modules hold ODK's engine: HAMLET_ODK_MODULES, or one that a deep run has made."""
    places = (os.environ.get("HAMLET_ODK_MODULES"), str(KEPT))
    found = (Path(place) for place in places if place)
    return next((place for place in found if (place / "node_modules" / "@getodk" / "xforms-engine").is_dir()), None)


def engine(*, install: bool) -> Path:
    """As `installed`, by npm where it is missing and `install` asks for it. Skips, or fails where all is needed."""
    there = installed()
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and there:
        return there
    if node is None or npm is None or not install:
        if install and os.environ.get("HAMLET_NEEDS_ALL"):
            pytest.fail("node and npm are needed")
        pytest.skip("ODK's engine is not installed: `./test deep differential` installs it")
    KEPT.mkdir(parents=True, exist_ok=True)
    run(npm, "install", "--no-audit", "--no-fund", "--prefix", KEPT, *PACKAGES, folder=KEPT)
    return KEPT


def own(folder: Path) -> list[Path]:
    """Forms of our own as files."""
    texts = own_forms.FORMS | {f"battery-{family}": battery.form(family) for family in battery.FAMILIES}
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text, "utf-8")
    return [folder / f"{name}.xml" for name in texts]


def reference(folder: Path) -> list[Path]:
    """The samples and the distinct forms of the recorded cases, as copies with the files that they name beside."""
    found: list[Path] = []
    for sample in sorted((TOOLS / "samples").glob("*.xml")):
        found.append(Path(shutil.copy(sample, folder)))
    seen: set[bytes] = set()
    for case in sorted((TOOLS / "cases").glob("*.json")):
        session = json.loads(case.read_text("utf-8"))
        content = (case.parent / session["form"]).read_bytes()
        for address, name in (session.get("external") or {}).items():
            shutil.copy(case.parent / name, folder / address.rpartition("/")[2])
        if content not in seen:
            seen.add(content)
            found.append(folder / f"{case.stem}.xml")
            found[-1].write_bytes(content)
    return found


@dataclass(frozen=True, slots=True)
class Trial:
    """A folder with sessions and what each engine made of them."""

    folder: Path

    @property
    def sessions(self) -> list[Path]:
        return sorted((self.folder / "sessions").glob("*.json"))

    def generate(self, forms: Iterable[Path], *, seed: int, each: int) -> None:
        """`each` sessions for every form, the same for the same seed."""
        run(
            sys.executable, TOOLS / "gen_sessions.py", "--seed", seed, "--per-form", each, "--max-steps", 200,
            "--media", self.folder / "forms", "--out", self.folder / "sessions", *forms, folder=self.folder,
        )  # fmt: skip

    def reopened(self, *, seed: int, share: float) -> Trial:
        """A trial that edits or restores a share of the records that ODK's engine made here, and answers on."""
        rng = random.Random(seed)
        again = Trial(self.folder / "again")
        (again.folder / "sessions").mkdir(parents=True)
        for path in self.sessions:
            result = json.loads((self.folder / "theirs" / f"{path.stem}.odk.json").read_text("utf-8"))
            if result["status"] == "ok" and rng.random() < share:
                session = _reopening(json.loads(path.read_text("utf-8")), path.parent, rng)
                session["instance_xml"] = result["xml"]
                name, _, number = path.stem.rpartition(".")
                target = again.folder / "sessions" / f"{name}.{session['mode']}.{number}.json"
                target.write_text(json.dumps(session, ensure_ascii=False), "utf-8")
        return again

    def theirs(self, modules: Path) -> None:
        """Plays them in ODK's engine."""
        listed = self.folder / "list"
        listed.write_text("\n".join(map(str, self.sessions)), "utf-8")
        node = shutil.which("node")
        run(node, TOOLS / "run_odk.mjs", "--modules", modules, "--out", self.folder / "theirs", "--list", listed,
            folder=self.folder)  # fmt: skip

    def ours(self) -> None:
        """Plays them in ours."""
        (self.folder / "ours").mkdir()
        for path in self.sessions:
            result = played(json.loads(path.read_text("utf-8")), path.parent)
            (self.folder / "ours" / path.name).write_text(json.dumps(result, ensure_ascii=False), "utf-8")

    def differences(self) -> str:
        """What the comparison says; its first line counts the sessions."""
        return run_anyway(
            sys.executable, TOOLS / "compare.py", self.folder / "theirs", self.folder / "ours", "--loose-time",
            "--known", KNOWN, "--show", "8", folder=self.folder,
        )  # fmt: skip


def _reopening(session: dict[str, Any], folder: Path, rng: random.Random) -> dict[str, Any]:
    """Some of a session's steps, with its files wherever it is kept."""
    steps = session["steps"]
    first = rng.randrange(max(1, len(steps)))
    external = {address: str((folder / name).resolve()) for address, name in (session.get("external") or {}).items()}
    return session | {
        "form": str((folder / session["form"]).resolve()),
        "external": external,
        "mode": rng.choice(["edit", "restore"]),
        "steps": steps[first : first + MOST_AGAIN],
    }


def run_anyway(*command: object, folder: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def played(session: dict[str, object], folder: Path) -> dict[str, object]:
    numbers = random.Random(1)
    stage = Stage(lambda: datetime.now(UTC), lambda: str(uuid.uuid4()), numbers.random)
    return play(session, lambda name: (folder / name).read_bytes(), stage)


def compared(folder: Path, forms: Sequence[Path], *, seed: int, each: int, modules: Path, again: float) -> int:
    """The number of sessions that both engines agree on; fails on a difference that known.json does not explain.

    `again` is the share of the records that are then edited or restored.
    """
    trial = Trial(folder)
    trial.generate(forms, seed=seed, each=each)
    trial.theirs(modules)
    return agreed(trial) + agreed(trial.reopened(seed=seed, share=again), modules)


def agreed(trial: Trial, modules: Path | None = None) -> int:
    """How many sessions agree, all of them; played by ODK's engine first where `modules` says where it is."""
    if modules is not None:
        trial.theirs(modules)
    trial.ours()
    told, count = trial.differences(), len(trial.sessions)
    assert told.startswith(f"{count} sessions compared, {count} without differences"), told
    return count
