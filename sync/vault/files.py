"""Files that are either whole or not there: write beside, flush, rename, flush the folder."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from forms.errors import Fault, Kind
from sync.vault import platform

PART = ".part"  # ending of what is being written; found at start, it is rubbish


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file under a temporary name; it takes the place of `path` when the block ends well.

    Faults: vault.disk_full, vault.unwritable.
    """
    part = path.with_name(path.name + PART)
    with world(path):
        try:
            with os.fdopen(_fresh(part), "wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
            platform.sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Replace the content of `path` atomically and durably."""
    with replacing(path) as out:
        out.write(data)


def _fresh(part: Path) -> int:
    part.unlink(missing_ok=True)
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), platform.PRIVATE_FILE)


@contextlib.contextmanager
def world(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into Faults."""
    try:
        yield
    except OSError as problem:
        raise fault_of(problem, path) from problem


def fault_of(problem: OSError, path: Path) -> Fault:
    """The Fault for what the file system said about `path`."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Fault("vault.disk_full", Kind.DAMAGED, path=str(path))
    if problem.errno == errno.ENOENT:
        return Fault("vault.missing", Kind.USAGE, path=str(path))
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Fault("vault.unwritable", Kind.DAMAGED, path=str(path))
    return Fault("vault.io", Kind.DAMAGED, path=str(path), cause=problem.strerror or str(problem))
