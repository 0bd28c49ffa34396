"""Generated sessions played by ODK's own engine and by ours: no difference that known.json does not explain.

HAMLET_ODK_MODULES names a folder that holds node_modules with the engine; without it npm installs one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shared_folder import SHARED

from forms.play import Stage, play

TOOLS = SHARED / "forms"
KNOWN = Path(__file__).with_name("known.json")
PACKAGES = ("@getodk/xforms-engine@0.22.0", "jsdom@26", "puppeteer-core")
SEEDS = range(101, 111)
PER_FORM = 4
NODE = shutil.which("node")


def run(*command: object, folder: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[:3]}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("HAMLET_ODK_MODULES")
    if given:
        return Path(given)
    npm = shutil.which("npm")
    if NODE is None or npm is None:
        if os.environ.get("HAMLET_NEEDS_ALL"):
            pytest.fail("node and npm are needed")
        pytest.skip("node and npm are needed")
    folder = tmp_path_factory.mktemp("odk")
    run(npm, "install", "--no-audit", "--no-fund", *PACKAGES, folder=folder)
    return folder


def forms(folder: Path) -> list[Path]:
    """The samples, and the forms of the recorded cases as files."""
    found = sorted((TOOLS / "samples").glob("*.xml"))
    seen: set[str] = set()
    for case in sorted((TOOLS / "cases").glob("*.json")):
        xml = json.loads(case.read_text("utf-8")).get("form_xml")
        if isinstance(xml, str) and xml not in seen:
            seen.add(xml)
            path = folder / f"{case.stem}.xml"
            path.write_text(xml, "utf-8")
            found.append(path)
    return found


def ours(sessions: Path, results: Path) -> None:
    results.mkdir()
    for path in sorted(sessions.glob("*.json")):
        numbers = random.Random(1)
        stage = Stage(lambda: datetime.now(UTC), lambda: str(uuid.uuid4()), numbers.random)
        session = json.loads(path.read_text("utf-8"))
        result = play(session, lambda name: (sessions / name).read_bytes(), stage)
        (results / path.name).write_text(json.dumps(result, ensure_ascii=False), "utf-8")


@pytest.mark.deep
@pytest.mark.shared
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_unexplained_difference(seed: int, modules: Path, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    files = forms(tmp_path / "forms")
    sessions, theirs, results = tmp_path / "sessions", tmp_path / "theirs", tmp_path / "ours"
    run(
        sys.executable, TOOLS / "gen_sessions.py", "--seed", seed, "--per-form", PER_FORM, "--max-steps", 200,
        "--media", TOOLS / "samples", "--out", sessions, *files, folder=tmp_path,
    )  # fmt: skip
    every = sorted(sessions.glob("*.json"))
    run(NODE, TOOLS / "run_odk.mjs", "--modules", modules, "--out", theirs, *every, folder=tmp_path)
    ours(sessions, results)
    told = run(sys.executable, TOOLS / "compare.py", theirs, results, "--loose-time", "--known", KNOWN, folder=tmp_path)
    assert told.startswith(f"{len(every)} sessions compared, {len(every)} without differences"), told


@pytest.mark.shared
def test_every_known_difference_has_its_reason() -> None:
    for one in json.loads(KNOWN.read_text("utf-8")):
        assert set(one) <= {"session", "ref", "category", "why"}
        assert one["why"].split(":")[0].startswith(("ODK XForms", "XPath 1.0", "OpenRosa"))
        assert {"session", "ref", "category"} & set(one)
