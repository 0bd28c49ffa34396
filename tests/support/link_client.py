"""What runs at the far end of a slow link: `hand-over WORKSPACE`, or `post FOLDER`, against a URL; prints JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
warnings.simplefilter("ignore")


def hand_over(folder: Path, url: str) -> dict[str, object]:
    from hub_world import Clock
    from laptop_world import quick_world

    from sync.client import engine
    from sync.client.http import HttpTransport
    from sync.store import opening

    clock = Clock()
    key = opening.unlock(folder, user="王秀兰", secret="a quiet river runs")
    store = opening.open_store(folder, key, writer=True, clock=clock)
    transport = HttpTransport(url, identity=store.identity().hub_identity)
    began = time.monotonic()
    names = {"at": 0.0}
    watched = json.loads(store.settings.get("bench.watched", '["", 0]'))

    def found() -> int:
        """How many the people page shows for the name, those among them of whom only that has come."""
        name, most = watched
        return len(store.people.search(name, limit=most)) + len(store.people.arriving(name, limit=most))

    def on_store(work: object) -> object:
        done = work(store)  # type: ignore[operator]
        if watched[1] and not names["at"] and found() >= watched[1]:
            names["at"] = time.monotonic() - began
        return done

    with ThreadPoolExecutor(1) as pool:
        world = quick_world(
            wait=lambda seconds: threading.Event().wait(seconds), alongside=lambda work: pool.submit(work).result
        )
        done = engine.hand_over(on_store, transport, world)
    took = time.monotonic() - began
    transport.close()
    store.close()
    return {
        "seconds": took,
        "names": names["at"],
        "up": done.bytes_up,
        "down": done.bytes_down,
        "requests": done.requests,
        "pushed": done.pushed,
        "pulled": done.pulled,
    }


def post(folder: Path, url: str) -> dict[str, object]:
    from openrosa_posts import post, records_in

    records = records_in(folder)
    began = time.monotonic()
    taken = post(url, records)
    return {"seconds": time.monotonic() - began, "pushed": taken}


if __name__ == "__main__":
    what, folder, url = sys.argv[1:]
    print(json.dumps((hand_over if what == "hand-over" else post)(Path(folder), url)))
