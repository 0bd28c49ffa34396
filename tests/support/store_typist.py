"""A program that types into a draft, saves it as the window does, and finalises; killed by tests.

Arguments: the folder, the data key in hex, a seed. It prints `typed TEXT` when a key was pressed, `saved TEXT` when the
draft is stored, `done INSTANCE` when the record is; each at once.
"""

import random
import sys
import time
from pathlib import Path

from store_samples import AUTHOR, GROUP, Clock, Village, form, submission

from sync.store.api import Draft
from sync.vault.keys import DataKey

AUTOSAVE = 0.5  # seconds after the first unsaved change, as the form page does it
KEY = 0.004  # seconds between keys


def main() -> None:
    folder, key, seed = Path(sys.argv[1]), DataKey(bytes.fromhex(sys.argv[2])), int(sys.argv[3])
    village = Village(folder, key, Clock(), random.Random(seed))
    form("household")  # compiled before the first key
    for number in range(10_000):
        draft = village.uuid()
        text, unsaved = "", 0.0
        for sign in range(random.Random(number).randrange(5, 60)):
            text = f"{draft} {sign}"
            unsaved = unsaved or time.monotonic()
            print(f"typed {time.monotonic():.4f} {text}", flush=True)
            time.sleep(KEY)
            if time.monotonic() - unsaved >= AUTOSAVE:
                save(village, draft, text)
                unsaved = 0.0
        save(village, draft, text)
        instance = f"uuid:{village.uuid()}"
        answers = {"head_name": "李大成", "house_no": f"{number}号", "area": GROUP}
        made = submission("household", answers, instance=instance, entity=village.uuid(), label="李")
        village.put("household", made, draft=draft)
        print(f"done {instance}", flush=True)


def save(village: Village, draft: str, text: str) -> None:
    village.store.drafts.save(Draft(draft, "household", "1", "", text.encode(), author=AUTHOR))
    print(f"saved {text}", flush=True)


if __name__ == "__main__":
    main()
