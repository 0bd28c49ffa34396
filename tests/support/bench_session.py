"""One session played by Hamlet's engine in this process: `python bench_session.py SESSION KEPT`.

Prints one line of JSON: milliseconds of the imports, load, create, each set, each repeat added and each choice list
made anew (from the answer that filters it until its labels are read), megabytes of the process at its most. KEPT is a
folder for the compiled form; where it holds one already, loading is a reopening.
"""

import json
import random
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

BEGUN = time.perf_counter()

from forms.api import Environment  # noqa: E402 - the imports are what is timed
from forms.load import load_form  # noqa: E402
from forms.rows import read as read_rows  # noqa: E402

IMPORTED = time.perf_counter()


class Folder:
    """Compiled forms as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        path = self.folder / key
        return path.read_bytes() if path.exists() else None

    def put(self, key: str, content: bytes) -> None:
        (self.folder / key).write_bytes(content)


def ms(since: float) -> float:
    return (time.perf_counter() - since) * 1000


def main(path: Path, kept: Path) -> dict[str, object]:
    steps = json.loads(path.read_text("utf-8"))
    content = (path.parent / steps["form"]).read_bytes()
    now = datetime.fromisoformat(steps.get("now", "2026-03-04T10:00:00.000Z").replace("Z", "+00:00")).astimezone(UTC)
    numbers = random.Random(1)
    environment = Environment(lambda: now, lambda: str(uuid.UUID(int=numbers.getrandbits(128))), numbers.random)
    begun = time.perf_counter()
    form = load_form(content, kept=Folder(kept))
    loaded = time.perf_counter()
    files = {src: path.parent / name for src, name in (steps.get("external") or {}).items()}
    rows = {one.id: read_rows(one.name, files[one.src].read_bytes()) for one in form.externals if one.src in files}
    session = form.open(environment, rows=rows)
    created = time.perf_counter()
    sets: list[float] = []
    adds: list[float] = []
    choices: list[float] = []
    for step in steps["steps"]:
        if "add_repeat" in step:
            at = time.perf_counter()
            session.add_repeat(step["add_repeat"], after=step.get("after"))
            adds.append(ms(at))
        elif "remove_repeat" in step:
            session.remove_repeat(step["remove_repeat"], step["index"])
        elif "choices" in step:
            at = time.perf_counter()
            _ = [choice.label for choice in session.choices(step["choices"])]
            choices.append(ms(at) + (sets[-1] if sets else 0))
        elif "set" in step:
            ref, value = step["set"], step.get("value") or ""
            if step.get("pick"):
                values = [choice.value for choice in session.choices(ref)] if session.refusal(ref) is None else []
                if not values:
                    continue
                value = " ".join(dict.fromkeys(values[k % len(values)] for k in step["pick"]))
            at = time.perf_counter()
            skipped = session.set(ref, value).skipped
            if skipped is None:
                sets.append(ms(at))
    most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {
        "imports": (IMPORTED - BEGUN) * 1000,
        "load": (loaded - begun) * 1000,
        "create": (created - loaded) * 1000,
        "sets": sets,
        "adds": adds,
        "choices": choices,
        "megabytes": int(most.split()[1]) / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
