"""The one home of what differs between systems: durable folders, private permissions, advisory locks."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from forms.errors import Fault, Kind

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl
    import resource

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable. Windows has no such call: there the file system's journal does it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget_cached(handle: int) -> None:
    """Let the next read of a file come from its disk, where the system can be told so; its writes are durable."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is not None:
        advise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def restrict(path: Path) -> None:
    """Only this account may read it. On Windows the user's profile folder is private already."""
    if sys.platform != "win32":
        path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def forbid_dumps() -> None:
    """A process that dies writes no memory to the disk. On Windows the system keeps none unless it is set to."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def boot() -> str:
    """Which start of the machine this is; "" where the system does not say, and only the steady clock tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def private_folder(path: Path) -> Path:
    """The folder, made with its parents where it is missing, readable by this account only."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return path


def same_disk(one: Path, other: Path) -> bool:
    """Whether two existing places are lost together."""
    return one.stat().st_dev == other.stat().st_dev


def other_disks(folder: Path) -> tuple[Path, ...]:
    """Roots of further disks and sticks that this account may write on."""
    if sys.platform == "win32":
        roots = [Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
    else:
        holders = [Path("/media"), Path("/mnt"), Path("/run/media"), Path("/Volumes")]
        roots = [
            each for holder in holders for each in (*_inside(holder), *(d for p in _inside(holder) for d in _inside(p)))
        ]
    found = []
    for root in roots:
        with contextlib.suppress(OSError):
            if root.is_dir() and os.access(root, os.W_OK) and not same_disk(root, folder):
                found.append(root)
    return tuple(found)


def _inside(folder: Path) -> tuple[Path, ...]:
    with contextlib.suppress(OSError):
        return tuple(sorted(path for path in folder.iterdir() if path.is_dir()))
    return ()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an advisory lock on the file `path` (made when missing). `Fault("vault.busy")` when another has it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        _lock(handle, path)
        yield
    finally:
        os.close(handle)  # which frees the lock on either system


def _lock(handle: int, path: Path) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Fault("vault.busy", Kind.DAMAGED, path=str(path.parent)) from None
