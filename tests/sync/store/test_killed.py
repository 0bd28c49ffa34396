"""A real process that types, saves drafts and finalises, killed at random moments: nothing acknowledged is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import store_typist
from store_samples import Village, new_village

SUPPORT = str(Path(store_typist.__file__).parent)
ROOT = str(Path(SUPPORT).parent.parent)
TYPING = 1.0  # seconds of typing that a kill may cost

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


@dataclass
class Heard:
    """What the processes said, over all kills. `lost` is the longest typing that a kill cost, in seconds."""

    done: list[str] = field(default_factory=list)
    lost: float = 0.0


def killed(village: Village, heard: Heard, *, seed: int, after: float) -> None:
    command = [sys.executable, "-m", "store_typist", str(village.folder), village.key.secret().hex(), str(seed)]
    environment = {**os.environ, "PYTHONPATH": f"{SUPPORT}:{ROOT}"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    first = process.stdout.readline()  # it has begun
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    lines = [first, *process.stdout]
    process.wait()
    process.stdout.close()
    said = [line.strip().split(" ", 1) for line in lines if line.endswith("\n")]
    heard.done += [rest for word, rest in said if word == "done"]
    heard.lost = max(heard.lost, _typing_lost(village, said))


def _typing_lost(village: Village, said: list[list[str]]) -> float:
    """Seconds between the last key of the draft under way and the last one that the store has of it."""
    ends = [place for place, (word, _) in enumerate(said) if word == "done"]
    rest = [(word, text) for word, text in said[ends[-1] + 1 if ends else 0 :]]
    typed = [text.split(" ", 1) for word, text in rest if word == "typed"]
    if not typed:
        return 0.0
    draft = typed[-1][1].split(" ")[0]
    village.store = village.open()
    found = village.store.drafts.get(draft)
    finalised = found is None and any(word == "saved" for word, _ in rest)  # between the commit and the printed line
    village.store.close()
    if finalised:
        assert rest[-1][0] == "saved"
        return 0.0
    saved = [text for word, text in rest if word == "saved"]
    if found is None:
        return float(typed[-1][0]) - float(typed[0][0])
    kept = found.xml.decode()
    number = [text for _, text in typed].index(kept)
    if saved:
        assert number >= [text for _, text in typed].index(saved[-1]), "older than what was said to be saved"
    return float(typed[-1][0]) - float(typed[number][0])


def hunt(folder: Path, *, kills: int, seed: int) -> Heard:
    village = new_village(folder / "v")
    village.store.close()
    chance = random.Random(seed)
    heard = Heard()
    for number in range(kills):
        killed(village, heard, seed=seed * 10_000 + number, after=chance.random() * 2.5)
        if number % 20 == 19 or number == kills - 1:
            _check(village, heard)
    return heard


def _check(village: Village, heard: Heard) -> None:
    village.store = village.open()
    try:
        stored = [row.instance_id for row in village.store.records.list(limit=100_000).rows]
        assert len(stored) == len(set(stored))
        assert set(heard.done) <= set(stored)
        assert village.store.check() == ()
        assert village.store.audit.verify().ok
        assert village.store.status().records == len(stored)
    finally:
        village.store.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", range(4))
def test_a_hundred_kills(tmp_path: Path, share: int) -> None:
    heard = hunt(tmp_path, kills=25, seed=share + 1)
    assert heard.lost <= TYPING
    assert heard.done


@pytest.mark.deep
def test_a_thousand_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heard = hunt(tmp_path, kills=1000, seed=99)
    with capsys.disabled():
        print(
            f"\n1000 kills: {len(heard.done)} records acknowledged, 0 lost, at most {heard.lost:.2f} s of typing lost"
        )
    assert heard.lost <= TYPING
