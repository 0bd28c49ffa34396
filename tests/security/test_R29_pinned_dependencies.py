"""R29: dependencies pinned with hashes, a bill of materials that can be made from them, static analysis switched on."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["run", "test"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pinned(lock: str) -> dict[str, list[str]]:
    """{package: hashes} of a lock file; a line that is neither a pin nor a hash fails."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in (ROOT / "lock" / f"{lock}.txt").read_text("utf-8").splitlines():
        pin = re.match(r"^([a-z0-9][a-z0-9._-]*)==\S+", line)
        digest = re.match(r"^    --hash=(sha256:[0-9a-f]{64})", line)
        if pin:
            current = pin[1]
            found[current] = []
        elif digest:
            found[current].append(digest[1])
        else:
            assert not line.strip() or line.startswith("#"), line
    return found


def normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;~ ]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_pinned_with_hashes(lock: str) -> None:
    packages = pinned(lock)
    assert packages
    assert all(packages.values())


def test_the_lock_files_hold_what_the_project_asks_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    run, test = pinned("run"), pinned("test")
    for requirement in [*PROJECT["project"]["dependencies"], *extras["hub"], *extras["desktop"], *extras["build"]]:
        assert normal(requirement) in run, requirement
        assert normal(requirement) in test, requirement
    for requirement in extras["dev"]:
        assert normal(requirement) in test, requirement
    assert all(run[name] == test[name] for name in run)


def test_what_is_installed_here_is_what_is_pinned() -> None:
    text = (ROOT / "lock" / "test.txt").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", text, re.MULTILINE))
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        check=True,
    ).stdout
    installed = {normal(row["name"]): row["version"] for row in json.loads(listed)}
    other = {name: version for name, version in installed.items() if name in pins and pins[name] != version}
    assert not other


@pytest.mark.slow
def test_a_bill_of_materials_can_be_made(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "requirements", "lock/run.txt", "-o", str(target)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    bill = json.loads(target.read_text("utf-8"))
    names = {component["name"].lower() for component in bill["components"]}
    assert {"sqlcipher3", "cryptography", "pyside6-essentials"} <= names
    assert all(component["hashes"] for component in bill["components"] if "hashes" in component)


def test_static_analysis_is_switched_on() -> None:
    tool = PROJECT["tool"]
    assert {"B", "S"} <= set(tool["ruff"]["lint"]["select"])
    assert tool["mypy"]["strict"] is True
    assert tool["pytest"]["ini_options"]["filterwarnings"][0] == "error"
