"""Killed while somebody types without pause: at most what they wrote within the last second is lost."""

import random
import shutil
import sys
from pathlib import Path

import pytest
from killed_typist import PER_SECOND, killed_after
from typing_person import sign
from window_driver import PASSPHRASE

from desktop.services.clock import Clock
from desktop.services.keeping.workspace import open_workspace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
USER = "王秀兰"  # of the seeded workspace
MOST_LOST = PER_SECOND * 1.0  # one second of typing


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
