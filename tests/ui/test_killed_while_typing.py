"""Killed while somebody types without pause: at most what they wrote within the last second is lost."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typing_person import sign
from window_driver import PASSPHRASE

from desktop.services.clock import Clock
from desktop.services.workspace import open_workspace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
SUPPORT = Path(__file__).parents[1] / "support"
USER = "王秀兰"  # of the seeded workspace
PER_SECOND = 12.0  # somebody who types fast
MOST_LOST = PER_SECOND * 1.0  # one second of typing


def killed_after(folder: Path, log: Path, seconds: float) -> int:
    """Let somebody type for so long, then kill the process; how many signs they had typed."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(SUPPORT), str(SUPPORT.parents[1])]),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, str(SUPPORT / "typing_person.py"), str(folder), str(log), str(PER_SECOND)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"typing\n"
        time.sleep(seconds)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return len(log.read_text("utf-8").splitlines())


def kept(folder: Path, user: str) -> str:
    """What the draft holds when the workspace is opened again."""
    workspace = open_workspace(folder, passphrase=PASSPHRASE, user=user, clock=Clock())
    desk = workspace.desk(writer=True)
    try:
        drafts = desk.filling.drafts()
        if not drafts:
            return ""
        return desk.filling.resume(drafts[0].id).session.node("/data/what/description").value
    finally:
        desk.close()
        workspace.lock()


def kill_and_look(seeded: Path, tmp_path: Path, *, runs: int, longest: float, user: str) -> None:
    chance = random.Random(40)
    for run in range(runs):
        folder = tmp_path / f"village-{run}"
        shutil.copytree(seeded, folder)
        seconds = longest if run == 0 else chance.uniform(1.2, longest)
        typed = killed_after(folder, tmp_path / f"typed-{run}.txt", seconds)
        found = kept(folder, user)
        assert found == "".join(map(sign, range(len(found))))
        print(f"typed {typed}, kept {len(found)}, lost {typed - len(found)}")
        assert typed - len(found) <= MOST_LOST


def test_killed_while_typing(seeded, tmp_path: Path) -> None:
    kill_and_look(seeded.folder, tmp_path, runs=2, longest=3.0, user=USER)


@pytest.mark.deep
def test_killed_after_typing_for_forty_seconds(seeded, tmp_path: Path) -> None:
    kill_and_look(seeded.folder, tmp_path, runs=8, longest=40.0, user=USER)
