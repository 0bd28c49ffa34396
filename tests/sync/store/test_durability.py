"""What was returned as stored is stored once, whatever ends the process; a full disk refuses and harms nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import store_filler
from store_samples import GROUP, Village, new_village, submission

from forms.errors import Fault
from sync import crypto
from sync.store.api import NewAttachment
from sync.vault import files

SUPPORT = str(Path(store_filler.__file__).parent)
ROOT = str(Path(SUPPORT).parent.parent)


def check(village: Village, printed: list[str]) -> None:
    """Every printed record once, the whole sound: files, chain, counts, audit."""
    rows = []
    after = None
    while True:
        page = village.store.records.list(after=after, limit=500)
        rows += page.rows
        after = page.next
        if after is None:
            break
    counted = Counter(row.instance_id for row in rows)
    assert [instance for instance in printed if counted[instance] != 1] == []
    assert max(counted.values(), default=1) == 1
    assert village.store.check() == ()
    assert village.store.audit.verify().ok
    assert village.store.status().records == len(rows)
    households = sum(1 for row in rows if row.form_id == "household")
    assert village.store.entities.count("households") == households
    assert len(tuple(village.store.entities.all("households"))) == households
    village.store.outbox.unacknowledge(village.store.inbox.anchor())
    sent = village.store.outbox.next_run(100_000_000)
    if sent is not None:
        assert len(crypto.links(sent.run.before, sent.run.envelopes)) == len(sent.run.envelopes)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_at_random_moments_nothing_printed_is_lost(tmp_path: Path) -> None:
    village = new_village(tmp_path / "v")
    village.store.close()
    chance = random.Random(11)
    printed: list[str] = []
    for round in range(8):
        command = [
            sys.executable,
            "-m",
            "store_filler",
            str(village.folder),
            village.key.secret().hex(),
            str(100 + round),
            "400",
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{SUPPORT}:{ROOT}"}
        )
        assert process.stdout is not None
        for _ in range(chance.randrange(5, 60)):
            printed.append(process.stdout.readline().strip())
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        printed += [line.strip() for line in process.stdout if line.endswith("\n")]
        process.wait()
        process.stdout.close()
        village.store = village.open()
        check(village, printed)
        village.store.close()
    assert len(printed) > 100


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB; without the right to mount one the test is left out."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("may not mount a small file system here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tmpfs")
def test_a_full_disk_refuses_and_keeps_what_was_stored(full_disk: Path) -> None:
    village = new_village(full_disk / "v")
    printed: list[str] = []
    with pytest.raises(Fault) as caught:
        _fill(village, printed)
    assert caught.value.code == "vault.disk_full"
    with pytest.raises(Fault, match="disk_full"):
        _record(village, 9999, bytes(4_000_000))
    with pytest.raises(Fault, match="disk_full"):
        files.write(full_disk / "v" / "slots.json", bytes(4_000_000))
    assert not [path for path in full_disk.rglob("*") if path.name.endswith(files.PART)]
    village.store.close()

    subprocess.run(["mount", "-o", "remount,size=12m", str(full_disk)], check=True)
    village.store = village.open()
    check(village, printed)
    printed.append(_record(village, 10_000))
    check(village, printed)
    village.store.close()


def _fill(village: Village, printed: list[str]) -> None:
    for number in range(5000):
        printed.append(_record(village, number))


def _record(village: Village, number: int, photo: bytes = b"") -> str:
    instance = f"uuid:{village.uuid()}"
    answers = {"head_name": "李大成", "house_no": f"{number}号", "area": GROUP}
    attached = ("a.jpg",) if photo else ()
    made = submission("household", answers, instance=instance, entity=village.uuid(), label="李", attachments=attached)
    village.put("household", made, attachments=tuple(NewAttachment(name, photo) for name in attached))
    return instance
