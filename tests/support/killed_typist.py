"""Somebody who types into a form in a process of their own, which is killed while they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SUPPORT = Path(__file__).parent
PER_SECOND = 12.0  # somebody who types fast


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
