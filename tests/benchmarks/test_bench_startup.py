"""Cold start to a window in which one can type, against a bare PySide6 window, in the same run.

Each start is a process of its own, from before the interpreter is loaded until the first paint is done; both kinds
take turns, so that a busy machine weighs on both. The goal is at most twice the bare window's median.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import create
from sync.protocol import Role

pytestmark = pytest.mark.bench
ROUNDS = 11
GOAL = 2.0

BARE = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
window = QLabel("bare")
window.resize(1366, 768)
window.show()
app.processEvents()
window.grab()
"""

HAMLET = """
import sys
import desktop.main
from pathlib import Path
from desktop.app import application
from desktop.pages.keeping.preferences import PreferenceFile
from desktop.pages.shell.window import Window
from desktop.services.clock import Clock
app = application()
preferences = PreferenceFile(Path(sys.argv[2]))
window = Window(app, folder=Path(sys.argv[1]), clock=Clock(), preferences=preferences)
window.open()
app.processEvents()
window.grab()
if not window.lock_page.passphrase.hasFocus():
    raise SystemExit("nobody could type yet")
"""
END = "\nimport os\nos.write(1, b'.')\nos._exit(0)\n"  # what ends a process is no part of its start


def seconds(code: str, *arguments: str) -> float:
    """From starting the process until its first paint."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code + END, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read(1)
        took = time.perf_counter() - began
        errors = process.stderr.read().decode() if process.stderr is not None else ""
    assert said == b".", errors
    return took


def test_startup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "workspace"
    create(
        folder, user="王秀兰", passphrase="four words to open", role=Role.VILLAGE, area="990621101201", clock=Clock()
    )
    settings = str(tmp_path / "window.json")
    starts = {"bare PySide6 window": [], "hamlet, lock page": []}
    for turn in range(ROUNDS + 1):
        pair = seconds(BARE), seconds(HAMLET, str(folder), settings)
        if turn:  # the first fills the caches of the disk
            for name, took in zip(starts, pair, strict=True):
                starts[name].append(took)
    medians = {name: statistics.median(times) for name, times in starts.items()}
    bare = medians["bare PySide6 window"]
    with capsys.disabled():
        print(f"\n{'start, median of ' + str(ROUNDS):32}{'ms':>8}{'ratio':>8}")
        for name, took in medians.items():
            print(f"{name:32}{took * 1000:8.0f}{took / bare:8.2f}")
        print(f"{'goal':32}{'':8}{GOAL:8.2f}")
