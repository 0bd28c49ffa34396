"""Files that are either whole or not there: write beside, flush, rename, flush the folder."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from forms.errors import Fault, Kind
from sync import crypto
from sync.vault import platform

PART = ".part"  # ending of what is being written; found at start, it is rubbish
SPARE = 4 * 1024 * 1024  # bytes left over when something large is written
_DAY = 86_400.0  # seconds
_PIECE = 1024 * 1024


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
            with contextlib.suppress(OSError):  # gone, since it was renamed; what stays is replaced next time
                part.unlink()


def write(path: Path, data: bytes) -> None:
    """Replace the content of `path` atomically and durably."""
    with replacing(path) as out:
        out.write(data)


def flush(path: Path) -> None:
    """Make what another library wrote into `path` durable."""
    with world(path):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        platform.sync_folder(path.parent)


def free(folder: Path) -> int:
    """Bytes that may still be written where `folder` is, or will be."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    with world(place):
        return shutil.disk_usage(place).free


def missing(path: Path) -> Fault:
    """The Fault for a file that is not there."""
    return Fault("vault.missing", Kind.USAGE, path=str(path))


def require_space(folder: Path, needed: int) -> None:
    """Fault vault.disk_full unless `needed` bytes and a little more are free."""
    if free(folder) < needed + SPARE:
        raise Fault("vault.disk_full", Kind.DAMAGED, path=str(folder))


def write_checked(path: Path, pieces: Iterable[bytes]) -> int:
    """Write a file for a stick and read it again from there; returns its size. What was there stays until it is whole.

    Faults: vault.disk_full, vault.unwritable, vault.io, vault.not_as_written (the file is removed).
    """
    running, size = crypto.running_digest(), 0
    with replacing(path) as out:
        for piece in pieces:
            running.update(piece)
            size += len(piece)
            out.write(piece)
    with world(path), path.open("rb") as file:
        platform.forget_cached(file.fileno())
        found = crypto.digest_chunks(iter(lambda: file.read(_PIECE), b""))
    if found != running.digest():
        with contextlib.suppress(OSError):
            path.unlink()
        raise Fault("vault.not_as_written", Kind.DAMAGED, path=path.name)
    return size


def _fresh(part: Path) -> int:
    part.unlink(missing_ok=True)
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), platform.PRIVATE_FILE)


def require_free(folder: Path) -> None:
    """Whether something new may be laid out at `folder`. Faults: vault.not_empty, vault.unwritable."""
    with world(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Fault("vault.not_empty", Kind.USAGE, path=str(folder))
        _beside(folder).rmdir()


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Fill a folder beside its place; it stands in its place, whole, when the block ends well, else not at all.

    What a kill left of an earlier attempt is swept once a day has passed. Faults as `require_free`, vault.disk_full.
    """
    require_free(folder)
    with world(folder), beside(folder) as made:
        yield made
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
        platform.sync_folder(folder.parent)


def swap_folder(made: Path, place: Path) -> None:
    """Put the folder `made` in the place of another: what stands there is never half of one.

    A kill between leaves both beside their place, where they are swept once a day has passed.
    """
    before = _aside(place)
    with world(place):
        if place.exists():
            place.rename(before)
        try:
            made.rename(place)
        except OSError:
            with contextlib.suppress(OSError):  # there was nothing, or it stays beside
                before.rename(place)
            raise
        platform.sync_folder(place.parent)
    shutil.rmtree(before, ignore_errors=True)


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A private folder next to `place`, for what is to move there; what is left in it goes when the block ends."""
    _sweep(place)
    with world(place):
        made = _beside(place)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _beside(folder: Path) -> Path:
    return platform.private_folder(_aside(folder))


def _aside(folder: Path) -> Path:
    """A name next to `folder` that nothing has yet."""
    return folder.absolute().with_name(f".{folder.absolute().name}.{secrets.token_hex(4)}")


def _sweep(folder: Path) -> None:
    folder = folder.absolute()
    with contextlib.suppress(OSError):
        for left in folder.parent.glob(f".{glob.escape(folder.name)}.{'[0-9a-f]' * 8}"):
            if left.stat().st_mtime < time.time() - _DAY:
                shutil.rmtree(left, ignore_errors=True)


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
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR):
        return Fault("vault.unwritable", Kind.DAMAGED, path=str(path))
    return Fault("vault.io", Kind.DAMAGED, path=str(path), cause=problem.strerror or str(problem))
