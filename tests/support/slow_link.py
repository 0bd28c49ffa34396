"""Runs a client behind tests/tools/slowlink and gathers what both say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOOL = Path(__file__).parents[1] / "tools" / "slowlink"
CLIENT = Path(__file__).parent / "link_client.py"


def there() -> bool:
    """Whether this machine can make a slow link: root, iproute2 and a TUN device."""
    return sys.platform == "linux" and os.geteuid() == 0 and bool(shutil.which("ip")) and Path("/dev/net/tun").exists()


@dataclass(frozen=True, slots=True)
class Ran:
    """`client` is what the client printed; `up` and `down` are IP bytes."""

    client: dict[str, Any]
    up: int
    down: int

    @property
    def seconds(self) -> float:
        return float(self.client["seconds"])


def run(what: str, folder: Path, url: str, *, seed: int) -> Ran:
    """One run of the client at the far end; `url` is that of a server on this machine's loopback."""
    port = url.rpartition(":")[2]
    command = [sys.executable, str(TOOL), "--seed", str(seed), "--forward", port, "--"]
    command += [sys.executable, str(CLIENT), what, str(folder), f"https://10.99.0.1:{port}"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}, check=False)
    said = re.findall(r"^\{.*\}$", done.stderr, re.MULTILINE)
    if done.returncode or not said:
        raise RuntimeError(done.stderr[-2000:])
    link = json.loads(done.stdout.splitlines()[-1])
    return Ran(json.loads(said[-1]), link["up"]["bytes"], link["down"]["bytes"])
