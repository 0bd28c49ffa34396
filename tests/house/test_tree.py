"""What the tree must never contain, and the sizes that keep it readable."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".toml", ".txt", ".sh", ".json", ".sql", ".tmpl", ".xml", ".csv", ".yml", ".svg", ""}
MACHINE = re.compile(
    r"/(?:home|Users)/[a-z]|[A-Z]:\\\\Users|/tmp/[a-z]|--(?:extra-)?index-url|find-links|pypi\.org|npmjs"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()


@pytest.mark.parametrize("package", ["forms", "sync", "desktop"])
def test_files_stay_short(package: str) -> None:
    long = {}
    for path in FILES:
        if path.suffix == ".py" and path.is_relative_to(ROOT / package):
            lines = path.read_text("utf-8").count("\n")
            if lines > 500:
                long[str(path.relative_to(ROOT))] = lines
    assert not long


def test_no_machine_paths_nor_registry_addresses() -> None:
    found = []
    for path in FILES:
        if path.suffix in TEXT and path != Path(__file__):
            found += [
                f"{path.relative_to(ROOT)}:{number}"
                for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
                if MACHINE.search(line)
            ]
    assert not found


def test_no_package_files_below_tests() -> None:
    """`tests/forms/__init__.py` would shadow the package `forms`."""
    assert not [path for path in FILES if path.name == "__init__.py" and path.is_relative_to(ROOT / "tests")]


def test_posix_stays_in_one_module() -> None:
    needles = re.compile(r"^\s*(?:import|from) (?:fcntl|pwd|grp|resource|termios)\b", re.MULTILINE)
    homes = {
        str(path.relative_to(ROOT))
        for path in FILES
        if path.suffix == ".py"
        and path.parts[len(ROOT.parts)] in {"forms", "sync", "desktop"}
        and needles.search(path.read_text("utf-8"))
    }
    assert homes <= {"sync/vault/platform.py"}
