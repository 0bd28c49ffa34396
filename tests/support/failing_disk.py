"""The disk that fails, from Python: a process with `failing_disk.c` preloaded that forks one child for each try.

Why so: what is to fail are the calls that Python *and* SQLite make, in their order. A layer in Python sees no call of
SQLite; a VFS of one's own needs another SQLite than the one that ships; injecting by ptrace costs half a second a
process and can't tear a write. A preloaded library sees every call of the shipped libraries, needs a C compiler only,
and a forked child is ready at once.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from traceback import extract_tb
from typing import Any

SOURCE = Path(__file__).with_name("failing_disk.c")
SUPPORT = SOURCE.parent
ROOT = SUPPORT.parent.parent
HEAD = struct.Struct("=IIIIQQ")
LITTLE_KIB = 64


class Mode(IntEnum):
    """As in failing_disk.c."""

    COUNT = 0
    FAIL = 1
    KILL = 2
    TEAR = 3


class Kind(Enum):
    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    RENAME = 5
    UNLINK = 6
    MAKE = 7
    REMOVE = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """Let the call number `point` (from 0) go wrong. `stays`: every one after it too."""

    mode: Mode = Mode.COUNT
    point: int = -1
    error: int = 0
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one try. `said` are the lines that the child got out; `ended` is its last word, "" if killed."""

    ended: str
    said: tuple[str, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Call:
    """One thing done to the files below the folder."""

    kind: Kind
    path: str
    other: str
    ino: int
    offset: int
    data: bytes


def build(folder: Path) -> Path | None:
    """The library, None where there is no C compiler."""
    made = folder / "failing_disk.so"
    for compiler in ("cc", "gcc", "clang"):
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE), "-ldl"]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            continue
        return made
    return None


class Disk:
    """The forking process; `module` is run in it and defines `OPERATIONS`: name -> function(folder, say, values)."""

    def __init__(self, library: Path, module: str) -> None:
        environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "HAMLET_FAILING_DISK": str(library),
            "PYTHONPATH": f"{SUPPORT}:{ROOT}",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"import failing_disk, {module}; failing_disk.serve({module}.OPERATIONS)"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )

    def attempt(
        self, operation: str, folder: Path, plan: Plan = Plan(), *, log: Path | None = None, **values: Any
    ) -> Tried:
        """Run an operation in a child, whose files below `folder` are subject to `plan`."""
        asked = {
            "operation": operation,
            "folder": str(folder),
            "plan": [int(plan.mode), plan.point, plan.error, plan.stays],
            "log": str(log) if log else "",
            "values": values,
        }
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        answer = json.loads(stdout.readline())
        return Tried(answer["ended"], tuple(answer["said"]), answer["calls"])

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


# ---- in the forking process


def serve(operations: dict[str, Any]) -> None:
    """One child for each line that is asked. Passphrases cost little here too: what is tried is the disk."""
    from sync import crypto

    crypto.ARGON2_MEMORY_KIB, crypto.ARGON2_PASSES = LITTLE_KIB, 1
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_attempt(operations[asked["operation"]], asked)), flush=True)


def _attempt(operation: Any, asked: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _in_child(operation, asked, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        said = [line.rstrip("\n") for line in file if line.endswith("\n")]
    os.waitpid(child, 0)
    ended, calls = "", 0
    if said and said[-1].startswith("\x04"):
        ended, calls = json.loads(said.pop()[1:])
    return {"ended": ended, "said": said, "calls": calls}


def _in_child(operation: Any, asked: dict[str, Any], writing: int) -> None:
    import ctypes

    from forms.errors import Fault

    def say(text: str) -> None:
        os.write(writing, (text + "\n").encode())

    library = ctypes.CDLL(os.environ["HAMLET_FAILING_DISK"])
    library.disk_count.restype = ctypes.c_long
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if asked["log"]:
        library.disk_log(os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    mode, point, error, stays = asked["plan"]
    library.disk_plan(asked["folder"].encode(), mode, ctypes.c_long(point), error, int(stays))
    ended = "done"
    try:
        operation(Path(asked["folder"]), say, asked["values"])
    except Fault as fault:
        ended = f"fault {fault.code}"
    except BaseException as problem:
        frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(problem.__traceback__)]
        ended = f"bug {type(problem).__name__}: {problem} {' '.join(frames)}"
    calls = library.disk_count()
    library.disk_plan(b"", 0, ctypes.c_long(-1), 0, 0)
    say("\x04" + json.dumps([ended, calls]))
    os._exit(0)


# ---- what was done, in order


def read_log(path: Path) -> Iterator[Call]:
    data, place = path.read_bytes(), 0
    while place < len(data):
        kind, path_size, other_size, size, ino, offset = HEAD.unpack_from(data, place)
        place += HEAD.size
        parts = []
        for length in (path_size, other_size, size):
            parts.append(data[place : place + length])
            place += length
        yield Call(Kind(kind), parts[0].decode(), parts[1].decode(), ino, offset, parts[2])
