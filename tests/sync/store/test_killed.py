"""A real process that types, saves drafts and finalises, killed at random moments: nothing acknowledged is lost."""

import multiprocessing
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import store_typist
from killed_processes import context
from store_samples import Village, new_village

TYPING = 1.0  # seconds of typing that a kill may cost
MOST = 120  # things said before a kill: some records, each with some drafts
SOON = 0.02  # seconds after the last of them, so that any write is hit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


@dataclass
class Heard:
    """What the processes said, over all kills. `lost` is the longest typing that a kill cost, in seconds."""

    done: list[str] = field(default_factory=list)
    lost: float = 0.0


def killed(village: Village, heard: Heard, *, seed: int) -> None:
    chance = random.Random(seed)
    here, there = multiprocessing.Pipe(duplex=False)
    typing = (village.folder, village.key, seed, there)
    process = context().Process(target=store_typist.type_on, args=typing, daemon=True)
    process.start()
    there.close()
    begun = [here.recv() for _ in range(chance.randrange(1, MOST))]
    time.sleep(chance.uniform(0, SOON))
    process.kill()
    said = [line.split(" ", 1) for line in [*begun, *_rest(here)]]
    process.join()
    process.close()
    here.close()
    heard.done += [rest for word, rest in said if word == "done"]
    heard.lost = max(heard.lost, _typing_lost(village, said))


def _rest(said: Connection) -> Iterator[str]:
    while True:
        try:
            yield said.recv()
        except (EOFError, ConnectionResetError):
            return


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
    heard = Heard()
    for number in range(kills):
        killed(village, heard, seed=seed * 10_000 + number)
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
