"""Deriving keys in several threads at once ends, as in a window that unlocks while a hub beside it enrols."""

import subprocess
import sys

TWO_AT_ONCE = """
import threading
from sync import crypto
found = []
threads = [
    threading.Thread(target=lambda: found.append(crypto.stretch("a", b"salt-of-16-bytes", memory_kib=8192)))
    for _ in range(4)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(set(found)) == 1 and len(found) == 4
"""


def test_several_at_once_do_not_wait_for_each_other_for_ever() -> None:
    subprocess.run([sys.executable, "-c", TWO_AT_ONCE], check=True, timeout=120)
