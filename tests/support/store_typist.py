"""Somebody who types into a draft, saves it as the window does, and finalises; a process that tests kill.

It says `typed SECONDS TEXT` when a key was pressed, `saved TEXT` when the draft is stored, `done INSTANCE` when the
record is; each at once. Seconds are those of a person at the keys, not of the machine, which does not wait for them.
"""

import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pypinyin  # noqa: F401  what the first name asks for: imported, as the form is compiled, before any fork
from store_samples import AUTHOR, GROUP, Clock, Village, form, submission

from sync.store.api import Draft
from sync.vault.keys import DataKey

AUTOSAVE = 0.5  # seconds after the first unsaved change, as the form page does it
KEY = 0.08  # seconds between a person's keys
PAUSE = 0.002  # seconds that each takes here
HOUSEHOLD = form("household")

Say = Callable[[str], None]


def type_on(folder: Path, key: DataKey, seed: int, said: Connection) -> None:
    """One draft after the other, until killed."""
    say: Say = said.send
    chance = random.Random(seed)
    village = Village(folder, key, Clock(), chance)
    now = 0.0
    for number in range(10_000):
        draft = village.uuid()
        text, unsaved = "", 0.0
        for sign in range(chance.randrange(5, 40)):
            text = f"{draft} {sign}"
            now += KEY
            unsaved = unsaved or now
            say(f"typed {now:.2f} {text}")
            time.sleep(PAUSE)
            if now - unsaved >= AUTOSAVE:
                _save(village, draft, text, say)
                unsaved = 0.0
        _save(village, draft, text, say)
        instance = f"uuid:{village.uuid()}"
        answers = {"head_name": "李大成", "house_no": f"{number}号", "area": GROUP}
        made = submission("household", answers, instance=instance, entity=village.uuid(), label="李")
        village.put("household", made, draft=draft)
        say(f"done {instance}")


def _save(village: Village, draft: str, text: str, say: Say) -> None:
    village.store.drafts.save(Draft(draft, "household", "1", "", text.encode(), author=AUTHOR))
    say(f"saved {text}")
