"""On media that may not be written, everything is refused with words, nothing changes and nothing half stands there."""

import errno
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import disk_operations
import pytest
from disk_operations import OPERATIONS
from failing_disk import Disk, Mode, Plan, build

from sync.store import opening
from sync.vault.keys import DataKey

pytestmark = [pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a preloaded library")]
READ_ONLY = Plan(Mode.FAIL, 0, errno.EROFS, stays=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Disk, Path, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("disk")
    library = build(folder)
    if library is None:
        pytest.skip("no C compiler")
    made = Disk(library, "disk_operations")
    yield made, folder / "template", disk_operations.template(folder / "template")
    made.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_refused_and_nothing_changes(
    disk: tuple[Disk, Path, dict[str, Any]], operation: str, tmp_path: Path
) -> None:
    tries, template, values = disk
    place = tmp_path / "try"
    shutil.copytree(template, place)
    before = contents(place)
    done = tries.attempt(operation, place, READ_ONLY, **values)
    assert (done.ended, done.said) == ("fault vault.unwritable", ())
    assert contents(place) == before
    key = DataKey(bytes.fromhex(values["key"]))
    opening.open_store(place / "w", key, writer=True, clock=disk_operations.Clock()).close()
