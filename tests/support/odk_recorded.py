"""What ODK's engine made of sessions with our own forms, kept for places where it is not installed.

A recording holds results only; the sessions are generated anew, the same for the same seed and forms. After a change of
`own_forms.py` or `battery.py`: `python tests/support/odk_recorded.py`, with ODK's engine installed.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
import tempfile
from pathlib import Path
from typing import Any

from odk_sessions import Trial, engine, own

KEPT = Path(__file__).parents[1] / "forms" / "differential" / "recorded.json.xz"
SEED, EACH, AGAIN = 61, 9, 0.3


def trials(folder: Path) -> tuple[Trial, Trial]:
    """Sessions that are new and sessions on records made before, with ODK's results of each as recorded."""
    kept = json.loads(lzma.decompress(KEPT.read_bytes()))
    trial = _generated(folder)
    if kept["forms"] != _mark(folder):
        raise AssertionError("our forms are others now: record ODK's results anew, as odk_recorded.py says")
    _put(trial, kept["new"])
    again = trial.reopened(seed=SEED, share=AGAIN)
    _put(again, kept["again"])
    return trial, again


def record(folder: Path, modules: Path) -> int:
    """Let ODK's engine play all of it and keep what it says; gives the number of sessions."""
    trial = _generated(folder)
    trial.theirs(modules)
    again = trial.reopened(seed=SEED, share=AGAIN)
    again.theirs(modules)
    kept = {"forms": _mark(folder), "new": _taken(trial), "again": _taken(again)}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    KEPT.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    return len(kept["new"]) + len(kept["again"])


def _generated(folder: Path) -> Trial:
    (folder / "forms").mkdir()
    trial = Trial(folder)
    trial.generate(own(folder / "forms"), seed=SEED, each=EACH)
    return trial


def _mark(folder: Path) -> str:
    """Of the forms and of the sessions that are played with them."""
    parts = sorted([*(folder / "forms").iterdir(), *(folder / "sessions").iterdir()])
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _put(trial: Trial, results: dict[str, Any]) -> None:
    (trial.folder / "theirs").mkdir()
    for name, result in results.items():
        (trial.folder / "theirs" / f"{name}.odk.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")


def _taken(trial: Trial) -> dict[str, Any]:
    kept = (trial.folder / "theirs").glob("*.odk.json")
    return {path.name.removesuffix(".odk.json"): _plain(json.loads(path.read_text("utf-8"))) for path in sorted(kept)}


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """Without times, and without the words of ODK's faults."""
    for part in (result, *result["steps"]):
        for name in ("timing", "engine", "error", "ms"):
            part.pop(name, None)
    for node in result.get("nodes", {}).values():
        node.get("choices", {}).pop("sha1", None)
    return result


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.stdout.write(f"{record(Path(made), engine(install=True))} sessions, {KEPT.stat().st_size} bytes\n")
