"""A hub in a process of its own: prints its URL, and serves until its input ends."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))


@contextlib.contextmanager
def hub_process(folder: Path) -> Iterator[str]:
    """The URL of the hub in `folder`, which nobody else has open."""
    root = Path(__file__).parents[2]
    command = [sys.executable, __file__, str(folder)]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def main(folder: Path) -> None:
    from hub_world import PASSPHRASE, Clock

    from forms.load import load_form
    from sync.hub import opening
    from sync.hub.server import serving

    key = opening.unlock(folder, PASSPHRASE)
    hub = opening.open_hub(folder, key, load=load_form, clock=Clock())
    try:
        with serving(hub, folder) as address:
            print(address.url, flush=True)
            sys.stdin.read()
    finally:
        hub.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(Path(sys.argv[1]))
