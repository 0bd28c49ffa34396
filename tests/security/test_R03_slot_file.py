"""R3: the slot file is written atomically in two copies; killed at each of its calls to the disk, one is valid."""

import errno
import shutil
import sys
from pathlib import Path

import disk_operations
import pytest
from failing_disk import Disk, Mode, Plan, build

from sync.store import access

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a preloaded library"),
    pytest.mark.slow,
]
KILLS = 200


def test_killed_two_hundred_times_one_copy_is_valid(tmp_path: Path) -> None:
    library = build(tmp_path)
    if library is None:
        pytest.skip("no C compiler")
    values = disk_operations.template(tmp_path / "template")
    disk = Disk(library, "disk_operations")
    place = tmp_path / "try"
    try:
        shutil.copytree(tmp_path / "template", place)
        total = disk.attempt("change_slots", place, **values).calls
        seen = set()
        for kill in range(KILLS):
            shutil.rmtree(place)
            (place / "w").mkdir(parents=True)
            for name in ("slots.json", "slots.copy.json"):
                shutil.copy(tmp_path / "template" / "w" / name, place / "w")
            mode = (Mode.KILL, Mode.TEAR, Mode.FAIL)[kill % 3]
            done = disk.attempt("change_slots", place, Plan(mode, kill // 3 % total, errno.EIO), **values)
            known = access.read(place / "w")
            assert known.users[0] == disk_operations.AUTHOR
            assert disk_operations.NEW_USER in known.users or "added" not in done.said
            seen.add((known.generation, disk_operations.NEW_USER in known.users))
        assert len(seen) == 2, "some kills came before the change, some after"
    finally:
        disk.close()
