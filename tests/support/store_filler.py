"""A program that finalises records one after another and prints each instanceID once it is stored; killed by tests.

Arguments: the folder, the data key in hex, a seed, how many.
"""

import random
import sys
from pathlib import Path

from store_samples import GROUP, Clock, Village, submission

from sync.store.api import NewAttachment
from sync.vault.keys import DataKey


def main() -> None:
    folder, key, seed, count = (
        Path(sys.argv[1]),
        DataKey(bytes.fromhex(sys.argv[2])),
        int(sys.argv[3]),
        int(sys.argv[4]),
    )
    village = Village(folder, key, Clock(), random.Random(seed))
    for number in range(count):
        answers = {"head_name": "李大成", "house_no": f"{number}号", "area": GROUP}
        instance = f"uuid:{village.uuid()}"
        files = ("a.jpg",) if number % 3 == 0 else ()
        made = submission("household", answers, instance=instance, entity=village.uuid(), label="李", attachments=files)
        village.put("household", made, attachments=tuple(NewAttachment(name, made.xml) for name in files))
        print(instance, flush=True)
        if number % 5 == 0:
            village.store.outbox.next_run(20_000)
            village.request()


if __name__ == "__main__":
    main()
