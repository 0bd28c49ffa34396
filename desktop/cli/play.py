"""`form play`: scripted fillings in a process of their own, so that a crash or a loop ends one session only."""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from desktop.cli.invocation import Invocation
from desktop.services.given_file import not_opened
from forms.errors import Fault, Kind
from forms.play import Stage
from forms.play import play as play_one
from sync import crypto


@dataclass(frozen=True, slots=True)
class Options:
    timing: bool
    trace: bool


LIMIT = 120.0  # seconds that one session may take


def play(call: Invocation) -> int:
    """A result for each session; 0 when every one got one, whatever its status."""
    args = call.args
    files = _files(args.sessions, args.list)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for file, result in _results(files, Options(args.timing, args.trace)):
        target = out / f"{file.stem}.json"
        target.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
        error = f"\t{result['error'][:160]}" if result.get("error") else ""
        call.out.say(f"{result['status']}\t{file.name}\t{len(result['steps'])} steps{error}")
    if call.out.json:
        call.out.result({"sessions": len(files), "out": str(out)})
    return 0


def _files(named: list[str], listed: str | None) -> list[Path]:
    files = [Path(name) for name in named]
    if listed:
        try:
            files += [Path(line.strip()) for line in Path(listed).read_text("utf-8").splitlines() if line.strip()]
        except OSError as problem:
            raise not_opened(listed, problem) from None
    for file in files:
        if not file.is_file():
            raise Fault("services.no_file", Kind.USAGE, file=str(file))
    if not files:
        raise Fault("cli.no_sessions", Kind.USAGE)
    return files


def _results(files: list[Path], options: Options) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Results in order; a worker that dies or takes too long is replaced and the session gets a result that says so."""
    spawn = multiprocessing.get_context("spawn")
    todo = list(files)
    while todo:
        ours, theirs = spawn.Pipe(duplex=False)
        worker = spawn.Process(target=_work, args=(theirs, [str(file) for file in todo], options), daemon=True)
        worker.start()
        theirs.close()
        try:
            while todo:
                if not ours.poll(LIMIT):
                    yield todo.pop(0), _failed("timeout", f"over {LIMIT:g} s")
                    break
                try:
                    result = ours.recv()
                except EOFError:
                    worker.join()
                    yield todo.pop(0), _failed("crash", f"exit status {worker.exitcode}")
                    break
                yield todo.pop(0), result
        finally:
            worker.kill()
            worker.join()
            ours.close()


def _failed(status: str, why: str) -> dict[str, Any]:
    return {"format": "xform-result/1", "status": status, "error": why, "steps": []}


def _work(results: Connection, files: list[str], options: Options) -> None:
    sys.setrecursionlimit(10_000)
    for file in files:
        results.send(_one(Path(file), options))


def _one(file: Path, options: Options) -> dict[str, Any]:
    stage = Stage(
        clock=lambda: datetime.now(UTC),
        uuid=lambda: str(uuid.uuid4()),
        random=random.SystemRandom().random,
        timer=time.perf_counter if options.timing else None,
        signed=crypto.foreign,
    )
    try:
        script = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        return {**_failed("load_error", str(problem)), "session": file.name}
    result = play_one(script, lambda name: (file.parent / name).read_bytes(), stage, trace=options.trace)
    if options.timing and "timing" in result:
        result["timing"]["max_rss_kb"] = _peak()
    return {**result, "session": file.name}


def _peak() -> int:
    """Kilobytes of memory at most so far; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
